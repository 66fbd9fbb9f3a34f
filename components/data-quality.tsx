import type { ReactNode } from "react";
import { formatCount } from "@/server/core/format-bytes";
import type { DataQuality } from "@/server/core/report";
import { EvidenceLink } from "./evidence-link";
import { keyed } from "./keyed";
import { Disclosure } from "./ui/disclosure";

interface DataQualityListProps {
  readonly quality: DataQuality;
  readonly base?: string | undefined;
}

/** Longer lists say how many more there are: the raw files hold them all. */
const SHOWN = 200;

/** What was read, what could not be, and what a missing file would have shown. */
export function DataQualityList({ quality, base }: DataQualityListProps) {
  const { read, skipped, missing, unreadable } = quality;
  return (
    <div className="divide-y">
      <Part words={["file read", "files read"]} count={read.length}>
        {keyed(read.slice(0, SHOWN), ({ file }) => file).map(({ key, item }) => (
          <Line
            key={key}
            left={
              <EvidenceLink base={base} evidence={{ file: item.file }}>
                {item.file}
              </EvidenceLink>
            }
          >
            {item.format}, {formatCount(item.lines)} lines
          </Line>
        ))}
      </Part>
      <Part words={["line skipped", "lines skipped"]} count={skipped.length}>
        {keyed(skipped.slice(0, SHOWN), ({ file, line }) => `${file}:${line}`).map(
          ({ key, item }) => (
            <Line
              key={key}
              left={
                <EvidenceLink
                  base={base}
                  evidence={item}
                >{`${item.file}:${item.line}`}</EvidenceLink>
              }
            >
              <span className="line-clamp-2 font-mono text-12">{item.text}</span>
            </Line>
          ),
        )}
      </Part>
      <Part
        words={["file that would have shown more", "files that would have shown more"]}
        count={missing.length}
      >
        {keyed(missing.slice(0, SHOWN), ({ file }) => file).map(
          ({ key, item: { file, wouldShow } }) => (
            <Line key={key} left={file}>
              {wouldShow}
            </Line>
          ),
        )}
      </Part>
      <Part
        words={["file that could not be read", "files that could not be read"]}
        count={unreadable.length}
      >
        {keyed(unreadable.slice(0, SHOWN), ({ file }) => file).map(
          ({ key, item: { file, error } }) => (
            <Line key={key} left={file}>
              {error}
            </Line>
          ),
        )}
      </Part>
    </div>
  );
}

interface PartProps {
  readonly words: readonly [one: string, many: string];
  readonly count: number;
  readonly children: ReactNode;
}

function Part({ words, count, children }: PartProps) {
  const summary = `${formatCount(count)} ${count === 1 ? words[0] : words[1]}`;
  if (count === 0) return <p className="py-2 pl-4.5 text-13 text-faint">{summary}</p>;
  return (
    <div className="py-1">
      <Disclosure summary={summary}>
        <ul>{children}</ul>
        {count > SHOWN ? (
          <p className="py-1 text-12 text-faint">and {formatCount(count - SHOWN)} more</p>
        ) : null}
      </Disclosure>
    </div>
  );
}

function Line({ left, children }: { readonly left: ReactNode; readonly children: ReactNode }) {
  return (
    <li className="grid grid-cols-1 gap-x-6 py-1 text-13 sm:grid-cols-2">
      <span className="min-w-0 font-mono text-12">{left}</span>
      <span className="min-w-0 text-muted">{children}</span>
    </li>
  );
}
