import { describe, expect, it } from "vitest";
import { GIB, MIB } from "../units";
import { ownerStatus, sizeStatus } from "./thresholds";

describe("size alone", () => {
  it.each([
    ["7 GiB on 1 TiB are nothing", 7 * GIB, 1024 * GIB, undefined],
    ["12 GiB on 200 GiB are suspect", 12 * GIB, 200 * GIB, "suspect"],
    ["1.6 GiB of 8 GiB are suspect", 1.7 * GIB, 16 * GIB, "suspect"],
    ["1 GiB of 4 GiB is suspect on a small node", 1 * GIB, 4 * GIB, "suspect"],
    ["60 MiB of a router's 116 MiB are suspect", 60 * MIB, 116 * MIB, "suspect"],
    ["fixed overhead of 7 % of 1 GiB is healthy", 70 * MIB, 1000 * MIB, undefined],
    ["6 % of 24 GiB is worth watching", 1.45 * GIB, 24 * GIB, "watch"],
    ["2 % of a server at rest is healthy", 5 * GIB, 251 * GIB, undefined],
  ] as const)("%s", (_why, bytes, memTotal, status) => {
    expect(sizeStatus(bytes, memTotal)).toBe(status);
  });
});

describe("with the owner of a queue known", () => {
  it("less is needed: 460 MiB of 2.8 GiB are an incident", () => {
    expect(sizeStatus(460 * MIB, 2.84 * GIB)).toBeUndefined();
    expect(ownerStatus(460 * MIB, 2.84 * GIB)).toBe("suspect");
    expect(ownerStatus(200 * MIB, 2.84 * GIB)).toBe("watch");
  });
});
