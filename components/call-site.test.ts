import { expect, it } from "vitest";
import { callSiteParts } from "./call-site";

it("a site of allocinfo is its function, and the file where it stands", () => {
  expect(callSiteParts("net/core/sock.c:3056 skb_page_frag_refill")).toEqual({
    name: "skb_page_frag_refill",
    place: "net/core/sock.c:3056",
  });
  expect(callSiteParts("skb_page_frag_refill")).toEqual({ name: "skb_page_frag_refill" });
  expect(callSiteParts("two words")).toEqual({ name: "two words" });
});
