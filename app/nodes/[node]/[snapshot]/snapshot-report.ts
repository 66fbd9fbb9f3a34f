import { cache } from "react";
import { found } from "@/app/found";
import { api } from "@/server/api/caller";

/** The report of a snapshot, read once for the layout and the page of one request; 404 where there is none. */
export const getSnapshotReport = cache(async (id: string) => {
  const caller = await api();
  return found(caller.snapshots.report({ id }));
});
