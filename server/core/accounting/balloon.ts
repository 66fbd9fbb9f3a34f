import { quote } from "../evidence";
import type { BalloonDriver } from "../parse/balloon";
import type { Composition, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, pagesToBytes } from "../units";
import { bucketBytes } from "./buckets";
import { isKernelAtLeast } from "./kernel-version";
import { meminfoEvidence } from "./ledger-facts";
import { presentButNotManaged } from "./managed";

/** Memory that a hypervisor took from this guest. */
export interface BalloonView {
  readonly driver?: BalloonDriver | "virtio";
  /** How much, where anything says so; bytes. */
  readonly ballooned?: Evidence;
  /** Where the pages are: in the balloon bucket, among the pages that no counter shows, or no longer in MemTotal. */
  readonly place: "balloon" | "allocpage" | "outside";
  /** Lines that show that a balloon works here: the driver's module, its words in the log. */
  readonly signs: readonly Evidence[];
  /** The log says that memory was taken, not only that the driver is there. */
  readonly isInflatedByLog: boolean;
}

const MODULES: ReadonlyMap<string, NonNullable<BalloonView["driver"]>> = new Map([
  ["vmw_balloon", "vmware"],
  ["vmware_balloon", "vmware"],
  ["vmmemctl", "vmware"],
  ["hv_balloon", "hyperv"],
  ["virtio_balloon", "virtio"],
]);
const NOTICES: readonly (readonly [RegExp, NonNullable<BalloonView["driver"]>])[] = [
  [/\bhv_balloon\b/i, "hyperv"],
  [/\bvmw_balloon\b|vmware balloon/i, "vmware"],
  [/\bvirtio_balloon\b/i, "virtio"],
  [/\bxen[:_ /-]{1,3}balloon\b/i, "xen"],
];
const INFLATED = /partially fulfilled|floor reached|out of puff|cannot balloon|inflat/i;
/** Freed boot memory makes MemTotal larger than the boot line; that it is smaller has one reason. */
const LOST_SINCE_BOOT = 0.02;
const MOST_LOST = 0.85;

/** What is known of a balloon; absent where nothing shows one. */
export function viewBalloon(
  snapshot: Snapshot,
  composition: Pick<Composition, "buckets" | "memTotal"> | undefined,
): BalloonView | undefined {
  const { driver, signs, isInflatedByLog } = balloonSigns(snapshot);
  const counted = driverAmount(snapshot) ?? meminfoAmount(snapshot) ?? vmstatAmount(snapshot);
  const lost = counted?.value ? undefined : lostSinceBoot(snapshot, composition);
  const ballooned = lost ?? counted;
  if (signs.length === 0 && !ballooned?.value) return undefined;
  const seen = { driver, lost: lost !== undefined, bytes: ballooned?.value ?? 0 };
  return {
    ...(driver ? { driver } : {}),
    ...(ballooned ? { ballooned } : {}),
    place: placeOf(snapshot, composition, seen),
    ...{ signs, isInflatedByLog },
  };
}

function placeOf(
  snapshot: Snapshot,
  composition: Pick<Composition, "buckets"> | undefined,
  seen: { readonly driver: BalloonView["driver"]; readonly lost: boolean; readonly bytes: Bytes },
): BalloonView["place"] {
  if (composition && bucketBytes(composition, "balloon") > 0) return "balloon";
  const isGone =
    isGivenBack(snapshot, seen.driver) && !isStillThere(snapshot, composition, seen.bytes);
  return seen.lost || isGone ? "outside" : "allocpage";
}

function balloonSigns(
  snapshot: Snapshot,
): Pick<BalloonView, "signs" | "isInflatedByLog"> & { driver?: BalloonView["driver"] } {
  const { modules, kernelLog, balloon } = snapshot;
  const module = modules?.value.find(({ name }) => MODULES.has(name));
  const notices = (kernelLog?.value.notices ?? []).flatMap((notice) => {
    const named = NOTICES.find(([pattern]) => pattern.test(notice.text));
    return named ? [{ ...notice, driver: named[1] }] : [];
  });
  const telling = notices.find(({ text }) => INFLATED.test(text)) ?? notices[0];
  const driver = balloon?.value.driver ?? telling?.driver ?? MODULES.get(module?.name ?? "");
  const signs = [
    ...(modules && module ? [lineOf(snapshot, modules.file, module, `module ${module.name}`)] : []),
    ...(kernelLog && telling
      ? [lineOf(snapshot, kernelLog.file, telling, "the balloon driver in the kernel log")]
      : []),
  ];
  const isInflatedByLog = notices.some(({ text }) => INFLATED.test(text));
  return { ...(driver ? { driver } : {}), signs, isInflatedByLog };
}

function lineOf(
  snapshot: Snapshot,
  file: string,
  { line }: { readonly line: number },
  text: string,
): Evidence {
  return quote(snapshot, { file, line }, { text, value: 1, unit: "count" });
}

function driverAmount(snapshot: Snapshot): Evidence | undefined {
  const { balloon } = snapshot;
  if (!balloon) return undefined;
  const { ballooned } = balloon.value;
  return quote(
    snapshot,
    { file: balloon.file, line: ballooned.line },
    { text: "ballooned", value: ballooned.value, unit: "bytes" },
  );
}

function meminfoAmount(snapshot: Snapshot): Evidence | undefined {
  const field = meminfoEvidence(snapshot, "Balloon");
  return field?.value ? field : undefined;
}

function vmstatAmount(snapshot: Snapshot): Evidence | undefined {
  const { vmstat } = snapshot;
  const inflate = vmstat?.value.get("balloon_inflate");
  if (!vmstat || !inflate) return undefined;
  const pages = inflate.value - (vmstat.value.get("balloon_deflate")?.value ?? 0);
  if (pages <= 0) return undefined;
  return quote(
    snapshot,
    { file: vmstat.file, line: inflate.line },
    {
      text: "balloon_inflate − balloon_deflate",
      value: pagesToBytes(pages, snapshot.node.pageSize),
      unit: "bytes",
      formula: `${pages} pages × page size`,
    },
  );
}

function lostSinceBoot(
  snapshot: Snapshot,
  composition: Pick<Composition, "memTotal"> | undefined,
): Evidence | undefined {
  const boot = snapshot.bootLog;
  const available = boot?.value.available;
  if (!boot || !available || !composition) return undefined;
  const lost = available.value - composition.memTotal;
  if (lost < available.value * LOST_SINCE_BOOT) return undefined;
  // The host's log beside a container's meminfo: nothing was taken from anybody.
  if (lost > available.value * MOST_LOST) return undefined;
  return quote(
    snapshot,
    { file: boot.file, line: available.line },
    {
      text: "available at boot, now gone from MemTotal",
      value: lost,
      unit: "bytes",
      formula: `${available.value} − MemTotal`,
    },
  );
}

/**
 * With DEFLATE_ON_OOM virtio leaves the pages in MemTotal. Then the zones manage nearly all that is present;
 * where no zoneinfo tells, as much as the balloon holds is missing from every counter.
 */
function isStillThere(
  snapshot: Snapshot,
  composition: Pick<Composition, "buckets"> | undefined,
  ballooned: Bytes,
): boolean {
  if (ballooned === 0 || !composition) return false;
  const gap = presentButNotManaged(snapshot);
  if (gap !== undefined) return gap < ballooned;
  const hidden = bucketBytes(composition, "allocpage");
  return Math.abs(hidden - ballooned) < ballooned * 0.15;
}

/** virtio (without DEFLATE_ON_OOM), Xen and, since 5.11 (d1df458cbfdb), Hyper-V take the pages out of MemTotal. */
function isGivenBack({ node }: Snapshot, driver: BalloonView["driver"]): boolean {
  if (driver === "hyperv") return node.kernel !== undefined && isKernelAtLeast(node.kernel, 5, 11);
  return driver === "virtio" || driver === "xen" || driver === undefined;
}
