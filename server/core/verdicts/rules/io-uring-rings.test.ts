import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

// fdinfo of 6.18: a ring of 32,768 submissions takes 4 MiB.
const rings = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      `/proc/8904/fdinfo/${at + 3}:ino:\t${54_000 + at}\n/proc/8904/fdinfo/${at + 3}:SqMask:\t0x7fff\n/proc/8904/fdinfo/${at + 3}:CqMask:\t0xffff\n`,
  ).join("");
const links = (count: number) =>
  Array.from({ length: count }, (_, at) => `/proc/8904/fd/${at + 3} anon_inode:[io_uring]\n`).join(
    "",
  );
const stat = `8904 (postgres) S 1 ${"0 ".repeat(19)}500 0\n`;

describe("rings of io_uring", () => {
  it("are held by their process: 650 of the largest are 2.5 GiB", () => {
    const { verdict, findings } = report({
      meminfo: nodeMissing(2_650),
      fdinfo: rings(650),
      fd: links(650),
      stat,
    });
    expect(findings[0]).toMatchObject({
      id: "io-uring-rings",
      bytes: { lower: 650 * 4 * 1024 ** 2, upper: 650 * 4 * 1024 ** 2 },
      holders: [{ pid: 8904, comm: "postgres", count: 650 }],
    });
    expect(verdict).toMatchObject({ status: "held", bucket: "allocpage" });
  });

  it("are counted once however many processes inherited them", () => {
    const shared = rings(650) + rings(650).replaceAll("8904", "8905");
    const { findings } = report({ meminfo: nodeMissing(2_650), fdinfo: shared });
    expect(findings[0]?.bytes.upper).toBe(650 * 4 * 1024 ** 2);
  });

  it("of unknown size are bounded, and by the hundreds a guess", () => {
    const [finding] = report({ meminfo: nodeMissing(2_500), fd: links(700), stat }).findings;
    expect(finding).toMatchObject({ id: "io-uring-rings", bytes: { lower: 700 * 4096 } });
    expect(finding?.bytes.upper).toBeGreaterThan(2_400 * 1024 ** 2);
    expect(finding?.confidence).toBeLessThan(0.6);
  });

  it("of a server's workers are no finding, whatever else is missing", () => {
    expect(ids({ meminfo: nodeMissing(60), fdinfo: rings(4) })).toEqual([]);
    expect(ids({ meminfo: nodeMissing(2_500), fd: links(40) })).not.toContain("io-uring-rings");
  });
});
