import type { Metadata } from "next";
import { ownOrigin } from "@/app/own-origin";
import { Diagnosis } from "@/components/diagnosis";
import { readAddress, type SnapshotPageProps } from "./snapshot-page";
import { getSnapshotReport } from "./snapshot-report";

export async function generateMetadata({ params }: SnapshotPageProps): Promise<Metadata> {
  const { node } = await readAddress(params);
  return { title: node };
}

export default async function SnapshotPage({ params }: SnapshotPageProps) {
  const { node, id, base } = await readAddress(params);
  const { report } = await getSnapshotReport(id);
  return (
    <Diagnosis
      report={report}
      base={base}
      origin={await ownOrigin()}
      name={report.node.hostname ?? node}
    />
  );
}
