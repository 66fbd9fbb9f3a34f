import type { SourceKind } from "../core/report";
import type { Snapshot } from "../core/snapshot";
import { Draft, type Facts } from "./formats/draft";
import { FACT_FORMATS } from "./formats/facts";
import type { Format, TextFile } from "./formats/format";
import { FORMATS } from "./formats/registry";
import type { Group } from "./layouts/group-roots";
import { type Placed, placeFiles } from "./layouts/look-paths";
import { findMissing } from "./missing-files";
import { choosePageSize, toNodeFacts } from "./node-facts";
import { findTakenAt, moveOn } from "./taken-at";

export interface InputFacts {
  readonly inputName: string;
  readonly sha256: string;
}

/** One group of texts as a snapshot; as two, the later knowing the earlier, when it holds two looks. */
export function buildSnapshots(group: Group, input: InputFacts): readonly Snapshot[] {
  const placed = placeFiles(group.files);
  const first = placed.filter((file) => file.look === 1);
  const second = placed.filter((file) => file.look === 2);
  const draft = new Draft();
  enterAll(draft, first, group.root);
  const takenAt = findTakenAt({
    draft,
    files: first,
    root: group.root,
    inputName: input.inputName,
  });
  const kind = kindOf(group);
  const snapshot = finish({ draft, takenAt, kind, input });
  const earlier = draft.earlier.map((moment) => earlierMoment(snapshot, moment));
  if (!second.some((file) => file.format.id === "meminfo")) return [...earlier, snapshot];
  return [snapshot, secondLook({ draft, second, snapshot, root: group.root })];
}

/** A moment of which a table over time tells the totals and nothing else. */
function earlierMoment(snapshot: Snapshot, moment: Draft["earlier"][number]): Snapshot {
  const { kind, inputName, sha256 } = snapshot;
  const { takenAt: _last, ...node } = snapshot.node;
  const { takenAt, meminfo } = moment;
  const draft = new Draft();
  return {
    ...{ kind, inputName, sha256, meminfo },
    node: takenAt === undefined ? node : { ...node, takenAt },
    ...draft.lists,
    smallFiles: draft.smallFiles,
    files: snapshot.files.filter(({ file }) => file === meminfo.file),
    ...{ skipped: [], missing: [], unreadable: [] },
    texts: snapshot.texts,
  };
}

/** The later look: its own counters and sockets, everything else shared with the first. */
function secondLook(looks: {
  readonly draft: Draft;
  readonly second: readonly Placed[];
  readonly snapshot: Snapshot;
  readonly root: string;
}): Snapshot {
  const { snapshot, second } = looks;
  const next = looks.draft.fork();
  forgetRepeated(next, second, looks.root);
  delete next.facts.uptimeSeconds;
  enterAll(next, second, looks.root);
  const before = snapshot.node.uptimeSeconds;
  const after = next.facts.uptimeSeconds ?? before;
  const { takenAt } = snapshot.node;
  const moved = before === undefined || after === undefined || after < before ? 0 : after - before;
  const later = finish({
    draft: next,
    takenAt: takenAt && moveOn(takenAt, moved),
    kind: snapshot.kind,
    input: snapshot,
  });
  return { ...later, previous: snapshot };
}

/** Rows of the first look go where the second look has rows of the same kind. */
function forgetRepeated(draft: Draft, second: readonly Placed[], root: string): void {
  const ids = new Set(second.map((file) => file.format.id));
  const { lists } = draft;
  if (ids.has("ss") || ids.has("netstat")) lists.socketTables = [];
  if (ids.has("net-counters")) lists.netCounters = [];
  if (ids.has("numa-meminfo")) lists.numaMeminfo = [];
  if (ids.has("hugepages")) lists.hugepagePools = [];
  if (ids.has("fd-links")) lists.fdLinks = [];
  for (const { format, file } of second) {
    if (format.id === "small-file") draft.smallFiles.delete(file.path);
  }
  const replaced = new Set(second.map(({ file }) => root + file.path));
  draft.keepFiles((name) => !name.startsWith(`${root}t1/`) && !replaced.has(name));
}

function enterAll(draft: Draft, files: readonly Placed[], root: string): void {
  const byFormat = new Map<string, TextFile[]>();
  for (const { format, file } of files) {
    const there = byFormat.get(format.id);
    if (there) there.push(file);
    else byFormat.set(format.id, [file]);
  }
  for (const format of FACT_FORMATS) enterFormat(draft, format, byFormat.get(format.id), root);
  draft.pageSize = choosePageSize(draft.facts, byFormat.get("meminfo")?.[0]?.text);
  const others = FORMATS.filter((format) => !FACT_FORMATS.includes(format));
  for (const format of others) enterFormat(draft, format, byFormat.get(format.id), root);
}

function enterFormat(
  draft: Draft,
  format: Format,
  files: TextFile[] | undefined,
  root: string,
): void {
  if (!files) return;
  const ordered = files.sort((a, b) => compareFiles(format, a, b));
  if (format.take === "combined") enterCombined(draft, format, ordered, root);
  else if (format.take === "all") for (const file of ordered) enterFile(draft, format, file);
  else enterBest(draft, format, ordered);
}

function compareFiles(format: Format, a: TextFile, b: TextFile): number {
  const own = Number(a.netns !== undefined) - Number(b.netns !== undefined);
  if (own !== 0) return own;
  const rank = (format.rank?.(a.path) ?? 0) - (format.rank?.(b.path) ?? 0);
  if (rank !== 0) return rank;
  if (format.take === "best" && a.path.length !== b.path.length)
    return a.path.length - b.path.length;
  return a.path < b.path ? -1 : Number(a.path > b.path);
}

/** The first that can be read fills the place; the ones behind it are named, so nobody wonders. */
function enterBest(draft: Draft, format: Format, files: readonly TextFile[]): void {
  let used: TextFile | undefined;
  for (const file of files) {
    if (used) draft.noteUnused(file, `${format.id}, not used (${used.path} was)`);
    else if (enterFile(draft, format, file)) used = file;
  }
}

function enterCombined(
  draft: Draft,
  format: Format,
  files: readonly TextFile[],
  root: string,
): void {
  // A stored combined text ("proc/*/status") stands for its files only where they are gone.
  const single = files.filter((file) => !file.path.includes("*"));
  const [stored] = files;
  if (!stored) return;
  const whole = single.length > 0 ? format.combine?.(single) : stored;
  if (!whole) return;
  const name = single.length > 0 ? root + whole.name : whole.name;
  enterFile(draft, format, { ...whole, name });
}

function enterFile(draft: Draft, format: Format, file: TextFile): boolean {
  if (file.text.trim() === "" && !isAnswerWhenEmpty(format, file)) {
    draft.cannotRead(file.name, emptyReason(file));
    return false;
  }
  const before = draft.unreadable.length;
  const isEntered = format.enter(draft, file);
  if (isEntered) draft.noteRead(file, format.id);
  else if (draft.unreadable.length > before) draft.quote(file);
  return isEntered;
}

function isAnswerWhenEmpty(format: Format, file: TextFile): boolean {
  return format.mayBeEmpty === true && file.text === "";
}

function emptyReason(file: TextFile): string {
  const isKernelFile = file.path.startsWith("proc/") || file.path.startsWith("sys/");
  return isKernelFile
    ? "empty: tar and cp take files of /proc for empty, copy them with cat or our collector"
    : "empty";
}

const NODE_OBJECTS = "cluster-scoped-resources/core/nodes/";

function kindOf({ root, files }: Group): SourceKind {
  if (files.some(({ format }) => format.id === "meta")) return "memledger";
  if (files.some(({ envelope }) => envelope === "supportconfig")) return "supportconfig";
  if (files.some(({ file }) => file.path.startsWith(NODE_OBJECTS))) return "must-gather";
  const isSos =
    /sosreport-/.test(root) || files.some(({ file }) => file.path.startsWith("sos_commands/"));
  if (isSos) return "sosreport";
  return toolOf(files) ?? (files.some((file) => file.isAnchored) ? "proc" : "text");
}

/** Whose table the totals are of, where the kernel's own file is not there. */
function toolOf(files: Group["files"]): SourceKind | undefined {
  const ids = new Set(files.map(({ format }) => format.id));
  if (ids.has("meminfo")) return undefined;
  return (["node-exporter", "crash", "sysak"] as const).find((id) => ids.has(id));
}

function finish(made: {
  readonly draft: Draft;
  readonly takenAt: string | undefined;
  readonly kind: SourceKind;
  readonly input: InputFacts;
}): Snapshot {
  const { draft, takenAt, kind, input } = made;
  return {
    kind,
    inputName: input.inputName,
    sha256: input.sha256,
    node: toNodeFacts(factsOf(draft), draft.pageSize, takenAt),
    ...draft.single,
    ...draft.lists,
    smallFiles: draft.smallFiles,
    files: draft.files,
    skipped: draft.skipped,
    missing: findMissing(draft),
    unreadable: draft.unreadable,
    texts: draft.texts,
  };
}

/** What was said of the machine; the CPUs else from zoneinfo: one free list per zone and CPU that is online. */
function factsOf({ facts, single }: Draft): Facts {
  const lists = single.zoneinfo?.value.zones.map((zone) => zone.pcpCounts.length) ?? [];
  const online = Math.max(0, ...lists);
  return online > 0 ? { cpus: online, ...facts } : facts;
}
