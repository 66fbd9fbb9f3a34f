import { useState, useSyncExternalStore } from "react";

/** Where the crosshair stands, kept outside React's tree: moving it draws the tooltip again and nothing else. */
export interface HoverStore {
  readonly get: () => number | undefined;
  readonly set: (atMs: number | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

function createHover(): HoverStore {
  let current: number | undefined;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (atMs) => {
      if (atMs === current) return;
      current = atMs;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useHoverStore(): HoverStore {
  const [store] = useState(createHover);
  return store;
}

/** The moment under the crosshair, ms; undefined while there is none. */
export function useHovered(store: HoverStore): number | undefined {
  return useSyncExternalStore(store.subscribe, store.get, () => undefined);
}
