import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

export interface KernelModule {
  readonly line: number;
  readonly name: string;
  readonly size: Bytes;
  /** Taint letters in brackets, "OE": out of tree, unsigned. /proc/modules only. */
  readonly taint?: string;
}

const NAME = /^[\w.-]{1,64}$/;
const STATE = /^(?:Live|Loading|Unloading)$/;
const TAINT = /^\(([A-Z+-]{1,16})\)$/;
const HEADING = /^Module\s+Size\s+Used by\b/;

/**
 * `/proc/modules` or `lsmod`; size in bytes, as the kernel prints it.
 *
 *     zfs 4034560 0 - Live 0xffffffffc0a3f000 (PO)
 *     inet_diag              24576  3 tcp_diag,raw_diag,udp_diag
 *
 * The taint letters (P proprietary, O out of tree, E unsigned, C staging) mark a module that is
 * not of the kernel's tree; lsmod leaves them out. The heading alone is a kernel without modules.
 * Throws ParseError if there is neither heading nor row.
 *
 * Source: kernel/module/procfs.c (m_show), kernel/panic.c (taint_flags).
 */
export function parseModules(text: string): Parsed<readonly KernelModule[]> {
  const value: KernelModule[] = [];
  const skipped: SkippedLine[] = [];
  let hasHeading = false;

  for (const line of textLines(text)) {
    const isHeading = HEADING.test(line.text);
    hasHeading ||= isHeading;
    const module = isHeading ? undefined : readModule(line);
    if (module) value.push(module);
    else if (!isHeading) noteSkipped(skipped, line);
  }
  if (value.length === 0 && !hasHeading) throw nothingUsable("modules", text);
  return { value, skipped };
}

function readModule(line: TextLine): KernelModule | undefined {
  const [name = "", bytes, references = "", ...rest] = line.text.split(/\s+/, 8);
  const size = readCount(bytes);
  // "-" stands for the count where the kernel cannot unload modules.
  if (size === undefined || !NAME.test(name) || !/^-?\d{0,10}$/.test(references)) return undefined;
  const isOfProc = STATE.test(rest[1] ?? "");
  const isOfLsmod = rest.length <= 1 && references !== "-";
  if (!isOfProc && !isOfLsmod) return undefined;
  const taint = TAINT.exec(rest[3] ?? "")?.[1];
  return { line: line.number, name, size, ...(taint !== undefined && { taint }) };
}
