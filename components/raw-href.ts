import type { Route } from "next";

/** Path of a snapshot's pages; both parts may hold any character. */
export function snapshotPath(node: string, snapshot: string): string {
  return `/nodes/${encodeURIComponent(node)}/${encodeURIComponent(snapshot)}`;
}

/** Where the raw line of a number is shown. `base` is the path of the snapshot; lines count from 1. */
export function rawHref(base: string, file: string, line?: number): Route {
  const query = `file=${encodeURIComponent(file)}`;
  if (line === undefined) return `${base}/raw?${query}` as Route;
  return `${base}/raw?${query}&line=${line}#L${line}` as Route;
}
