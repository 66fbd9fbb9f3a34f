import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../core/report-snapshot";
import { byTable, checksum } from "./checksum";
import { PushError, parsePush } from "./parse-push";
import { bodyOf, ESSENTIAL_FILES, HEAVY_FILES, headerOf, pushText } from "./push.test-support";
import { readPush, snapshotOfTexts } from "./read-push";
import { unpackMembers } from "./unpack-members";

const TAKEN = 1_764_070_000;
const textsOf = (body: Buffer) =>
  [...unpackMembers(body)].map((member) =>
    "bytes" in member ? member.bytes.toString() : new Error(member.error),
  );

describe("members of a body", () => {
  it("come out one by one, whatever their headers carry", () => {
    const named = gzipSync("named");
    // FEXTRA, FNAME, FCOMMENT and FHCRC: two bytes of extra field, "n\0", "c\0", a header checksum.
    const header = Buffer.from([0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3]);
    const fields = Buffer.from([2, 0, 9, 9, 0x6e, 0, 0x63, 0, 7, 7]);
    const dressed = Buffer.concat([header, fields, named.subarray(10)]);
    expect(textsOf(Buffer.concat([gzipSync("a"), dressed, gzipSync("")]))).toEqual([
      "a",
      "named",
      "",
    ]);
  });

  it("before a cut or damaged one stand, and that one is named", () => {
    const whole = bodyOf("first", "second", "third");
    const second = gzipSync("second", { level: 1 }).length;
    const first = gzipSync("first", { level: 1 }).length;
    for (let cut = first + 1; cut < first + second; cut += 1) {
      const [a, b, ...rest] = textsOf(whole.subarray(0, cut));
      expect([a, rest]).toEqual(["first", []]);
      expect(b).toBeInstanceOf(Error);
    }
    for (let at = first; at < first + second; at += 1) {
      const spoilt = Buffer.from(whole);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0x55;
      expect(textsOf(spoilt)[0], `byte ${at}`).toBe("first");
    }
  });

  it("that are bombs cost their limit and are named", () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const [member] = textsOf(bomb);
    expect(String(member)).toMatch(/unpacks to more than a push may hold/);
    const many = Buffer.concat(Array.from({ length: 1001 }, () => gzipSync("")));
    expect(String(textsOf(many).at(-1))).toMatch(/more than 1000 pushes/);
  });

  it("any bytes give members or one sentence, never a throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isGzip) => {
        const body = Buffer.from(bytes);
        if (isGzip) body.set([0x1f, 0x8b, 8].slice(0, body.length));
        for (const found of textsOf(body))
          expect(typeof found === "string" || found.message).toBeTruthy;
      }),
    );
  });

  it("are checked the same way where Node has no crc32", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => byTable(bytes) === checksum(bytes)));
  });
});

describe("a push", () => {
  it("is read as the agent wrote it", () => {
    const header = [
      ...headerOf("web-1", TAKEN + 0.25, "heavy"),
      "label: pool=gpu",
      "label: a=b=c",
      "k8s-node: worker-3",
      "lacks: slabinfo permission",
      "lacks: ss absent",
      "future: something new",
    ];
    const files = { "/proc/meminfo": "MemTotal: 1 kB\n", "/proc/empty": "", ss: "no newline" };
    const push = parsePush(pushText({ header, files }));
    expect(push).toEqual({
      node: "web-1",
      bootId: "6f0e2d1c-0000-4000-8000-000000000001",
      takenAtMs: TAKEN * 1000 + 250,
      set: "heavy",
      labels: { pool: "gpu", a: "b=c", "k8s-node": "worker-3" },
      lacks: [
        { file: "slabinfo", reason: "permission" },
        { file: "ss", reason: "absent" },
      ],
      texts: new Map([
        ["proc/meminfo", "MemTotal: 1 kB\n"],
        ["proc/empty", ""],
        ["ss", "no newline"],
      ]),
    });
  });

  it("gives its files back as they were, whatever stands in them", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9/.-]{0,30}$/);
    // A mark inside a file cannot be told from one between files: such a file is cut there, and that is all.
    const text = fc.string({ unit: "binary" }).filter((one) => !one.includes("==> "));
    fc.assert(
      fc.property(fc.dictionary(name, text, { maxKeys: 8, noNullPrototype: true }), (files) => {
        const push = parsePush(pushText({ header: headerOf("n", TAKEN), files }));
        expect(Object.fromEntries(push.texts)).toEqual(files);
      }),
    );
  });

  it.each([
    ["nothing", "", /does not begin with "memledger-push 1"/],
    ["a page of HTML", "<html>", /does not begin/],
    ["another version", "memledger-push 7\nnode: a\n\n", /version 7/],
    ["a header without end", `memledger-push 1\n${"x: y\n".repeat(99_999)}`, /no end/],
    ["no node", pushText({ header: ["taken: 1"] }), /names no node/],
    ["no time", pushText({ header: ["node: a"] }), /when it was taken/],
    ["a time of letters", pushText({ header: ["node: a", "taken: now"] }), /"now" is not a time/],
    [
      "a time of the year 9999",
      pushText({ header: headerOf("a", 253_402_300_799) }),
      /up to the year 2286/,
    ],
    ["a negative time", pushText({ header: ["node: a", "taken: -5"] }), /not a time/],
    [
      "a time of 400 digits",
      pushText({ header: ["node: a", `taken: ${"9".repeat(400)}`] }),
      /not a time/,
    ],
    [
      "a node with a slash",
      pushText({ header: headerOf("../../etc", TAKEN) }),
      /cannot be the name/,
    ],
    ["a node of two dots", pushText({ header: headerOf("..", TAKEN) }), /cannot be the name/],
    [
      "a node with a bell",
      pushText({ header: headerOf("a\u0007b", TAKEN) }),
      /"a\ufffdb" cannot be/,
    ],
    ["a node of 254 letters", pushText({ header: headerOf("n".repeat(254), TAKEN) }), /cannot be/],
    ["a node with a lone surrogate", pushText({ header: headerOf("a\ud800", TAKEN) }), /cannot be/],
  ])("that is %s is refused in one sentence", (_, text, message) => {
    expect(() => parsePush(text)).toThrow(PushError);
    expect(() => parsePush(text)).toThrow(message);
    try {
      parsePush(text);
    } catch (error) {
      expect(String(error).length).toBeLessThan(250);
      expect(String(error)).not.toMatch(/[\n\p{Cc}\p{Cs}]/u);
    }
  });

  it.each([
    "节".repeat(200),
    "db\u{1f4be}",
    "node'; DROP TABLE samples --".replaceAll(" ", "_"),
    "<script>",
  ])("may come from a node named %s", (node) => {
    expect(parsePush(pushText({ header: headerOf(node, TAKEN) })).node).toBe(node);
  });

  it("cuts labels and values that are too long, and keeps whole characters", () => {
    const long = "\u{1f4be}".repeat(400);
    const header = [
      ...headerOf("n", TAKEN),
      `label: k=${long}`,
      `boot: x\u0000`,
      `kernel: ${long}`,
    ];
    const many = Array.from({ length: 100 }, (_, i) => `label: k${i}=v\u001b[31m`);
    const push = parsePush(pushText({ header: [...header, ...many] }));
    expect(push.labels["k"]).toBe("\u{1f4be}".repeat(253));
    expect(push.kernel).toBe("\u{1f4be}".repeat(253));
    expect(Object.keys(push.labels).length).toBe(32);
    expect(push.labels["k1"]).toBe("v\ufffd[31m");
  });

  it("any text is a push or a PushError, and what it keeps can be stored", () => {
    const header = fc.array(fc.string({ unit: "binary", maxLength: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(header, fc.string({ unit: "binary" }), (lines, rest) => {
        const text = `memledger-push 1\nnode: n\ntaken: 5\n${lines.join("\n")}\n\n${rest}`;
        try {
          const { texts: _, ...kept } = parsePush(text);
          expect(JSON.stringify(kept)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        } catch (error) {
          expect(error).toBeInstanceOf(PushError);
        }
      }),
    );
  });
});

describe("the sample of a push", () => {
  const push = (set: "essential" | "heavy", header: string[] = []) =>
    parsePush(
      pushText({
        header: [...headerOf("web-1", TAKEN, set), ...header],
        files: set === "heavy" ? HEAVY_FILES : ESSENTIAL_FILES,
      }),
    );

  it("adds up to MemTotal, and its buckets are the same in both sets", () => {
    const essential = readPush(push("essential"), TAKEN * 1000);
    const heavy = readPush(push("heavy"), TAKEN * 1000);
    const sum = Object.values(essential.buckets).reduce((total, bytes) => total + bytes, 0);
    expect(sum).toBe(essential.memTotal);
    expect(essential.unexplained).toBeGreaterThan(2 ** 30);
    const { slabCaches, holders, cgroups, ...numbers } = heavy;
    expect(numbers).toEqual(essential);
    expect(essential.slabCaches).toBeUndefined();
    expect([slabCaches?.length, holders?.length, cgroups?.length].every(Boolean)).toBe(true);
    expect(slabCaches?.[0]?.bytes).toBeGreaterThan(slabCaches?.at(-1)?.bytes ?? Number.NaN);
  });

  it("of the heavier set names who may hold the memory, as the report of the same texts does", () => {
    const heavy = push("heavy");
    const [holder] = readPush(heavy, TAKEN * 1000).holders ?? [];
    const snapshot = snapshotOfTexts(heavy.texts, { node: "web-1", atMs: TAKEN * 1000 });
    const report = snapshot && reportSnapshot(snapshot);
    expect(report?.findings[0]?.holders[0]).toMatchObject({ comm: holder?.comm });
    expect(["suspect", "held"]).toContain(report?.verdict.status);
    expect(report?.node).toMatchObject({ hostname: "web-1", takenAt: "2025-11-25T11:26:40.000Z" });
  });

  it("says what it lacks, whether the agent told or not", () => {
    const { "/proc/zoneinfo": _, ...files } = ESSENTIAL_FILES;
    const header = [...headerOf("n", TAKEN), "lacks: slabinfo permission"];
    const { lacks, buckets } = readPush(parsePush(pushText({ header, files })), 0);
    expect(lacks).toEqual([
      "slabinfo: not permitted to read it. It would show which slab caches hold the kernel's objects (needs root).",
      "zoneinfo: not in the push. It would show free pages on the per-CPU lists, which otherwise count as unexplained.",
    ]);
    expect(buckets.pcp).toBeUndefined();
  });

  it("without a MemTotal is refused", () => {
    const files = { "/proc/vmstat": ESSENTIAL_FILES["/proc/vmstat"] ?? "" };
    const none = parsePush(pushText({ header: headerOf("n", TAKEN), files }));
    expect(() => readPush(none, 0)).toThrow(/no \/proc\/meminfo/);
    const empty = parsePush(pushText({ header: headerOf("n", TAKEN), files: {} }));
    expect(() => readPush(empty, 0)).toThrow(PushError);
  });

  it("of texts that say anything at all is a sample of finite numbers or a PushError", () => {
    const line = fc.tuple(
      fc.constantFrom(
        "MemTotal",
        "MemFree",
        "Cached",
        "Slab",
        "SReclaimable",
        "Percpu",
        "Balloon",
        "KernelStack",
      ),
      fc.oneof(fc.bigInt({ min: -9n, max: 2n ** 64n }), fc.nat()),
    );
    fc.assert(
      fc.property(fc.array(line), fc.string({ unit: "binary" }), (lines, junk) => {
        const meminfo = lines.map(([name, kib]) => `${name}: ${kib} kB`).join("\n");
        const files = { "/proc/meminfo": meminfo, "/proc/zoneinfo": junk, "/proc/vmstat": junk };
        const text = pushText({ header: headerOf("n", TAKEN, "heavy"), files });
        try {
          const sample = readPush(parsePush(text), 0);
          const numbers = [sample.memTotal, ...Object.values(sample.buckets)];
          expect(numbers.every(Number.isSafeInteger)).toBe(true);
          expect(numbers.slice(1).reduce((sum, bytes) => sum + bytes, 0)).toBe(sample.memTotal);
        } catch (error) {
          if (!(error instanceof PushError)) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});
