const ARCHIVE = /\.(?:tar|tgz|txz|tbz2?|tzst|zip)(?:\.(?:gz|xz|bz2|zst))?$/i;
const REPORT_ARCHIVE = /(?:^|\/)(?:sosreport-|scc_|nts_|insights-)[^/]*\.(?:tar|tgz|txz|tbz)[^/]*$/;
const COMPRESSED = /\.(?:gz|xz|bz2|zst)$/i;

/** An archive inside the input, worth opening. Only its bytes decide what it is. */
export function isArchiveName(path: string): boolean {
  return (ARCHIVE.test(path) && !SYSTEM_FOLDER.test(path)) || REPORT_ARCHIVE.test(path);
}

/** "allocinfo.txt.gz" → "allocinfo.txt"; undefined for names that do not end so. */
export function withoutCompressionSuffix(path: string): string | undefined {
  return COMPRESSED.test(path) ? path.replace(COMPRESSED, "") : undefined;
}

/** Folders of a system or a report where files of unknown names are never snapshots. */
const SYSTEM_FOLDER =
  /(?:^|\/)(?:etc|var|usr|lib|lib64|run|boot|dev|opt|home|root|proc|sys|sos_commands|sos_logs|sos_reports|sos_strings|insights_commands|node_modules|\.git)\//;
const TEXT_LIKE = /(?:^|\/)[^/.][^/]*\.(?:txt|log|out|prom|text)$|(?:^|\/)[^/.]+$|crash[^/]*$/i;

/** A file that nobody named, near the top of the input: someone may have saved a table under an own name. */
export function isWorthALook(path: string): boolean {
  return path.split("/", 6).length <= 5 && TEXT_LIKE.test(path) && !SYSTEM_FOLDER.test(path);
}

/** Members of a SUSE supportconfig that carry numbers of the machine, each under a banner of its own. */
const SUPPORTCONFIG_MEMBER =
  /(?:^|\/)(?:basic-environment|basic-health-check|boot|env|fs-diskio|memory|modules|network|open-files|proc|sar|sysfs|systemd)\.txt$/;

/** Hourly files of OSWatcher that hold numbers of memory. */
const OSWATCHER_MEMBER = /(?:^|\/)osw(?:meminfo|slabinfo)\/[^/]+\.dat$/;

/** A text that packs the files we know under banners; its name is as good as its content is. */
export function isEnvelopeMember(path: string): boolean {
  if (OSWATCHER_MEMBER.test(path)) return true;
  return SUPPORTCONFIG_MEMBER.test(path) && !SYSTEM_FOLDER.test(path);
}
