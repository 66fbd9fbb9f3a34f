import { mergeProcesses } from "../../accounting/processes";
import { mergeSockets } from "../../accounting/socket-merge";
import { quote } from "../../evidence";
import { groupBy } from "../../group-by";
import type { FdLink } from "../../parse/fd-links";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** Sockets of one process, and of those in no socket table, from which on they are worth a word. */
const MANY_SOCKETS = 2_000;
const MANY_LOST = 500;

interface SourcedLink extends FdLink {
  readonly file: string;
}

/** Descriptors of sockets that pile up in one process; those in no table were never bound or connected. */
export const socketFdLeak: Rule = {
  id: "socket-fd-leak",
  title: "Leaked socket descriptors",
  judge(diagnosis) {
    const [worst] = candidates(diagnosis);
    if (!worst) return undefined;
    const comm = mergeProcesses(diagnosis.snapshot).get(worst.pid)?.comm;
    const name = `${comm ?? "a process"} (pid ${worst.pid})`;
    return {
      status: "watch",
      headline: `${name} holds ${worst.links.length} socket descriptors, ${worst.lost} of them in no socket table`,
      confirm: [
        {
          command: "ls /proc/PID/fd | wc -l; ls -l /proc/PID/fd | grep -c socket",
          proves:
            "Run it again in ten minutes with the pid named here: a count that only grows is the leak.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([
          { factor: worst.lost > MANY_LOST ? 1 : 0.6, why: "many sockets may be many clients" },
        ]),
        bytes: { lower: 0, upper: 0 },
        holders: [
          {
            kind: "process",
            pid: worst.pid,
            ...(comm ? { comm } : {}),
            count: worst.links.length,
            bytes: { lower: 0, upper: 0 },
          },
        ],
        evidence: worst.links.slice(0, 1).map((link) =>
          quote(diagnosis.snapshot, link, {
            text: "socket descriptors of the process",
            value: worst.links.length,
            unit: "count",
          }),
        ),
        fix: "Close what is opened on every path; compare the count over time.",
        fixRisk: "A restart of the process closes them all, and every live connection with them.",
      },
    };
  },
};

function candidates({ snapshot }: Diagnosis) {
  const shown = new Set(mergeSockets(snapshot).flatMap((socket) => socket.inode ?? []));
  const links = snapshot.fdLinks.flatMap((source) =>
    source.value
      .filter((link) => link.target.startsWith("socket:"))
      .map((link): SourcedLink => ({ ...link, file: source.file })),
  );
  const hasTables = shown.size > 0;
  return [...groupBy(links, (link) => link.pid)]
    .map(([pid, own]) => ({
      pid,
      links: own,
      lost: hasTables ? own.filter((link) => !shown.has(link.inode ?? -1)).length : 0,
    }))
    .filter(({ links: own, lost }) => own.length > MANY_SOCKETS || lost > MANY_LOST)
    .sort((a, b) => b.lost - a.lost || b.links.length - a.links.length);
}
