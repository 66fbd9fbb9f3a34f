import { type Bytes, GIB, KIB, MIB } from "../units";
import { readHumanSize } from "./human-size";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** Memory that the machine has, whatever the kernel makes of it, in bytes; line of the first number. */
export type InstalledMemory = Measured;

const LSMEM_TOTAL = /^Total (?:online|offline) memory:\s*(\d{1,20}(?:\.\d{1,3})?[KMGTP]?)$/;
const DIMM = /^Size: (\d{1,9}) (kB|KB|MB|GB|TB)$/;
const DIMM_UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["kB", KIB],
  ["KB", KIB],
  ["MB", MIB],
  ["GB", GIB],
  ["TB", 1024 * GIB],
]);
const IOMEM = /^([0-9a-f]{4,16})-([0-9a-f]{4,16}) : System RAM(?: |$)/;

/**
 * `lsmem`: online and offline memory together.
 *
 *     Total online memory:      16G
 *
 * Source: util-linux sys-utils/lsmem.c. Throws ParseError without a total.
 */
export function parseLsmem(text: string): Parsed<InstalledMemory> {
  return addUp("lsmem", text, (line) => {
    const size = LSMEM_TOTAL.exec(line)?.[1];
    return size === undefined ? undefined : readHumanSize(size);
  });
}

/**
 * `dmidecode` (or `-t memory`): the modules of every Memory Device, empty sockets left out.
 *
 *     Memory Device
 *             Size: 16 GB
 *
 * Source: dmidecode, SMBIOS type 17. Throws ParseError without a module.
 */
export function parseDmidecode(text: string): Parsed<InstalledMemory> {
  let isDevice = false;
  return addUp("dmidecode", text, (line) => {
    // Other tables (caches, chips) have sizes as well.
    if (/^Handle 0x/.test(line)) isDevice = /DMI type 17,/.test(line);
    else if (line === "Memory Device") isDevice = true;
    const [, size, unit = ""] = (isDevice && DIMM.exec(line)) || [];
    return size === undefined ? undefined : Number(size) * (DIMM_UNITS.get(unit) ?? 1);
  });
}

/**
 * `/proc/iomem`: the ranges of System RAM. Without root all addresses are zero: a ParseError then.
 *
 *     00100000-bffdffff : System RAM
 *
 * Source: kernel/resource.c (r_show).
 */
export function parseIomem(text: string): Parsed<InstalledMemory> {
  return addUp("iomem", text, (line) => {
    const [, from = "", to = ""] = IOMEM.exec(line) ?? [];
    const size = Number.parseInt(to, 16) - Number.parseInt(from, 16) + 1;
    return size > 1 ? size : undefined;
  });
}

function addUp(
  format: string,
  text: string,
  read: (line: string) => Bytes | undefined,
): Parsed<InstalledMemory> {
  const skipped: SkippedLine[] = [];
  let sum: Measured | undefined;
  for (const line of textLines(text)) {
    if (line.text.length > 400) {
      noteSkipped(skipped, line);
      continue;
    }
    const bytes = read(line.text);
    if (bytes === undefined) continue;
    sum = { value: (sum?.value ?? 0) + bytes, line: sum?.line ?? line.number };
  }
  if (!sum) throw nothingUsable(format, text);
  return { value: sum, skipped };
}
