import { useSyncExternalStore } from "react";

/** Tailwind's `sm`: below it the picture stands upright. */
const NARROW = "(width < 40rem)";

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(NARROW);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

/** True or false in the browser; undefined on the server, which cannot know and draws both, one of them hidden. */
export function useNarrowScreen(): boolean | undefined {
  return useSyncExternalStore<boolean | undefined>(
    subscribe,
    () => window.matchMedia(NARROW).matches,
    () => undefined,
  );
}
