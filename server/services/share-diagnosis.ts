import { createHash, randomBytes } from "node:crypto";
import type { SnapshotReport } from "../core/report";
import type { DiagnosisStore } from "../store/diagnoses";
import { redactReport } from "./redaction/redact-report";
import type { Reveal } from "./redaction/reveal";
import type { ReportLibrary } from "./report-library";
import { snapshotReportSchema } from "./report-schema";
import { ServiceError } from "./service-error";

export interface ShareParts {
  readonly diagnoses: DiagnosisStore;
  readonly library: ReportLibrary;
  readonly now: () => number;
}

export interface ShareRequest {
  readonly id: string;
  readonly expiresInDays: number;
  readonly reveal: Reveal;
}

const DAY_MS = 24 * 3600 * 1000;
/** 192 random bits: 32 characters of base64url. */
const TOKEN_BYTES = 24;
const TOKEN = /^[\w-]{32}$/;

export type ShareDiagnosis = ReturnType<typeof createShareDiagnosis>;

/** Links to a redacted, frozen report: made, listed, revoked, opened. */
export function createShareDiagnosis({ diagnoses, library, now }: ShareParts) {
  async function redact(id: string, reveal: Reveal): Promise<SnapshotReport> {
    const record = await library.record(id);
    return redactReport(await library.reportOf(record), await library.snapshotOf(record), reveal);
  }

  return {
    /** What a link made now would show. */
    preview: redact,

    /** Freezes the redacted report. The token is returned here and can never be read again. */
    async share({ id, expiresInDays, reveal }: ShareRequest) {
      const report = await redact(id, reveal);
      const token = randomBytes(TOKEN_BYTES).toString("base64url");
      const expiresAt = new Date(now() + expiresInDays * DAY_MS).toISOString();
      await diagnoses.insertDiagnosis({
        handle: randomBytes(12).toString("base64url"),
        tokenSha256: hashToken(token),
        snapshotId: id,
        createdAt: new Date(now()).toISOString(),
        expiresAt,
        report: JSON.stringify(report),
      });
      return { token, path: `/d/${token}`, expiresAt };
    },

    async list(id: string) {
      const records = await diagnoses.listOfSnapshot(id);
      return {
        diagnoses: records.map(({ handle, createdAt, expiresAt, revokedAt }) => ({
          handle,
          createdAt,
          expiresAt,
          ...(revokedAt !== undefined && { revokedAt }),
        })),
      };
    },

    /** Closes a link at once and drops its report. Revoking twice does nothing more. */
    async revoke(handle: string): Promise<void> {
      const record = await diagnoses.findByHandle(handle);
      if (!record) throw new ServiceError("notFound", "There is no such share.");
      if (record.revokedAt !== undefined) return;
      await diagnoses.insertDiagnosis({
        ...record,
        revokedAt: new Date(now()).toISOString(),
        report: "",
      });
    },

    /** The report behind a link; "gone" once expired or revoked. */
    async open(token: string) {
      const record = TOKEN.test(token) ? await diagnoses.findByToken(hashToken(token)) : undefined;
      if (!record) throw new ServiceError("notFound", "There is no such link.");
      const { createdAt, expiresAt, revokedAt } = record;
      if (revokedAt !== undefined) throw new ServiceError("gone", "This link has been revoked.");
      if (Date.parse(expiresAt) <= now()) throw new ServiceError("gone", "This link has expired.");
      const report: SnapshotReport = snapshotReportSchema.parse(JSON.parse(record.report));
      return { report, createdAt, expiresAt };
    },
  };
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
