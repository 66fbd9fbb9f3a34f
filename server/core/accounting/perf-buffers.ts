import { quote } from "../evidence";
import { groupBy } from "../group-by";
import type { Snapshot } from "../snapshot";
import type { Holding } from "./holding";
import { mergeProcesses } from "./processes";

const PERF = "anon_inode:[perf_event]";

/**
 * Rings of perf events by process, largest first: what is mapped of them; else what the process has pinned, which is how
 * the kernel charges the part of a ring beyond kernel.perf_event_mlock_kb (kernel/events/core.c perf_mmap).
 */
export function perfBuffers(snapshot: Snapshot): readonly Holding[] {
  const mapped = snapshot.kernelMappings.flatMap(({ file, value }) =>
    value.filter(({ target }) => target.startsWith(PERF)).map((one) => ({ ...one, file })),
  );
  const processes = mergeProcesses(snapshot);
  const byPid = groupBy(mapped, ({ pid }) => pid);
  const rings = [...byPid].map(([pid, own]): Holding => {
    const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
    const at = own.reduce((largest, one) => (one.bytes > largest.bytes ? one : largest));
    const comm = processes.get(pid)?.comm;
    return {
      pid,
      ...(comm && { comm }),
      count: own.length,
      bytes: { lower: bytes, upper: bytes },
      evidence: quote(snapshot, at, {
        text: `mapped rings of ${own.length} perf events`,
        value: bytes,
        unit: "bytes",
        formula: "Σ length of the mappings",
      }),
    };
  });
  return [...rings, ...pinnedByPerf(snapshot, byPid)].sort((a, b) => b.bytes.upper - a.bytes.upper);
}

function pinnedByPerf(
  snapshot: Snapshot,
  mapped: ReadonlyMap<number, unknown>,
): readonly Holding[] {
  const links = snapshot.fdLinks.flatMap(({ value }) =>
    value.filter(({ target, pid }) => target.startsWith(PERF) && !mapped.has(pid)),
  );
  const processes = mergeProcesses(snapshot);
  const counts = groupBy(links, ({ pid }) => pid);
  return [...counts].flatMap(([pid, own]): readonly Holding[] => {
    const process = processes.get(pid);
    if (!process?.vmPin) return [];
    const { vmPin, comm, file, line } = process;
    return [
      {
        pid,
        ...(comm && { comm }),
        count: own.length,
        bytes: { lower: 0, upper: vmPin },
        evidence: quote(
          snapshot,
          { file, line },
          { text: "pinned by a process with perf events (VmPin)", value: vmPin, unit: "bytes" },
        ),
      },
    ];
  });
}

/** Ring buffers of the function and event tracer, of the machine and of each instance, in bytes. */
export function traceBuffers(snapshot: Snapshot): readonly Holding[] {
  return snapshot.traceBuffers
    .map(({ file, value }): Holding => {
      const instance = /\/instances\/([^/]+)\//.exec(file)?.[1];
      return {
        count: 1,
        name: instance ? `tracing instance ${instance}` : "the tracer's own buffer",
        bytes: { lower: value.value, upper: value.value },
        evidence: quote(
          snapshot,
          { file, line: value.line },
          { text: "buffer_total_size_kb", value: value.value, unit: "bytes" },
        ),
      };
    })
    .sort((a, b) => b.bytes.upper - a.bytes.upper);
}
