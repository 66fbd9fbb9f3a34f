import type { Bytes } from "@/server/core/units";

interface MemoryBarProps {
  readonly memTotal: Bytes;
  readonly used: Bytes;
  /** The part of used that no counter shows. */
  readonly unaccounted: Bytes;
}

/** MemTotal as a thin bar: what is used, and hatched what of it nobody accounts for. Drawn beside the numbers. */
export function MemoryBar({ memTotal, used, unaccounted }: MemoryBarProps) {
  const percent = (bytes: Bytes) => Math.min(100, Math.max(0, (bytes / memTotal) * 100));
  const hidden = percent(unaccounted);
  return (
    <span aria-hidden className="free-swatch flex h-2 w-full overflow-hidden rounded-mark">
      <span className="bg-control" style={{ width: `${Math.max(0, percent(used) - hidden)}%` }} />
      <span className="hatch" style={{ width: `${hidden}%` }} />
    </span>
  );
}
