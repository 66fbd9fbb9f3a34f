import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { ByteRange, Evidence, Holder, NextStep } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf, type Factor } from "../confidence";
import { roomIn } from "../descriptor-rule";
import type { Diagnosis } from "../diagnosis";
import { loadedModule } from "../foreign-modules";
import type { Found, Rule } from "../rule";
import { siteEvidence, siteHolders, sitesOf } from "../site-set";
import { sizeStatus } from "../thresholds";

const MODULES = ["nvidia", "nvidia_uvm"];
/** Of RAM: what hosts with busy cards hold for them without anything being wrong. */
const USUAL_SHARE = 0.15;
const WORTH_A_WORD = 256 * MIB;
const SHORT = 0.1;
const USERS_NAMED = 5;

interface Pages {
  readonly bytes: ByteRange;
  readonly evidence: readonly Evidence[];
  readonly holders: readonly Holder[];
  readonly factors: readonly Factor[];
}

/**
 * System memory that the NVIDIA driver takes for its cards (pinned buffers, managed memory): straight from the page allocator, in no
 * counter. Call sites give the amount; with the module alone it is a bound. Up to a seventh of RAM, or while programs use the cards and
 * memory is not short, it is no leak.
 */
export const nvidiaHostPages: Rule = {
  id: "nvidia-host-pages",
  title: "Host memory of NVIDIA cards",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    if (diagnosis.inconsistencies.length > 0) return undefined;
    const room = roomIn(diagnosis, rest, "allocpage");
    const pages = fromSites(diagnosis, room) ?? fromModule(diagnosis, room);
    return pages && found(diagnosis, pages);
  },
};

function fromSites({ snapshot }: Diagnosis, room: Bytes): Pages | undefined {
  const sites = sitesOf(
    snapshot,
    "allocpage",
    ({ subsystem, module }) => subsystem === "NVIDIA driver" || MODULES.includes(module ?? ""),
  );
  const bytes = Math.min(sites?.bytes ?? 0, room);
  if (!sites || bytes < WORTH_A_WORD) return undefined;
  return {
    bytes: { lower: bytes, upper: bytes },
    evidence: siteEvidence(sites),
    holders: siteHolders(sites, bytes),
    factors: [
      {
        factor: sites.view.covers === "held" ? 1 : 0.8,
        why: "only what was allocated while tracing",
      },
    ],
  };
}

function fromModule({ snapshot }: Diagnosis, room: Bytes): Pages | undefined {
  const module = loadedModule(snapshot, MODULES);
  if (!module || !Number.isFinite(room) || room < WORTH_A_WORD) return undefined;
  const what = { text: `module ${module.name}`, value: module.size, unit: "bytes" } as const;
  const evidence = quote(snapshot, { file: module.file, line: module.line }, what);
  const bytes = { lower: 0, upper: room };
  return {
    bytes,
    evidence: [evidence],
    holders: [{ kind: "module", name: module.name, bytes, evidence: [evidence] }],
    factors: [
      { factor: 0.5, why: "the driver is loaded; how much it holds is not printed anywhere" },
    ],
  };
}

function found(diagnosis: Diagnosis, { bytes, evidence, holders, factors }: Pages): Found {
  const users = usersOf(diagnosis, bytes.upper);
  const status = statusOf(diagnosis, bytes, users);
  const isFine = status === "healthy";
  const idle = users?.length === 0 ? ", and no program uses one" : "";
  return {
    status,
    headline: `${bytes.lower > 0 ? "" : "Up to "}${formatBytes(bytes.upper)} are host memory of NVIDIA cards${idle}`,
    confirm: CONFIRM,
    finding: {
      severity: isFine ? "info" : "critical",
      ...confidenceOf([
        ...factors,
        { factor: users || isFine ? 1 : 0.9, why: "not known which programs use the cards" },
      ]),
      bytes,
      holders: [...(users ?? []), ...holders],
      evidence: [...(users ?? []).flatMap((user) => user.evidence ?? []), ...evidence],
      fix: "Nothing, while the programs on the cards need it. A driver that keeps pages after they ended needs an update.",
      fixRisk: "A driver update stops every program on the cards.",
    },
  };
}

function statusOf(
  diagnosis: Diagnosis,
  { lower, upper }: ByteRange,
  users: readonly Holder[] | undefined,
): Found["status"] {
  const { memTotal = 0, available = memTotal } = diagnosis;
  const isUsual = upper <= memTotal * USUAL_SHARE || sizeStatus(upper, memTotal) !== "suspect";
  if (isUsual) return "healthy";
  if (users?.length === 0) return "suspect";
  if (lower > 0 && available > memTotal * SHORT) return "healthy";
  return lower > 0 || users ? "held" : "suspect";
}

/** Processes that use a card, by nvidia-smi or by their open files; absent where neither was read. */
function usersOf({ snapshot }: Diagnosis, upper: Bytes): readonly Holder[] | undefined {
  const { nvidia } = snapshot;
  if (nvidia) {
    return nvidia.value.processes.slice(0, USERS_NAMED).map(({ pid, name, line }) => {
      const what = { text: `process ${pid} uses a card`, value: 1, unit: "count" } as const;
      const evidence = [quote(snapshot, { file: nvidia.file, line }, what)];
      return { kind: "process", pid, comm: name, bytes: { lower: 0, upper }, evidence };
    });
  }
  if (snapshot.fdLinks.length === 0) return undefined;
  const users = new Map<number, Holder>();
  for (const { file, value } of snapshot.fdLinks) {
    for (const { pid, fd, line, target } of value) {
      if (users.size >= USERS_NAMED || users.has(pid) || !/^\/dev\/nvidia(?:\d|-uvm)/.test(target))
        continue;
      const what = { text: `process ${pid} has ${target} open`, value: 1, unit: "count" } as const;
      const evidence = [quote(snapshot, { file, line }, what)];
      users.set(pid, { kind: "process", pid, fd, bytes: { lower: 0, upper }, evidence });
    }
  }
  return [...users.values()];
}

const CONFIRM: readonly NextStep[] = [
  {
    command: "nvidia-smi; nvidia-smi --query-compute-apps=pid,name,used_memory --format=csv",
    proves: "Which programs use the cards; their host buffers go when they end.",
    risk: "Reads only.",
    root: false,
  },
];
