import Link from "next/link";
import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatInstant } from "../format-time";
import { Button } from "../ui/button";
import { hrefWith, otherParams, type QueryParams } from "../url-state";

type Other = ApiOutputs["snapshots"]["sites"]["others"][number];

interface CompareFormProps {
  readonly pathname: string;
  readonly params: QueryParams;
  /** The other snapshots of the node, newest first. */
  readonly others: readonly Other[];
  /** The one that is compared with. */
  readonly current: string | undefined;
}

/** A comparison starts afresh: its rows have an order of their own. */
const OWN = ["against", "sort", "at"] as const;

/** Which snapshot of the node to compare with. A plain form: it works without a script. */
export function CompareForm({ pathname, params, others, current }: CompareFormProps) {
  if (others.length === 0) return null;
  return (
    <form action={pathname} className="flex max-w-full flex-wrap items-center gap-2 sm:ml-auto">
      {otherParams(params, OWN).map((field) => (
        <input key={`${field.name}=${field.value}`} type="hidden" {...field} />
      ))}
      <label htmlFor="against" className="text-13 text-muted">
        Compare with
      </label>
      <select
        id="against"
        name="against"
        defaultValue={current ?? others[0]?.id}
        key={current ?? "none"}
        className="h-8 min-w-0 max-w-full rounded-control border border-control bg-paper px-2 text-13"
      >
        {others.map((other) => (
          <option key={other.id} value={other.id}>
            {formatInstant(other.takenAt ?? other.receivedAt)}
          </option>
        ))}
      </select>
      <Button type="submit">Compare</Button>
      {current === undefined ? null : (
        <Link
          href={hrefWith(pathname, params, { against: undefined, sort: undefined, at: undefined })}
          scroll={false}
          className="link inline-flex min-h-6 items-center text-13"
        >
          Stop comparing
        </Link>
      )}
    </form>
  );
}
