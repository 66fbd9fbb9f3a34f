/** A part of a pasted text that is one table. */
export interface Fragment {
  /** The part with the lines before it left empty, so that line numbers are those of the whole paste. */
  readonly text: string;
  /** 0 for the first moment; a table that comes a second time begins the next. */
  readonly moment: number;
}

interface Marker {
  readonly id: string;
  readonly line: RegExp;
  /** The line heads a table: seen again, it begins another. Without, it is any row of one. */
  readonly isHead?: boolean;
  /** Seen again, the whole machine was looked at again. */
  readonly isMoment?: boolean;
}

const MARKERS: readonly Marker[] = [
  { id: "meminfo", line: /^MemTotal:\s+\d/, isHead: true, isMoment: true },
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
  { id: "ps", line: /^.{0,200}\bPID\b.{0,300}\b(?:COMMAND|CMD|COMM)\b/, isHead: true },
  { id: "free", line: /^\s+total\s+used\s+free/, isHead: true },
  { id: "pressure", line: /^some avg10=/, isHead: true },
  { id: "modules", line: /^Module\s+Size\s+Used by/, isHead: true },
  { id: "df", line: /^Filesystem\s.{0,100}(?:blocks|Size)/, isHead: true },
  { id: "uname", line: /^Linux \S+ \d+\.\d+/ },
  { id: "allocinfo", line: /^allocinfo - version/, isHead: true },
  { id: "allocinfo", line: /^\s*[\d.]+[KMGTi]{0,2}B?\s+\d+ \S{1,200}:\d+ (?:\[\S+\] )?func:/ },
  {
    id: "page-owner",
    line: /^Page allocated via order \d|^\d+ times(?:, \d+ pages)?[^:]{0,100}:$/,
  },
  { id: "bcc-memleak", line: /^\[\d\d:\d\d:\d\d\] Top \d+ stacks with/, isHead: true },
  { id: "bcc-memleak", line: /^\s*\d+ bytes in \d+ allocations from stack/ },
  { id: "kmemleak", line: /^unreferenced object 0x[0-9a-f]+ \(size \d+\):/ },
  { id: "sysak-memleak", line: /^(?:未释放内存|VMALLOC 未释放)/ },
  { id: "log", line: /^(?:<\d>)?\[\s{0,8}\d+\.\d{3,6}\]/ },
  { id: "log", line: /^[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \S+ kernel:/ },
  { id: "log", line: /invoked oom-killer|^\s*Mem-Info:/ },
];

/** A prompt with a command, or the name that `head`, `tail` and people write above a file. */
const SEPARATOR =
  /^==> .{1,300} <==$|^#==\[ |^\S{0,80}[$#%>]\s*(?:sudo\s+)?(?:cat|ss|slabtop|free|ps|dmesg|netstat|uname|date|grep|lsof|head|tail)\s|^\S{0,80}[$#]\s+\w+$|^[-=#]{2,}\s*\/(?:proc|sys)\/\S+|^\/(?:proc|sys)\/\S+:?$|^```/;

const LINE_LENGTH = 600;
const MAX_FRAGMENTS = 200;

interface Cut {
  readonly start: number;
  readonly line: number;
  readonly moment: number;
}

/**
 * Cuts a paste of several outputs where the shape of the lines changes. A text of one shape comes back whole.
 * Linear in the length of the text; past 200 parts the rest stays in the last.
 */
export function splitFragments(text: string): readonly Fragment[] {
  const cuts = findCuts(text);
  if (cuts.length < 2) return [{ text, moment: 0 }];
  return cuts.map((cut, at) => {
    const end = cuts[at + 1]?.start ?? text.length;
    return { text: "\n".repeat(cut.line) + text.slice(cut.start, end), moment: cut.moment };
  });
}

function findCuts(text: string): readonly Cut[] {
  const shapes = new Shapes();
  let line = 0;
  for (let start = 0; start < text.length && shapes.cuts.length < MAX_FRAGMENTS; line += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end > start) shapes.see(text.slice(start, Math.min(end, start + LINE_LENGTH)), start, line);
    start = end + 1;
  }
  return shapes.cuts;
}

class Shapes {
  readonly cuts: Cut[] = [{ start: 0, line: 0, moment: 0 }];
  private current: string | undefined;
  private moment = 0;
  /** A separator was cut at already: the table below it belongs to that part. */
  private isFresh = true;
  private readonly seenInMoment = new Set<string>();

  see(line: string, start: number, number: number): void {
    if (SEPARATOR.test(line)) {
      if (this.current !== undefined) this.cut(start, number);
      this.current = undefined;
      this.isFresh = true;
      return;
    }
    const marker = MARKERS.find((one) => one.line.test(line));
    if (!marker || (marker.id === this.current && !marker.isHead)) return;
    if (this.current === undefined && this.isFresh) this.begin(marker);
    else this.cutBefore(marker, start, number);
  }

  private begin(marker: Marker): void {
    this.enter(marker);
    const last = this.cuts.pop();
    if (last) this.cuts.push({ ...last, moment: this.moment });
  }

  private cutBefore(marker: Marker, start: number, number: number): void {
    this.enter(marker);
    this.cut(start, number);
  }

  private enter(marker: Marker): void {
    if (marker.isMoment && this.seenInMoment.has(marker.id)) {
      this.moment += 1;
      this.seenInMoment.clear();
    }
    if (marker.isMoment) this.seenInMoment.add(marker.id);
    this.current = marker.id;
    this.isFresh = false;
  }

  private cut(start: number, line: number): void {
    this.cuts.push({ start, line, moment: this.moment });
  }
}
