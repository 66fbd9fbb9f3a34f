import type { Route } from "next";
import Link from "next/link";
import type { InputError } from "@/server/core/report";
import { DataQualityList } from "../data-quality";
import { formatMoment } from "../format-time";
import { StatusBadge } from "../status-badge";
import { buttonClass } from "../ui/button";
import { UnbrokenSizes } from "../unbroken-sizes";
import type { UploadedSnapshot, UploadOutcome } from "./upload-queue";

/** What came out of one input: the nodes it held, and what of it could not be read. */
export function UploadOutcomeView({ outcome }: { readonly outcome: UploadOutcome }) {
  const { snapshots, errors, isKnown } = outcome;
  return (
    <div>
      {isKnown ? (
        <p className="mb-2 text-13 text-muted">
          These bytes have been analysed before; nothing was stored a second time.
        </p>
      ) : null}
      <InputErrors errors={errors} />
      {snapshots.length === 0 ? (
        <p className="max-w-prose text-13 text-muted">
          No snapshot of a node was found in it. Memledger looks for /proc/meminfo and its
          neighbours, whatever the files are called.
        </p>
      ) : null}
      <ul className="divide-y">
        {snapshots.map((snapshot) => (
          <SnapshotResult key={snapshot.id} snapshot={snapshot} isKnown={isKnown} />
        ))}
      </ul>
    </div>
  );
}

interface SnapshotResultProps {
  readonly snapshot: UploadedSnapshot;
  readonly isKnown: boolean;
}

function SnapshotResult({ snapshot, isKnown }: SnapshotResultProps) {
  const { hostname, node, kernel, takenAt, status, headline, path, dataQuality } = snapshot;
  const facts = [kernel, takenAt === undefined ? "time not recorded" : formatMoment(takenAt)];
  const name = hostname ?? node;
  return (
    <li className="py-3 first:pt-0">
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <StatusBadge status={status} />
        <span className="font-semibold text-16">
          <UnbrokenSizes text={headline} />
        </span>
      </p>
      <p className="mt-1 text-13 text-muted">
        {[name, ...facts.filter((fact) => fact !== undefined)].join(" · ")}
      </p>
      <div className="mt-3 mb-2">
        <Link href={path as Route} className={buttonClass("primary")}>
          {isKnown ? "Already analysed: open it" : `Open ${shorten(name)}`}
        </Link>
      </div>
      <DataQualityList quality={dataQuality} base={path} />
    </li>
  );
}

/** A button cannot wrap: a very long name stands in full in the line above it. */
function shorten(name: string): string {
  return name.length > 32 ? `${name.slice(0, 31)}…` : name;
}

function InputErrors({ errors }: { readonly errors: readonly InputError[] }) {
  if (errors.length === 0) return null;
  return (
    <ul role="alert" className="mb-3 max-w-prose text-13">
      {errors.map((error) => (
        <li key={`${error.file}\n${error.code}\n${error.message}`} className="text-leaking">
          <span className="font-mono">{error.file}</span>: {error.message}
        </li>
      ))}
    </ul>
  );
}
