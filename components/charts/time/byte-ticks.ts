import { splitBytes } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";

/** Round sizes (powers of two) from 0 to at most `top`, at most `most` steps. */
export function byteTicks(top: Bytes, most = 5): readonly Bytes[] {
  if (!(top > 0)) return [0];
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(top / most)));
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

/** "2 GiB", "1.5 GiB": a round size without the digits that say nothing. */
export function formatByteTick(bytes: Bytes): string {
  const { number, unit } = splitBytes(bytes);
  return bytes === 0 ? "0" : `${Number(number)} ${unit}`;
}
