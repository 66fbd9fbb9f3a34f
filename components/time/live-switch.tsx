import { Pause, Play, RotateCw } from "lucide-react";
import { formatDuration } from "../format-time";
import { Button } from "../ui/button";

export interface Live {
  readonly isPlaying: boolean;
  /** Somebody points at the picture: it stands still until they are done. */
  readonly isHeld: boolean;
  readonly everyMs: number;
  readonly onToggle: () => void;
}

/** Whether the page follows the clock, and how fast. */
export function LiveSwitch({ live }: { readonly live: Live }) {
  const { isPlaying, isHeld, everyMs, onToggle } = live;
  const pace = `every ${formatDuration(everyMs / 1000)}`;
  const words = isPlaying ? (isHeld ? "held while you look" : pace) : "paused";
  return (
    <div className="flex items-center gap-2">
      <Button onClick={onToggle} title={isPlaying ? "Stop refreshing" : `Refresh ${pace}`}>
        {isPlaying ? (
          <Pause aria-hidden className="size-4" />
        ) : (
          <Play aria-hidden className="size-4" />
        )}
        {isPlaying ? "Pause" : "Play"}
      </Button>
      <span className="min-w-24 text-12 text-muted">
        Live, <span data-live={isPlaying && !isHeld}>{words}</span>
      </span>
    </div>
  );
}

export function RefreshButton({
  isBusy,
  onRefresh,
}: {
  readonly isBusy: boolean;
  readonly onRefresh: () => void;
}) {
  return (
    <Button onClick={onRefresh} aria-label="Refresh now" title="Refresh now" className="px-2">
      <RotateCw aria-hidden className={`size-4 ${isBusy ? "motion-safe:animate-spin" : ""}`} />
    </Button>
  );
}
