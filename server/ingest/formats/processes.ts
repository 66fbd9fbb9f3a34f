import { parseFdLinks } from "../../core/parse/fd-links";
import { parseLsof } from "../../core/parse/lsof";
import type { Parsed } from "../../core/parse/parsed";
import {
  parsePidCgroup,
  parsePidCmdline,
  parsePidSmapsRollup,
  parsePidStat,
  parsePidStatus,
} from "../../core/parse/pid-files";
import type { ProcessRow } from "../../core/parse/process";
import { isPsHeading, parsePs } from "../../core/parse/ps";
import type { ProcessTable } from "../../core/snapshot";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

type RowParser = (text: string, draft: Draft) => Parsed<readonly ProcessRow[]>;

function table(via: ProcessTable["via"], parse: RowParser): Format["enter"] {
  return (draft, file) => {
    const rows = draft.read(file, (text) => parse(text, draft));
    if (!rows) return false;
    draft.lists.processTables.push({ file: rows.file, via, rows: rows.value });
    return true;
  };
}

/**
 * The files of all processes as one text, each line with its path before it, as `grep . /proc/PID/status` prints:
 * one table instead of thousands, and evidence still names the process.
 */
function grepLike(name: string): NonNullable<Format["combine"]> {
  return (files) =>
    combined(`proc/*/${name}`, files, (file) => {
      const prefix = `/${fromProc(file.path)}:`;
      return file.text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => prefix + line)
        .join("\n");
    });
}

function combined(
  name: string,
  files: readonly TextFile[],
  toText: (file: TextFile) => string,
): TextFile {
  const text = files.map(toText).join("\n");
  return { name, path: name, text, combinedFrom: files.length };
}

function fromProc(path: string): string {
  return path.slice(path.lastIndexOf("proc/"));
}

function pidOf(path: string): string {
  return /proc\/(\d+)\//.exec(fromProc(path))?.[1] ?? "0";
}

function perPid(name: string): RegExp {
  return new RegExp(`(?:^|/)proc/(?:\\d+|\\*)/${name}$`);
}

const STATUS_FIELDS = /^(?:Name|State|PPid|Uid|Threads|Vm[A-Z]\w*|Rss\w+|HugetlbPages):/;

/** status has some 60 lines of signals and capabilities; the dozen about memory are kept. */
function combineStatus(files: readonly TextFile[]): TextFile {
  return grepLike("status")(
    files.map((file) => ({
      ...file,
      text: file.text
        .split("\n")
        .filter((line) => STATUS_FIELDS.test(line))
        .join("\n"),
    })),
  );
}

export const PROCESS_FORMATS: readonly Format[] = [
  {
    id: "ps",
    names: ["ps"],
    starts: ["ps_", "psauxww", "psef"],
    where: /(?:^|\/)ps[^/]*$/,
    except: /(?:^|\/)pstree/,
    looksLike: (head) =>
      (/^[^\n]{0,200}\bPID\b[^\n]{0,300}\b(?:COMMAND|CMD|COMM)\b/m.test(head) &&
        !/^COMMAND\s+PID\b/m.test(head)) ||
      head.split("\n", 40).some((line) => !/^COMMAND\s/.test(line) && isPsHeading(line)),
    take: "all",
    rank: (path) => (path.includes("aux") ? 0 : 1),
    enter: table("ps", parsePs),
  },
  {
    id: "pid-status",
    names: ["status"],
    where: perPid("status"),
    take: "combined",
    combine: combineStatus,
    enter: table("status", (text) => parsePidStatus(text)),
  },
  {
    id: "pid-stat",
    names: ["stat"],
    where: perPid("stat"),
    take: "combined",
    combine: (files) => combined("proc/*/stat", files, (file) => file.text.trim()),
    enter: table("stat", (text, draft) => parsePidStat(text, draft.pageSize)),
  },
  {
    id: "pid-smaps-rollup",
    names: ["smaps_rollup"],
    where: perPid("smaps_rollup"),
    take: "combined",
    combine: grepLike("smaps_rollup"),
    enter: table("smaps_rollup", (text) => parsePidSmapsRollup(text)),
  },
  {
    id: "pid-cgroup",
    names: ["cgroup"],
    where: perPid("cgroup"),
    take: "combined",
    combine: grepLike("cgroup"),
    enter: table("cgroup", (text) => parsePidCgroup(text)),
  },
  {
    id: "pid-cmdline",
    names: ["cmdline"],
    where: perPid("cmdline"),
    take: "combined",
    combine: (files) =>
      combined(
        "proc/*/cmdline",
        files.filter((file) => file.text !== ""),
        (file) => `${pidOf(file.path)} ${file.text}`,
      ),
    enter: table("cmdline", (text) => parsePidCmdline(text)),
  },
  {
    id: "pids.status",
    names: ["pids.status"],
    looksLike: (head) => /^\/proc\/\d+\/status:/m.test(head),
    take: "best",
    enter: table("status", (text) => parsePidStatus(text)),
  },
  {
    id: "pids.stat",
    names: ["pids.stat"],
    looksLike: (head) => /^\d+ \([^\n]{1,64}\) [RSDTtZXIP] \d+ \d+ /m.test(head),
    take: "best",
    enter: table("stat", (text, draft) => parsePidStat(text, draft.pageSize)),
  },
  {
    id: "pids.smaps_rollup",
    names: ["pids.smaps_rollup"],
    looksLike: (head) => /^\/proc\/\d+\/smaps_rollup:/m.test(head),
    take: "best",
    enter: table("smaps_rollup", (text) => parsePidSmapsRollup(text)),
  },
  {
    id: "pids.cgroup",
    names: ["pids.cgroup"],
    looksLike: (head) => /^\/proc\/\d+\/cgroup:/m.test(head),
    take: "best",
    enter: table("cgroup", (text) => parsePidCgroup(text)),
  },
  {
    id: "pids.cmdline",
    names: ["pids.cmdline"],
    take: "best",
    enter: table("cmdline", (text) => parsePidCmdline(text)),
  },
  {
    id: "fd-links",
    names: ["pids.fd"],
    looksLike: (head) => /^\/proc\/\d+\/fd\/\d+ \S/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: (draft, file) => {
      const links = draft.read(file, parseFdLinks);
      if (links) draft.lists.fdLinks.push(links);
      return links !== undefined;
    },
  },
  {
    id: "lsof",
    names: ["lsof"],
    starts: ["lsof_"],
    looksLike: (head) => /^COMMAND\s+PID\s[^\n]{0,200}\bFD\b/m.test(head),
    take: "best",
    mayBeEmpty: true,
    enter: (draft, file) => {
      const links = draft.read(file, parseLsof);
      if (links) draft.lists.fdLinks.push(links);
      return links !== undefined;
    },
  },
];
