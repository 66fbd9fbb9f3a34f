import { describeExplained, type ExplainedBucket } from "@/server/core/explained";
import { bucketStyle } from "./bucket-style";
import { BucketSwatch } from "./bucket-swatch";
import { UnbrokenSizes } from "./unbroken-sizes";

/** Per bucket, how much of it the findings explain: solid for certain, pale for possible, empty for the rest. */
export function ExplainedList({ buckets }: { readonly buckets: readonly ExplainedBucket[] }) {
  if (buckets.length === 0) return null;
  return (
    <div className="border-t pt-4">
      <h3 className="font-medium text-13">How much of it is explained</h3>
      <ul className="mt-1">
        {buckets.map((each) => (
          <li
            key={each.bucket}
            className="grid grid-cols-1 items-baseline gap-x-6 gap-y-1 py-1.5 text-13 sm:grid-cols-[minmax(0,15rem)_8rem_minmax(0,1fr)]"
          >
            <span className="inline-flex items-baseline gap-2">
              <BucketSwatch id={each.bucket} />
              {bucketStyle(each.bucket).label}
            </span>
            <ExplainedShare of={each} />
            <span className="text-muted">
              <UnbrokenSizes text={describeExplained(each)} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ExplainedShare({ of: { explained, total } }: { readonly of: ExplainedBucket }) {
  const percent = (bytes: number) => `${Math.min(100, Math.max(0, (bytes / total) * 100))}%`;
  return (
    <span
      aria-hidden
      className="relative block h-2 self-center border border-control bg-paper max-sm:w-32"
    >
      <span
        className="absolute inset-y-0 left-0 bg-rule-strong"
        style={{ width: percent(explained.upper) }}
      />
      <span
        className="absolute inset-y-0 left-0 bg-muted"
        style={{ width: percent(explained.lower) }}
      />
    </span>
  );
}
