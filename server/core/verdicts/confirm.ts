import type { Holder, NextStep } from "../report";

/** Commands that several rules ask for. */

export const SLABTOP: NextStep = {
  command: "slabtop -o -s c | head -25",
  proves: "Which caches hold the slab now; run it again in ten minutes to see which one grows.",
  risk: "Takes slab locks for a moment; harmless at this rate.",
  root: true,
};

/** Who holds the queue, and does it move: for a holder without pid nothing can be asked. */
export function socketSteps(holder: Holder | undefined): readonly NextStep[] {
  if (holder?.pid === undefined) return [ALL_SOCKETS];
  const port = /:(\d{1,5})$/.exec(holder.local ?? "")?.[1];
  const filter = port ? ` 'sport = :${port}'` : "";
  return [
    {
      command: `ss -tnmpi${filter}`,
      proves:
        "Run twice, ten seconds apart: Recv-Q and bytes_received that do not move mean that nobody reads.",
      risk: "Reads only; walks all sockets once.",
      root: true,
    },
    {
      command: `grep -E 'State|Name' /proc/${holder.pid}/status; cat /proc/${holder.pid}/wchan; echo; cat /proc/${holder.pid}/stack`,
      proves: "Whether the process is stopped (T), blocked (D) or busy elsewhere.",
      risk: "Reads only.",
      root: true,
    },
  ];
}

const ALL_SOCKETS: NextStep = {
  command: "ss -tuaxnmpi",
  proves: "Which process holds which queue; without root the process column stays empty.",
  risk: "Reads only; walks all sockets once.",
  root: true,
};
