import { describe, expect, it } from "vitest";
import { parseCrashVmstat } from "./crash-vmstat";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

// Shapes as crash 8 and 6 print them; numbers made for the test.
const WHOLE =
  "  VM_ZONE_STAT:\n    NR_FREE_PAGES: 30085\n     NR_PAGETABLE: 1562\n\n  VM_NODE_STAT:\n   NR_ANON_MAPPED: 338089\n NR_SLAB_RECLAIMABLE_B: 7\n\n  VM_EVENT_STATES:\n      PGPGIN: 9\n";
const ZONE = (name: string, free: number) =>
  `NODE: 0  ZONE: 0  ADDR: c08460c0  NAME: "${name}"\n  SIZE: 192512  PRESENT: 182304  MIN/LOW/HIGH: 853/1066/1279\n  VM_STAT:\n          NR_FREE_PAGES: ${free}\n`;

describe("crash kmem -V and -z", () => {
  it("counters under the names of /proc/vmstat", () => {
    const { value, skipped } = parseCrashVmstat(WHOLE);
    expect(skipped).toEqual([]);
    expect([...value].map(([name, counter]) => [name, counter.value])).toEqual([
      ["nr_free_pages", 30_085],
      ["nr_page_table_pages", 1562],
      ["nr_anon_pages", 338_089],
      ["nr_slab_reclaimable", 7],
      ["pgpgin", 9],
    ]);
  });

  it("zones are summed; the kernel's own sums stand before them", () => {
    const zones = ZONE("Normal", 100) + ZONE("HighMem", 20);
    expect(parseCrashVmstat(zones)).toMatchObject({ skipped: [] });
    expect(parseCrashVmstat(zones).value.get("nr_free_pages")?.value).toBe(120);
    expect(parseCrashVmstat(zones + WHOLE).value.get("nr_free_pages")?.value).toBe(30_085);
  });

  it("events alone are not the kernel's pages", () => {
    expect(() => parseCrashVmstat("PGPGIN: 9")).toThrow(ParseError);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseCrashVmstat, WHOLE));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({
      ...{ parse: parseCrashVmstat, good: WHOLE },
      pick: (value) => value.get("nr_free_pages")?.value,
    }),
  );
});
