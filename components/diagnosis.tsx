import type { ReactNode } from "react";
import { explainedBuckets } from "@/server/core/explained";
import type { SnapshotReport } from "@/server/core/report";
import { CompositionFigure } from "./charts/composition-figure";
import { DataQualityList } from "./data-quality";
import { ExplainedList } from "./explained-list";
import { FindingCard } from "./finding-card";
import { keyed } from "./keyed";
import { NextSteps } from "./next-steps";
import { RuledOutList } from "./ruled-out-list";
import { stepsFrom } from "./steps-from";
import { CgroupTable } from "./tables/cgroup-table";
import { LedgerTable } from "./tables/ledger-table";
import { NumaTable } from "./tables/numa-table";
import { ReconcileTable } from "./tables/reconcile-table";
import { TrustBanner } from "./trust-banner";
import { EmptyState } from "./ui/empty-state";
import { Section } from "./ui/section";
import { VerdictHeadline } from "./verdict-headline";

interface DiagnosisProps {
  readonly report: SnapshotReport;
  /** Path of the snapshot's pages, for links to raw lines; absent in a shared diagnosis. */
  readonly base?: string | undefined;
  /** Address of this server, for commands that fetch from it; absent in a shared diagnosis. */
  readonly origin?: string | undefined;
  /** What the node is called in the picture's name. */
  readonly name: string;
}

/** One snapshot, read from top to bottom: sentence, picture, causes, what to do, the ledger, the other tools, the sources. */
export function Diagnosis({ report, base, origin, name }: DiagnosisProps) {
  const { verdict, composition, findings, ruledOut, reconcile } = report;
  const nextSteps = stepsFrom(origin, report.nextSteps);
  return (
    <div className="space-y-8">
      <div>
        <VerdictHeadline verdict={verdict} nextStep={nextSteps[0]} />
        <TrustBanner status={verdict.status} quality={report.dataQuality} />
      </div>

      {composition ? (
        <CompositionFigure composition={composition} name={name} />
      ) : (
        <EmptyState title="No picture: nothing here gives MemTotal">
          Add <code className="font-mono">/proc/meminfo</code> to the upload and every page of the
          node can be placed. What was read is judged below.
        </EmptyState>
      )}

      <Section id="findings" title={findings.length === 1 ? "Finding" : "Findings"}>
        {findings.length === 0 ? (
          <p className="text-13 text-muted">
            {verdict.status === "healthy"
              ? "Nothing is out of line."
              : "No cause that Memledger knows fits this snapshot."}
          </p>
        ) : (
          keyed(findings, ({ id }) => id).map(({ key, item }, index) => (
            <FindingCard key={key} finding={item} number={index + 1} base={base} />
          ))
        )}
        <ExplainedList buckets={explainedBuckets(report)} />
      </Section>

      <Optional when={nextSteps.length > 0}>
        <Section
          id="next-steps"
          title="Next steps"
          note="What each command would prove, and what it costs to run it."
        >
          <NextSteps steps={nextSteps} />
        </Section>
      </Optional>

      <Optional when={ruledOut.length > 0}>
        <Section
          id="ruled-out"
          title="Ruled out"
          note="Causes that could have explained it, with the most each can hold."
        >
          <RuledOutList ruledOut={ruledOut} />
        </Section>
      </Optional>

      {composition ? (
        <Section id="ledger" title="Ledger" note="Every page of MemTotal, once.">
          <LedgerTable composition={composition} pageSize={report.node.pageSize} base={base} />
        </Section>
      ) : null}

      {composition?.numa && composition.numa.length > 1 ? (
        <Section id="numa" title="NUMA nodes" note="The same ledger for each node's memory.">
          <NumaTable nodes={composition.numa} />
        </Section>
      ) : null}

      {composition?.cgroups && composition.cgroups.length > 0 ? (
        <Section
          id="cgroups"
          title="Control groups"
          note="What the kernel charges to each group. A group contains its children, so the rows are not added up."
        >
          <CgroupTable cgroups={composition.cgroups} base={base} />
        </Section>
      ) : null}

      <Optional when={reconcile.length > 0}>
        <Section
          id="reconcile"
          title="Why your other tool says something else"
          note="What each tool would print for this very snapshot."
        >
          <ReconcileTable rows={reconcile} />
        </Section>
      </Optional>

      <Section id="data-quality" title="What this is based on">
        <DataQualityList quality={report.dataQuality} base={base} />
      </Section>
    </div>
  );
}

function Optional({ when, children }: { readonly when: boolean; readonly children: ReactNode }) {
  return when ? children : null;
}
