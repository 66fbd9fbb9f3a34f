import { describe, expect, it } from "vitest";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "network-storage-client";
const modules =
  "ceph 446464 1 - Live 0xffffffffc0a3f000\nlibceph 409600 1 ceph, Live 0xffffffffc0a00000\n";
const ss = (bytes: number) =>
  `State Recv-Q Send-Q Local Address:Port Peer Address:Port\nESTAB 0 ${bytes} 10.0.0.5:44444 10.0.0.9:6789 ino:0 sk:1 <-> skmem:(r0,rb131072,t0,tb4194304,f0,w${bytes},o0,bl0,d0)\n`;

describe("memory behind network storage", () => {
  it("waits in a kernel socket that no process holds", () => {
    const report = reportOn({ meminfo: meminfoWith(2.2), modules, ss: ss(2_200_000_000) });
    expect(findingOf(report, ID)).toMatchObject({
      holders: [{ kind: "socket", peer: "10.0.0.9:6789" }],
    });
  });

  it("is named by call sites of its client", () => {
    const allocinfo = `${600_000 * 4096} 600000 net/sunrpc/svcsock.c:1000 [sunrpc] func:svc_tcp_sendmsg\n`;
    const report = reportOn({ meminfo: meminfoWith(3), allocinfo });
    const [module, site] = findingOf(report, ID)?.holders ?? [];
    expect(module).toMatchObject({ kind: "module", name: "sunrpc" });
    expect(site?.name).toContain("svc_tcp_sendmsg");
  });

  it("is not suspected because a module is loaded", () => {
    expect(findingOf(reportOn({ meminfo: meminfoWith(3), modules }), ID)).toBeUndefined();
  });

  it("of a connection that moves is no finding", () => {
    const report = reportOn({ meminfo: meminfoWith(0.2), modules, ss: ss(1_000_000) });
    expect(findingOf(report, ID)).toBeUndefined();
  });
});
