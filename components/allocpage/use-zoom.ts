import { useSearchParams } from "next/navigation";

/** The frame that the picture is zoomed to, kept in the address: the back button zooms out again. */
export function useZoom(): {
  readonly at: string | undefined;
  readonly zoom: (key: string) => void;
} {
  const params = useSearchParams();
  const at = params.get("at") ?? undefined;
  function zoom(key: string): void {
    if (key === (at ?? "root")) return;
    const next = new URLSearchParams(params);
    if (key === "root") next.delete("at");
    else next.set("at", key);
    const query = next.toString();
    window.history.pushState(null, "", query ? `?${query}` : window.location.pathname);
  }
  return { at, zoom };
}
