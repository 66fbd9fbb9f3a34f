import { mergeProcesses } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { processName } from "../socket-holder";

/** Direct I/O in flight pins a few MiB all the time. */
const SMALLEST = 512 * MIB;
const SHARE = 0.03;
const PROCESSES_NAMED = 5;

/**
 * Memory of processes that a device or io_uring has pinned: it cannot be moved or swapped, but it is counted with the
 * process (anon, shmem or huge pages) and comes back with it. Named, because it explains why nothing can be reclaimed.
 */
export const pinnedUserPages: Rule = {
  id: "pinned-user-pages",
  title: "Process memory pinned for devices",
  bucket: "anon",
  judge(diagnosis) {
    const pinned = pinnedBytes(diagnosis);
    const { memTotal = 0, snapshot } = diagnosis;
    if (!pinned || pinned.value < Math.max(SMALLEST, memTotal * SHARE)) return undefined;
    const processes = [...mergeProcesses(snapshot).values()]
      .filter(({ vmPin = 0 }) => vmPin > 0)
      .sort((a, b) => (b.vmPin ?? 0) - (a.vmPin ?? 0))
      .slice(0, PROCESSES_NAMED);
    const [main] = processes;
    const upper = diagnosis.composition
      ? Math.min(pinned.value, bytesOf(diagnosis, "anon"))
      : pinned.value;
    return {
      status: "healthy",
      headline: `${formatBytes(pinned.value)} of process memory are pinned${main ? `, most by ${processName(main)}` : ""}: in use, not lost`,
      confirm: [],
      finding: {
        severity: "info",
        ...confidenceOf([
          {
            factor: main ? 1 : 0.85,
            why: "no process prints VmPin: huge pages or a virtual machine",
          },
        ]),
        bytes: { lower: 0, upper },
        holders: processes.map(({ pid, comm, state, vmPin = 0, file, line }) => ({
          kind: "process" as const,
          pid,
          ...(comm && { comm }),
          ...(state && { state }),
          bytes: { lower: 0, upper: vmPin },
          evidence: [
            quote(snapshot, { file, line }, { text: "VmPin", value: vmPin, unit: "bytes" }),
          ],
        })),
        evidence: [pinned],
        fix: "Nothing is wrong: registered buffers, RDMA and device assignment pin what they use. LimitMEMLOCK= bounds it.",
        fixRisk: "A lower limit makes registration fail in the process.",
      },
    };
  },
};

/** Pages pinned and not released since boot; where the kernel does not count them, what processes pin. */
function pinnedBytes(diagnosis: Diagnosis): Evidence | undefined {
  const { snapshot } = diagnosis;
  const { vmstat } = snapshot;
  const acquired = vmstat?.value.get("nr_foll_pin_acquired");
  const released = vmstat?.value.get("nr_foll_pin_released");
  if (!vmstat || !acquired || !released) return sumOfVmPin(diagnosis);
  const value: Bytes = Math.max(0, acquired.value - released.value) * snapshot.node.pageSize;
  return quote(
    snapshot,
    { file: vmstat.file, line: acquired.line },
    {
      text: "pages pinned by devices and not released",
      value,
      unit: "bytes",
      formula: "(nr_foll_pin_acquired − nr_foll_pin_released) × page size",
    },
  );
}

function sumOfVmPin({ snapshot }: Diagnosis): Evidence | undefined {
  const processes = [...mergeProcesses(snapshot).values()].filter(({ vmPin = 0 }) => vmPin > 0);
  const [first] = processes.sort((a, b) => (b.vmPin ?? 0) - (a.vmPin ?? 0));
  if (!first) return undefined;
  const value = processes.reduce((sum, { vmPin = 0 }) => sum + vmPin, 0);
  return quote(snapshot, first, {
    text: "pinned by processes",
    value,
    unit: "bytes",
    formula: "Σ VmPin",
  });
}
