import { Session } from "chdb";
import { EngineError } from "./engine-error";
import { baseSettings, connectionArguments } from "./engine-settings";

/** A statement with everything that belongs to it alone. */
export interface Statement {
  readonly sql: string;
  readonly settings: ReadonlyMap<string, string>;
  /** `{name:Type}` values in ClickHouse's escaped text form, as they come in the URL. */
  readonly params: ReadonlyMap<string, string>;
  readonly isWrite: boolean;
}

interface Slot {
  readonly session: Session;
  /** Parameters of earlier statements, which the engine has no way to unset. */
  readonly knownParams: Set<string>;
}

// One connection runs one query at a time; readers beside the writer keep pages fast during ingest.
const READERS = 3;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** The connections of one data directory: one writer, some readers, each used by one statement at a time. */
export class SessionPool {
  readonly #writer: Slot;
  readonly #idleReaders: Slot[];
  readonly #readers: readonly Slot[];
  readonly #waitingReaders: ((slot: Slot) => void)[] = [];
  #writerQueue: Promise<void> = Promise.resolve();
  #running = 0;

  /** @throws ChdbConnectionError without the reason, which the engine prints on stderr. */
  constructor(dataDir: string) {
    const open = (): Slot => ({
      session: new Session(dataDir, { connectionArgs: connectionArguments(dataDir) }),
      knownParams: new Set(),
    });
    this.#writer = open();
    this.#readers = Array.from({ length: READERS }, open);
    this.#idleReaders = [...this.#readers];
  }

  /** Runs `use` with a connection on which the statement's settings and parameters are in force, and only then. */
  async withSession<T>(statement: Statement, use: (session: Session) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return statement.isWrite
        ? await this.#asWriter((slot) => runOn(slot, statement, use))
        : await this.#asReader((slot) => runOn(slot, statement, use));
    } finally {
      this.#running -= 1;
    }
  }

  get running(): number {
    return this.#running;
  }

  close(): void {
    for (const slot of [this.#writer, ...this.#readers]) slot.session.close();
  }

  async #asWriter<T>(use: (slot: Slot) => Promise<T>): Promise<T> {
    const turn = this.#writerQueue.then(() => use(this.#writer));
    this.#writerQueue = turn.then(ignore, ignore);
    return turn;
  }

  async #asReader<T>(use: (slot: Slot) => Promise<T>): Promise<T> {
    const slot =
      this.#idleReaders.pop() ??
      (await new Promise<Slot>((resolve) => this.#waitingReaders.push(resolve)));
    try {
      return await use(slot);
    } finally {
      const next = this.#waitingReaders.shift();
      if (next) next(slot);
      else this.#idleReaders.push(slot);
    }
  }
}

function ignore(): void {
  // The failure belongs to the statement that caused it; the next one only waits for its end.
}

async function runOn<T>(
  slot: Slot,
  statement: Statement,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  refuseStaleParams(slot, statement);
  const settings = [...statement.settings].map(
    ([name, value]) => `${checked(name)} = ${quoted(value)}`,
  );
  const params = [...statement.params].map(
    ([name, value]) => `param_${checked(name)} = ${quoted(value)}`,
  );
  try {
    for (const name of statement.params.keys()) slot.knownParams.add(name);
    if (params.length > 0) await slot.session.queryAsync(`SET ${params.join(", ")}`);
    if (settings.length > 0) await slot.session.queryAsync(`SET ${settings.join(", ")}`);
    return await use(slot.session);
  } finally {
    // SET lasts as long as the connection, so that without this a limit would hit later queries too.
    if (settings.length > 0) await resetSettings(slot.session, [...statement.settings.keys()]);
  }
}

async function resetSettings(session: Session, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const base = baseSettings.get(name);
    const value = base === undefined ? "DEFAULT" : quoted(base);
    // An unknown name failed when it was set; there is nothing to take back.
    await session.queryAsync(`SET ${name} = ${value}`).catch(ignore);
  }
}

/** A parameter that this statement did not bring must fail, not take an earlier statement's value. */
function refuseStaleParams(slot: Slot, { sql, params }: Statement): void {
  for (const name of slot.knownParams) {
    if (!params.has(name) && sql.includes(`{${name}:`))
      throw new EngineError(456, "UNKNOWN_QUERY_PARAMETER", `Substitution \`${name}\` is not set.`);
  }
}

function checked(name: string): string {
  if (NAME.test(name)) return name;
  throw new EngineError(
    115,
    "UNKNOWN_SETTING",
    `Not a name: ${JSON.stringify(name.slice(0, 100))}`,
  );
}

function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
