import type { Frame } from "./allocation-site";

// "[<ffffffff8107d2f2>] func+0x1/0x2 [mod]", "0xffff… func+12", "ffffffff811 func+0x1 ([kernel.kallsyms])", "3 [<…>] func+0x1".
const FRAME =
  /^(?:#?\d{1,3}[ :]+)?(?:\[?<?(?:0x)?[0-9a-f]{6,16}>?\]?\s+)?([A-Za-z_.$][\w.$]{0,127})(?:\+(?:0x[0-9a-f]{1,16}|\d{1,10})(?:\/0x[0-9a-f]{1,8})?)?(?:\s+[([]{1,2}([^\])]{1,120})[\])]{1,2})?$/;
/** What compilers append when they split or copy a function. */
const COMPILER_SUFFIX = /\.(?:part|constprop|isra|cold|llvm|lto_priv)\b.*$/;
/** Where tools say that a symbol is the kernel's own. */
const KERNEL = /^(?:kernel|k|kernel\.kallsyms|guest\.kernel\.kallsyms|vmlinux)$/;
const MAX_FRAME_TEXT = 400;

/**
 * One line of a kernel stack as dmesg, page_owner, bcc, bpftrace, perf and SysAK print it; undefined for
 * anything else. A bare word is a frame only when it has an offset or `mayBeBare` is set.
 */
export function readFrame(text: string, mayBeBare = false): Frame | undefined {
  if (text.length > MAX_FRAME_TEXT) return undefined;
  if (!mayBeBare && !text.includes("+")) return undefined;
  const [, symbol, origin] = FRAME.exec(text) ?? [];
  if (symbol === undefined) return undefined;
  const module = moduleOf(origin);
  return { func: plainSymbol(symbol), ...(module ? { module } : {}) };
}

/** A symbol without what the compiler appended: "tcp_ack.part.0" is tcp_ack. */
export function plainSymbol(symbol: string): string {
  return symbol.replace(COMPILER_SUFFIX, "");
}

/** "[nf_conntrack]", "/lib/modules/…/ice.ko.xz" and "ice.ko" name a module; "[kernel]" and user libraries do not. */
function moduleOf(origin: string | undefined): string | undefined {
  if (origin === undefined || KERNEL.test(origin)) return undefined;
  if (!origin.includes("/")) return /^\w[\w-]*$/.exec(origin)?.[0];
  return /([\w-]+)\.ko(?:\.\w+)?$/.exec(origin)?.[1];
}
