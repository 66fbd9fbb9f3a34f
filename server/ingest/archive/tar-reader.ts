import { isTarHeader, isZeroBlock, parseTarHeader, TAR_BLOCK, type TarHeader } from "./tar-header";

export interface TarEntry {
  readonly path: string;
  readonly kind: "file" | "folder" | "symlink" | "hardlink" | "other";
  readonly size: number;
  readonly mtimeMs?: number;
  readonly linkTarget: string;
}

/** Takes a member's bytes as they come by. Pieces are only valid during the call. */
export interface MemberSink {
  write(piece: Buffer): void;
  /** `isWhole` is false when the archive ended or broke inside the member. */
  end(isWhole: boolean): void;
}

export interface TarHandler {
  /** Undefined: the member is passed over without being held. */
  entry(entry: TarEntry): MemberSink | undefined;
  /** Something is wrong with the archive; reading goes on where possible. */
  damage(message: string): void;
}

type Step = "header" | "body" | "padding" | "sparseMap" | "meta";

const META_LIMIT = 1024 * 1024;
const FILE_TYPES = new Set(["0", "7", "S"]);
const META_TYPES = new Set(["x", "X", "g", "L", "K"]);

/**
 * Reads a tar that is pushed in pieces: v7, ustar, pax, GNU long names, GNU and pax sparse files.
 * An own reader: tar-stream 3.2 gives up the rest of an archive at the first damaged header, and takes the map
 * of a pax sparse file for its content. Members nobody wants are passed over by counting alone. Holes of sparse
 * files are left out, not filled.
 */
export class TarReader {
  private readonly handler: TarHandler;
  private step: Step = "header";
  private block = Buffer.alloc(TAR_BLOCK);
  private blockFill = 0;
  private left = 0;
  private padding = 0;
  private sink: MemberSink | undefined;
  private meta: Buffer[] = [];
  private metaType = "";
  private pax = new Map<string, string>();
  private longName: string | undefined;
  private longLink: string | undefined;
  private isLost = false;
  private sawHeader = false;

  constructor(handler: TarHandler) {
    this.handler = handler;
  }

  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      at = this.isInBlock() ? this.takeBlock(piece, at) : this.takeRun(piece, at);
    }
  }

  /** The bytes are over. False when they ended inside a member or a header. */
  finish(): boolean {
    const isWhole = !this.sink && this.left === 0 && this.blockFill === 0;
    this.sink?.end(false);
    this.sink = undefined;
    if (!this.sawHeader) this.handler.damage("no tar header found");
    return isWhole;
  }

  private isInBlock(): boolean {
    return this.step === "header" || this.step === "sparseMap";
  }

  private takeBlock(piece: Buffer, at: number): number {
    const end = Math.min(piece.length, at + TAR_BLOCK - this.blockFill);
    this.blockFill += piece.copy(this.block, this.blockFill, at, end);
    if (this.blockFill < TAR_BLOCK) return end;
    this.blockFill = 0;
    if (this.step === "sparseMap") this.takeSparseMap();
    else this.takeHeader();
    return end;
  }

  private takeRun(piece: Buffer, at: number): number {
    const length = Math.min(this.left, piece.length - at);
    if (this.step === "body") this.sink?.write(piece.subarray(at, at + length));
    if (this.step === "meta") this.meta.push(Buffer.from(piece.subarray(at, at + length)));
    this.left -= length;
    if (this.left === 0) this.endRun();
    return at + length;
  }

  private endRun(): void {
    if (this.step === "body") {
      this.sink?.end(true);
      this.sink = undefined;
    }
    if (this.step === "meta") this.takeMeta(Buffer.concat(this.meta));
    const padding = this.step === "padding" ? 0 : this.padding;
    this.left = padding;
    this.step = padding > 0 ? "padding" : "header";
  }

  private takeHeader(): void {
    const header = isTarHeader(this.block) ? parseTarHeader(this.block) : undefined;
    if (!header) {
      this.takeStrayBlock();
      return;
    }
    this.isLost = false;
    this.sawHeader = true;
    if (META_TYPES.has(header.type)) this.startMeta(header);
    else this.startEntry(header);
  }

  /** Zero blocks end an archive, but another may follow. After damage, look for the next header. */
  private takeStrayBlock(): void {
    if (this.isLost || isZeroBlock(this.block)) return;
    this.isLost = true;
    this.handler.damage("a tar header is damaged; reading went on at the next good one");
  }

  private startMeta(header: TarHeader): void {
    this.metaType = header.type;
    this.meta = [];
    const isTooLarge = header.size > META_LIMIT;
    if (isTooLarge) this.handler.damage("a tar name record is larger than 1 MiB and was left out");
    this.startRun(isTooLarge ? "body" : "meta", header.size);
  }

  private takeMeta(data: Buffer): void {
    this.meta = [];
    if (this.metaType === "L") this.longName = untilNul(data);
    else if (this.metaType === "K") this.longLink = untilNul(data);
    else if (this.metaType !== "g") this.pax = parsePax(data);
  }

  private startEntry(header: TarHeader): void {
    const { pax } = this;
    const path = pax.get("GNU.sparse.name") ?? pax.get("path") ?? this.longName ?? header.name;
    const linkTarget = pax.get("linkpath") ?? this.longLink ?? header.linkName;
    const size = decimal(pax.get("size")) ?? header.size;
    const mtimeSeconds = decimal(pax.get("mtime")) ?? header.mtimeSeconds;
    const kind = kindOf(header.type, path);
    const hasBody = kind === "file" || kind === "other";
    const sink = this.handler.entry({
      path,
      kind,
      size: hasBody ? size : 0,
      linkTarget,
      ...(mtimeSeconds > 0 ? { mtimeMs: mtimeSeconds * 1000 } : {}),
    });
    const hasMap = pax.get("GNU.sparse.major") === "1";
    this.sink = sink && hasMap ? withoutSparseMap(sink) : sink;
    this.forgetNames();
    this.startRun("body", hasBody ? size : 0);
    if (header.isExtended) this.step = "sparseMap";
  }

  private forgetNames(): void {
    this.pax = new Map();
    this.longName = undefined;
    this.longLink = undefined;
  }

  private takeSparseMap(): void {
    if (this.block[504] === 1) return;
    this.step = "body";
    if (this.left === 0) this.endRun();
  }

  private startRun(step: Step, size: number): void {
    this.step = step;
    this.left = size;
    this.padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
    if (size === 0) this.endRun();
  }
}

function kindOf(type: string, path: string): TarEntry["kind"] {
  if (type === "5" || (FILE_TYPES.has(type) && path.endsWith("/"))) return "folder";
  if (FILE_TYPES.has(type)) return "file";
  if (type === "1") return "hardlink";
  return type === "2" ? "symlink" : "other";
}

function untilNul(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString("utf8", 0, end < 0 ? data.length : end);
}

function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}(\.\d*)?$/.test(text)) return undefined;
  return Math.floor(Number(text));
}

/** Records "<length> <key>=<value>\n"; a broken record ends the list. */
function parsePax(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(data.toString("latin1", at, space));
    if (!Number.isInteger(length) || length < 5 || at + length > data.length) break;
    const record = data.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Pax sparse 1.0 puts the map in front of the data, as decimal lines padded to whole blocks. */
function withoutSparseMap(sink: MemberSink): MemberSink {
  let held = Buffer.alloc(0);
  let isPast = false;
  return {
    write(piece) {
      if (isPast) {
        sink.write(piece);
        return;
      }
      held = Buffer.concat([held, piece]);
      const length = sparseMapLength(held);
      if (length === undefined || length > held.length) return;
      isPast = true;
      sink.write(held.subarray(length));
      held = Buffer.alloc(0);
    },
    end: (isWhole) => sink.end(isWhole),
  };
}

const SPARSE_MAP_LIMIT = 256 * 1024;

function sparseMapLength(held: Buffer): number | undefined {
  const text = held.toString("latin1", 0, Math.min(held.length, SPARSE_MAP_LIMIT));
  const lines = text.split("\n");
  const segments = Number(lines[0]);
  if (!Number.isInteger(segments)) return held.length >= SPARSE_MAP_LIMIT ? 0 : undefined;
  if (lines.length < 2 * segments + 2) return held.length >= SPARSE_MAP_LIMIT ? 0 : undefined;
  const used = lines.slice(0, 2 * segments + 1).reduce((sum, line) => sum + line.length + 1, 0);
  return Math.ceil(used / TAR_BLOCK) * TAR_BLOCK;
}
