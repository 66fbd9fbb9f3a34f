const LAUNCHERS = new Set(["sudo", "timeout", "env", "nice", "ionice", "nohup", "watch"]);
/** What they print has one shape whatever the options ask for. */
const PLAIN_COMMANDS = new Set(["uptime", "lsmod"]);
/** What they print is the file they are given, or lines of it. */
const READERS = new Set([
  "cat",
  "head",
  "tail",
  "grep",
  "egrep",
  "zgrep",
  "zcat",
  "sort",
  "more",
  "less",
]);
const KERNEL_FILE = /^\/(?:proc|sys)\/[\w./:@*-]+$/;
const MAX_NAME = 120;

/**
 * The path that a command's output has among the files of a machine: "cat /proc/meminfo" → "proc/meminfo";
 * others get the name that sos gives them, base name and arguments behind underlines: "/usr/bin/ss -nap" → "ss_-nap".
 * Undefined for what is no command.
 */
export function commandPath(command: string): string | undefined {
  const words = (command.split(/[|;&]|\d?>/, 1)[0] ?? "").trim().split(/\s+/);
  while (words[0] !== undefined && isLauncher(words[0])) words.shift();
  const [program = "", ...args] = words;
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (!/^[\w.+-]{1,60}$/.test(name)) return undefined;
  if (READERS.has(name)) return readFile(args) ?? name;
  if (PLAIN_COMMANDS.has(name)) return name;
  if (name === "uname" && args.join(" ") === "-r") return "proc/sys/kernel/osrelease";
  return [name, ...args]
    .join("_")
    .replace(/[^\w.+-]/g, "_")
    .slice(0, MAX_NAME);
}

function readFile(args: readonly string[]): string | undefined {
  const files = args.filter((word) => KERNEL_FILE.test(word));
  return files.length === 1 ? files[0]?.slice(1) : undefined;
}

function isLauncher(word: string): boolean {
  return LAUNCHERS.has(word) || /^[A-Z_]{2,40}=\S*$/.test(word) || /^\d{1,6}[smh]?$/.test(word);
}
