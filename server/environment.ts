import path from "node:path";
import { z } from "zod";

const MIB = 1024 * 1024;

const schema = z.object({
  /** TCP port of the site. */
  PORT: z.coerce.number({ error: "wants a port number" }).int().min(1).max(65535).default(3000),
  /** Address the site listens on; other machines reach it only when this is not loopback. */
  HOST: z.string().min(1).default("127.0.0.1"),
  /** Folder of everything that is kept: tables, archives, the access secret's hash. */
  MEMLEDGER_DATA: z.string().min(1).default("./data"),
  /** A ClickHouse server to use in place of the embedded engine. */
  MEMLEDGER_CLICKHOUSE_URL: z
    .url({ protocol: /^https?$/, error: "wants http://user:password@host:8123/database" })
    .optional(),
  /** Bytes of original archives kept on disk; the oldest go first. */
  MEMLEDGER_ARCHIVE_LIMIT: z.coerce
    .number()
    .int()
    .min(0)
    .default(5 * 1024 * MIB),
  /** Bytes of free disk that uploads must leave. */
  MEMLEDGER_RESERVE: z.coerce
    .number()
    .int()
    .min(0)
    .default(512 * MIB),
  /** MiB of one upload, as sent. */
  MEMLEDGER_MAX_UPLOAD_MIB: z.coerce.number().int().min(1).default(2048),
  /** Seconds that reading one upload may take. */
  MEMLEDGER_MAX_UPLOAD_SECONDS: z.coerce.number().int().min(1).default(1800),
  /** For tests: the server's clock runs this many times faster, so that days pass in minutes. */
  MEMLEDGER_CLOCK_SPEED: z.coerce.number().min(1).max(1_000_000).default(1),
});

export interface Environment {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly storeUrl: string;
  /** The ClickHouse server that was configured; absent where the embedded engine is used. */
  readonly clickhouseUrl?: string;
  /** Bytes. */
  readonly archiveLimit: number;
  /** Bytes. */
  readonly reserveBytes: number;
  /** Bytes. */
  readonly maxUploadBytes: number;
  readonly maxUploadMs: number;
  /** 1 is real time. */
  readonly clockSpeed: number;
}

/**
 * Reads the environment variables; an empty one counts as absent.
 *
 * @throws Error that names each wrong variable
 */
export function parseEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment is not usable. ${wrong.join("; ")}`);
  }
  return toEnvironment(parsed.data);
}

function toEnvironment(values: z.infer<typeof schema>): Environment {
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: path.resolve(values.MEMLEDGER_DATA),
    // The launcher passes the embedded engine's URL on in this variable; nothing serves without one.
    storeUrl: values.MEMLEDGER_CLICKHOUSE_URL ?? "http://127.0.0.1:8123",
    ...(values.MEMLEDGER_CLICKHOUSE_URL !== undefined && {
      clickhouseUrl: values.MEMLEDGER_CLICKHOUSE_URL,
    }),
    archiveLimit: values.MEMLEDGER_ARCHIVE_LIMIT,
    reserveBytes: values.MEMLEDGER_RESERVE,
    maxUploadBytes: values.MEMLEDGER_MAX_UPLOAD_MIB * MIB,
    maxUploadMs: values.MEMLEDGER_MAX_UPLOAD_SECONDS * 1000,
    clockSpeed: values.MEMLEDGER_CLOCK_SPEED,
  };
}

let parsed: Environment | undefined;

/** This process's environment, read once. Nothing else reads `process.env`. */
export function environment(): Environment {
  parsed ??= parseEnvironment(process.env);
  return parsed;
}
