import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

const small = { "sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never\n" };
const thp = (anon: number, huge: number) =>
  meminfoText({ total: 16, anon, cache: 0.3, views: { AnonHugePages: huge } });
const thpOf = (texts: Parameters<typeof snapshotOf>[0]) =>
  reportSnapshot(snapshotOf(texts)).findings.find(({ id }) => id === "thp-bloat");

describe("transparent huge pages", () => {
  it("that hold most of a full memory are worth a look", () => {
    expect(thpOf({ meminfo: thp(14.6, 12), small })).toMatchObject({ severity: "warning" });
  });

  it("on a node with memory to spare are a remark", () => {
    expect(thpOf({ meminfo: thp(8, 6), small })).toMatchObject({ severity: "info" });
  });

  it("of a tenth of process memory are everyday life", () => {
    expect(thpOf({ meminfo: thp(14.6, 1.5), small })).toBeUndefined();
  });

  const webvm = "lore-webvm-psi-fragmentation-4.19/proc/meminfo";
  it.skipIf(!hasCapture(webvm))("6.1 of 8 GiB with 5 GiB free: a remark (4.19)", () => {
    expect(thpOf({ meminfo: readCapture(webvm) })).toMatchObject({ severity: "info" });
  });
});
