import type { Dropped } from "@/components/upload/dropped-files";

// Files cannot travel in a URL; a navigation inside the app keeps this module alive.
let pending: Dropped | undefined;

/** Keeps files that were dropped on another page until the upload page asks for them. */
export function keepForUpload(dropped: Dropped): void {
  pending = dropped;
}

/** The files kept, once. */
export function takeForUpload(): Dropped | undefined {
  const dropped = pending;
  pending = undefined;
  return dropped;
}
