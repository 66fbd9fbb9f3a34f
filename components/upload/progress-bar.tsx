import type { Bytes } from "@/server/core/units";

interface ProgressBarProps {
  readonly label: string;
  /** Absent while nobody knows how much there is to do. */
  readonly done?: Bytes | undefined;
  readonly total?: Bytes | undefined;
}

/** A thin bar; without a total it says "busy" and shows no invented share. */
export function ProgressBar({ label, done, total }: ProgressBarProps) {
  const share = done !== undefined && total ? Math.min(1, done / total) : undefined;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === undefined ? {} : { "aria-valuenow": Math.round(share * 100) })}
      className="h-1.5 overflow-hidden rounded-mark bg-rule"
    >
      <div
        className={`h-full bg-accent ${share === undefined ? "w-1/4 motion-safe:animate-pulse" : "motion-safe:transition-[width]"}`}
        style={share === undefined ? undefined : { width: `${share * 100}%` }}
      />
    </div>
  );
}
