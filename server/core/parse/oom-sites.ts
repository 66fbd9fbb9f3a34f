import type { SiteTable } from "./allocation-site";
import { readHumanSize } from "./human-size";
import { type LineReader, reportOf } from "./oom-draft";

const SITE =
  /^(\d{1,20}(?:\.\d{1,3})? ?(?:B|[KMGT]iB)?) +(\d{1,20}) +([\w.+/-]{1,300}):(\d{1,7}) (?:\[([\w-]{1,64})\] )?func:(\w{1,200})$/;

/**
 * One line below "Memory allocations:", the ten largest call sites of a kernel that counts them (6.10+):
 * "    55.2 MiB    14138 mm/slub.c:2320 [module] func:alloc_slab_page". Sizes have three digits, the first
 * kernels print bytes. Source: mm/show_mem.c __show_mem, lib/alloc_tag.c.
 */
export const readSite: LineReader = (line, log) => {
  const report = line.text.includes(" func:") ? reportOf(log, line) : undefined;
  const match = report ? SITE.exec(line.text) : undefined;
  const site = match && toSite(match, line.number);
  if (!report || !site) return false;
  report.sites.push(site);
  return true;
};

function toSite(match: RegExpExecArray, line: number): SiteTable["sites"][number] | undefined {
  const [, size = "", calls, file = "", sourceLine, module, func = ""] = match;
  const bytes = readHumanSize(size);
  if (bytes === undefined) return undefined;
  const frame = {
    func,
    file,
    sourceLine: Number(sourceLine),
    ...(module === undefined ? {} : { module }),
  };
  return { frames: [frame], bytes, calls: Number(calls), line };
}
