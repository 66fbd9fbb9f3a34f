import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/**
 * Pages that are there and that the buddy allocator does not have, in bytes: the kernel's own from the boot,
 * and what a balloon gave back. Absent where the zones do not print both.
 */
export function presentButNotManaged({ zoneinfo, node }: Snapshot): Bytes | undefined {
  const zones = zoneinfo?.value.zones ?? [];
  const sum = (name: string): number =>
    zones.reduce((total, zone) => total + (zone.pages.get(name)?.value ?? 0), 0);
  const [present, managed] = [sum("present"), sum("managed")];
  return present > 0 && managed > 0 ? (present - managed) * node.pageSize : undefined;
}
