import { SITE_FORMATS } from "./allocation-sites";
import { CLUSTER_FORMATS } from "./cluster";
import { COUNTER_FORMATS } from "./counters";
import { DESCRIPTOR_FORMATS } from "./descriptors";
import { FACT_FORMATS } from "./facts";
import { type Format, isNamedLike, type Keep, stemOf } from "./format";
import { HOST_MEMORY_FORMATS } from "./host-memory";
import { KERNEL_FORMATS } from "./kernel-settings";
import { MEMORY_TABLE_FORMATS } from "./memory-tables";
import { MONITORING_FORMATS } from "./monitoring";
import { NET_COUNTER_FORMATS } from "./net-counters";
import { PROCESS_FORMATS } from "./processes";
import { SAR_FORMATS } from "./sar";
import { SMALL_FILE_FORMATS } from "./small-files";
import { SOCKET_FORMATS } from "./sockets";
import { TOOL_FORMATS } from "./tools";

/** Every kind of file that can be read, in the order in which they enter a snapshot: facts (page size) first. */
export const FORMATS: readonly Format[] = [
  ...FACT_FORMATS,
  ...COUNTER_FORMATS,
  ...NET_COUNTER_FORMATS,
  ...SOCKET_FORMATS,
  // Before the processes: the header of top's table is one of ps as well.
  ...MEMORY_TABLE_FORMATS,
  ...PROCESS_FORMATS,
  ...DESCRIPTOR_FORMATS,
  ...KERNEL_FORMATS,
  ...SITE_FORMATS,
  ...SAR_FORMATS,
  ...CLUSTER_FORMATS,
  ...HOST_MEMORY_FORMATS,
  ...SMALL_FILE_FORMATS,
  ...MONITORING_FORMATS,
  ...TOOL_FORMATS,
];

/** Base name → formats, so that a million names cost a million look-ups and not a million × 50 patterns. */
const BY_NAME = new Map<string, Format[]>();
for (const format of FORMATS) {
  for (const name of format.names) BY_NAME.set(name, [...(BY_NAME.get(name) ?? []), format]);
}
const BY_START = FORMATS.filter((format) => format.starts !== undefined);
/** Formats known by their folder alone apply only below these. */
const FOLDER_FORMATS_LIVE_IN =
  /(?:^|\/)(?:proc|sys|sos_commands|cluster-scoped-resources)\/|(?:^|\/)(?:slab\.\w+|balloon)$/;

/** The format that the name alone suggests. */
export function formatByName(path: string): Format | undefined {
  const stem = stemOf(path);
  const exact = BY_NAME.get(stem)?.find((format) => isNamedLike(format, path, stem));
  if (exact) return exact;
  const isBelow = FOLDER_FORMATS_LIVE_IN.test(path);
  return BY_START.find(
    (format) => (isBelow || !format.starts?.includes("")) && isNamedLike(format, path, stem),
  );
}

/** What to hold of a member, by its name; undefined for members that no format asks for. */
export function wantedPart(path: string): Keep | undefined {
  const format = formatByName(path);
  return format && (format.keep ?? "whole");
}
