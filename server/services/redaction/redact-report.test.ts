import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../core/report-snapshot";
import { snapshotReportSchema } from "../report-schema";
import { type Names, namedSnapshot } from "./named-snapshot.test-support";
import { redactReport } from "./redact-report";
import { REVEAL_NOTHING, type Reveal } from "./reveal";

const NAMES: Names = {
  hostname: "db7.shop.example.com",
  address: "198.51.100.23",
  cgroup: "/kubepods.slice/kubepods-pod0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9.slice/checkout.scope",
  command: "/opt/checkout/bin/nginx --token=hunter2",
  unixPath: "/run/checkout/api.sock",
};

function redactNames(names: Names, reveal: Reveal = REVEAL_NOTHING): string {
  const snapshot = namedSnapshot(names);
  return JSON.stringify(redactReport(reportSnapshot(snapshot), snapshot, reveal));
}

describe("a shared report", () => {
  it("is made of a report that does quote the names, or this test would show nothing", () => {
    const open = JSON.stringify(reportSnapshot(namedSnapshot(NAMES)));
    expect(open).toContain(NAMES.hostname);
    expect(open).toContain(NAMES.address);
    expect(open).toContain(NAMES.cgroup);
    expect(open).toContain(NAMES.command);
    expect(open).toContain(NAMES.unixPath);
  });

  it("masks a host whose name has a hyphen, also where a longer word holds it", () => {
    const report = reportSnapshot(namedSnapshot({ ...NAMES, hostname: "node-a" }));
    const verdict = { ...report.verdict, headline: "node-a runs a node-agent" };
    const snapshot = namedSnapshot({ ...NAMES, hostname: "node-a" });
    const shared = redactReport({ ...report, verdict }, snapshot, REVEAL_NOTHING);
    expect(shared.verdict.headline).toMatch(/^host-1 runs a node-agent$/);
  });

  it("names no host, address, command, path or cgroup of the input", () => {
    const shared = redactNames(NAMES);
    for (const secret of [
      ...Object.values(NAMES),
      "db7",
      "shop",
      "checkout",
      "hunter2",
      "0a1b2c3d",
    ])
      expect(shared).not.toContain(secret);
  });

  it("keeps numbers, process names, ports and the sizes of the ledger", () => {
    const snapshot = namedSnapshot(NAMES);
    const open = reportSnapshot(snapshot);
    const shared = redactReport(open, snapshot, REVEAL_NOTHING);
    expect(shared.composition?.buckets.map(({ id, bytes }) => [id, bytes])).toEqual(
      open.composition?.buckets.map(({ id, bytes }) => [id, bytes]),
    );
    const [holder] = shared.findings[0]?.holders ?? [];
    expect(holder).toMatchObject({ kind: "process", pid: 1163, comm: "nginx" });
    expect(holder?.local).toMatch(/^address-\d+:18080$/);
    expect(shared.node.hostname).toBe("host-1");
    expect(shared.verdict.status).toBe(open.verdict.status);
  });

  it("is a report like any other", () => {
    expect(snapshotReportSchema.safeParse(JSON.parse(redactNames(NAMES))).error).toBeUndefined();
  });

  it("gives the same value the same pseudonym everywhere", () => {
    const shared = redactNames(NAMES);
    expect(new Set(shared.match(/address-\d+(?=:18080)/g))).toHaveLength(1);
  });

  it("opens one class with each switch and none of the others", () => {
    const shown = redactNames(NAMES, { ...REVEAL_NOTHING, addresses: true });
    expect(shown).toContain(`${NAMES.address}:18080`);
    for (const secret of [NAMES.hostname, NAMES.cgroup, NAMES.unixPath, "hunter2"])
      expect(shown).not.toContain(secret);
    const hosts = redactNames(NAMES, { ...REVEAL_NOTHING, hostnames: true });
    expect(hosts).toContain(NAMES.hostname);
    for (const secret of [NAMES.address, NAMES.cgroup, "hunter2"])
      expect(hosts).not.toContain(secret);
  });

  it("keeps loopback and wildcard addresses, which are the same everywhere", () => {
    expect(redactNames({ ...NAMES, address: "127.0.0.1" })).toContain("127.0.0.1:18080");
  });
});

const word = (prefix: string) =>
  fc.stringMatching(/^[a-z0-9]{6,12}$/).map((text) => `${prefix}${text}`);
const hostnames = fc
  .tuple(word("h"), fc.constantFrom("", ".corp.example", "-01", "_x"))
  .map(([first, last]) => first + last);
const addresses = fc.oneof(
  fc.ipV4().filter((ip) => !/^(?:127|0)\./.test(ip)),
  fc
    .array(fc.integer({ min: 0x1000, max: 0xffff }), { minLength: 8, maxLength: 8 })
    .map((parts) => `[${parts.map((part) => part.toString(16)).join(":")}]`),
);
const paths = fc
  .array(word("p"), { minLength: 1, maxLength: 5 })
  .map((parts) => `/${parts.join("/")}`);
const names: fc.Arbitrary<Names> = fc.record({
  hostname: hostnames,
  address: addresses,
  cgroup: paths.map((path) => `/system.slice${path}.service`),
  command: fc.tuple(paths, word("-")).map((parts) => parts.join(" --key=")),
  unixPath: paths,
});

it("no made-up name gets through, whatever it looks like", () => {
  fc.assert(
    fc.property(names, (made) => {
      const shared = redactNames(made).toLowerCase();
      for (const secret of Object.values(made))
        expect(shared).not.toContain(secret.replace(/^\[|\]$/g, "").toLowerCase());
    }),
    { numRuns: 100 },
  );
}, 30_000);
