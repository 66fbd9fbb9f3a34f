/** "net/core/sock.c:3056 skb_page_frag_refill" in two: the function is what people know, the file is where to look. */
export function callSiteParts(site: string): { readonly name: string; readonly place?: string } {
  const at = site.indexOf(" ");
  const place = site.slice(0, at);
  return at > 0 && /:\d+$/.test(place) ? { name: site.slice(at + 1), place } : { name: site };
}
