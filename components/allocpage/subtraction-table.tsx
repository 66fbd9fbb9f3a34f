import { BUCKETS, type BucketId, type Evidence } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import { bucketStyle } from "../bucket-style";
import { BucketSwatch } from "../bucket-swatch";
import { EvidenceLink } from "../evidence-link";
import { Size } from "../size";
import type { SubtractionLine } from "./subtraction";

interface SubtractionTableProps {
  readonly lines: readonly SubtractionLine[];
  readonly plusMinus: Bytes;
  readonly base: string;
}

/** MemTotal minus everything that is counted, written out; the last column shows what is left so far. */
export function SubtractionTable({ lines, plusMinus, base }: SubtractionTableProps) {
  return (
    <table className="w-full max-w-prose text-left">
      <caption className="sr-only">From MemTotal to allocpage, line by line</caption>
      <thead className="border-b text-13 text-muted">
        <tr>
          <th scope="col" className="py-2 pr-4 font-normal">
            Part of MemTotal
          </th>
          <th scope="col" className="py-2 pr-6 text-right font-normal">
            Size
          </th>
          <th scope="col" className="py-2 text-right font-normal">
            Left
          </th>
        </tr>
      </thead>
      <tbody className="divide-y">
        {lines.map((line) => (
          <Line key={line.id} line={line} base={base} />
        ))}
      </tbody>
      <tfoot className="text-13 text-muted">
        <tr>
          <td colSpan={3} className="pt-2 text-right">
            ± <Size bytes={plusMinus} />: the counters are read one after another
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function Line({ line, base }: { readonly line: SubtractionLine; readonly base: string }) {
  const isResult = line.sign === "=";
  return (
    <tr className={isResult ? "border-t-2 border-t-ink font-semibold" : ""}>
      <th scope="row" className={`py-1.5 pr-4 ${isResult ? "" : "font-normal"}`}>
        <LineName line={line} base={base} />
      </th>
      <td className="whitespace-nowrap py-1.5 pr-6 text-right align-top">
        <span className="mr-1 text-muted">{line.sign}</span>
        <Linked evidence={line.evidence} base={base}>
          {line.bytes}
        </Linked>
      </td>
      <td className="py-1.5 text-right align-top text-muted">
        {isResult ? null : <Size bytes={line.left} />}
      </td>
    </tr>
  );
}

/** A bucket has a name in plain words; the kernel's fields it is made of stand below it. */
function LineName({ line, base }: { readonly line: SubtractionLine; readonly base: string }) {
  const { id, label, evidence } = line;
  if (!isBucket(id)) return <span className="font-mono text-13">{label}</span>;
  return (
    <>
      <span className="flex items-baseline gap-2">
        <BucketSwatch id={id} />
        {bucketStyle(id).label}
      </span>
      {id === "allocpage" ? null : (
        <span className="block pl-5 font-mono font-normal text-12 text-muted">
          {evidence.length > 1 ? <Sources evidence={evidence} base={base} /> : label}
        </span>
      )}
    </>
  );
}

interface LinkedProps {
  readonly evidence: readonly Evidence[];
  readonly base: string;
  readonly children: Bytes;
}

/** A number read from one line links to it; one made of several names its sources beside the label. */
function Linked({ evidence, base, children }: LinkedProps) {
  const [only, ...others] = evidence;
  if (only === undefined || others.length > 0) return <Size bytes={children} />;
  return (
    <EvidenceLink base={base} evidence={only}>
      <Size bytes={children} />
    </EvidenceLink>
  );
}

function Sources({ evidence, base }: Pick<LinkedProps, "evidence" | "base">) {
  return evidence.map((each, index) => (
    <span key={`${each.file}:${each.line}:${each.text}`}>
      {index > 0 ? ", " : ""}
      <EvidenceLink base={base} evidence={each}>
        {each.text}
      </EvidenceLink>
    </span>
  ));
}

function isBucket(id: string): id is BucketId {
  return BUCKETS.some((bucket) => bucket === id);
}
