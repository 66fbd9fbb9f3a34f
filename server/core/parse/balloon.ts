import { type Bytes, KIB, MIB, pagesToBytes } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

export type BalloonDriver = "vmware" | "xen" | "hyperv";

/** What a hypervisor's driver says of the memory it took from this guest. Sizes in bytes. */
export interface Balloon {
  readonly driver: BalloonDriver;
  /** Memory that the guest has given back. For Xen only what is asked for on top of the allocation is known. */
  readonly ballooned: Measured;
  /** What the hypervisor asks for, on the same scale. */
  readonly target?: Measured;
}

interface Reader {
  readonly driver: BalloonDriver;
  readonly field: "ballooned" | "target" | "xenNow" | "xenTarget";
  readonly line: RegExp;
  /** Bytes of one unit. */
  readonly scale: (pageSize: Bytes) => Bytes;
}

const KIBIBYTES = (): Bytes => KIB;
const PAGES = (pageSize: Bytes): Bytes => pagesToBytes(1, pageSize);
/** drivers/hv counts pages of the hypervisor, which are 4 KiB on every architecture. */
const HV_PAGES = (): Bytes => 4 * KIB;

const READERS: readonly Reader[] = [
  {
    ...{ driver: "vmware", field: "ballooned", scale: KIBIBYTES },
    line: /^guest\.mem\.ballooned\s*=\s*(\d{1,15})$/,
  },
  {
    ...{ driver: "vmware", field: "target", scale: KIBIBYTES },
    line: /^guest\.mem\.balloonTarget\s*=\s*(\d{1,15})$/i,
  },
  // "vmware-toolbox-cmd stat balloon"
  { driver: "vmware", field: "ballooned", line: /^(\d{1,9}) MB$/, scale: () => MIB },
  {
    ...{ driver: "vmware", field: "ballooned", scale: PAGES },
    line: /^current\s*:\s*(\d{1,15})(?: pages)?$/,
  },
  {
    ...{ driver: "vmware", field: "target", scale: PAGES },
    line: /^target\s*:\s*(\d{1,15})(?: pages)?$/,
  },
  {
    ...{ driver: "hyperv", field: "ballooned", scale: HV_PAGES },
    line: /^pages_ballooned\s*:\s*(\d{1,15})$/,
  },
  {
    ...{ driver: "xen", field: "xenNow", scale: KIBIBYTES },
    line: /^Current allocation:\s*(\d{1,15}) kB$/,
  },
  {
    ...{ driver: "xen", field: "xenTarget", scale: KIBIBYTES },
    line: /^Requested target:\s*(\d{1,15}) kB$/,
  },
  {
    ...{ driver: "xen", field: "ballooned", scale: KIBIBYTES },
    line: /^(?:Low|High)-mem balloon:\s*(\d{1,15}) kB$/,
  },
];

/**
 * The balloon of a virtual machine, from any of: `vmware-toolbox-cmd stat raw text resources` (kB) or
 * `stat balloon` (MB), `/sys/kernel/debug/vmmemctl` and `/proc/vmmemctl` (pages), `/sys/kernel/debug/hv-balloon`
 * (hypervisor pages), `/proc/xen/balloon` (kB; low and high memory are added up).
 *
 *     guest.mem.ballooned = 16712052
 *     current:              4178013 pages
 *     pages_ballooned       : 2621440
 *     Low-mem balloon:      1048576 kB
 *
 * Throws ParseError if no line says how much is ballooned.
 *
 * Source: drivers/misc/vmw_balloon.c, drivers/hv/hv_balloon.c, drivers/xen/balloon.c; open-vm-tools toolbox.
 */
export function parseBalloon(text: string, pageSize: Bytes): Parsed<Balloon> {
  const fields: Fields = new Map();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const isRead = readField(line, pageSize, fields);
    // The driver's other statistics are events and settings.
    if (!isRead && !OTHER.test(line.text)) noteSkipped(skipped, line);
  }
  const found = toBalloon(fields);
  if (!found) throw nothingUsable("balloon", text);
  return { value: found, skipped };
}

type Fields = Map<Reader["field"], Measured & { readonly driver: BalloonDriver }>;

function readField(line: TextLine, pageSize: Bytes, fields: Fields): boolean {
  const reader = READERS.find((each) => each.line.test(line.text));
  const amount = reader?.line.exec(line.text)?.[1];
  if (!reader || amount === undefined) return false;
  const { driver, field } = reader;
  const value = Number(amount) * reader.scale(pageSize);
  const known = fields.get(field);
  if (!known) fields.set(field, { value, line: line.number, driver });
  // Xen has a line for low and one for high memory.
  else if (driver === "xen") fields.set(field, { ...known, value: known.value + value });
  return true;
}

const OTHER = /^[\w.][\w. -]{0,60}\s*[:=]/;

function toBalloon(fields: Fields): Balloon | undefined {
  const printed = fields.get("ballooned");
  const now = fields.get("xenNow");
  const goal = fields.get("xenTarget");
  // Before 2.6.37 Xen prints no balloon of its own: what it still asks back is the difference.
  const asked = now && goal && { ...now, value: Math.max(0, now.value - goal.value) };
  const ballooned = printed ?? asked;
  if (!ballooned) return undefined;
  const { driver, ...measured } = ballooned;
  const target = fields.get("target");
  return {
    driver,
    ballooned: measured,
    ...(target && { target: { value: target.value, line: target.line } }),
  };
}
