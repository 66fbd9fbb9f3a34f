import { portOf } from "../../accounting/retained-sockets";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, Holder } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { loadedModule } from "../foreign-modules";
import type { Rule } from "../rule";
import { siteEvidence, siteHolders, sitesOf } from "../site-set";
import { ownerStatus } from "../thresholds";

interface Client {
  readonly name: string;
  readonly subsystem: string;
  readonly modules: readonly string[];
  readonly caches: RegExp;
  /** Ports that its kernel sockets talk to. */
  readonly ports: readonly number[];
}

const CLIENTS: readonly Client[] = [
  {
    name: "Ceph",
    subsystem: "Ceph",
    modules: ["ceph", "rbd", "libceph"],
    caches: /^ceph_(?:msg|osd_request|bio)|^rbd_/,
    ports: [6789, 3300],
  },
  {
    name: "NFS or SunRPC",
    subsystem: "NFS and SunRPC",
    modules: ["nfsd", "nfsv4", "nfsv3", "nfs", "sunrpc", "rpcrdma"],
    caches: /^(?:rpc_|nfs_(?:read|write|commit|page|direct)|nfsd)/,
    ports: [2049, 20049],
  },
  {
    name: "DRBD",
    subsystem: "DRBD",
    modules: ["drbd"],
    caches: /^drbd_/,
    ports: [7788, 7789],
  },
  {
    name: "iSCSI",
    subsystem: "iSCSI",
    modules: ["iscsi_tcp", "ib_iser", "iscsi_target_mod"],
    caches: /^(?:iscsi|lio_)/,
    ports: [3260],
  },
];

interface Held {
  readonly client: Client;
  readonly bytes: Bytes;
  readonly evidence: readonly Evidence[];
  readonly holders: readonly Holder[];
}

/**
 * Memory behind a network file system or block device: pages of its call sites, or queues of its kernel sockets, which no process holds.
 * Its module alone proves nothing: nearly every server has one loaded.
 */
export const networkStorageClient: Rule = {
  id: "network-storage-client",
  title: "Memory behind network storage",
  bucket: "allocpage",
  judge(diagnosis) {
    const [most] = CLIENTS.flatMap((client) => held(diagnosis, client) ?? []).sort(
      (a, b) => b.bytes - a.bytes,
    );
    const size = most && ownerStatus(most.bytes, diagnosis.memTotal);
    if (!most || !size) return undefined;
    const module = moduleEvidence(diagnosis, most.client);
    return {
      status: size,
      headline: `${formatBytes(most.bytes)} wait in ${most.client.name}: in the kernel, behind no process`,
      confirm: [
        {
          command:
            "ss -tnmei | grep -A1 -v 'users:' | head -60; nfsstat -rc 2>/dev/null; cat /proc/drbd 2>/dev/null",
          proves: "Whether the kernel's own connections to the storage move.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: module ? 1 : 0.85, why: "not known whether its module is loaded" },
          { factor: 0.85, why: "one look: requests may be on their way" },
        ]),
        bytes: { lower: most.bytes, upper: most.bytes },
        holders: most.holders,
        evidence: [...most.evidence, ...(module ? [module] : [])],
        fix: "Look at the storage side first: a slow or unreachable server makes requests pile up. Then bound them (rsize and wsize, nr_requests, max-buffers of DRBD), or update a kernel that leaks them.",
        fixRisk: "Smaller requests cost throughput; a forced unmount loses what was not written.",
      },
    };
  },
};

function held(diagnosis: Diagnosis, client: Client): Held | undefined {
  const sites = sitesOf(
    diagnosis.snapshot,
    "allocpage",
    ({ subsystem }) => subsystem === client.subsystem,
  );
  if (sites && sites.bytes > 64 * MIB) {
    const { bytes } = sites;
    return { client, bytes, evidence: siteEvidence(sites), holders: siteHolders(sites, bytes) };
  }
  return queued(diagnosis, client);
}

/** Connections of the kernel itself have no process and go to the storage's port. */
function queued({ snapshot, sockets }: Diagnosis, client: Client): Held | undefined {
  if (!loadedModule(snapshot, client.modules)) return undefined;
  const own = (sockets?.sockets ?? []).filter(
    ({ pid, peer, state }) =>
      pid === undefined && state === "ESTAB" && client.ports.includes(Number(portOf(peer))),
  );
  const bytes = own.reduce((sum, { retained }) => sum + retained.upper, 0);
  if (bytes < 64 * MIB) return undefined;
  const holders = own.slice(0, 5).map((socket) => ({
    kind: "socket" as const,
    name: `kernel socket of ${client.name}`,
    ...(socket.local ? { local: socket.local } : {}),
    ...(socket.peer ? { peer: socket.peer } : {}),
    bytes: socket.retained,
    evidence: [socket.evidence],
  }));
  return { client, bytes, holders, evidence: own.slice(0, 3).map(({ evidence }) => evidence) };
}

function moduleEvidence({ snapshot }: Diagnosis, client: Client): Evidence | undefined {
  const module = loadedModule(snapshot, client.modules);
  if (!module) return undefined;
  const what = { text: `module ${module.name}`, value: module.size, unit: "bytes" } as const;
  return quote(snapshot, { file: module.file, line: module.line }, what);
}
