import { parseArgs } from "node:util";
import { VERSION } from "../core/version";
import { analyze, type Format, type Outcome } from "./analyze";

const USAGE = `memledger ${VERSION}

  memledger analyze FILE… [--json | --markdown]
      Where the memory of a node is, and who holds what is missing. FILE is a snapshot tarball, a
      sosreport, a folder, or text such as /proc/meminfo. Needs no server.
      Exit code: 0 healthy or watch, 1 suspect, held or leaking, 3 no verdict possible,
      2 an input could not be read, 64 wrong usage.
  memledger score [DIR] [--only NAME] [--json FILE] [--compare FILE]
      How often the verdict is right on a folder of labelled cases (docs/score.md).
      Exit code: 1 worse than FILE, or a healthy case called a leak; 2 nothing to score.
  memledger detect [--explain] < SERIES > VERDICTS
      Which series leak: a line of JSON {id, t: [s], v: [bytes], capacity} in, a line
      {id, verdict, score, slope, eta, eta_lo, eta_hi, since, us} out, as they come (docs/detector.md). --explain adds features.
      Exit code: 2 when a line could not be read; it is named on stderr, the others are judged.
  memledger secret [set | remove]
      Whether an access secret is set; makes one, shown once and kept as a hash; removes it.
      With a secret the server may listen on other addresses than loopback (HOST).
  memledger token create NAME [--expires 90d] [--scope push,snapshots] [--node PATTERN]
  memledger token list | revoke ID
      Tokens with which agents push to the server that runs here: made, shown once and kept as a
      hash; listed with when each was last used; ended. PATTERN: "web-*".
  memledger backup FILE.tar|DIR
  memledger restore FILE.tar|DIR [--replace]
      Everything the server keeps, with checksums, but for the key of sessions. The server may run during a backup;
      for a restore it must be stopped. --replace: the folder may be in use; what it holds is set aside.
  memledger --version | --help
`;
const WRONG_USAGE = 64;
/** Where the checkout keeps its own captures. */
const OWN_CORPUS = "server/fixtures";

async function run(args: readonly string[]): Promise<Outcome> {
  const [command, ...rest] = args;
  if (command === "analyze") return runAnalyze(rest);
  if (command === "score") return runScore(rest);
  if (command === "detect") return runDetect(rest);
  if (command === "secret") return runSecret(rest[0]);
  if (command === "token") return runToken(rest);
  if (command === "backup") return runBackup(rest);
  if (command === "restore") return runRestore(rest);
  if (command === "--version") return { stdout: `${VERSION}\n`, stderr: "", exitCode: 0 };
  if (command === "--help" || command === "-h") return { stdout: USAGE, stderr: "", exitCode: 0 };
  return wrongUsage(command === undefined ? "what shall be done?" : `unknown command "${command}"`);
}

async function runSecret(action: string | undefined): Promise<Outcome> {
  if (action !== undefined && action !== "set" && action !== "remove") {
    return wrongUsage(`unknown action "${action}"`);
  }
  // Loaded only here: analyze must start fast and needs neither zod nor a data folder.
  const { secret } = await import("./secret");
  return secret(action);
}

async function runDetect(args: readonly string[]): Promise<Outcome> {
  return withUsage(async () => {
    const options = { explain: { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const { detect } = await import("./detect");
    const streams = { input: process.stdin, output: process.stdout, errors: process.stderr };
    const exitCode = await detect(streams, { isExplained: values.explain });
    return { stdout: "", stderr: "", exitCode };
  });
}

async function runToken(args: readonly string[]): Promise<Outcome> {
  const { token, TokenUsageError } = await import("./token");
  return withUsage(async () => {
    try {
      return await token(args);
    } catch (error) {
      if (error instanceof TokenUsageError) return wrongUsage(error.message);
      throw error;
    }
  });
}

async function runBackup(args: readonly string[]): Promise<Outcome> {
  return withUsage(async () => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [target, ...others] = positionals;
    if (target === undefined || others.length > 0)
      return wrongUsage("backup takes one FILE or DIR");
    const { backup } = await import("./backup");
    return backup(target);
  });
}

async function runRestore(args: readonly string[]): Promise<Outcome> {
  return withUsage(async () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { replace: { type: "boolean", default: false } },
    });
    const [source, ...others] = positionals;
    if (source === undefined || others.length > 0)
      return wrongUsage("restore takes one FILE or DIR");
    const { restore } = await import("./backup");
    return restore(source, values);
  });
}

async function runScore(args: readonly string[]): Promise<Outcome> {
  return withUsage(async () => {
    const text = { type: "string" } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { only: text, json: text, compare: text },
    });
    const [folder = OWN_CORPUS, ...others] = positionals;
    if (others.length > 0) return wrongUsage("score takes one DIR");
    const { score } = await import("./score");
    return score({ folder, ...values });
  });
}

async function runAnalyze(args: readonly string[]): Promise<Outcome> {
  return withUsage(async () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean" }, markdown: { type: "boolean" } },
    });
    if (positionals.length === 0) return wrongUsage("analyze needs at least one FILE");
    if (values.json && values.markdown) return wrongUsage("--json or --markdown, not both");
    return await analyze(positionals, formatOf(values), terminal());
  });
}

/** An option that does not exist is the user's mistake, every other error is ours. */
async function withUsage(command: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await command();
  } catch (error) {
    const isArgument =
      error instanceof TypeError &&
      "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS");
    if (isArgument) return wrongUsage(error.message);
    throw error;
  }
}

function formatOf(values: {
  readonly json?: boolean | undefined;
  readonly markdown?: boolean | undefined;
}): Format {
  if (values.json) return "json";
  return values.markdown ? "markdown" : "text";
}

function terminal() {
  const hasColor = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  return { columns: Math.max(60, process.stdout.columns ?? 120), hasColor };
}

function wrongUsage(why: string): Outcome {
  return { stdout: "", stderr: `memledger: ${why}\n\n${USAGE}`, exitCode: WRONG_USAGE };
}

const outcome = await run(process.argv.slice(2));
process.stderr.write(outcome.stderr);
// A pipe may be slower than us: end by itself, so that nothing written is cut off.
process.exitCode = outcome.exitCode;
process.stdout.write(outcome.stdout);
