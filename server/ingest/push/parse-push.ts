import { isUsableNodeName } from "../../core/node-name";
import { PUSH_LIMITS } from "./push-limits";

/** A push that cannot be used, in one sentence for the agent's log. */
export class PushError extends Error {
  override readonly name = "PushError";
}

/** One push as the agent sent it. */
export interface Push {
  readonly node: string;
  /** Empty where the agent could not read it. */
  readonly bootId: string;
  /** By the node's clock, ms since 1970. */
  readonly takenAtMs: number;
  readonly set: "essential" | "heavy";
  /** The agent's labels, and the Kubernetes names as `k8s-node` and `k8s-pod`. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the agent could not read: the file and one word why. */
  readonly lacks: readonly { readonly file: string; readonly reason: string }[];
  readonly kernel?: string;
  readonly hostname?: string;
  /** Texts by the path they were read from, without the slash before it; outputs of commands by their name. */
  readonly texts: ReadonlyMap<string, string>;
}

const MAGIC = "memledger-push ";
const VERSION = "1";
const HEADER_CHARACTERS = 64 * 1024;
const HEADER_LINES = 300;
const LONGEST_VALUE = 253;
const LONGEST_KEY = 63;
const MOST_LABELS = 32;
const MOST_LACKS = 64;
const LONGEST_PATH = 4096;

/**
 * Reads one push: a line with the version, `key: value` lines, an empty line, then files as `tail -n +1`
 * prints several (`==> PATH <==`). A key that is not known is passed over, so that a newer agent can talk
 * to an older server.
 *
 * @throws PushError in one sentence when it is no push, or its node or time cannot be used
 */
export function parsePush(text: string): Push {
  if (!text.startsWith(MAGIC)) throw new PushError('it does not begin with "memledger-push 1"');
  const end = text.slice(0, HEADER_CHARACTERS).indexOf("\n\n");
  if (end < 0) throw new PushError("its header has no end");
  const [first = "", ...lines] = text.slice(0, end).split("\n", HEADER_LINES);
  const version = first.slice(MAGIC.length).trim();
  if (version !== VERSION)
    throw new PushError(`version ${clean(version, 20)} of pushes is not known to this server`);
  const header = readHeader(lines);
  return {
    node: readNode(header.single.get("node")),
    bootId: clean(header.single.get("boot") ?? "", LONGEST_KEY),
    takenAtMs: readTime(header.single.get("taken")),
    set: header.single.get("set") === "heavy" ? "heavy" : "essential",
    labels: header.labels,
    lacks: header.lacks,
    ...optional("kernel", header.single.get("kernel")),
    ...optional("hostname", header.single.get("hostname")),
    // The first frame's mark stands at the start of a line: after the header's empty line.
    texts: readFrames(text.slice(end + 1)),
  };
}

interface Header {
  readonly single: ReadonlyMap<string, string>;
  readonly labels: Record<string, string>;
  readonly lacks: readonly { readonly file: string; readonly reason: string }[];
}

function readHeader(lines: readonly string[]): Header {
  const single = new Map<string, string>();
  const labels = new Map<string, string>();
  const lacks: { file: string; reason: string }[] = [];
  for (const [key, value] of lines.flatMap(keyAndValue)) {
    if (key === "label") addLabel(labels, value);
    else if (key.startsWith("k8s-")) addLabel(labels, `${key}=${value}`);
    else if (key === "lacks") lacks.push(readLack(value));
    else if (!single.has(key)) single.set(key, value);
  }
  return { single, labels: Object.fromEntries(labels), lacks: lacks.slice(0, MOST_LACKS) };
}

function keyAndValue(line: string): readonly (readonly [string, string])[] {
  const colon = line.indexOf(":");
  return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}

function addLabel(labels: Map<string, string>, value: string): void {
  const equals = value.indexOf("=");
  if (equals <= 0 || labels.size >= MOST_LABELS) return;
  labels.set(clean(value.slice(0, equals), LONGEST_KEY), clean(value.slice(equals + 1)));
}

function readLack(value: string): { file: string; reason: string } {
  const space = value.lastIndexOf(" ");
  if (space < 0) return { file: clean(value), reason: "absent" };
  return { file: clean(value.slice(0, space)), reason: clean(value.slice(space + 1), LONGEST_KEY) };
}

function readNode(name: string | undefined): string {
  if (name === undefined || name === "") throw new PushError("it names no node");
  if (isUsableNodeName(name)) return name;
  throw new PushError(
    `"${clean(name, 40)}" cannot be the name of a node: 1 to 253 characters, without blanks, slashes and control characters`,
  );
}

function readTime(taken: string | undefined): number {
  if (taken === undefined) throw new PushError("it does not say when it was taken");
  // Ten digits reach to the year 2286, which is as far as the store's calendar goes.
  if (/^\d{1,10}(?:\.\d{1,9})?$/.test(taken)) return Math.round(Number(taken) * 1000);
  throw new PushError(
    `"${clean(taken, 40)}" is not a time in seconds since 1970, up to the year 2286`,
  );
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  const kept = clean(value ?? "");
  return kept === "" ? {} : ({ [key]: kept } as { [P in K]?: string });
}

/** One line that a terminal and a page can show: no control characters, no half of a character, cut at its end. */
function clean(value: string, longest = LONGEST_VALUE): string {
  const plain = value.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  return plain.length <= longest ? plain : [...plain].slice(0, longest).join("");
}

const MARK = "\n==> ";
const MARK_END = " <==";

function readFrames(body: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let mark = body.indexOf(MARK);
  while (mark >= 0 && texts.size < PUSH_LIMITS.frames) {
    const lineEnd = endOfLine(body, mark + 1);
    // The newline that ends this heading may be the one that begins the next mark: an empty file.
    const next = body.indexOf(MARK, lineEnd);
    const name = frameName(body.slice(mark + MARK.length, lineEnd));
    if (name !== undefined && !texts.has(name)) {
      const until = next < 0 ? body.length : next;
      texts.set(name, body.slice(Math.min(lineEnd + 1, until), until));
    }
    mark = next;
  }
  return texts;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** "/proc/meminfo <==" → "proc/meminfo". */
function frameName(heading: string): string | undefined {
  if (!heading.endsWith(MARK_END) || heading.length > LONGEST_PATH) return undefined;
  const name = heading.slice(0, -MARK_END.length).replace(/^\/+/, "");
  return name === "" ? undefined : name;
}
