import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { connectStore } from "./client";
import { wholeColumn } from "./column-types";
import { BACKUPS_FOLDER } from "./engine/engine-settings";
import { selectRows } from "./select-rows";
import { askStore } from "./store-error";

const POLL_MS = 200;

const jobRow = z.object({ status: z.string(), error: z.string() });

export type EngineArchive = ReturnType<typeof openEngineArchive>;

interface OpenEngine {
  readonly url: string;
  /** The engine's own folder. */
  readonly folder: string;
}

/** The whole database of an embedded engine, out of it and back. */
export function openEngineArchive({ url, folder }: OpenEngine) {
  const client = connectStore({ url });

  return {
    /**
     * Writes all tables into a folder that is empty, while the engine serves on: every row that was acknowledged before
     * is in it. The parts are copied as they are, so that views are not filled a second time on the way back.
     *
     * @throws Error with the engine's reason
     */
    async writeTo(target: string): Promise<void> {
      await throughLink(folder, target, (name) =>
        // Without the first setting two files that hold the same are written once.
        run(client, `BACKUP DATABASE default TO File('${name}')`, ["deduplicate_files = 0"]),
      );
    },

    /** Reads all tables into an engine that has none. Merges stand still, so that what came in can be counted. */
    async readFrom(source: string): Promise<void> {
      await throughLink(folder, source, async (name) => {
        const statement = `RESTORE DATABASE default FROM File('${name}')`;
        await run(client, statement, ["structure_only = 1"]);
        // It holds for tables that are there.
        await client.command({ query: "SYSTEM STOP MERGES" });
        await run(client, statement, []);
      });
    },

    /** Rows by table, duplicates that are not merged yet counted twice, as they lie there. */
    async countRows(): Promise<ReadonlyMap<string, number>> {
      const rows = await selectRows(client, {
        query: `SELECT tables.name AS table, sum(parts.rows) AS rows
                FROM system.tables AS tables
                LEFT JOIN (SELECT table, rows FROM system.parts WHERE active AND database = currentDatabase()) AS parts
                  ON parts.table = tables.name
                WHERE tables.database = currentDatabase() AND tables.engine LIKE '%MergeTree'
                GROUP BY name ORDER BY name`,
        params: {},
        row: z.object({ table: z.string(), rows: wholeColumn }),
      });
      return new Map(rows.map(({ table, rows: count }) => [table, count]));
    },

    /** Bytes that all tables take now. */
    async measure(): Promise<number> {
      const [found] = await selectRows(client, {
        query:
          "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase()",
        params: {},
        row: z.object({ bytes: wholeColumn }),
      });
      return found?.bytes ?? 0;
    },

    async engineVersion(): Promise<string> {
      const [found] = await selectRows(client, {
        query: "SELECT version() AS version",
        params: {},
        row: z.object({ version: z.string() }),
      });
      return found?.version ?? "unknown";
    },

    close: () => client.close(),
  };
}

/**
 * The engine writes and reads backups below its own folder alone; a link there leads to where the user wants one,
 * which may be another disk.
 */
async function throughLink(
  folder: string,
  place: string,
  use: (name: string) => Promise<void>,
): Promise<void> {
  const name = randomBytes(12).toString("hex");
  const link = path.join(folder, BACKUPS_FOLDER, name);
  await mkdir(path.dirname(link), { recursive: true, mode: 0o700 });
  await removeDangling(path.dirname(link));
  await symlink(path.resolve(place), link);
  try {
    await use(name);
  } finally {
    await rm(link, { force: true });
  }
}

/** Links whose command was killed, and whose place is gone. */
async function removeDangling(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    await stat(path.join(folder, name)).catch(() => rm(path.join(folder, name), { force: true }));
}

/** Runs it in the background of the engine, whose writer stays free for inserts, and waits for its end. */
async function run(
  client: ClickHouseClient,
  statement: string,
  settings: readonly string[],
): Promise<void> {
  const id = randomBytes(12).toString("hex");
  const all = [`id = '${id}'`, ...settings].join(", ");
  await askStore(() => client.command({ query: `${statement} SETTINGS ${all} ASYNC` }));
  for (;;) {
    const [job] = await selectRows(client, {
      query: "SELECT toString(status) AS status, error FROM system.backups WHERE id = {id:String}",
      params: { id },
      row: jobRow,
    });
    if (job === undefined) throw new Error("The engine was started anew meanwhile. Try again.");
    if (job.status === "BACKUP_CREATED" || job.status === "RESTORED") return;
    if (/FAILED|CANCELLED/.test(job.status)) throw new Error(reasonOf(job.error));
    await wait(POLL_MS);
  }
}

/** The first line, without the engine's stack. */
function reasonOf(error: string): string {
  return (error.split(/, Stack trace|\n/, 1)[0] ?? "").slice(0, 1000);
}
