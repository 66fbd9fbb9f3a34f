import { type Bytes, GIB, KIB, MIB } from "../units";
import type { SiteTable } from "./allocation-site";
import { type LineReader, reportOf } from "./oom-draft";

const SITE =
  /^(\d{1,20}(?:\.\d{1,3})? ?(?:B|[KMGT]iB)?) +(\d{1,20}) +([\w.+/-]{1,300}):(\d{1,7}) (?:\[([\w-]{1,64})\] )?func:(\w{1,200})$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["", 1],
  ["B", 1],
  ["KiB", KIB],
  ["MiB", MIB],
  ["GiB", GIB],
  ["TiB", 1024 * GIB],
]);

/**
 * One line below "Memory allocations:", the ten largest call sites of a kernel that counts them (6.10+):
 * "    55.2 MiB    14138 mm/slub.c:2320 [module] func:alloc_slab_page". Sizes have three digits, the first
 * kernels print bytes. Source: mm/show_mem.c __show_mem, lib/alloc_tag.c.
 */
export const readSite: LineReader = (line, log) => {
  const report = line.text.includes(" func:") ? reportOf(log, line) : undefined;
  const match = report ? SITE.exec(line.text) : undefined;
  if (!report || !match) return false;
  report.sites.push(toSite(match, line.number));
  return true;
};

function toSite(match: RegExpExecArray, line: number): SiteTable["sites"][number] {
  const [, size = "", calls, file = "", sourceLine, module, func = ""] = match;
  const frame = {
    func,
    file,
    sourceLine: Number(sourceLine),
    ...(module === undefined ? {} : { module }),
  };
  return { frames: [frame], bytes: toBytes(size), calls: Number(calls), line };
}

function toBytes(size: string): Bytes {
  const [, number = "0", unit = ""] = /^([\d.]+) ?(\w*)$/.exec(size) ?? [];
  return Math.round(Number(number) * (UNITS.get(unit) ?? 1));
}
