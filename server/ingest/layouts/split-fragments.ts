import { spread } from "./moments";
import { plainLine, readSeparator, type Separator } from "./paste-lines";

/** A part of a pasted text that is one table, or what stands between two. */
export interface Fragment {
  /** The part with the lines before it left empty, so that line numbers are those of the whole paste. */
  readonly text: string;
  /** 0 for the first moment; a table that comes a second time begins the next. */
  readonly moment: number;
  /** First and last line, from 1. */
  readonly lines: readonly [number, number];
  /** The command or file that the person put above it. */
  readonly label?: string;
  /** Where its output would lie among the files of a machine. */
  readonly path?: string;
}

interface Marker {
  readonly id: string;
  /** Seen on the line without quoting and indentation. */
  readonly line: RegExp;
  /** The line heads a table: seen again, it begins another. Without, it is any row of one. */
  readonly isHead?: boolean;
  /** Seen again, the whole machine was looked at again. */
  readonly isMoment?: boolean;
  /** Name of the file that would hold the line, for what has no shape to know it by. */
  readonly path?: string;
}

const MARKERS: readonly Marker[] = [
  { id: "meminfo", line: /^MemTotal:\s+\d/, isHead: true, isMoment: true },
  {
    id: "meminfo",
    line: /^(?:MemFree|MemAvailable|Buffers|Cached|SwapCached|AnonPages|Slab|SUnreclaim|VmallocUsed):\s+\d+ kB/,
  },
  { id: "numa-meminfo", line: /^Node \d+ MemTotal:/ },
  { id: "slabinfo", line: /^slabinfo - version/, isHead: true, isMoment: true },
  { id: "slabinfo", line: /^# ?name\s+<active_objs>/ },
  { id: "slabtop", line: /^\s*Active \/ Total Objects/, isHead: true, isMoment: true },
  { id: "slabtop", line: /^\s*OBJS\s+ACTIVE\s+USE\s/ },
  { id: "zoneinfo", line: /^Node \d+, zone\s+\w+\s*$/ },
  { id: "buddyinfo", line: /^Node \d+, zone\s+\w+(?:\s+\d+){5}/ },
  { id: "vmstat", line: /^nr_free_pages \d/, isHead: true, isMoment: true },
  { id: "vmallocinfo", line: /^0x[0-9a-f]+-0x[0-9a-f]+\s+\d+\s/ },
  { id: "ss", line: /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q/, isHead: true },
  {
    id: "ss",
    line: /^(?:[a-z_]{2,6}\d?\s+)?(?:ESTAB|LISTEN|UNCONN|CLOSE-WAIT|TIME-WAIT|FIN-WAIT-\d|LAST-ACK|SYN-\w+)\s+\d+\s+\d+\s/,
  },
  { id: "netstat", line: /^Active (?:Internet|UNIX)/ },
  { id: "netstat", line: /^Proto\s+(?:Recv-Q|RefCnt)/ },
  { id: "proc-net", line: /^\s*sl\s+local_address\s/, isHead: true },
  { id: "proc-net-unix", line: /^Num\s+RefCount\s+Protocol/, isHead: true },
  { id: "sockstat", line: /^sockets: used \d/, isHead: true, isMoment: true },
  { id: "sockstat6", line: /^TCP6: inuse \d/, isHead: true },
  { id: "lsof", line: /^COMMAND\s+PID\s.{0,200}\bFD\b/, isHead: true },
  { id: "top", line: /^(?:top - \d|(?:[KMGT]iB )?Mem\s*:\s+[\d.,]+[kmgt]?\+?\s*total\b)/ },
  { id: "top", line: /^\s*PID\s+USER\s.{0,100}\bRES\s+SHR\b/ },
  { id: "xsos", line: /^\s*Stats graphed as percent of MemTotal:/ },
  { id: "sysak", line: /^\{?.{0,20}["']total["']: \d.{0,500}["']userUsed["']/ },
  { id: "ps", line: /^.{0,200}\bPID\b.{0,300}\b(?:COMMAND|CMD|COMM)\b/, isHead: true },
  {
    id: "ps",
    line: /^(?=.{0,150}\b(?:RSS|RSZ|PSS)\b)(?:[A-Z%]{1,10} +){0,12}PID(?: +[A-Z%]{1,10}){1,12}$/,
    isHead: true,
  },
  { id: "free", line: /^total\s+used\s+free/, isHead: true },
  { id: "smem", line: /^(?:Area\s+Used\s+Cache\s+Noncache$|PID\s+User\s+Command\s)/, isHead: true },
  { id: "vmstat-totals", line: /^\d+ +[kKmM]? *total memory$/, isHead: true },
  { id: "vmstat-slab", line: /^Cache\s+Num\s+Total\s+Size\s+Pages$/ },
  {
    id: "netstat-statistics",
    line: /^(?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt):$/,
  },
  { id: "nstat", line: /^#kernel$|^(?:Ip|Icmp|Tcp|Udp|TcpExt|IpExt)[A-Z]\w+ +\d+ +\d+\.\d+$/ },
  { id: "pressure", line: /^some avg10=/, isHead: true },
  { id: "modules", line: /^Module\s+Size\s+Used by/, isHead: true },
  { id: "df", line: /^Filesystem\s.{0,100}(?:blocks|Size)/, isHead: true },
  {
    id: "date",
    line: /^(?:zzz \*{3}\s?)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? +(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} +\d.{8,30}$|^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,12}$/,
    isHead: true,
    isMoment: true,
    path: "date",
  },
  {
    id: "node-exporter",
    line: /^(?:# (?:HELP|TYPE) [a-z]\w+ |(?:node|container|go|process|promhttp|machine)_\w+(?:\{| [\d.+]))/,
  },
  { id: "sar", line: /^Linux \S+ \([^)]+\)\s+\S+\s+_\w+_\s/ },
  { id: "sar", line: /^\S{1,20}(?: [AP]M)?\s+(?:kbmemfree|kbswpfree|kbhugfree|totsck)\s/ },
  { id: "uname", line: /^Linux \S+ \d+\.\d+/ },
  // The line above the heading of every kstat of ZFS.
  { id: "arcstats", line: /^\d+ \d+ 0x[0-9a-f]{2} \d+ \d+ \d+ \d+$/ },
  { id: "arcstats", line: /^name\s+type\s+data\s*$/, isHead: true },
  { id: "spl-slab", line: /^-{3,}\s*cache\s*-{3,}|^name\s+flags\s+size\s/ },
  { id: "zram", line: /^NAME\s+ALGORITHM\s+DISKSIZE\s/, isHead: true },
  { id: "zram", line: /^\s{0,40}\d{4,20}(?:\s+\d{1,20}){4,8}\s*$/ },
  { id: "swaps", line: /^Filename\s+Type\s+Size\s+Used\s/, isHead: true },
  { id: "dma-buf", line: /^Dma-buf Objects:/, isHead: true },
  { id: "drm-fdinfo", line: /^(?:\/proc\/\d+\/fdinfo\/\d+:)?pos:\s+\d+$/ },
  { id: "drm-fdinfo", line: /^(?:\/proc\/\d+\/fdinfo\/\d+:)?drm-[a-z]+-?[\w-]*:\s/ },
  { id: "nvidia-smi", line: /^\| NVIDIA-SMI \d|^=+NVSMI LOG=+/, isHead: true },
  { id: "nvidia-smi", line: /^pid, (?:process_)?name, used_/, isHead: true },
  { id: "balloon", line: /^guest\.mem\.ballooned\s*=|^Current allocation:\s+\d+ kB/ },
  { id: "lsmem", line: /^RANGE\s+SIZE\s+STATE\s/, isHead: true },
  { id: "allocinfo", line: /^allocinfo - version/, isHead: true },
  { id: "allocinfo", line: /^\s*[\d.]+[KMGTi]{0,2}B?\s+\d+ \S{1,200}:\d+ (?:\[\S+\] )?func:/ },
  {
    id: "page-owner",
    line: /^Page allocated via order \d|^\d+ times(?:, \d+ pages)?[^:]{0,100}:$/,
  },
  { id: "bcc-memleak", line: /^\[\d\d:\d\d:\d\d\] Top \d+ stacks with/, isHead: true },
  { id: "bcc-memleak", line: /^\s*\d+ bytes in \d+ allocations from stack/ },
  { id: "kmemleak", line: /^unreferenced object 0x[0-9a-f]+ \(size \d+\):/ },
  { id: "ethtool", line: /^(?:Ring|Channel) parameters for \S{1,32}:$/, isHead: true },
  { id: "page-types", line: /^flags\s+page-count\s+MB\s/, isHead: true },
  { id: "perf-kmem-stat", line: /^(?:Total|Live) alloc \(KB\)\s*\|\s*Hits/, isHead: true },
  { id: "perf-kmem", line: /^.{1,100} (?:kmem:)?mm_page_(?:alloc|free): / },
  { id: "bpftrace", line: /^@\w{0,60}\[$|^\{"type": ?"map", ?"data": ?\{"@/ },
  {
    id: "sysak-skcheck",
    line: /^(?:memory overview:$|tx_queue [\d.]+K rx_queue [\d.]+K queue_total )/,
  },
  { id: "sysak-memleak-check", line: /^allocPages?\s?[:：]\s?\d+M\b/i, isHead: true },
  { id: "sysak-memleak", line: /^(?:未释放内存|VMALLOC 未释放)/ },
  { id: "log", line: /^(?:<\d>)?\[\s{0,8}\d+\.\d{3,6}\]/ },
  { id: "log", line: /^(?:<\d>)?\[[A-Z][a-z]{2} [A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \d{4}\]/ },
  { id: "log", line: /^[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \S+ kernel:/ },
  { id: "log", line: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20} \S+ kernel:/ },
  { id: "log", line: /invoked oom-killer|oom-killer: gfp_mask=|^\s*Mem-[Ii]nfo:/ },
];

const LINE_LENGTH = 600;
const MAX_FRAGMENTS = 400;
const MAX_CUTS = 50_000;
/** Of a long series as many moments as a trend needs. */
const MAX_MOMENTS = 24;
/** Empty lines put before all parts of a paste: bounds what hostile input costs. */
const MAX_PADDING = 8 * 1024 * 1024;
/** A log may begin with lines that are no log's; this much of them stays with it. */
const LOG_PREAMBLE = 4096;

interface Cut extends Separator {
  readonly start: number;
  readonly line: number;
  readonly moment: number;
}

interface Split {
  readonly fragments: readonly Fragment[];
  /** Parts that were cut and not kept, because there are too many moments or parts. */
  readonly leftOut: number;
}

/**
 * Cuts a paste of several outputs where the shape of the lines changes, and at prompts, fences and names of
 * files. A text of one shape comes back whole. Mail quoting, indentation, non-breaking spaces and carriage
 * returns do not hide a shape. Of more than 24 moments so many are kept, evenly spaced, the first and the
 * last among them. Linear in the length of the text.
 */
export function splitFragments(text: string): Split {
  const { cuts, lines } = findCuts(text);
  if (cuts.length < 2) return { fragments: [{ text, moment: 0, lines: [1, lines] }], leftOut: 0 };
  const kept = keepMoments(cuts);
  const fragments: Fragment[] = [];
  let padding = 0;
  for (const [at, { start, line, ...cut }] of cuts.entries()) {
    if (!kept.has(cut.moment)) continue;
    padding += line;
    if (padding > MAX_PADDING || fragments.length >= MAX_FRAGMENTS) break;
    const next = cuts[at + 1];
    const part = text.slice(start, next?.start ?? text.length);
    const own = { ...cut, text: "\n".repeat(line) + part };
    fragments.push({ ...own, lines: [line + 1, next?.line ?? lines] });
  }
  return { fragments, leftOut: cuts.length - fragments.length };
}

function keepMoments(cuts: readonly Cut[]): ReadonlySet<number> {
  return new Set(spread([...new Set(cuts.map(({ moment }) => moment))], MAX_MOMENTS));
}

function findCuts(text: string): { readonly cuts: readonly Cut[]; readonly lines: number } {
  const shapes = new Shapes();
  let line = 0;
  for (let start = 0; start < text.length; line += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end > start && shapes.cuts.length < MAX_CUTS) {
      shapes.see(plainLine(text.slice(start, Math.min(end, start + LINE_LENGTH))), start, line);
    }
    start = end + 1;
  }
  return { cuts: shapes.cuts, lines: line };
}

class Shapes {
  readonly cuts: Cut[] = [{ start: 0, line: 0, moment: 0 }];
  private current: Marker | undefined;
  private moment = 0;
  /** Nothing but the separator stands in the open part yet: the table below it belongs there. */
  private isFresh = true;
  private readonly seenInMoment = new Set<string>();
  private readonly headed = new Set<string>();

  see(indented: string, start: number, number: number): void {
    const line = indented.trim();
    if (line === "" || this.isAnotherRow(line)) return;
    const separator = readSeparator(line);
    if (separator) this.separate(separator, start, number);
    else this.seeRow(line, start, number);
  }

  /** Most lines are one more row of the table that is open. */
  private isAnotherRow(line: string): boolean {
    return this.current !== undefined && !this.current.isHead && this.current.line.test(line);
  }

  private separate(separator: Separator, start: number, number: number): void {
    this.current = undefined;
    this.cut(separator, start, number);
    this.isFresh = true;
  }

  private seeRow(line: string, start: number, number: number): void {
    const marker = MARKERS.find((one) => one.line.test(line));
    if (!marker) {
      this.isFresh = false;
      return;
    }
    if (marker.id === this.current?.id && !this.headsAnother(marker)) return;
    this.enter(marker);
    const named = marker.path === undefined ? {} : { path: marker.path };
    if (this.staysWithPreamble(marker, start)) this.moveOpenPart(named);
    else this.cut(named, start, number);
    this.current = marker;
    this.isFresh = false;
  }

  /** The head of a table whose rows are open begins another, unless the open one had none. */
  private headsAnother(marker: Marker): boolean {
    if (!marker.isHead) return false;
    const isAnother = this.headed.has(marker.id);
    this.headed.add(marker.id);
    return isAnother;
  }

  private enter(marker: Marker): void {
    if (marker.isMoment && this.seenInMoment.has(marker.id)) {
      this.moment += 1;
      this.seenInMoment.clear();
    }
    if (marker.isMoment) this.seenInMoment.add(marker.id);
    this.headed.clear();
    if (marker.isHead) this.headed.add(marker.id);
  }

  private staysWithPreamble(marker: Marker, start: number): boolean {
    if (this.isFresh) return true;
    const opened = this.cuts.at(-1)?.start ?? 0;
    return marker.id === "log" && this.current === undefined && start - opened <= LOG_PREAMBLE;
  }

  private moveOpenPart(named: Separator): void {
    const open = this.cuts.pop();
    if (open) this.cuts.push({ ...named, ...open, moment: this.moment });
  }

  private cut(separator: Separator, start: number, line: number): void {
    const isEmptyYet = start === 0;
    if (isEmptyYet) this.cuts.pop();
    this.cuts.push({ ...separator, start, line, moment: this.moment });
  }
}
