import type { SnapshotReport } from "../../core/report";
import type { Snapshot } from "../../core/snapshot";
import { bareHost, isEveryonesAddress, splitEndpoint } from "./address";

/** Values of one input that name its owner. They are looked for in every sentence of the report. */
export interface SensitiveValues {
  readonly hostnames: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
  readonly cgroups: ReadonlySet<string>;
}

interface Collected {
  readonly hostnames: Set<string>;
  readonly addresses: Set<string>;
  readonly commands: Set<string>;
  readonly paths: Set<string>;
  readonly cgroups: Set<string>;
}

/**
 * Gathers host names, addresses, command lines, paths and cgroup names of a snapshot, and keeps
 * those that the report quotes somewhere.
 */
export function collectSensitive(report: SnapshotReport, snapshot: Snapshot): SensitiveValues {
  const found: Collected = {
    hostnames: new Set(),
    addresses: new Set(),
    commands: new Set(),
    paths: new Set(),
    cgroups: new Set(),
  };
  addHostnames(found, report, snapshot);
  addSockets(found, snapshot);
  addProcesses(found, snapshot);
  addFiles(found, snapshot);
  return keepQuoted(found, report);
}

function addHostnames(found: Collected, report: SnapshotReport, snapshot: Snapshot): void {
  for (const facts of [report.node, snapshot.node, snapshot.previous?.node]) {
    const hostname = facts?.hostname?.trim();
    if (!hostname || hostname === "localhost") continue;
    found.hostnames.add(hostname);
    const [label, ...domain] = hostname.split(".");
    if (label !== undefined && label.length > 1) found.hostnames.add(label);
    if (domain.length > 1) found.hostnames.add(domain.join("."));
  }
}

function addSockets(found: Collected, snapshot: Snapshot): void {
  for (const table of snapshot.socketTables) {
    if (table.netns !== undefined && !table.netns.startsWith("net:")) found.paths.add(table.netns);
    for (const row of table.rows) {
      addEndpoint(found, row.local);
      addEndpoint(found, row.peer);
      addCgroup(found, row.cgroup);
    }
  }
}

function addEndpoint(found: Collected, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  if (endpoint.startsWith("/") || endpoint.startsWith("@")) {
    found.paths.add(endpoint);
    return;
  }
  const { host } = splitEndpoint(endpoint);
  // Netlink and packet rows hold numbers and protocol names where others hold addresses.
  if (!isEveryonesAddress(host) && /[.:]/.test(host)) found.addresses.add(bareHost(host));
}

function addProcesses(found: Collected, snapshot: Snapshot): void {
  const comms = new Set(
    snapshot.processTables.flatMap((table) => table.rows.map((row) => row.comm)),
  );
  for (const row of snapshot.processTables.flatMap((table) => table.rows)) {
    addCgroup(found, row.cgroup);
    const command = row.cmdline?.trim();
    // "kthreadd" and the like are names, which stay; what has arguments or a path is a command line.
    if (command === undefined || comms.has(command) || !/[\s/=]/.test(command)) continue;
    found.commands.add(command);
    for (const argument of command.split(/\s+/)) addArgument(found, argument);
  }
}

function addArgument(found: Collected, argument: string): void {
  if (argument.startsWith("/") && argument.length > 1) found.paths.add(argument);
  else if (argument.length >= 4 && /[/=@]/.test(argument)) found.commands.add(argument);
}

const GENERIC_CGROUP =
  /^(?:system|user|machine|kubepods|init|docker|besteffort|burstable|guaranteed|kubepods-(?:besteffort|burstable))(?:\.slice|\.scope)?$/;

function addCgroup(found: Collected, cgroup: string | undefined): void {
  if (cgroup === undefined || cgroup === "/" || cgroup === "") return;
  found.cgroups.add(cgroup);
  for (const segment of cgroup.split("/"))
    if (segment.length >= 6 && !GENERIC_CGROUP.test(segment)) found.cgroups.add(segment);
}

function addFiles(found: Collected, snapshot: Snapshot): void {
  for (const row of snapshot.fdLinks.flatMap((links) => links.value))
    if (row.target.startsWith("/")) found.paths.add(row.target);
  for (const mount of snapshot.tmpfs.flatMap((mounts) => mounts.value))
    if (mount.mountPoint.length > 1) found.paths.add(mount.mountPoint);
  for (const cgroup of snapshot.cgroupMemory?.value ?? []) addCgroup(found, cgroup.path);
}

/** Drops what the report never says, so that masking a sentence stays cheap on a node with 100,000 sockets. */
function keepQuoted(found: Collected, report: SnapshotReport): SensitiveValues {
  const said = quotedText(report).toLowerCase();
  const quoted = (values: Set<string>) =>
    new Set([...values].filter((value) => said.includes(value.toLowerCase())));
  return {
    hostnames: quoted(found.hostnames),
    addresses: quoted(found.addresses),
    commands: quoted(found.commands),
    paths: quoted(found.paths),
    cgroups: quoted(found.cgroups),
  };
}

/** Every string of the report, one a line; JSON's own escapes would hide backslashes and quotes. */
function quotedText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(quotedText).join("\n");
}
