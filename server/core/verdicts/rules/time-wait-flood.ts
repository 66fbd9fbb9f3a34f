import { confidenceOf } from "../confidence";
import type { Rule } from "../rule";
import { sockstatCount } from "../sockstat-evidence";

const MANY = 50_000;
/** One tw_sock_TCP object (slabinfo objsize). */
const BYTES_EACH = 256;

/** Looks alarming in `ss -s`, costs 256 bytes each and ends by itself: nearly always a false alarm. */
export const timeWaitFlood: Rule = {
  id: "time-wait-flood",
  title: "Many TIME-WAIT sockets",
  judge(diagnosis) {
    const waiting = sockstatCount(diagnosis.snapshot, "TCP.tw");
    if (!waiting || waiting.value <= MANY) return undefined;
    const bytes = waiting.value * BYTES_EACH;
    return {
      status: "healthy",
      headline: `${waiting.value} sockets in TIME-WAIT, which cost little`,
      confirm: [],
      finding: {
        severity: "info",
        ...confidenceOf([]),
        bytes: { lower: bytes, upper: bytes },
        holders: [],
        evidence: [{ ...waiting, formula: `× ${BYTES_EACH} bytes each` }],
        fix: "Reuse connections (keep-alive, pools). Nothing leaks here.",
        fixRisk: "None.",
      },
    };
  },
};
