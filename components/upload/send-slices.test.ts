import { describe, expect, it } from "vitest";
import { KIB, MIB } from "@/server/core/units";
import { LARGEST_SLICE, nextSliceLength, type SliceSender, sendSlices } from "./send-slices";

interface Recorded {
  readonly sender: SliceSender;
  readonly slices: [number, number][];
  readonly sent: number[];
  readonly pauses: number[];
}

/** A line that takes no time; `answer` may throw or say how many bytes the server has. */
function line(size: number, answer: (offset: number, length: number) => number): Recorded {
  const slices: [number, number][] = [];
  const sent: number[] = [];
  const pauses: number[] = [];
  const sender: SliceSender = {
    size,
    from: 0,
    signal: new AbortController().signal,
    send: async (offset, length) => {
      slices.push([offset, length]);
      return answer(offset, length);
    },
    isPassing: (error) => (error as Error).message === "passing",
    onSent: (bytes) => sent.push(bytes),
    onRetry: () => {},
    wait: async (seconds) => void pauses.push(seconds),
    now: () => 0,
  };
  return { sender, slices, sent, pauses };
}
const take = (offset: number, length: number) => offset + length;

describe("sending a file in slices", () => {
  it("covers every byte once and grows the slices on a fast line", async () => {
    const { sender, slices, sent } = line(9 * MIB, take);
    await sendSlices(sender);
    expect(slices.reduce((sum, [, length]) => sum + length, 0)).toBe(9 * MIB);
    expect(slices.map(([, length]) => length)).toEqual([
      512 * KIB,
      2 * MIB,
      LARGEST_SLICE,
      2.5 * MIB,
    ]);
    expect(sent.at(-1)).toBe(9 * MIB);
  });

  it("sends a lost slice again from the same byte, smaller, after a growing pause", async () => {
    let failures = 2;
    const { sender, slices, pauses } = line(MIB, (offset, length) => {
      if (offset > 0 && failures-- > 0) throw new Error("passing");
      return take(offset, length);
    });
    await sendSlices(sender);
    expect(slices.map(([offset]) => offset / KIB)).toEqual([0, 512, 512, 512, 640]);
    expect(slices.slice(1, 4).map(([, length]) => length / KIB)).toEqual([512, 256, 128]);
    expect(pauses).toEqual([1, 2]);
  });

  it("gives up at once on an answer that will not change", async () => {
    const { sender, slices } = line(MIB, () => {
      throw new Error("too large");
    });
    await expect(sendSlices(sender)).rejects.toThrow("too large");
    expect(slices).toHaveLength(1);
  });

  it("gives up after seven attempts", async () => {
    const { sender, slices } = line(MIB, () => {
      throw new Error("passing");
    });
    await expect(sendSlices(sender)).rejects.toThrow("passing");
    expect(slices).toHaveLength(7);
  });

  it("goes on where the server is, not where it was asked to be", async () => {
    const { sender, slices } = line(MIB, () => MIB);
    await sendSlices(sender);
    expect(slices).toHaveLength(1);
  });

  it("does not turn forever when the server takes nothing", async () => {
    const { sender } = line(MIB, (offset) => offset);
    await expect(sendSlices(sender)).rejects.toThrow("did not accept");
  });

  it("stops when it is cancelled during a pause", async () => {
    const abort = new AbortController();
    const { sender } = line(MIB, () => {
      throw new Error("passing");
    });
    const cancelled = sendSlices({
      ...sender,
      signal: abort.signal,
      wait: async () => abort.abort(new Error("cancelled")),
    });
    await expect(cancelled).rejects.toThrow("cancelled");
  });
});

describe("the length of the next slice", () => {
  it.each([
    [MIB, 2, MIB],
    [MIB, 20, 256 * KIB],
    [64 * KIB, 30, 64 * KIB],
    [LARGEST_SLICE, 0.01, LARGEST_SLICE],
    [512 * KIB, 0, 2 * MIB],
  ])("%i bytes in %d s are followed by %i", (length, seconds, next) => {
    expect(nextSliceLength(length, seconds)).toBe(next);
  });
});
