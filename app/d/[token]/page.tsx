import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Diagnosis } from "@/components/diagnosis";
import { formatMoment } from "@/components/format-time";
import { NodeHeader } from "@/components/node-header";
import { publicApi } from "@/server/api/caller";

export const metadata: Metadata = {
  title: "Shared diagnosis",
  robots: { index: false, follow: false, noarchive: true },
};

interface SharedPageProps {
  readonly params: Promise<{ readonly token: string }>;
}

/** A frozen, masked report for whoever has the link. It holds nothing of the server but that report. */
export default async function SharedPage({ params }: SharedPageProps) {
  const { report, createdAt, expiresAt } = await openShared((await params).token);
  const name = report.node.hostname ?? "A node that is not named";
  return (
    <div className="mx-auto max-w-page px-4 pt-5 pb-20 sm:px-6">
      <p className="mb-4 border-b pb-3 text-13 text-muted">
        Shared diagnosis, frozen {formatMoment(createdAt)}. The link works until{" "}
        {formatMoment(expiresAt)}. Names and addresses may be masked.
      </p>
      <NodeHeader name={name} facts={report.node} />
      <div className="mt-6">
        <Diagnosis report={report} name={name} />
      </div>
    </div>
  );
}

/** `proxy.ts` has answered 410 before this page is reached; a link that closes in between is not found. */
async function openShared(token: string) {
  try {
    return await (await publicApi()).diagnoses.open({ token });
  } catch (error) {
    if (error instanceof TRPCError && CLOSED.has(error.code)) notFound();
    throw error;
  }
}

const CLOSED: ReadonlySet<string> = new Set(["NOT_FOUND", "PRECONDITION_FAILED", "BAD_REQUEST"]);
