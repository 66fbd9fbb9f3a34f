import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

// ss of iproute2 6.1 on 6.18: a ring of 2,700 blocks of 1 MiB; the sniffer without -i shows no ring.
const RING =
  'p_raw UNCONN 0 0 [0]:* * users:(("suricata",pid=8781,fd=3)) ino:72334 sk:34 ver:2 cpy_thresh:0 flags( 0 ) ring_rx(blk_size:1048576,blk_nr:2700,frm_size:2048,frm_nr:1382400,tmo:60,features:0x0) skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0)\n';
const bare = (comm: string) =>
  `p_raw UNCONN 0 0 [0]:* * users:(("${comm}",pid=8781,fd=3)) ino:72334 sk:34 skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0)\n`;

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

describe("a ring of a packet socket", () => {
  it("is held by the process that has the socket, to the byte", () => {
    const { verdict, findings } = report({ meminfo: nodeMissing(2_750), ss: RING });
    expect(verdict).toMatchObject({ status: "held", bucket: "allocpage" });
    expect(verdict.headline).toContain("suricata (pid 8781)");
    expect(findings[0]).toMatchObject({
      id: "packet-ring",
      bytes: { lower: 2_700 * 1024 ** 2, upper: 2_700 * 1024 ** 2 },
      holders: [{ pid: 8781, comm: "suricata", fd: 3, inode: 72334 }],
    });
  });

  it("is known by what its reader has mapped, where ss did not print it", () => {
    const maps =
      "/proc/8781/maps:7f0000000000-7f00a8c00000 rw-s 00000000 00:08 72334    socket:[72334]\n";
    const { findings } = report({ meminfo: nodeMissing(2_750), ss: bare("suricata"), maps });
    expect(findings[0]).toMatchObject({ id: "packet-ring", bytes: { lower: 2_700 * 1024 ** 2 } });
  });

  it("of unknown size is a guess, and called one", () => {
    const { findings, verdict } = report({ meminfo: nodeMissing(2_750), ss: bare("tcpdump") });
    expect(findings[0]).toMatchObject({ id: "packet-ring", bytes: { lower: 0 } });
    expect(findings[0]?.confidence).toBeLessThan(0.5);
    expect(verdict.status).toBe("suspect");
  });
});

describe("packet sockets of a healthy machine", () => {
  it("are no finding: a DHCP client has one although something else is missing", () => {
    expect(ids({ meminfo: nodeMissing(2_750), ss: bare("dhclient") })).not.toContain("packet-ring");
    expect(ids({ meminfo: nodeMissing(50), ss: bare("tcpdump") })).toEqual([]);
  });

  it("with small rings are none either", () => {
    const small = RING.replace("blk_nr:2700", "blk_nr:32");
    expect(ids({ meminfo: nodeMissing(80), ss: small })).toEqual([]);
  });

  it("are ruled out where their ring is too small for what is missing", () => {
    const small = RING.replace("blk_nr:2700", "blk_nr:32");
    expect(report({ meminfo: nodeMissing(2_750), ss: small }).ruledOut).toContainEqual(
      expect.objectContaining({ id: "packet-ring", bytes: { upper: 32 * 1024 ** 2 } }),
    );
  });

  it("cannot hold more than is missing: the two were not read at one moment", () => {
    expect(ids({ meminfo: nodeMissing(50), ss: RING })).not.toContain("packet-ring");
  });
});
