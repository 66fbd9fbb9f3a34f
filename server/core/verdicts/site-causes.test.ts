import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../parse/captures.test-support";
import { findingOf } from "./rule.test-support";
import { meminfoWith, reportOn } from "./site-causes.test-support";

const GIB = 1024 ** 3;
// Hand-written in the layouts of the tools: no public dump of a whole machine with totals is at hand.
const site = (bytes: number, calls: number, place: string) => `${bytes} ${calls} ${place}\n`;
const CACHE = site(1_621_598_208, 395_848, "mm/readahead.c:186 func:ractl_alloc_folio");
const FRAGMENTS = (bytes: number) =>
  site(bytes, bytes / 32_768, "net/core/sock.c:3056 func:skb_page_frag_refill");
const TRACE = [
  "未释放内存汇总:",
  "次数    总大小       函数",
  "4919  314816K  receive_mergeable [virtio_net]",
  "31  248K  pipe_write",
  "",
].join("\n");
const RING_TRACE = TRACE.replace("receive_mergeable [virtio_net]", "ice_alloc_mapped_page [ice]");

describe("call sites of packets", () => {
  it("without any socket name the site as holder, and say that sockets keep it", () => {
    const { verdict, findings } = reportOn({ allocinfo: FRAGMENTS(4 * GIB) + CACHE });
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findings[0]).toMatchObject({
      id: "socket-queue-pins-pages",
      bytes: { lower: 4 * GIB, upper: 4 * GIB },
      holders: [{ kind: "callSite", name: "net/core/sock.c:3056 skb_page_frag_refill" }],
    });
  });

  it("that are a small part of all sites are no alarm", () => {
    const many = CACHE + site(40 * GIB, 10_485_760, "mm/memory.c:1054 func:folio_prealloc");
    const { verdict, findings } = reportOn({ allocinfo: FRAGMENTS(2 * GIB) + many });
    expect(findings).toEqual([]);
    expect(verdict.status).toBe("insufficient");
  });

  it("are taken no larger than what is missing", () => {
    const report = reportOn({ meminfo: meminfoWith(3), allocinfo: FRAGMENTS(8 * GIB) });
    const finding = findingOf(report, "socket-queue-pins-pages");
    const missing = report.composition?.buckets.find(({ id }) => id === "allocpage")?.bytes ?? 0;
    expect(finding?.bytes.upper).toBe(missing);
    expect(missing).toBeGreaterThan(3 * GIB);
  });

  it("of a sender are those of a send queue", () => {
    const pageOwner = [
      "849698 times:",
      "Page allocated via order 3, mask 0x4052c0(GFP_NOWAIT)",
      " __alloc_pages_nodemask+0x11d/0x290",
      " skb_page_frag_refill+0x68/0xf0",
      " sk_page_frag_refill+0x19/0x70",
      " tcp_sendmsg_locked+0x2f4/0xd10",
      "",
    ].join("\n");
    const [first] = reportOn({ pageOwner }).findings;
    expect(first).toMatchObject({ id: "stuck-senders", bytes: { lower: 849_698 * 32_768 } });
  });
});

describe("a trace", () => {
  it("names the site of what was there before it began, when most of what it saw stays is from there", () => {
    const report = reportOn({ meminfo: meminfoWith(3), sysak: TRACE });
    const finding = findingOf(report, "socket-queue-pins-pages");
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    // The tool doubles its sizes.
    expect(finding?.bytes.lower).toBe(314_816 * 512);
    expect(finding?.bytes.upper).toBeGreaterThan(3 * GIB);
    expect(finding?.holders[0]).toMatchObject({ kind: "module", name: "virtio_net" });
  });

  it("of a driver names the driver", () => {
    const report = reportOn({ meminfo: meminfoWith(3), sysak: RING_TRACE });
    expect(report.findings[0]).toMatchObject({ id: "page-pool-or-rx-ring" });
  });

  it("on a machine where nothing is missing is no alarm", () => {
    const { verdict, findings } = reportOn({ meminfo: meminfoWith(0.1), sysak: TRACE });
    expect(findings).toEqual([]);
    expect(verdict.status).toBe("healthy");
  });

  it("alone is worth a look, and proves nothing", () => {
    const { verdict } = reportOn({ sysak: TRACE });
    expect(verdict).toMatchObject({ status: "watch", bucket: "allocpage" });
  });
});

const CASE = "lore-ice-rxpages-allocinfo-6.15";

describe.skipIf(!hasCapture(CASE))("two looks at the same sites", () => {
  const day = (name: string) => ({ allocinfo: readCapture(`${CASE}/${name}/proc/allocinfo`) });

  it("prove that a driver keeps more and more", () => {
    const [alone] = reportOn(day("day6")).findings;
    const [grown] = reportOn({ ...day("day6"), before: day("day0") }).findings;
    expect(grown?.confidence).toBeGreaterThan(alone?.confidence ?? 1);
    expect(grown?.evidence).toContainEqual(
      expect.objectContaining({ value: 3_341_238_272 - 1_105_125_376 }),
    );
  });

  it("of one moment prove nothing", () => {
    const [same] = reportOn({ ...day("day6"), before: day("day6") }).findings;
    expect(same?.confidence).toBe(reportOn(day("day6")).findings[0]?.confidence);
  });
});
