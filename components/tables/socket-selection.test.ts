import { describe, expect, it } from "vitest";
import type { RetainedSocket } from "@/server/core/accounting/socket-view";
import { countStates, SOCKETS_PER_PAGE, selectSockets } from "./socket-selection";

const socket = (rest: Partial<RetainedSocket>): RetainedSocket => ({
  family: "tcp",
  retained: { lower: 0, upper: 0 },
  users: [],
  evidence: { text: "", value: 0, unit: "bytes", file: "ss.txt" },
  ...rest,
});
const all = { isUnreadOnly: false, page: 1 };

describe("choosing sockets", () => {
  const sockets = [
    socket({ state: "ESTAB", comm: "nginx", pid: 1207, isUnreadSincePreviousLook: true }),
    socket({ state: "LISTEN", users: [{ comm: "sshd", pid: 80 }] }),
    socket({ state: "ESTAB", peer: "10.0.0.7:443", pod: "网关-0" }),
  ];

  it("filters by state", () => {
    expect(selectSockets(sockets, { ...all, state: "LISTEN" }).total).toBe(1);
  });

  it("counts the states it can filter by, the most frequent first", () => {
    expect(countStates([...sockets, socket({ family: "netlink" })])).toEqual([
      { state: "ESTAB", count: 2 },
      { state: "LISTEN", count: 1 },
      { state: "netlink", count: 1 },
    ]);
  });

  it("finds a socket without a state under its family", () => {
    const netlink = socket({ family: "netlink" });
    expect(selectSockets([...sockets, netlink], { ...all, state: "netlink" }).rows).toEqual([
      netlink,
    ]);
  });

  it("keeps only sockets that nobody read when asked", () => {
    expect(selectSockets(sockets, { ...all, isUnreadOnly: true }).rows).toEqual([sockets[0]]);
  });

  it.each(["NGINX", "1207", "sshd", "10.0.0.7", "网关"])("finds %s", (search) => {
    expect(selectSockets(sockets, { ...all, search }).total).toBe(1);
  });

  it("shows the last page when the URL asks for one behind it", () => {
    const many = Array.from({ length: SOCKETS_PER_PAGE + 1 }, (_, inode) => socket({ inode }));
    const chosen = selectSockets(many, { ...all, page: 99 });
    expect(chosen).toMatchObject({ page: 2, pages: 2, total: SOCKETS_PER_PAGE + 1 });
    expect(chosen.rows).toHaveLength(1);
  });

  it("has one empty page when nothing matches", () => {
    expect(selectSockets(sockets, { ...all, search: "zzz" })).toEqual({
      rows: [],
      total: 0,
      page: 1,
      pages: 1,
    });
  });
});
