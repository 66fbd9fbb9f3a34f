import { VERSION } from "../core/version";
import { environment } from "../environment";
import { BackupError } from "../services/backup/backup-error";
import type { Manifest } from "../services/backup/manifest";
import { restoreBackup } from "../services/backup/restore-backup";
import { writeBackup } from "../services/backup/write-backup";
import { toServiceError } from "../services/service-error";
import type { Outcome } from "./analyze";
import { NoStoreError, openOwnEngine, stoppedFolder, withArchive } from "./running-store";

/** `memledger backup TARGET`: everything that is kept, while the server serves on. */
export function backup(target: string): Promise<Outcome> {
  return told(async () => {
    const { dataDir } = environment();
    const manifest = await withArchive((store) =>
      writeBackup({ dataDir, store, version: VERSION, now: Date.now }, target),
    );
    return `${target} holds ${summaryOf(manifest)}\n`;
  });
}

/** `memledger restore SOURCE`: into the data folder, on which no server runs. */
export function restore(source: string, choice: { readonly replace: boolean }): Promise<Outcome> {
  return told(async () => {
    const dataDir = await stoppedFolder();
    const parts = { dataDir, openStore: openOwnEngine, now: Date.now };
    const { manifest, setAside } = await restoreBackup(parts, source, choice);
    const hasSecret = manifest.files.some((file) => file.path === "folder/access.json");
    return [
      `${dataDir} holds ${summaryOf(manifest)}`,
      ...(setAside === undefined ? [] : [`What it held before lies in ${setAside}`]),
      ...(hasSecret
        ? []
        : ["The backup has no access secret: the server answers on loopback only"]),
      "",
    ].join("\n");
  });
}

function summaryOf({ createdAt, tables, files }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const number = new Intl.NumberFormat("en");
  return (
    `${number.format(rows)} rows of ${tables.length} tables, ${number.format(files.length)} files with ` +
    `${number.format(bytes)} bytes, as of ${createdAt}`
  );
}

async function told(work: () => Promise<string>): Promise<Outcome> {
  try {
    return { stdout: await work(), stderr: "", exitCode: 0 };
  } catch (error) {
    const isKnown = error instanceof BackupError || error instanceof NoStoreError;
    const known = isKnown ? error : toServiceError(error);
    const why = known ?? (error instanceof Error ? error : new Error(String(error)));
    return { stdout: "", stderr: `memledger: ${why.message}\n`, exitCode: 2 };
  }
}
