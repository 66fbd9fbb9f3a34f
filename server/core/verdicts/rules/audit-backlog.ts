import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { KIB, MIB } from "../../units";
import { collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { ownerStatus } from "../thresholds";

/** A record that waits has a packet of 1 KiB with its descriptor besides the audit_buffer itself. */
const PACKET_EACH = KIB + 256;
const NOTABLE = 16 * MIB;
const LOGGED = /audit: backlog limit exceeded|audit_backlog=\d/;

/** Records that auditd does not fetch: stopped, or slower than the rules make them. */
export const auditBacklog: Rule = {
  id: "audit-backlog",
  title: "Audit records that nobody fetches",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const set = collectCaches(diagnosis, ({ name }) => name === "audit_buffer");
    const records = set.activeObjects;
    const logged = lastNotice(diagnosis);
    const sum = set.bytes + records * PACKET_EACH;
    if (sum < NOTABLE && !logged) return undefined;
    const bytes = leftOf(diagnosis, rest, { bucket: "slabUnreclaimable", bytes: sum });
    const size = ownerStatus(bytes, diagnosis.memTotal);
    return {
      status: size ?? "watch",
      headline:
        sum >= NOTABLE
          ? `${records} audit records wait for auditd, ${formatBytes(bytes)} with their packets`
          : "The queue of audit records ran over: auditd is stopped or too slow",
      confirm: [
        {
          command: "auditctl -s; systemctl status auditd --no-pager | head -5",
          proves:
            "backlog against backlog_limit, records lost, and whether a daemon (pid) fetches them.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: logged ? 1 : 0.85, why: "the kernel has not complained in this log" },
        ]),
        bytes: { lower: Math.min(bytes, set.used), upper: bytes },
        holders: set.holders,
        evidence: [...set.evidence, ...(logged ? [logged] : [])],
        fix: "Start auditd again or let its plugin keep up; fewer rules for events that come by the thousand; a backlog_limit that fits (auditctl -b).",
        fixRisk: "Fewer rules record less; records above the limit are lost.",
      },
    };
  },
};

function lastNotice({ snapshot }: Diagnosis): Evidence | undefined {
  const log = snapshot.kernelLog;
  const notice = log?.value.notices.findLast(({ text }) => LOGGED.test(text));
  if (!log || !notice) return undefined;
  const value = Number(/audit_backlog=(\d{1,9})/.exec(notice.text)?.[1] ?? 1);
  const at = { file: log.file, line: notice.line };
  return quote(snapshot, at, { text: "audit backlog over its limit", value, unit: "count" });
}
