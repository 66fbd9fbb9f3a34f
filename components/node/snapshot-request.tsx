import { Camera } from "lucide-react";
import { useState } from "react";
import { formatAge } from "../format-time";
import { Button } from "../ui/button";

interface SnapshotRequestProps {
  /** Since when a snapshot is awaited, ms since 1970. */
  readonly requestedAtMs: number | undefined;
  readonly nowMs: number;
  readonly onRequest: () => Promise<void>;
}

/** Asks the agent for a full snapshot and says where that stands until it has come. */
export function SnapshotRequest({ requestedAtMs, nowMs, onRequest }: SnapshotRequestProps) {
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const [wasAsked, setWasAsked] = useState(false);

  async function request(): Promise<void> {
    setState("busy");
    try {
      await onRequest();
      setWasAsked(true);
      setState("idle");
    } catch {
      setState("failed");
    }
  }

  const isAwaited = requestedAtMs !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <Button onClick={() => void request()} disabled={state === "busy" || isAwaited}>
        <Camera aria-hidden className="size-4" />
        {state === "busy" ? "Asking…" : "Request a full snapshot"}
      </Button>
      <p role="status" className="text-13 text-muted">
        {isAwaited
          ? `Asked ${formatAge(new Date(requestedAtMs).toISOString(), nowMs)}. The agent learns of it with its next push and needs some seconds more.`
          : wasAsked && state === "idle"
            ? "The snapshot has arrived."
            : ""}
      </p>
      <p role="alert" className="text-13 text-leaking empty:hidden">
        {state === "failed" ? "The request could not be kept. Try again." : ""}
      </p>
    </div>
  );
}
