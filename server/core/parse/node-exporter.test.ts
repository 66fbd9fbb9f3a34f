import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { captureBytes, hasCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseNodeExporter } from "./node-exporter";
import { ParseError } from "./parsed";

const GOOD = 'node_memory_MemTotal_bytes 2.5276514304e+10\nnode_memory_HugePages_Total{job="n"} 3';
const parse = (text: string) => parseNodeExporter(text, 4096);

describe("node_exporter", () => {
  it("a scrape of 1.5.0: names and units are those of /proc", () => {
    const { value, skipped } = parse(readFixture("node-exporter-6.18-healthy/metrics"));
    expect(skipped).toEqual([]);
    expect(value.meminfo.get("MemTotal")?.value).toBe(25_276_518_400);
    expect(value.meminfo.has("Active(anon)")).toBe(true);
    expect(value.meminfo.get("Hugepagesize")?.value).toBe(2_097_152);
    expect(value.meminfo.has("NFS_Unstable")).toBe(true);
    expect(value.vmstat.get("oom_kill")?.value).toBe(0);
    expect(value.sockstat.has("TCP.mem")).toBe(true);
    expect(value.sockstat.has("TCP.mem_bytes")).toBe(false);
    expect(value.sockstat6.has("TCP6.inuse")).toBe(true);
    expect(value.netCounters.has("TcpExt.ListenDrops")).toBe(true);
    expect(value.sysctl.get("net.netfilter.nf_conntrack_max")?.value).toBe("262144");
    expect(value.buddyinfo.map(({ zone, freeBlocks }) => [zone, freeBlocks.length])).toEqual([
      ["DMA", 11],
      ["DMA32", 11],
      ["Normal", 11],
    ]);
    expect(value.facts).toMatchObject({ hostname: "node1", arch: "x86_64", cpus: 2 });
  });

  const incident = "live-node_exporter-incident/node_exporter-incident.prom.gz";
  it.skipIf(!hasCapture(incident))("slab caches get their slabs back", () => {
    const { value } = parse(gunzipSync(captureBytes(incident)).toString("utf8"));
    expect(value.slab).toHaveLength(235);
    const sum = value.slab.reduce((bytes, cache) => bytes + cache.bytes, 0);
    const slab = value.meminfo.get("Slab")?.value ?? 0;
    // What is left are large kmallocs, which are in no cache.
    expect(sum).toBeLessThanOrEqual(slab);
    expect(sum).toBeGreaterThan(slab * 0.97);
    expect(value.numaMeminfo.get(0)?.get("FilePages")?.value).toBe(14_260_666_368);
  });

  it("before 0.16 sizes have no suffix; kubelet's own series are no fields", () => {
    const { value } = parse("node_memory_MemFree 5\nnode_memory_working_set_bytes 9\nnode_time 60");
    expect([...value.meminfo.keys()]).toEqual(["MemFree"]);
    expect(value.facts.atMs).toBe(60_000);
  });

  it("of a series with times the latest stands, whatever the order", () => {
    const lines = ["x 3 3000", "x 1 1000", "x 2 2000"].map((line) =>
      line.replace("x", "node_memory_MemFree_bytes"),
    );
    const { value } = parse(lines.join("\n"));
    expect(value.meminfo.get("MemFree")).toEqual({ value: 3, line: 1 });
    expect(value.facts.atMs).toBe(3_000_000);
  });

  it("metrics of something else are an error", () => {
    expect(() => parse("go_threads 7")).toThrow(ParseError);
    expect(() => parse("")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parse, GOOD));

  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse, good: GOOD, pick: (value) => value.meminfo.get("MemTotal")?.value }));

  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse, good: GOOD, pick: (value) => value.meminfo.get("MemTotal")?.value }),
  );
});
