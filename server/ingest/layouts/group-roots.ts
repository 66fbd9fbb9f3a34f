import { FACT_FORMATS } from "../formats/facts";
import type { Classified } from "./classify";

/** The texts of one machine at one moment (or two close looks at it). */
export interface Group {
  readonly root: string;
  readonly files: readonly Classified[];
}

export interface Grouping {
  readonly groups: readonly Group[];
  /** Roots inside another machine's tree (a container's file system, an unpacked older report): left out. */
  readonly inner: readonly string[];
}

/** Formats of which a machine has one: two of them in one folder tree are two machines or two moments. */
const ONE_PER_MOMENT = new Set([
  "meminfo",
  "vmstat",
  "zoneinfo",
  "buddyinfo",
  "slabinfo",
  "slabtop",
  "vmallocinfo",
  "sockstat",
  "kubernetes-node",
]);
const FACTS = new Set(FACT_FORMATS.map((format) => format.id));

/**
 * Sorts texts by the machine they came from. The root of each is where its /proc, /sys or
 * report folders hang; loose files belong to their folder, and folders that do not repeat a table are one machine.
 */
export function groupByRoot(files: readonly Classified[]): Grouping {
  const byRoot = mapByRoot(files);
  joinLooseFolders(byRoot);
  shareContext(byRoot);
  return dropInner(byRoot);
}

type Roots = Map<string, Classified[]>;

function mapByRoot(files: readonly Classified[]): Roots {
  const roots: Roots = new Map();
  for (const file of files) add(roots, file.root, [file]);
  return roots;
}

function add(roots: Roots, root: string, files: readonly Classified[]): void {
  const there = roots.get(root);
  if (there) there.push(...files);
  else roots.set(root, [...files]);
}

/** "mem/meminfo.txt" and "net/ss.txt" are one machine; "before/meminfo" and "after/meminfo" are two moments. */
function joinLooseFolders(roots: Roots): void {
  const byParent = new Map<string, string[]>();
  for (const [root, files] of roots) {
    const isLoose = root !== "" && !root.includes("#") && files.every((file) => !file.isAnchored);
    if (!isLoose) continue;
    const parent = parentOf(root);
    byParent.set(parent, [...(byParent.get(parent) ?? []), root]);
  }
  for (const [parent, loose] of byParent) joinInto(roots, parent, loose);
}

function joinInto(roots: Roots, parent: string, loose: readonly string[]): void {
  const all = roots.has(parent) ? [parent, ...loose] : loose;
  if (all.length < 2 || hasRepeats(all.map((root) => roots.get(root) ?? []))) return;
  for (const root of loose) {
    add(roots, parent, roots.get(root) ?? []);
    roots.delete(root);
  }
}

function hasRepeats(groups: readonly (readonly Classified[])[]): boolean {
  const seen = new Set<string>();
  for (const files of groups) {
    const ids = [...measuresOf(files), ...logsOf(files)];
    if (ids.some((id) => seen.has(id))) return true;
    for (const id of ids) seen.add(id);
  }
  return false;
}

/** "a/dmesg.log" and "b/dmesg.log" are logs of two machines, "kern.log" and "messages" may be of one. */
function logsOf(files: readonly Classified[]): readonly string[] {
  return files
    .filter(({ format }) => format.id === "kernel-log")
    .map(({ file }) => file.name.slice(file.name.lastIndexOf("/") + 1));
}

function measuresOf(files: readonly Classified[]): ReadonlySet<string> {
  return new Set(files.map((file) => file.format.id).filter((id) => ONE_PER_MOMENT.has(id)));
}

function parentOf(root: string): string {
  return root.slice(0, root.lastIndexOf("/", root.length - 2) + 1);
}

/** Files beside the machines' folders ("uname.txt" next to "day0/", "day6/") belong to each of them. */
function shareContext(roots: Roots): void {
  for (const [root, files] of [...roots]) {
    const below = [...roots.keys()].filter((other) => other !== root && other.startsWith(root));
    const isContext = measuresOf(files).size === 0 && below.some((other) => measures(roots, other));
    if (!isContext) continue;
    for (const other of below) add(roots, other, files);
    roots.delete(root);
  }
}

function measures(roots: Roots, root: string): boolean {
  return measuresOf(roots.get(root) ?? []).size > 0;
}

function dropInner(roots: Roots): Grouping {
  const outer = [...roots].filter(([, files]) => isMachine(files)).map(([root]) => root);
  const inner: string[] = [];
  const groups: Group[] = [];
  for (const [root, files] of roots) {
    const isInner =
      outer.some((other) => other !== root && root.startsWith(other)) && !root.includes("#");
    if (isInner) inner.push(root);
    else if (files.some((file) => !FACTS.has(file.format.id))) groups.push({ root, files });
  }
  return { groups, inner };
}

/** A whole system's tree with its own numbers: what lies deeper in it is not the machine. */
function isMachine(files: readonly Classified[]): boolean {
  return files.some((file) => file.isAnchored && ONE_PER_MOMENT.has(file.format.id));
}
