import { type MergedSocket, mergeSockets } from "../../accounting/socket-merge";
import { quote } from "../../evidence";
import { groupBy } from "../../group-by";
import type { Holder } from "../../report";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** In one process: this many are a leak whatever else it does … */
const MANY = 500;
/** … a few are worth a note when they are a large part of its sockets. */
const FEW = 10;
const SHARE = 0.2;

interface Owner {
  readonly pid: number | undefined;
  readonly closeWait: readonly MergedSocket[];
  readonly total: number;
}

/** The peer has closed, the process has not: a missing close(), seen as a growing count of CLOSE-WAIT. */
export const closeWaitLeak: Rule = {
  id: "close-wait-leak",
  title: "Sockets left in CLOSE-WAIT",
  judge(diagnosis) {
    const [worst] = owners(diagnosis);
    if (!worst) return undefined;
    const isMany = worst.closeWait.length > MANY;
    const bytes = worst.closeWait.reduce((sum, socket) => sum + (socket.recvQ ?? 0), 0);
    const holder = toHolder(worst, bytes);
    return {
      status: isMany ? "watch" : "healthy",
      headline: `${worst.closeWait.length} of ${worst.total} sockets of ${holder.comm ?? "one process"} are left in CLOSE-WAIT`,
      confirm: [
        {
          command:
            "ss -tanp state close-wait | awk '{print $NF}' | sort | uniq -c | sort -rn | head",
          proves:
            "Which process leaves them; run it again in a minute: a count that only grows is the leak.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isMany ? "warning" : "info",
        ...confidenceOf([
          { factor: isMany ? 1 : 0.6, why: "few sockets: the process may be about to close them" },
        ]),
        bytes: { lower: bytes, upper: bytes },
        holders: [holder],
        evidence: worst.closeWait.slice(0, 3).map((socket) =>
          quote(diagnosis.snapshot, socket, {
            text: "CLOSE-WAIT, bytes unread",
            value: socket.recvQ ?? 0,
            unit: "bytes",
          }),
        ),
        fix: "The process must close sockets whose peer has gone (read returns 0).",
        fixRisk: "A restart of the process closes them all, and every live connection with them.",
      },
    };
  },
};

function owners({ snapshot }: Diagnosis): readonly Owner[] {
  const tcp = mergeSockets(snapshot).filter((socket) => socket.family === "tcp");
  return [...groupBy(tcp, (socket) => socket.users[0]?.pid)]
    .map(([pid, sockets]) => ({
      pid,
      closeWait: sockets.filter((socket) => socket.state === "CLOSE-WAIT"),
      total: sockets.length,
    }))
    .filter(isNotable)
    .sort((a, b) => b.closeWait.length - a.closeWait.length);
}

function isNotable({ closeWait, total }: Owner): boolean {
  return closeWait.length > MANY || (closeWait.length >= FEW && closeWait.length > total * SHARE);
}

function toHolder({ pid, closeWait }: Owner, bytes: number): Holder {
  const comm = closeWait[0]?.users[0]?.comm;
  return {
    kind: "process",
    ...(pid === undefined ? {} : { pid }),
    ...(comm ? { comm } : {}),
    count: closeWait.length,
    bytes: { lower: bytes, upper: bytes },
  };
}
