import { setTimeout as wait } from "node:timers/promises";
import type { Session } from "chdb";
import type { Answer } from "./http-answer";
import type { IncomingStatement } from "./read-statement";
import type { SessionPool } from "./session-pool";

// Formats whose pieces can be joined: no header, no closing bracket. The engine streams only queries that select.
const STREAMED = new Set(["JSONEachRow", "JSONCompactEachRow", "TabSeparated", "TSV", "CSV"]);
const SELECTS = /^(?:SELECT|WITH)\b/i;

// INSERT INTO table (columns) FORMAT X: the form in which the client sends rows.
const INSERT_ROWS =
  /^INSERT\s+INTO\s+([A-Za-z_][\w.]{0,200})\s*(?:\(([\w\s,]{1,20000})\)\s*)?FORMAT\s+(JSONEachRow|JSONCompactEachRow|TabSeparated|CSV)\s*;?$/i;

const STARTS_BACKUP = /^BACKUP\b[\s\S]*\bASYNC$/i;
const GATHERING_MS = 10;
const LONGEST_GATHERING_MS = 60_000;

/** Runs one statement and sends what it gives. A failure before the first bytes is thrown. */
export async function runStatement(
  pool: SessionPool,
  statement: IncomingStatement,
  answer: Answer,
): Promise<void> {
  if (/^(?:SET|USE)\b/i.test(statement.sql)) {
    // Each request is a session of its own over HTTP, so these end with it.
    answer.end();
    return;
  }
  await pool.withSession(statement, async (session) => {
    if (INSERT_ROWS.test(statement.sql)) await insert(session, statement, answer);
    else if (STREAMED.has(statement.format) && SELECTS.test(statement.sql))
      await stream(session, statement, answer);
    else await single(session, statement, answer);
  });
}

async function insert(session: Session, { sql, data }: IncomingStatement, answer: Answer) {
  const [, table = "", columns, format = ""] = INSERT_ROWS.exec(sql) ?? [];
  if (data.length === 0) {
    answer.end({ written_rows: "0", written_bytes: "0" });
    return;
  }
  const summary = await session.insert({
    table,
    values: data,
    // The pattern above admits only names of this type.
    format: format as "JSONEachRow",
    ...(columns === undefined ? {} : { columns: columns.split(",").map((name) => name.trim()) }),
  });
  answer.end({
    written_rows: String(summary.rowsWritten),
    written_bytes: String(summary.bytesWritten),
  });
}

async function stream(session: Session, { sql, format }: IncomingStatement, answer: Answer) {
  const chunks = session.queryStream(sql, { format });
  try {
    for await (const chunk of chunks) {
      if (answer.isGone) break; // leaving the loop cancels the query
      await answer.write(chunk.raw());
    }
    answer.end();
  } catch (error) {
    answer.fail(error);
  } finally {
    chunks.cancel();
  }
}

async function single(session: Session, statement: IncomingStatement, answer: Answer) {
  const { sql, data, format } = statement;
  const text = data.length === 0 ? sql : `${sql}\n${data.toString("utf8")}`;
  const result = await session.queryAsync(text, { format });
  if (STARTS_BACKUP.test(sql)) await untilGathered(session);
  const bytes = result.bytes();
  if (bytes.byteLength > 0) await answer.write(bytes);
  answer.end({ read_rows: String(result.rowsRead), read_bytes: String(result.bytesRead) });
}

/**
 * Keeps the connection, which is the one that writes, until a backup has taken down which parts of which tables it
 * copies: milliseconds. An insert in between would be in a table and not in the views that it fills.
 */
async function untilGathered(session: Session): Promise<void> {
  const deadline = performance.now() + LONGEST_GATHERING_MS;
  while (performance.now() < deadline) {
    const found = await session.queryAsync(
      "SELECT count() FROM system.backups WHERE status = 'CREATING_BACKUP' AND num_files = 0",
      { format: "TabSeparated" },
    );
    if (found.text().trim() === "0") return;
    await wait(GATHERING_MS);
  }
}
