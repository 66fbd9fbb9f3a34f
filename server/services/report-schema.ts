import { z } from "zod";
import { BUCKETS, HOLDER_KINDS, SOURCE_KINDS, STATUSES } from "../core/report";
import { RECONCILE_TOOLS } from "../core/report-reconcile";

/**
 * The zod schema of the report document. `server/core/report.ts` holds the types by hand so that the
 * core stays free of zod; the test beside this file makes the compiler refuse any difference.
 * Sizes are bytes, times are ISO 8601 in UTC.
 */

// A field that is not known is absent; the kernel's own counters are whole numbers of bytes, shares
// worked out from them need not be.
const optional = <T extends z.ZodType>(type: T) => z.exactOptional(type);
const text = z.string();
const bytes = z.number();
const confidence = z.number().min(0).max(1);
const byteRange = z.object({ lower: bytes, upper: bytes });
const bucketId = z.enum(BUCKETS);

const evidence = z.object({
  text,
  value: z.number(),
  unit: z.enum(["bytes", "pages", "count", "ratio", "percent", "seconds"]),
  formula: optional(text),
  file: text,
  line: optional(z.int().positive()),
  raw: optional(text),
});

const bucketPart = z.object({
  id: text,
  label: text,
  bytes: byteRange,
  evidence: optional(z.array(evidence)),
});

const bucketShare = z.object({
  id: bucketId,
  group: z.enum(["user", "kernel", "free"]),
  bytes,
  how: z.enum(["field", "derived", "remainder"]),
  from: z.array(text),
  evidence: optional(z.array(evidence)),
  parts: optional(z.array(bucketPart)),
});

const cgroupShare = z.object({
  path: text,
  pod: optional(text),
  current: optional(bytes),
  anon: optional(bytes),
  file: optional(bytes),
  shmem: optional(bytes),
  kernel: optional(bytes),
  sock: optional(bytes),
  kernelOther: optional(bytes),
  evidence: optional(z.array(evidence)),
});

const composition = z.object({
  memTotal: bytes,
  buckets: z.array(bucketShare),
  uncertainty: z.object({ plusMinus: bytes, why: text }),
  closes: z.boolean(),
  notMeasured: z.array(bucketId),
  numa: optional(
    z.array(z.object({ numaNode: z.int(), memTotal: bytes, buckets: z.array(bucketShare) })),
  ),
  cgroups: optional(z.array(cgroupShare)),
});

const holder = z.object({
  kind: z.enum(HOLDER_KINDS),
  pid: optional(z.int()),
  comm: optional(text),
  state: optional(text),
  fd: optional(z.int()),
  inode: optional(z.int()),
  local: optional(text),
  peer: optional(text),
  name: optional(text),
  pod: optional(text),
  cgroup: optional(text),
  count: optional(z.int()),
  bytes: byteRange,
  evidence: optional(z.array(evidence)),
});

const nextStep = z.object({ command: text, proves: text, risk: text, root: z.boolean() });

const finding = z.object({
  id: text,
  title: text,
  severity: z.enum(["info", "warning", "critical"]),
  confidence,
  confidenceWhy: optional(text),
  bucket: optional(bucketId),
  bytes: byteRange,
  explains: optional(byteRange),
  holders: z.array(holder),
  evidence: z.array(evidence),
  against: optional(z.array(evidence)),
  fix: optional(text),
  fixRisk: optional(text),
  confirm: optional(z.array(nextStep)),
});

const nodeFacts = z.object({
  hostname: optional(text),
  kernel: optional(text),
  arch: optional(text),
  pageSize: bytes,
  cpus: optional(z.int()),
  os: optional(text),
  takenAt: optional(text),
  uptimeSeconds: optional(z.number()),
});

const reconcileRow = z.object({
  tool: z.enum(RECONCILE_TOOLS),
  label: text,
  bytes,
  formula: text,
  source: optional(text),
  differs: bytes,
  why: text,
  parts: optional(z.array(z.object({ bucket: bucketId, bytes, why: optional(text) }))),
});

const dataQuality = z.object({
  read: z.array(z.object({ file: text, format: text, lines: z.int() })),
  skipped: z.array(z.object({ file: text, line: z.int(), text })),
  missing: z.array(z.object({ file: text, wouldShow: text })),
  unreadable: z.array(z.object({ file: text, error: text })),
});

/** One moment of one node: what its memory is made of, the verdict and the evidence. */
export const snapshotReportSchema = z.object({
  source: z.object({ file: text, kind: z.enum(SOURCE_KINDS), sha256: text }),
  node: nodeFacts,
  composition: optional(composition),
  verdict: z.object({
    status: z.enum(STATUSES),
    bucket: optional(bucketId),
    headline: text,
    confidence,
  }),
  findings: z.array(finding),
  ruledOut: z.array(
    z.object({ id: text, title: optional(text), why: text, bytes: z.object({ upper: bytes }) }),
  ),
  unexplained: optional(z.array(z.object({ bucket: bucketId, bytes: byteRange }))),
  nextSteps: z.array(nextStep),
  reconcile: z.array(reconcileRow),
  dataQuality,
});

/** The whole document, as `memledger analyze --json` and `POST /api/v1/analyze` give it. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.literal("memledger"), version: text }),
  snapshots: z.array(snapshotReportSchema),
  errors: z.array(z.object({ file: text, code: text, message: text })),
});

/** JSON Schema (draft 2020-12) of the report, for readers in other languages. */
export function reportJsonSchema(): Record<string, unknown> {
  return { title: "Memledger report", ...z.toJSONSchema(reportSchema) };
}
