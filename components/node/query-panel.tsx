import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../ui/button";

/** Where a part of the page stands that reads its data by itself. */
export interface PanelQuery<T> {
  /** The newest that arrived, also when it is for what was shown before. */
  readonly data: T | undefined;
  /** The data are for what was shown before: dimmed until the new ones are here. */
  readonly isOld: boolean;
  readonly isFetching: boolean;
  /** Why the last attempt failed. */
  readonly problem: string | undefined;
  readonly onRetry: () => void;
  readonly onCancel: () => void;
}

interface QueryPanelProps<T> {
  readonly query: PanelQuery<T>;
  /** What is read, for sentences: "the picture". */
  readonly what: string;
  /** Height of the place that is kept while the first data are on their way: a class. */
  readonly placeholder: string;
  readonly children: (data: T) => ReactNode;
}

/** A part of the page with its own loading, old and failed states: what fails here blanks nothing else. */
export function QueryPanel<T>({ query, what, placeholder, children }: QueryPanelProps<T>) {
  const { data, isOld, isFetching, problem } = query;
  const isWaiting = isFetching && (isOld || data === undefined);
  return (
    <div aria-busy={isWaiting}>
      {problem === undefined ? null : <Problem query={query} what={what} />}
      {isWaiting ? <StillWorking what={what} onCancel={query.onCancel} /> : null}
      {data === undefined ? (
        <div className={`border-y border-dashed ${placeholder}`} />
      ) : (
        <div
          className={`motion-safe:transition-opacity ${isOld && isFetching ? "opacity-50" : ""}`}
        >
          {children(data)}
        </div>
      )}
    </div>
  );
}

function Problem<T>({ query, what }: Pick<QueryPanelProps<T>, "query" | "what">) {
  const { problem, data, isFetching, onRetry } = query;
  return (
    <div
      role="alert"
      className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2 border-leaking border-l-2 bg-sunken px-3 py-2 text-13"
    >
      <p className="min-w-0">
        {data === undefined
          ? `Reading ${what} failed: ${problem}`
          : `Reading ${what} again failed; this is what was read before. ${problem}`}
      </p>
      <Button onClick={onRetry} disabled={isFetching}>
        {isFetching ? "Trying…" : "Try again"}
      </Button>
    </div>
  );
}

const SLOW_MS = 10_000;

/** Said once something takes long, with a way out. */
function StillWorking({
  what,
  onCancel,
}: {
  readonly what: string;
  readonly onCancel: () => void;
}) {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  return (
    <p role="status" className="mb-3 flex items-center gap-3 text-13 text-muted">
      Still reading {what}.<Button onClick={onCancel}>Stop</Button>
    </p>
  );
}
