import { quote } from "../evidence";
import type { DrmClient } from "../parse/drm-fdinfo";
import type { FdInfo } from "../parse/pid-fdinfo";
import type { ByteRange, Composition, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { bucketBytes } from "./buckets";
import { meminfoEvidence } from "./ledger-facts";

interface Client extends DrmClient {
  readonly file: string;
}

/** Host memory that graphics drivers hold, by the bucket it lies in. */
export interface GpuView {
  readonly bucket: "gpu" | "shmem" | "allocpage";
  /** lower: the largest client alone, since buffers may be shared; upper: all clients. */
  readonly bytes: ByteRange;
  readonly clients: readonly { readonly client: Client; readonly bytes: Bytes }[];
  readonly evidence: readonly Evidence[];
}

/** Drivers whose buffers are shared memory (GEM on shmem); the others take pages themselves (TTM). */
const ON_SHMEM =
  /^(?:i915|msm|panfrost|panthor|lima|v3d|vc4|etnaviv|virtio_gpu|vgem|asahi|tegra|omapdrm|rockchip)/;
const HOST_REGION = /^(?:gtt|system|smem|cma|memory|cpu)\d*$/;

/** What is known, largest place first; empty where nothing tells of graphics memory. */
export function viewGpu(
  snapshot: Snapshot,
  composition: Pick<Composition, "buckets"> | undefined,
): readonly GpuView[] {
  const own = composition ? bucketBytes(composition, "gpu") : 0;
  const pageBucket = own > 0 ? "gpu" : "allocpage";
  const clients = drmClients(snapshot)
    .map((client) => ({ client, bytes: hostBytes(client) }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
  const isOnShmem = ({ client }: { client: DrmClient }): boolean => ON_SHMEM.test(client.driver);
  const views = [
    viewOf(snapshot, "shmem", clients.filter(isOnShmem)),
    pagesView(
      snapshot,
      pageBucket,
      clients.filter((each) => !isOnShmem(each)),
    ),
  ];
  return views.filter((view) => view !== undefined).sort((a, b) => b.bytes.upper - a.bytes.upper);
}

/** Clients from fdinfo of cards alone, and from a list of all descriptors' fdinfo. */
function drmClients(snapshot: Snapshot): readonly Client[] {
  const { drmClients: own } = snapshot;
  const seen = new Set<string>();
  const listed = snapshot.fdInfo.flatMap(({ file, value }) =>
    value.flatMap((info) => {
      const driver = info.words.get("drm-driver");
      const id = `${driver} ${info.words.get("drm-pdev")} ${info.numbers.get("drm-client-id")?.value}`;
      if (driver === undefined || seen.has(id)) return [];
      seen.add(id);
      const resident = regionsOf(info, /^drm-(?:memory|resident)-/);
      return [{ file, driver, ...info, resident, total: regionsOf(info, /^drm-total-/) }];
    }),
  );
  return [...(own?.value ?? []).map((client) => ({ file: own?.file ?? "", ...client })), ...listed];
}

function regionsOf({ numbers }: FdInfo, prefix: RegExp): DrmClient["resident"] {
  return new Map(
    [...numbers]
      .filter(([name]) => prefix.test(name))
      .map(([name, measured]) => [name.replace(prefix, ""), measured]),
  );
}

function hostBytes({ resident, total }: DrmClient): Bytes {
  const regions = resident.size > 0 ? resident : total;
  return [...regions]
    .filter(([region]) => HOST_REGION.test(region))
    .reduce((sum, [, { value }]) => sum + value, 0);
}

function viewOf(
  snapshot: Snapshot,
  bucket: GpuView["bucket"],
  clients: GpuView["clients"],
): GpuView | undefined {
  const [largest] = clients;
  if (!largest) return undefined;
  const upper = clients.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    ...{ bucket, clients, bytes: { lower: largest.bytes, upper } },
    evidence: clients.slice(0, 3).map(({ client, bytes }) =>
      quote(snapshot, client, {
        text: `host memory of a client of ${client.driver}`,
        value: bytes,
        unit: "bytes",
      }),
    ),
  };
}

/** The kernel's own totals first: meminfo's, the card's GTT, the table of dma-bufs; then the clients. */
function pagesView(
  snapshot: Snapshot,
  bucket: "gpu" | "allocpage",
  clients: GpuView["clients"],
): GpuView | undefined {
  const seen = viewOf(snapshot, bucket, clients);
  const totals = kernelTotals(snapshot);
  if (totals.length === 0) return dmaBufView(snapshot, bucket, seen);
  const sum = totals.reduce((all, { value }) => all + value, 0);
  return {
    ...{ bucket, clients, bytes: { lower: sum, upper: sum } },
    evidence: [...totals, ...(seen?.evidence ?? [])],
  };
}

function kernelTotals(snapshot: Snapshot): readonly Evidence[] {
  const fields = ["GPUActive", "GPUReclaim"].flatMap(
    (field) => meminfoEvidence(snapshot, field) ?? [],
  );
  if (fields.some(({ value }) => value > 0)) return fields;
  return [...snapshot.smallFiles].flatMap(([tail, { file, text }]) => {
    const used = Number(text.trim());
    if (!tail.endsWith("/mem_info_gtt_used") || !(used > 0)) return [];
    const what = {
      text: "host memory mapped by a card (GTT)",
      value: used,
      unit: "bytes",
    } as const;
    return [quote(snapshot, { file, line: 1 }, what)];
  });
}

/** Buffers shared between drivers: an upper bound only, as some are video memory or shared memory. */
function dmaBufView(
  snapshot: Snapshot,
  bucket: "gpu" | "allocpage",
  seen: GpuView | undefined,
): GpuView | undefined {
  const { dmaBuf } = snapshot;
  if (!dmaBuf) return seen;
  const { total, count } = dmaBuf.value;
  const evidence = quote(
    snapshot,
    { file: dmaBuf.file, line: total.line },
    { text: `${count} dma-bufs`, value: total.value, unit: "bytes" },
  );
  return {
    bucket,
    clients: seen?.clients ?? [],
    bytes: {
      lower: seen?.bytes.lower ?? 0,
      upper: Math.max(total.value, seen?.bytes.upper ?? 0),
    },
    evidence: [evidence, ...(seen?.evidence ?? [])],
  };
}
