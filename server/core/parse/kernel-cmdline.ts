import { type Bytes, GIB, KIB, MIB } from "../units";
import type { Parsed } from "./parsed";
import { nothingUsable, textLines } from "./text-lines";

/** What the boot parameters ask for that concerns memory. */
export interface KernelCmdline {
  readonly line: number;
  /** Huge pages to set aside, by page size in bytes; those before any hugepagesz= are of the default size. */
  readonly hugepages: readonly { readonly pageSize?: Bytes; readonly count: number }[];
}

const HEAD = /^(?:\[ {0,10}\d{1,10}\.\d{1,9}\] )?(?:Kernel command line: |Command line: )?/;
const SIGNS =
  /(?:^|\s)(?:BOOT_IMAGE=|root=|ro(?:\s|$)|rw(?:\s|$)|console=|hugepages=|crashkernel=)/;
const SIZE = /^(?:default_)?hugepagesz=(\d{1,9})([KMG]?)$/i;
// One number, or a number for each node: "hugepages=0:64,1:64".
const COUNT = /^hugepages=((?:\d{1,4}:)?\d{1,9}(?:,\d{1,4}:\d{1,9}){0,64})$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["K", KIB],
  ["M", MIB],
  ["G", GIB],
]);
const MAX_LINE = 16_384;

/**
 * `/proc/cmdline`, or the line of the boot log that repeats it.
 *
 *     BOOT_IMAGE=/vmlinuz root=/dev/sda2 default_hugepagesz=1G hugepagesz=1G hugepages=224 ro
 *
 * Throws ParseError if no line looks like boot parameters.
 *
 * Source: Documentation/admin-guide/kernel-parameters.txt; mm/hugetlb.c hugepages_setup.
 */
export function parseKernelCmdline(text: string): Parsed<KernelCmdline> {
  for (const line of textLines(text)) {
    const parameters = line.text.slice(0, MAX_LINE).replace(HEAD, "");
    if (!SIGNS.test(parameters)) continue;
    return { value: { line: line.number, hugepages: readHugepages(parameters) }, skipped: [] };
  }
  throw nothingUsable("kernel command line", text);
}

function readHugepages(parameters: string): KernelCmdline["hugepages"] {
  const found: KernelCmdline["hugepages"][number][] = [];
  let pageSize: Bytes | undefined;
  for (const word of parameters.split(/\s+/)) {
    const [, size, unit = ""] = SIZE.exec(word) ?? [];
    const counts = COUNT.exec(word)?.[1];
    if (size !== undefined) pageSize = Number(size) * (UNITS.get(unit.toUpperCase()) ?? 1);
    if (counts === undefined) continue;
    const count = counts
      .split(",")
      .reduce((sum, part) => sum + Number(part.slice(part.indexOf(":") + 1)), 0);
    found.push({ ...(pageSize !== undefined && { pageSize }), count });
  }
  return found;
}
