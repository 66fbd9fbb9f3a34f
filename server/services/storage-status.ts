import { relative } from "node:path";
import type { StorageStore } from "../store/storage";

export interface StorageStatusParts {
  readonly storage: StorageStore;
  readonly dataDir: string;
  /** Free bytes that the embedded engine leaves alone. */
  readonly reserveBytes: number;
}

/** The room that is left, what takes it, and what is broken. */
export function createStorageStatus({ storage, dataDir, reserveBytes }: StorageStatusParts) {
  return {
    async read() {
      const [tables, broken, disk] = await Promise.all([
        storage.readTables(),
        storage.readBroken(),
        storage.readDisk(),
      ]);
      // The guard stands in front of the embedded engine; a ClickHouse server looks after its own disk.
      const isEmbedded = disk !== undefined && isInside(dataDir, disk.path);
      return {
        isEmbedded,
        ...(disk && { disk: { free: disk.free, total: disk.total } }),
        ...(isEmbedded && {
          reserve: reserveBytes,
          isBelowReserve: disk.free < reserveBytes,
        }),
        tables,
        broken,
      };
    },
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..");
}
