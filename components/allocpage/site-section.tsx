import Link from "next/link";
import type { ApiOutputs } from "@/server/api/api-outputs";
import {
  compareSites,
  findCounterpart,
  type SiteComparison,
} from "@/server/core/accounting/site-diff";
import type { SiteView } from "@/server/core/accounting/site-view";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { bucketStyle } from "../bucket-style";
import { ChoiceLinks } from "../ui/choice-links";
import { EmptyState } from "../ui/empty-state";
import { Notices } from "../ui/notices";
import { SearchBox } from "../ui/search-box";
import { UnbrokenSizes } from "../unbroken-sizes";
import { hrefWith, noticesOf, type QueryParams, readChoice, readText } from "../url-state";
import { CompareForm } from "./compare-form";
import { LazyIcicle } from "./lazy-icicle";
import { SiteLists } from "./site-lists";
import {
  type BucketFilter,
  bucketChoices,
  type ListedRow,
  matches,
  ofBucket,
  sourceLabel,
  sumBytes,
} from "./site-selection";

export type SitesAnswer = ApiOutputs["snapshots"]["sites"];

interface SiteSectionProps {
  readonly answer: SitesAnswer;
  readonly params: QueryParams;
  readonly pathname: string;
  readonly base: string;
}

/** Who took the pages: choice of the dump and of the buckets, the picture, and the rows behind it. */
export function SiteSection(props: SiteSectionProps) {
  const { answer, params } = props;
  const files = answer.views.map(({ file }) => file);
  const source = readChoice(params, "source", files as [string, ...string[]]);
  const view = answer.views.find(({ file }) => file === source.value);
  return view ? <View {...props} view={view} notices={noticesOf([source])} /> : null;
}

interface ViewProps extends SiteSectionProps {
  readonly view: SiteView;
  readonly notices: readonly string[];
}

function View({ answer, params, pathname, base, view, notices }: ViewProps) {
  const choices = bucketChoices(view);
  // "all" may be asked for where there is one bucket only, by an address from another snapshot.
  const ids = [...new Set([...choices.map((choice) => choice.bucket), "all" as const])] as [
    BucketFilter,
    ...BucketFilter[],
  ];
  const bucket = readChoice(params, "bucket", ids);
  const search = readText(params, "search");
  const { comparison, notice } = compare(answer, view, readText(params, "against"));
  const rows = ofBucket(comparison?.rows ?? view.rows, bucket.value);
  const found = rows.filter((row) => matches(row, search));
  const whole = sumBytes(rows);
  return (
    <>
      <Notices
        notices={[...notices, ...noticesOf([bucket]), ...(notice === undefined ? [] : [notice])]}
      />
      <Sources answer={answer} params={params} pathname={pathname} current={view} />
      <p className="mb-4 max-w-prose text-13 text-muted">
        <UnbrokenSizes text={describeView(view)} />
      </p>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <SearchBox
          pathname={pathname}
          params={params}
          name="search"
          value={search ?? ""}
          label="Search sites and frames"
        />
        <CompareForm
          pathname={pathname}
          params={params}
          others={answer.others}
          current={answer.before?.id}
        />
      </div>
      <div className="mt-3 mb-4">
        <ChoiceLinks
          label="Bucket"
          choices={choices.map((choice) => ({
            label: `${bucketLabel(choice.bucket)} ${formatBytes(choice.bytes)}`,
            href: hrefWith(pathname, params, {
              bucket: choice.bucket === ids[0] ? undefined : choice.bucket,
              at: undefined,
            }),
            isCurrent: choice.bucket === bucket.value,
          }))}
        />
        {bucket.value === "allocpage" || bucket.value === "unknown" ? null : (
          <p className="mt-1 text-12 text-muted">
            {bucket.value === "all"
              ? "Only what stands under Unaccounted is allocpage: the other buckets have counters of their own."
              : "Not allocpage: this bucket has a counter of its own."}
          </p>
        )}
      </div>
      <p role="status" className="mb-3 text-13 text-muted">
        <UnbrokenSizes text={describeFound(found, rows, search)} />
        {comparison ? (
          <span> Red grew, blue shrank; a frame is as wide as the larger of both sizes.</span>
        ) : null}
      </p>
      {rows.length > 0 ? (
        <LazyIcicle
          rows={rows}
          rootName="all"
          search={search}
          isComparison={comparison !== undefined}
          base={base}
        />
      ) : (
        <EmptyState title="No site of this bucket">
          <Link href={hrefWith(pathname, params, { bucket: undefined })} className="link">
            Show the first bucket
          </Link>
        </EmptyState>
      )}
      <SiteLists
        rows={found}
        whole={whole}
        comparison={comparison}
        params={params}
        pathname={pathname}
        base={base}
      />
      {view.omitted.rows > 0 ? (
        <p className="mt-3 text-13 text-muted">
          <UnbrokenSizes
            text={`${formatCount(view.omitted.rows)} smaller sites, ${formatBytes(view.omitted.bytes)} together, are not listed.`}
          />
        </p>
      ) : null}
    </>
  );
}

function Sources({
  answer,
  params,
  pathname,
  current,
}: Pick<SiteSectionProps, "answer" | "params" | "pathname"> & { readonly current: SiteView }) {
  if (answer.views.length < 2) return null;
  return (
    <div className="mb-3">
      <ChoiceLinks
        label="Dump or trace"
        choices={answer.views.map((view, index) => ({
          label: sourceLabel(view, answer.views),
          href: hrefWith(pathname, params, {
            source: index === 0 ? undefined : view.file,
            bucket: undefined,
            at: undefined,
          }),
          isCurrent: view.file === current.file,
        }))}
      />
    </div>
  );
}

interface Compared {
  readonly comparison?: SiteComparison;
  readonly notice?: string;
}

function compare(answer: SitesAnswer, view: SiteView, against: string | undefined): Compared {
  if (against === undefined) return {};
  if (!answer.before) return { notice: "The snapshot to compare with is not one of this node." };
  const counterpart = findCounterpart(view, answer.before.views);
  if (!counterpart)
    return { notice: `The snapshot to compare with holds no ${view.via} of the same kind.` };
  return { comparison: compareSites(view, counterpart) };
}

function bucketLabel(bucket: BucketFilter): string {
  if (bucket === "all") return "All";
  return bucket === "unknown" ? "Not known" : bucketStyle(bucket).short;
}

function describeFound(
  found: readonly ListedRow[],
  rows: readonly ListedRow[],
  search: string | undefined,
): string {
  const sites = (count: number) => `${formatCount(count)} ${count === 1 ? "site" : "sites"}`;
  const amount = formatBytes(sumBytes(found));
  if (search === undefined) return `${sites(found.length)}, ${amount}.`;
  return `${formatCount(found.length)} of ${sites(rows.length)} match “${search}”, ${amount}.`;
}

function describeView({ file, covers, totalBytes }: SiteView): string {
  const amount = formatBytes(totalBytes);
  return covers === "held"
    ? `${amount} were held when ${file} was read.`
    : `${amount} were allocated while ${file} was traced, and not freed again. What was held before is not in it.`;
}
