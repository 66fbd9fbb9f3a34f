import { describe, expect, it } from "vitest";
import { type DrmClient, parseDrmFdinfo } from "./drm-fdinfo";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

const KIB = 1024;
/** Written from Documentation/gpu/drm-usage-stats.rst; the numbers are made up. */
const BLOCK = (client: number, gtt: number) =>
  [
    "pos:\t0",
    "flags:\t02100002",
    "drm-driver:\tamdgpu",
    `drm-client-id:\t${client}`,
    "drm-pdev:\t0000:03:00.0",
    "drm-memory-vram:\t1500 KiB",
    `drm-memory-gtt: \t${gtt} KiB`,
    "drm-total-gtt:\t9000 KiB",
    "drm-engine-gfx:\t123456 ns",
  ].join("\n");
const withPath = (pid: number, fd: number, block: string) =>
  block.replaceAll(/^/gm, `/proc/${pid}/fdinfo/${fd}:`);
const gtts = (clients: readonly DrmClient[]) =>
  clients.map(({ pid, resident }) => [pid, resident.get("gtt")?.value]);

describe("drm fdinfo", () => {
  it("what a client holds, by region, in bytes", () => {
    const { value, skipped } = parseDrmFdinfo(BLOCK(8, 2048));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(1);
    expect(value[0]).toMatchObject({ driver: "amdgpu", line: 1 });
    expect(value[0]?.resident).toEqual(
      new Map([
        ["vram", { value: 1500 * KIB, line: 6 }],
        ["gtt", { value: 2048 * KIB, line: 7 }],
      ]),
    );
    expect(value[0]?.total.get("gtt")?.value).toBe(9000 * KIB);
  });

  it("a client under several descriptors counts once, processes are told apart by the path", () => {
    const text = [
      withPath(2011, 12, BLOCK(8, 2048)),
      withPath(2011, 13, BLOCK(8, 2048)),
      withPath(3000, 4, BLOCK(9, 64)),
    ].join("\n");
    expect(gtts(parseDrmFdinfo(text).value)).toEqual([
      [2011, 2048 * KIB],
      [3000, 64 * KIB],
    ]);
  });

  it("blocks of a bare paste begin with pos:", () => {
    expect(gtts(parseDrmFdinfo(`${BLOCK(1, 1)}\n${BLOCK(2, 2)}`).value)).toEqual([
      [undefined, KIB],
      [undefined, 2 * KIB],
    ]);
  });

  it("drm-resident- is preferred to the older drm-memory-", () => {
    const text = `${BLOCK(1, 1)}\ndrm-resident-gtt:\t7 MiB`;
    expect(gtts(parseDrmFdinfo(text).value)).toEqual([[undefined, 7 * KIB * KIB]]);
  });

  it("a descriptor of something else is no client", () => {
    expect(() => parseDrmFdinfo("pos:\t0\nflags:\t02\neventfd-count: 0")).toThrow(ParseError);
  });

  const good = "drm-driver:\txe\ndrm-memory-system:\t5 KiB";
  const pick = (clients: readonly DrmClient[]) => clients.map(({ driver }) => driver);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseDrmFdinfo, BLOCK(1, 2)));
  it("a good line is never lost", () => expectNeverLost({ parse: parseDrmFdinfo, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseDrmFdinfo, good, pick }),
    5000,
  );
});
