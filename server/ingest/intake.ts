import type { InputError } from "../core/report";
import { decodeArguments, decodeText } from "./archive/decode-text";
import { linkTargetPath, normalisePath } from "./archive/member-path";
import type { MemberSink, TarEntry } from "./archive/tar-reader";
import { type Budget, inMib } from "./budget";
import type { Keep } from "./formats/format";
import { wantedPart } from "./formats/registry";
import {
  isArchiveName,
  isEnvelopeMember,
  isWorthALook,
  withoutCompressionSuffix,
} from "./member-names";
import { isKnownText } from "./recognise";

/** A text taken out of the input, under its full name in it. */
export interface RawText {
  readonly name: string;
  readonly text: string;
  readonly mtimeMs?: number;
}

export interface Link {
  readonly path: string;
  readonly target: string;
}

/** An archive inside the archive, held until the reader gets to it. */
export interface NestedArchive {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Member {
  /** As stored: not trusted. */
  readonly rawPath: string;
  readonly kind: TarEntry["kind"];
  readonly linkTarget: string;
  readonly size: number;
  readonly mtimeMs?: number;
}

const MAX_NOTES = 1000;
const MAX_LINKS = 20_000;
const MAX_FD_LINKS = 200_000;
const HEAD_BYTES = 64 * 1024;
const LOOK_BYTES = 4 * 1024 * 1024;
const MAX_LOOKS = 2000;
const NET_LINK = /(?:^|\/)proc\/(?:net|self|thread-self)$/;
/** A checkout without symbolic links holds the link's target as the file's text. */
const STORED_LINK = /^(?:\.\.?\/|sos_commands\/)[\w./+-]{1,200}$/;
const FD_LINK = /(?:^|\/)proc\/(\d+)\/fd\/(\d+)$/;

/** Decides what is held of each member, and holds it. Nothing is written to disk. */
export class Intake {
  readonly budget: Budget;
  readonly texts: RawText[] = [];
  readonly links: Link[] = [];
  /** "/proc/7/fd/3 socket:[81]" lines of fd links that came as links, by the root they were found under. */
  readonly fdLinks = new Map<string, string[]>();
  readonly nested: NestedArchive[] = [];
  readonly notes: { file: string; error: string }[] = [];
  readonly errors: InputError[] = [];
  /** Folders of a cluster's dump were seen: it holds nothing of a node's memory by itself. */
  isMustGather = false;
  private looks = 0;
  private fdLinkCount = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  note(file: string, error: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push({ file, error });
  }

  /** One member of an archive or folder: what takes its bytes, or undefined to pass it over. */
  member(member: Member, prefix: string): MemberSink | undefined {
    this.budget.tookEntry();
    const path = this.safePath(member.rawPath);
    if (path === undefined) return undefined;
    if (member.kind === "symlink" || member.kind === "hardlink")
      this.takeLink(member, prefix, path);
    if (member.kind !== "file") return undefined;
    if (path.includes("cluster-scoped-resources/")) this.isMustGather = true;
    return this.sinkFor(`${prefix}${path}`, member);
  }

  private safePath(rawPath: string): string | undefined {
    if (rawPath.length > this.budget.limits.pathLength) {
      this.note(`${rawPath.slice(0, 80)}…`, "its path is too long; it was left out");
      return undefined;
    }
    const path = normalisePath(rawPath);
    const isOnlyRoot = rawPath === "" || /^[./]*$/.test(rawPath);
    if (path === undefined && (!isOnlyRoot || rawPath.includes(".."))) {
      this.note(rawPath.replaceAll("\0", "?"), "its path leaves the archive; it was left out");
    }
    return path;
  }

  private takeLink(member: Member, prefix: string, path: string): void {
    const fd = FD_LINK.exec(path);
    if (fd) {
      this.takeFdLink(`${prefix}${path}`, `/proc/${fd[1]}/fd/${fd[2]} ${member.linkTarget}`);
      return;
    }
    if (this.links.length >= MAX_LINKS || !(wantedPart(path) || NET_LINK.test(path))) return;
    // A hard link names its target from the archive's root, a symbolic one from its own folder.
    const written = member.kind === "hardlink" ? `/${member.linkTarget}` : member.linkTarget;
    const target = linkTargetPath(path, written);
    if (target === undefined)
      this.note(`${prefix}${path}`, "a link that leaves the archive; not followed");
    else this.links.push({ path: `${prefix}${path}`, target: `${prefix}${target}` });
  }

  private takeFdLink(path: string, line: string): void {
    if (this.fdLinkCount >= MAX_FD_LINKS || line.includes("\n")) return;
    this.fdLinkCount += 1;
    const root = path.slice(0, path.lastIndexOf("proc/"));
    const lines = this.fdLinks.get(root);
    if (lines) lines.push(line);
    else this.fdLinks.set(root, [line]);
  }

  private sinkFor(name: string, member: Member): MemberSink | undefined {
    const plainName = withoutCompressionSuffix(name) ?? "";
    // "dmesg.txt.gz" begins like a name that is wanted, and is no text.
    const keep = plainName === "" ? wantedPart(name) : undefined;
    if (keep) return this.textSink(name, keep, member.mtimeMs);
    if (isArchiveName(name) || wantedPart(plainName) !== undefined || isEnvelopeMember(plainName)) {
      return this.nestedSink(name);
    }
    if (isEnvelopeMember(name)) {
      return this.lookSink(name, this.budget.limits.memberBytes, member.mtimeMs);
    }
    if (!isWorthALook(name) || member.size > LOOK_BYTES || this.looks >= MAX_LOOKS)
      return undefined;
    this.looks += 1;
    return this.lookSink(name, LOOK_BYTES, member.mtimeMs);
  }

  /** A text that is the input itself, or all of a compressed file: held whatever its name. */
  looseText(member: Member, prefix: string): MemberSink {
    this.budget.tookEntry();
    const path = this.safePath(member.rawPath) ?? "text";
    const inside = prefix === "" ? path : prefix.replace(/\.(?:gz|xz|bz2|zst)\/$/i, "");
    return this.textSink(inside, wantedPart(inside) === "tail" ? "tail" : "whole", member.mtimeMs);
  }

  private textSink(name: string, keep: Keep, mtimeMs: number | undefined): MemberSink {
    const { limits } = this.budget;
    const limit = { whole: limits.memberBytes, tail: limits.logBytes, head: HEAD_BYTES }[keep];
    const held = new HeldBytes(this.budget, limit, keep === "tail");
    return {
      write: (piece) => held.add(piece),
      end: (isWhole) => {
        if (!isWhole)
          this.note(name, "the archive ends inside this file; the part before was read");
        if (held.leftOut > 0 && keep !== "head") this.note(name, held.describe());
        this.addText(name, held.take(), mtimeMs);
      },
    };
  }

  /** A member of unknown name: held while it passes, and let go when its content is nothing we know. */
  private lookSink(name: string, limit: number, mtimeMs: number | undefined): MemberSink {
    const held = new HeldBytes(this.budget, limit, false);
    return {
      write: (piece) => held.add(piece),
      end: () => {
        const bytes = held.take();
        const text = decodeText(bytes);
        if (!isKnownText(name, text)) this.budget.release(bytes.length);
        else this.pushText({ name, text, ...(mtimeMs === undefined ? {} : { mtimeMs }) });
      },
    };
  }

  private nestedSink(name: string): MemberSink {
    const held = new HeldBytes(this.budget, this.budget.limits.nestedBytes, false);
    return {
      write: (piece) => held.add(piece),
      end: () => {
        const bytes = held.take();
        if (held.leftOut > 0) this.note(name, held.describe());
        this.nested.push({ name, bytes });
      },
    };
  }

  /** The archives found so far; each counts as held until it is given back. */
  *takeNested(): Generator<NestedArchive> {
    for (const archive of this.nested.splice(0)) {
      yield archive;
      this.budget.release(archive.bytes.length);
    }
  }

  addText(name: string, bytes: Buffer, mtimeMs?: number): void {
    const text = name.endsWith("/cmdline") ? decodeArguments(bytes) : decodeText(bytes);
    this.pushText({ name, text, ...(mtimeMs === undefined ? {} : { mtimeMs }) });
  }

  private pushText(text: RawText): void {
    if (STORED_LINK.test(text.text)) return;
    this.texts.push(text);
    this.budget.filesRead += 1;
  }
}

const NEWLINE = 0x0a;

/** The first or the last `limit` bytes of what comes by. */
class HeldBytes {
  leftOut = 0;
  private readonly budget: Budget;
  private readonly limit: number;
  private readonly isTail: boolean;
  private pieces: Buffer[] = [];
  private size = 0;

  constructor(budget: Budget, limit: number, isTail: boolean) {
    this.budget = budget;
    this.limit = limit;
    this.isTail = isTail;
  }

  add(piece: Buffer): void {
    if (this.isTail) this.makeRoom(piece.length);
    const room = Math.min(piece.length, Math.max(0, this.limit - this.size));
    const granted = this.budget.grant(room);
    this.leftOut += piece.length - granted;
    if (granted === 0) return;
    const from = this.isTail ? piece.length - granted : 0;
    // A copy: the piece is a window on a buffer of the stream, many times as large as most members.
    this.pieces.push(Buffer.from(piece.subarray(from, from + granted)));
    this.size += granted;
  }

  private makeRoom(coming: number): void {
    while (this.pieces.length > 0 && this.size + coming > this.limit) {
      const gone = this.pieces.shift()?.length ?? 0;
      this.size -= gone;
      this.leftOut += gone;
      this.budget.release(gone);
    }
  }

  take(): Buffer {
    const [only] = this.pieces;
    const bytes = this.pieces.length === 1 && only ? only : Buffer.concat(this.pieces, this.size);
    this.pieces = [];
    // A tail begins in the middle of a line.
    const cut = this.isTail && this.leftOut > 0 ? bytes.indexOf(NEWLINE) + 1 : 0;
    return bytes.subarray(cut);
  }

  describe(): string {
    const part = this.isTail ? "last" : "first";
    return `too large: the ${part} ${inMib(this.size)} were read, ${inMib(this.leftOut)} left out`;
  }
}
