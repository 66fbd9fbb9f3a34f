import { type GpuView, viewGpu } from "../../accounting/gpu";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { allProcesses } from "../process-holders";
import type { Found, Rule } from "../rule";
import { sizeStatus } from "../thresholds";

const NOTABLE = 256 * MIB;
/** One program with this share of RAM in graphics buffers is worth a look. */
const ONE_HOLDS = 0.25;
const HOLDERS = 5;

/** Graphics buffers in host memory: named, and harmless unless one program holds a quarter of RAM. */
export const gpuBuffers: Rule = {
  id: "gpu-buffers",
  title: "Graphics buffers in host memory",
  bucket: "gpu",
  judge(diagnosis, rest) {
    const [view] = viewGpu(diagnosis.snapshot, diagnosis.composition);
    const { memTotal = 0 } = diagnosis;
    if (!view || view.bytes.upper < Math.max(NOTABLE, memTotal * 0.01)) return undefined;
    return found(diagnosis, view, diagnosis.composition ? rest(view.bucket) : view.bytes.upper);
  },
};

function found(diagnosis: Diagnosis, view: GpuView, rest: Bytes): Found {
  const upper = Math.min(rest, view.bytes.upper);
  const [largest] = view.clients;
  const status = statusOf(diagnosis, view);
  const by = largest ? `, the most by a client of ${largest.client.driver}` : "";
  return {
    status,
    headline: `${formatBytes(view.bytes.upper)} of host memory are graphics buffers${by}`,
    confirm: [
      {
        command: "grep -s -E 'drm-(driver|memory|resident|total)' /proc/[0-9]*/fdinfo/*",
        proves: "How much each program has in graphics buffers, by region.",
        risk: "Reads only.",
        root: true,
      },
    ],
    finding: {
      severity: status === "healthy" ? "info" : "warning",
      ...confidenceOf([
        {
          factor: view.bytes.lower === view.bytes.upper ? 1 : 0.85,
          why: "clients may share buffers, which then count twice",
        },
      ]),
      bucket: view.bucket,
      bytes: { lower: Math.min(view.bytes.lower, upper), upper },
      holders: holdersOf(diagnosis, view),
      evidence: view.evidence,
      fix: "Look at the program with the most buffers; closing it (or the tab) frees them.",
      fixRisk: "The program loses what it shows.",
    },
  };
}

function statusOf({ memTotal }: Diagnosis, view: GpuView): Found["status"] {
  const largest = view.clients[0]?.bytes ?? 0;
  if (memTotal !== undefined && largest > memTotal * ONE_HOLDS) return "watch";
  // Without clients nobody is named: buffers shared between drivers that fill the machine are kept by somebody.
  const isNameless = view.clients.length === 0 && view.bucket === "allocpage";
  return isNameless && sizeStatus(view.bytes.upper, memTotal) === "suspect" ? "held" : "healthy";
}

function holdersOf({ snapshot }: Diagnosis, { clients }: GpuView): readonly Holder[] {
  const comms = new Map(allProcesses(snapshot).map(({ pid, comm }) => [pid, comm]));
  return clients.slice(0, HOLDERS).map(({ client, bytes }) => {
    const comm = client.pid === undefined ? undefined : comms.get(client.pid);
    return {
      kind: "process",
      ...(client.pid === undefined ? { name: client.driver } : { pid: client.pid }),
      ...(comm ? { comm } : {}),
      bytes: { lower: bytes, upper: bytes },
    };
  });
}
