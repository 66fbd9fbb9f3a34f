import { ioUringRings } from "../../accounting/io-uring-rings";
import { judgeHeld } from "../descriptor-rule";
import type { Rule } from "../rule";

/** Without fdinfo a ring may have any size; so many in one process are more than a server's workers need. */
const MANY = 256;

/** Submission and completion rings of io_uring: pages that only the memory cgroup counts (kernel, not slab). */
export const ioUringRingMemory: Rule = {
  id: "io-uring-rings",
  title: "Rings of io_uring",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const rings = ioUringRings(diagnosis.snapshot);
    const sized = rings.filter(({ bytes }) => bytes.lower * 2 >= bytes.upper);
    const holdings = sized.length > 0 || rings.length < MANY ? sized : rings;
    if (holdings.length === 0) return undefined;
    return judgeHeld(diagnosis, rest, {
      bucket: "allocpage",
      holdings,
      noun: "rings of io_uring",
      confirm: [
        {
          command: "grep -sE '^(Sq|Cq)Mask' /proc/[0-9]*/fdinfo/*",
          proves:
            "The entries of every ring: (SqMask + 1) × 64 bytes and (CqMask + 1) × 16 bytes, in powers of two.",
          risk: "Reads only; walks the open files of all processes once.",
          root: true,
        },
      ],
      fix: "Fewer and smaller rings: one per thread, entries as deep as the queue needs; close rings that are left over.",
      fixRisk: "A smaller ring makes submitters wait; closing one ends its requests.",
    });
  },
};
