import { mergeProcesses } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, Holder } from "../../report";
import { type Bytes, MIB } from "../../units";
import { type CacheSet, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { ownerStatus } from "../thresholds";

/** Less is everyday life. */
const NOTABLE = 64 * MIB;
/** Header of a message, and of each further page of it (struct msg_msg, msg_msgseg). */
const PER_MESSAGE = 48;
const SHOWN = 5;

/** Kinds of objects that a program makes one by one and only a program takes away. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:msg_msg|mqueue)/, "messages in queues that nobody receives"],
  [/^posix_timers_cache$/, "POSIX timers that are not deleted"],
  [/^sigqueue$/, "signals that are queued"],
  [/^key_jar$/, "keys that are not revoked"],
  [/^(?:sem_|shm_)/, "semaphores and segments"],
];

interface Leak {
  readonly what: string;
  readonly set: CacheSet;
  /** At least, with what the queues themselves say. */
  readonly lower: Bytes;
  readonly upper: Bytes;
  readonly holders: readonly Holder[];
  readonly evidence: readonly Evidence[];
}

/** Messages, timers, signals and keys: the largest kind of them. */
export const ipcOrTimerLeak: Rule = {
  id: "ipc-or-timer-leak",
  title: "Messages, timers, signals or keys that pile up",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const [leak] = KINDS.map(([pattern, what]) => leakOf(diagnosis, pattern, what))
      .filter(({ upper }) => upper >= NOTABLE)
      .sort((a, b) => b.upper - a.upper);
    if (!leak) return undefined;
    const upper = leftOf(diagnosis, rest, { bucket: "slabUnreclaimable", bytes: leak.upper });
    const size = ownerStatus(upper, diagnosis.memTotal);
    const [main] = leak.holders;
    return {
      status: statusOf(size, main),
      headline: `${formatBytes(upper)} of slab are ${leak.what}${main?.comm ? `; the last sender to the largest was ${main.comm} (pid ${main.pid})` : ""}`,
      confirm: [
        {
          command:
            "ipcs -q; ls -l /dev/mqueue 2>/dev/null; cat /proc/key-users; grep -H SigQ /proc/[0-9]*/status | sort -t: -k3 -rn | head -5; for p in /proc/[0-9]*; do echo $(grep -c ID: $p/timers 2>/dev/null) $p; done | sort -rn | head -5",
          proves: "Which queue, user or process has them.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : size ? "warning" : "info",
        ...confidenceOf([
          { factor: leak.holders.length > 0 ? 1 : 0.8, why: "the queue or process is not known" },
          {
            factor: leak.set.bytes > 0 ? 1 : 0.9,
            why: "this kernel keeps them in general size classes",
          },
        ]),
        bytes: { lower: Math.min(leak.lower, upper), upper },
        holders: [...leak.holders, ...leak.set.holders],
        evidence: [...leak.evidence, ...leak.set.evidence],
        fix: "The receiver must run, or the program must delete what it makes. A queue whose programs are gone can be removed by its owner (ipcrm -q).",
        fixRisk: "Removing a queue loses its messages.",
      },
    };
  },
};

function statusOf(size: ReturnType<typeof ownerStatus>, main: Holder | undefined): Found["status"] {
  if (size === "suspect") return main ? "held" : "suspect";
  return size ?? "healthy";
}

function leakOf(diagnosis: Diagnosis, pattern: RegExp, what: string): Leak {
  const set = collectCaches(diagnosis, ({ name }) => pattern.test(name));
  const isMessages = pattern.test("msg_msg");
  const queues = isMessages ? queueHolders(diagnosis) : [];
  const queued = queues.reduce((sum, { bytes }) => sum + bytes.lower, 0);
  const rounded = queues.reduce((sum, { bytes }) => sum + bytes.upper, 0);
  return {
    what,
    set,
    lower: Math.max(set.used, queued),
    upper: Math.max(set.bytes, rounded),
    holders: queues.slice(0, SHOWN),
    evidence: queues.slice(0, SHOWN).flatMap(({ evidence = [] }) => evidence),
  };
}

/** Queues with unread messages, largest first. */
function queueHolders({ snapshot }: Diagnosis): readonly Holder[] {
  const source = snapshot.sysvMessages;
  if (!source) return [];
  const processes = mergeProcesses(snapshot);
  return source.value
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map((queue): Holder => {
      const sender = queue.lspid === undefined ? undefined : processes.get(queue.lspid);
      const lower = queue.bytes + queue.messages * PER_MESSAGE;
      return {
        kind: "ipc",
        name: `message queue ${queue.msqid}`,
        ...(queue.lspid ? { pid: queue.lspid } : {}),
        ...(sender?.comm ? { comm: sender.comm } : {}),
        count: queue.messages,
        // A size class is at most twice what is asked for.
        bytes: { lower, upper: lower * 2 },
        evidence: [
          quote(
            snapshot,
            { file: source.file, line: queue.line },
            {
              text: "unread bytes in the queue",
              value: queue.bytes,
              unit: "bytes",
              formula: `+ ${queue.messages} messages × ${PER_MESSAGE} bytes of header`,
            },
          ),
        ],
      };
    });
}
