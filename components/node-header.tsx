import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatCount } from "@/server/core/format-bytes";
import type { NodeFacts } from "@/server/core/report";
import { formatDuration, formatInstant } from "./format-time";

interface NodeHeaderProps {
  readonly name: string;
  readonly facts: NodeFacts;
  /** The node's own page; absent in a shared diagnosis. */
  readonly href?: Route;
  readonly actions?: ReactNode;
}

/** Which machine and which moment this is; a fact that the snapshot does not give is left out. */
export function NodeHeader({ name, facts, href, actions }: NodeHeaderProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 sm:flex-nowrap">
      <div className="min-w-0">
        <h1 className="line-clamp-2 font-semibold text-20" title={name}>
          {href ? (
            <Link href={href} className="hover:underline">
              {name}
            </Link>
          ) : (
            name
          )}
        </h1>
        <dl className="mt-1 flex flex-wrap gap-x-5 gap-y-1 text-13">
          <Fact name="Kernel" value={facts.kernel} isMono />
          <Fact name="System" value={facts.os} />
          <Fact
            name="CPUs"
            value={facts.cpus === undefined ? undefined : formatCount(facts.cpus)}
          />
          <Fact name="Arch" value={facts.arch} />
          <Fact name="Taken" value={facts.takenAt && formatInstant(facts.takenAt)} />
          <Fact
            name="Up"
            value={
              facts.uptimeSeconds === undefined ? undefined : formatDuration(facts.uptimeSeconds)
            }
          />
        </dl>
      </div>
      {actions}
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly isMono?: boolean;
}

function Fact({ name, value, isMono = false }: FactProps) {
  if (!value) return null;
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="shrink-0 text-faint">{name}</dt>
      <dd
        className={`min-w-0 max-w-80 truncate text-muted ${isMono ? "font-mono text-12 leading-5" : ""}`}
        title={value}
      >
        {value}
      </dd>
    </div>
  );
}
