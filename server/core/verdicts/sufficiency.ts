import type { Diagnosis } from "./diagnosis";

/** Without one field of each group the remainder means nothing: what is missing would be in it. */
const ESSENTIAL: readonly (readonly string[])[] = [
  ["MemFree"],
  ["Cached"],
  ["AnonPages", "Active"],
  ["Slab", "SUnreclaim"],
];

/** Fields that a cut paste lacks, one name per group; empty when a verdict is possible. */
export function missingFields({ snapshot }: Diagnosis): readonly string[] {
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo) return [];
  const missing = ESSENTIAL.filter((group) => !group.some((field) => meminfo.has(field))).flatMap(
    ([first]) => first ?? [],
  );
  return isHugePageSizeUnknown(snapshot) ? [...missing, "Hugepagesize"] : missing;
}

/** NUMA nodes print how many huge pages they have and not how large: then those pages are in the remainder. */
function isHugePageSizeUnknown(snapshot: Diagnosis["snapshot"]): boolean {
  const meminfo = snapshot.meminfo?.value;
  if (!meminfo?.get("HugePages_Total")?.value) return false;
  return (
    !meminfo.has("Hugepagesize") && !meminfo.has("Hugetlb") && snapshot.hugepagePools.length === 0
  );
}

/** Why no verdict is possible, as a sentence; absent when one is. */
export function insufficiency(diagnosis: Diagnosis): string | undefined {
  if (!diagnosis.composition) {
    return "No verdict: nothing in this input gives MemTotal (no meminfo)";
  }
  const missing = missingFields(diagnosis);
  if (missing.length === 0) return undefined;
  return `No verdict: meminfo is cut, ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing, so what they hold cannot be told apart from the rest`;
}
