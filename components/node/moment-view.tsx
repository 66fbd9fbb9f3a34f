import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatAt } from "../charts/time/zone-time";
import { FindingCard } from "../finding-card";
import { formatDuration } from "../format-time";
import { keyed } from "../keyed";
import { snapshotPath } from "../raw-href";
import { StatusBadge } from "../status-badge";
import { UnbrokenSizes } from "../unbroken-sizes";
import { distanceWords, SAMPLE_LIMITS, sampleSentence } from "./moment-words";

type Moment = ApiOutputs["nodes"]["moment"];
type Judged = NonNullable<Moment["push"]>["report"];

interface MomentViewProps {
  readonly node: string;
  readonly moment: Moment;
  readonly zone: string;
}

/** The findings at a moment, or what can be known there without any. */
export function MomentView({ node, moment, zone }: MomentViewProps) {
  const { snapshot, push, atMs } = moment;
  if (snapshot) {
    const base = snapshotPath(node, snapshot.id);
    return (
      <Judgement report={snapshot.report} base={base}>
        From the full snapshot taken {distanceWords(snapshot.atMs, atMs)}.{" "}
        <Link href={base as Route} prefetch={false} className="link">
          Open the snapshot
        </Link>
      </Judgement>
    );
  }
  if (push)
    return (
      <Judgement report={push.report} base={undefined}>
        From the push that came {distanceWords(push.atMs, atMs)}, which also had slab caches, socket
        queues and control groups. <Nearest {...{ node, moment, zone }} />
      </Judgement>
    );
  return <SampleAlone {...{ node, moment, zone }} />;
}

function SampleAlone({ node, moment, zone }: MomentViewProps) {
  const { sample, atMs, reachMs } = moment;
  if (!sample)
    return (
      <p className="max-w-prose">
        Nothing is known of this moment: no sample and no snapshot lies within{" "}
        {formatDuration(reachMs / 1000)} of it. <Nearest {...{ node, moment, zone }} />
      </p>
    );
  return (
    <div className="max-w-prose space-y-2">
      <p>
        <UnbrokenSizes text={sampleSentence(sample)} />
      </p>
      <p className="text-13 text-muted">
        From the sample taken {distanceWords(sample.atMs, atMs)}. {SAMPLE_LIMITS}{" "}
        <Nearest {...{ node, moment, zone }} />
      </p>
    </div>
  );
}

function Nearest({ node, moment: { nearest }, zone }: MomentViewProps) {
  if (!nearest) return "There is no full snapshot of this node yet.";
  return (
    <>
      The nearest full snapshot is of{" "}
      <Link href={snapshotPath(node, nearest.id) as Route} prefetch={false} className="link">
        {formatAt(nearest.atMs, zone)}
      </Link>
      .
    </>
  );
}

interface JudgementProps {
  readonly report: Judged;
  readonly base: string | undefined;
  readonly children: ReactNode;
}

function Judgement({ report: { verdict, findings }, base, children }: JudgementProps) {
  return (
    <>
      <StatusBadge status={verdict.status} />
      <p className="mt-1 max-w-prose font-semibold text-16">
        <UnbrokenSizes text={verdict.headline} />
      </p>
      <p className="mt-1 mb-5 max-w-prose text-13 text-muted">{children}</p>
      {findings.length === 0 ? (
        <p className="text-13 text-muted">
          {verdict.status === "healthy"
            ? "Nothing was out of line."
            : "No cause that Memledger knows fits what was read."}
        </p>
      ) : (
        keyed(findings, ({ id }) => id).map(({ key, item }, index) => (
          <FindingCard key={key} finding={item} number={index + 1} base={base} />
        ))
      )}
    </>
  );
}
