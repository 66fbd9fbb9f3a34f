import { CirclePause } from "lucide-react";
import { isStuckState, processStateWord } from "./process-state";

interface ProcessNameProps {
  readonly comm?: string | undefined;
  readonly pid?: number | undefined;
  readonly state?: string | undefined;
  readonly pod?: string | undefined;
  readonly cgroup?: string | undefined;
}

/** Who it is: command and pid, its state where that explains something, its pod or cgroup. */
export function ProcessName({ comm, pid, state, pod, cgroup }: ProcessNameProps) {
  const place = pod ?? cgroup;
  return (
    <>
      <span className="font-medium font-mono text-13">{comm ?? "no known process"}</span>
      {pid === undefined ? null : <span className="ml-2 text-13 text-muted">pid {pid}</span>}
      {state === undefined ? null : <State state={state} />}
      {place === undefined ? null : (
        <p className="text-13 text-muted" title={cgroup}>
          {pod === undefined ? "cgroup" : "pod"} <span className="font-mono">{place}</span>
        </p>
      )}
    </>
  );
}

function State({ state }: { readonly state: string }) {
  const word = processStateWord(state);
  if (!isStuckState(state)) return <span className="ml-2 text-13 text-muted">{word}</span>;
  return (
    <span className="ml-2 inline-flex items-baseline gap-1 whitespace-nowrap font-medium text-13 text-held">
      <CirclePause aria-hidden className="size-3.5 translate-y-0.5" />
      {word}
    </span>
  );
}
