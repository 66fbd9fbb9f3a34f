import type { Metadata } from "next";
import Link from "next/link";
import { found } from "@/app/found";
import { RawFileList } from "@/components/raw/raw-file-list";
import { RawLines } from "@/components/raw/raw-lines";
import { EmptyState } from "@/components/ui/empty-state";
import { Notices } from "@/components/ui/notices";
import { PageSections } from "@/components/ui/page-sections";
import { Pager } from "@/components/ui/pager";
import { Section } from "@/components/ui/section";
import {
  hrefWith,
  noticesOf,
  type QueryParams,
  readPositive,
  readText,
} from "@/components/url-state";
import { api } from "@/server/api/caller";
import { formatCount } from "@/server/core/format-bytes";
import { readAddress, type SnapshotPageProps } from "../snapshot-page";

export const metadata: Metadata = { title: "Raw files" };

/** Lines that the server gives at once. */
const WINDOW = 400;

export default async function RawPage({ params, searchParams }: SnapshotPageProps) {
  const { id, base } = await readAddress(params);
  const query = await searchParams;
  const caller = await api();
  const { files, hasArchive } = await found(caller.snapshots.files({ id }));
  const file = readText(query, "file");
  return (
    <PageSections>
      <Section id="raw" title="Raw files" note="As they came; nothing is changed.">
        {hasArchive ? null : <ArchiveGone />}
        <div className="grid gap-x-8 gap-y-8 lg:grid-cols-[18rem_minmax(0,1fr)]">
          <div
            className={`max-h-[80dvh] overflow-y-auto ${file === undefined ? "" : "order-last lg:order-none"}`}
          >
            <RawFileList base={base} files={files} current={file} />
          </div>
          <div className="min-w-0">
            {file === undefined ? (
              <EmptyState title="Choose a file">
                Or follow any number to the line it was read from.
              </EmptyState>
            ) : files.some((each) => each.file === file) ? (
              <OpenFile address={{ id, base }} file={file} query={query} />
            ) : (
              <EmptyState title="This snapshot has no such file">
                <code className="font-mono">{file}</code>
              </EmptyState>
            )}
          </div>
        </div>
      </Section>
    </PageSections>
  );
}

interface OpenFileProps {
  readonly address: { readonly id: string; readonly base: string };
  readonly file: string;
  readonly query: QueryParams;
}

async function OpenFile({ address: { id, base }, file, query }: OpenFileProps) {
  const line = readPositive(query, "line", 1);
  const start = readPositive(query, "from", 1);
  const marked = readText(query, "line") === undefined || line.notice ? undefined : line.value;
  const hasStart = readText(query, "from") !== undefined && !start.notice;
  const caller = await api();
  const raw = await found(
    caller.snapshots.rawFile({
      id,
      file,
      ...(marked === undefined ? {} : { line: marked }),
      ...(hasStart ? { from: start.value } : {}),
    }),
  );
  const isWrapped = readText(query, "wrap") === "1";
  const pathname = `${base}/raw`;
  const last = raw.from + raw.lines.length - 1;
  const at = (from: number) => hrefWith(pathname, query, { from: String(from), line: undefined });
  return (
    <div className="min-w-0">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h3 className="min-w-0 font-mono text-14">{raw.file}</h3>
        <Link
          href={hrefWith(pathname, query, { wrap: isWrapped ? undefined : "1" })}
          replace
          scroll={false}
          className="link text-13"
        >
          {isWrapped ? "Do not wrap long lines" : "Wrap long lines"}
        </Link>
      </div>
      <Notices notices={noticesOf([line, start])} />
      <RawLines
        base={base}
        file={raw.file}
        from={raw.from}
        lines={raw.lines}
        marked={marked}
        isWrapped={isWrapped}
      />
      <Pager
        label="Parts of the file"
        range={`Lines ${formatCount(raw.from)}–${formatCount(last)} of ${formatCount(raw.totalLines)}`}
        previous={raw.from > 1 ? at(Math.max(1, raw.from - WINDOW)) : undefined}
        next={last < raw.totalLines ? at(last + 1) : undefined}
      />
    </div>
  );
}

function ArchiveGone() {
  return (
    <p className="mb-6 max-w-prose text-13 text-muted">
      The original upload has been removed to make room for newer ones: what was measured is kept,
      the raw lines are not. Upload it again to see them.
    </p>
  );
}
