import { describe, expect, it } from "vitest";
import { parseCadvisor } from "./cadvisor";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

// Written by hand after metrics/prometheus.go of cAdvisor; no scrape of a cluster was at hand.
const POD = 'container="db",id="/kubepods/burstable/pod7/abc",namespace="shop",pod="db-0"';
const GOOD = [
  "# TYPE container_memory_usage_bytes gauge",
  'container_memory_usage_bytes{container="",id="/"} 4e+09 1700000000000',
  `container_memory_usage_bytes{${POD}} 1.2e+09 1700000000000`,
  `container_memory_rss{${POD}} 9e+08 1700000000000`,
  `container_memory_cache{${POD}} 2e+08 1700000000000`,
  `container_spec_memory_limit_bytes{${POD}} 0`,
].join("\n");

describe("cAdvisor", () => {
  it("one entry per cgroup; no limit is absent", () => {
    const { value, skipped } = parseCadvisor(GOOD);
    expect(skipped).toEqual([]);
    expect(value.map(({ path }) => path)).toEqual(["/", "/kubepods/burstable/pod7/abc"]);
    expect(value[1]?.values).toEqual(
      new Map([["memory.usage_in_bytes", { value: 1.2e9, line: 3 }]]),
    );
    expect([...(value[1]?.stat ?? [])].map(([name, { value }]) => [name, value])).toEqual([
      ["total_rss", 9e8],
      ["total_cache", 2e8],
    ]);
  });

  it("of two times the later stands", () => {
    const line = (at: number) => `container_memory_usage_bytes{${POD}} ${at} ${at}`;
    const { value } = parseCadvisor([line(2000), line(1000)].join("\n"));
    expect(value[0]?.values.get("memory.usage_in_bytes")?.value).toBe(2000);
  });

  it("series without a cgroup are none", () => {
    expect(() => parseCadvisor('container_memory_working_set_bytes{pod="a"} 1')).toThrow(
      ParseError,
    );
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseCadvisor, GOOD));

  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseCadvisor, good: GOOD, pick: (value) => value.length }),
  );
});
