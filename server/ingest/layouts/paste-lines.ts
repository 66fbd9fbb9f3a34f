import { commandPath } from "./command-path";

/** A line between two outputs of a paste. */
export interface Separator {
  /** What the person wrote: the command or the file; absent for a fence or a tag. */
  readonly label?: string;
  /** Where the output would lie among the files of a machine. */
  readonly path?: string;
}

const QUOTES = /^(?:[ \t]{0,8}>){1,20} ?/;

/** A line without mail quoting, non-breaking spaces and carriage return; its indentation stays. */
export function plainLine(raw: string): string {
  const line = raw.includes("\u00a0") ? raw.replaceAll("\u00a0", " ") : raw;
  const open = line.replace(QUOTES, "");
  return open.endsWith("\r") ? open.slice(0, -1) : open;
}

/** A text as `plainLine` makes each of its lines. */
export function plainLines(text: string): string {
  return text.includes(">") || text.includes("\r") || text.includes("\u00a0")
    ? text.split("\n").map(plainLine).join("\n")
    : text;
}

const NAMED_FILE = /^==> (.{1,300}) <==$/;
const FENCE =
  /^(?:`{3,}|~{3,})|^<\/?(?:details|summary|pre|code)\b|^\[\/?(?:code|quote|spoiler)\b|^#==\[ /i;
const HEADING =
  /^[-=#*`'"[ ]{0,20}(?:File:? )?\/((?:proc|sys)\/[\w./:@-]{1,200}?)[`'"*\]:]{0,4}[-=#* ]{0,80}$/i;
/** A row that grep or a collector printed with its file before it is no heading: "/proc/1/cgroup:8:pids:/". */
const PREFIXED_ROW = /^(?:proc\/(?:\d{1,10}|self)\/[\w/]{1,40}|sys\/fs\/cgroup\/.{0,200}?\w):\S/i;
const IDENTITY =
  /^(?:\[[^\]\s][^\]]{0,100}\]|[\w.-]{1,64}@[\w.-]{1,100}(?:[: ][^$#%>❯]{0,100})?)[ ]?[$#%>❯] ?(\S.{0,400})$/;
const COMMANDS =
  "cat|ss|slabtop|free|ps|pstree|dmesg|journalctl|netstat|uname|date|hostname|uptime|e?grep|lsof|head|tail|sort|vmstat|sar|numastat|numactl|lsmod|df|mount|sysctl|ip|top|smem|kmem|kubectl|oc|crictl|getconf|ls|lsblk|lscpu|lsmem|swapon|ipcs|perf|bpftrace|nvidia-smi|zpool|arc_summary|echo|find|for|sysak|crash|memleak(?:-bpfcc)?";
const PROMPT = new RegExp(
  `^\\S{0,80}[$#%>] {0,4}((?:sudo\\s+)?(?:\\/\\S{0,60}\\/)?(?:${COMMANDS})(?:\\s.{0,400})?)$`,
);
const DOLLAR = /^\$ +([a-z./]\S{0,60}(?: .{0,400})?)$/;
const ONE_WORD = /^\S{1,80}[$#] +(\w+)$/;
const BARE = /^((?:sudo\s+)?cat\s+\/(?:proc|sys)\/\S+)$/;

/** Reads a prompt with a command, a fence, or the name that `head`, `tail` and people write above a file. */
export function readSeparator(line: string): Separator | undefined {
  const file = NAMED_FILE.exec(line)?.[1];
  if (file !== undefined) return { label: file, path: file.replace(/^\//, "") };
  if (FENCE.test(line)) return {};
  const heading = HEADING.exec(line)?.[1];
  if (heading !== undefined && !PREFIXED_ROW.test(heading))
    return { label: `/${heading}`, path: heading };
  const command = COMMAND_LINES.map((pattern) => pattern.exec(line)?.[1]).find(Boolean);
  if (command === undefined) return undefined;
  const path = commandPath(command);
  return { label: command, ...(path === undefined ? {} : { path }) };
}

const COMMAND_LINES = [IDENTITY, PROMPT, DOLLAR, ONE_WORD, BARE];
