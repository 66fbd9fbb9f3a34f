import { formatExactBytes, splitBytes } from "@/server/core/format-bytes";
import type { Bytes } from "@/server/core/units";

interface SizeProps {
  readonly bytes: Bytes;
  /** Adds whole pages to the exact number in the title. */
  readonly pageSize?: Bytes;
}

/** A size: three digits, the unit lighter, the exact number in the title. */
export function Size({ bytes, pageSize }: SizeProps) {
  const { number, unit } = splitBytes(bytes);
  return (
    <span className="whitespace-nowrap" title={formatExactBytes(bytes, pageSize)}>
      {number}
      <span className="font-normal text-faint">{` ${unit}`}</span>
    </span>
  );
}
