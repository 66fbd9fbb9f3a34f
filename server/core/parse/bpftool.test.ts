import { describe, expect, it } from "vitest";
import { type BpfObject, parseBpftool } from "./bpftool";
import { expectLinear, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

// bpftool 7.1 on 6.18, the maps made for it; the pids line by the source (pids.c).
const TEXT = `25: array  name memgen  flags 0x0
	key 4B  value 4096B  max_entries 4096  memlock 16777528B
28: ringbuf  name events  flags 0x0
	key 0B  value 0B  max_entries 16777216  memlock 16855368B
	pids agent(812), agent helper(900)
31: hash  flags 0x1
	key 4B  value 960B  max_entries 16384  memlock 16911232B
`;
const JSON_LINE =
  '[{"id":25,"type":"array","name":"memgen","flags":0,"bytes_key":4,"bytes_value":4096,"max_entries":4096,"bytes_memlock":16777528,"frozen":0},{"id":28,"type":"ringbuf","name":"events","flags":0,"bytes_key":0,"bytes_value":0,"max_entries":16777216,"bytes_memlock":16855368,"frozen":0,"pids":[{"pid":812,"comm":"agent"}]}]';

describe("bpftool map", () => {
  it("gives type, name, flags, size and holders of each map", () => {
    const { value, skipped } = parseBpftool(TEXT);
    expect(skipped).toEqual([]);
    expect(value).toMatchObject([
      { line: 1, id: 25, type: "array", name: "memgen", flags: 0, memlock: 16_777_528 },
      {
        line: 3,
        type: "ringbuf",
        maxEntries: 16_777_216,
        holders: [
          { pid: 812, comm: "agent" },
          { pid: 900, comm: "agent helper" },
        ],
      },
      { line: 6, type: "hash", flags: 1, isProgram: false },
    ]);
    expect(value[2]).not.toHaveProperty("name");
  });

  it("says the same as JSON", () => {
    const { value } = parseBpftool(JSON_LINE);
    expect(value).toMatchObject([
      { line: 1, id: 25, type: "array", memlock: 16_777_528, isProgram: false },
      { line: 1, id: 28, type: "ringbuf", holders: [{ pid: 812, comm: "agent" }] },
    ]);
  });

  it("points at the line of each map in pretty JSON", () => {
    const pretty = JSON.stringify(JSON.parse(JSON_LINE), null, 4);
    const lines = pretty.split("\n");
    for (const object of parseBpftool(pretty).value)
      expect(lines[object.line - 1]).toContain(`"id": ${object.id}`);
  });

  it("keeps the whole objects of a JSON that was cut", () => {
    expect(parseBpftool(JSON_LINE.slice(0, -60)).value.map(({ id }) => id)).toEqual([25]);
  });

  it("of a machine without maps is an empty list, not an error", () => {
    expect(parseBpftool("[]\n").value).toEqual([]);
  });
});

describe("bpftool prog", () => {
  it("is told from a map", () => {
    const text =
      "12: cgroup_skb  name egress  tag 7be49e3934a125ba  gpl\n\tloaded_at 2025-11-25T07:00:00+0000  uid 0\n\txlated 296B  jited 229B  memlock 4096B  map_ids 52,53\n";
    expect(parseBpftool(text).value).toMatchObject([
      { id: 12, type: "cgroup_skb", name: "egress", isProgram: true, memlock: 4_096 },
    ]);
  });
});

describe("text of another kind", () => {
  const pick = (objects: readonly BpfObject[]) => objects[0] && { ...objects[0], line: 0 };

  it("is refused", () => {
    expect(() => parseBpftool('{"error":"Operation not permitted"}')).toThrow(ParseError);
    expect(() => parseBpftool("Error: can't get next map: Operation not permitted")).toThrow(
      ParseError,
    );
  });
  it("throws nothing but ParseError", () => {
    expectOnlyParseErrors(parseBpftool, TEXT);
    expectOnlyParseErrors(parseBpftool, JSON_LINE);
  });
  it("is read in linear time", () => {
    expectLinear({ parse: parseBpftool, good: TEXT, pick });
  }, 20_000);
});

it("a pid that no kernel has is left out, its map is kept", () => {
  const text = JSON.stringify([{ id: 1, type: "hash", bytes_memlock: 4096, pids: [] }]);
  const { value } = parseBpftool(text.replace("[]", '[{"pid":1e309,"comm":"a"}]'));
  expect(value).toMatchObject([{ id: 1, memlock: 4096, holders: [] }]);
});
