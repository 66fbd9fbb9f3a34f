import { describe, expect, it } from "vitest";
import type { Holder } from "@/server/core/report";
import { holderIdentity, holderName, holderPlace, isCodeName } from "./holder-name";

const bytes = { lower: 0, upper: 1 };

describe("a holder", () => {
  it("is called by its command, with pid, descriptor and state beside it", () => {
    const holder: Holder = { kind: "process", comm: "nginx", pid: 7, fd: 11, state: "T", bytes };
    expect(holderName(holder)).toBe("nginx");
    expect(holderIdentity(holder)).toBe("pid 7 · fd 11 · stopped");
  });

  it("without any name is called by its kind", () => {
    expect(holderName({ kind: "ipc", bytes })).toBe("IPC segment");
    expect(holderIdentity({ kind: "ipc", bytes })).toBe("");
  });

  it("of a kind that has a name of its own shows that", () => {
    expect(holderName({ kind: "slabCache", name: "dentry", bytes })).toBe("dentry");
  });

  it("shows both ends of a socket, its pod and its control group", () => {
    const holder: Holder = {
      kind: "socket",
      comm: "nginx",
      local: "10.0.0.1:80",
      peer: "10.0.0.2:999",
      pod: "web-0",
      cgroup: "/kubepods/x",
      bytes,
    };
    expect(holderPlace(holder)).toEqual(["10.0.0.1:80 → 10.0.0.2:999", "pod web-0", "/kubepods/x"]);
  });

  it("does not repeat its name as its place", () => {
    expect(holderPlace({ kind: "cgroup", cgroup: "/system.slice", bytes })).toEqual([]);
  });

  it("that is a line of code is called by its function, with the file where it stands", () => {
    const holder: Holder = { kind: "callSite", name: "net/core/sock.c:3056 skb_frag", bytes };
    expect(holderName(holder)).toBe("skb_frag");
    expect(holderPlace(holder)).toEqual(["net/core/sock.c:3056"]);
  });

  it("named beside its command shows that name too", () => {
    const holder: Holder = { kind: "process", comm: "nginx", name: "30 sockets on port 80", bytes };
    expect(holderName(holder)).toBe("nginx");
    expect(holderPlace(holder)).toEqual(["30 sockets on port 80"]);
  });

  it.each([
    ["callSite", { name: "skb_page_frag_refill" }, true],
    ["module", { name: "ice" }, true],
    ["mount", { name: "/dev/shm" }, true],
    ["slabCache", { name: "kmalloc-4k" }, true],
    ["cgroup", { cgroup: "/kubepods/pod1" }, true],
    ["ipc", { name: "shmid 3" }, false],
    ["process", { comm: "nginx" }, false],
  ] as const)("of kind %s is set as what it is", (kind, names, isCode) => {
    expect(isCodeName({ kind, ...names, bytes })).toBe(isCode);
    expect(holderPlace({ kind, ...names, bytes })).toEqual([]);
  });
});
