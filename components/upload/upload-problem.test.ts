import { describe, expect, it } from "vitest";
import { explainFailure, isPassingFailure } from "./upload-problem";

const answer = (code: string, message: string) =>
  Object.assign(new Error(message), { data: { code, httpStatus: 400 } });

describe("what an upload failure means", () => {
  it("takes a failure without an answer for a broken line that can be resumed", () => {
    expect(isPassingFailure(new TypeError("fetch failed"))).toBe(true);
    expect(explainFailure(new TypeError("fetch failed")).canResume).toBe(true);
  });

  it("repeats the server's words and adds what to do", () => {
    expect(explainFailure(answer("PAYLOAD_TOO_LARGE", "The limit is 1 GiB."))).toEqual({
      message: "The limit is 1 GiB.",
      advice: expect.stringContaining("collector"),
      canResume: false,
    });
  });

  it("does not send again what the server refused for good", () => {
    expect(isPassingFailure(answer("BAD_REQUEST", "no"))).toBe(false);
    expect(isPassingFailure(answer("INTERNAL_SERVER_ERROR", "oops"))).toBe(true);
    expect(isPassingFailure(answer("TOO_MANY_REQUESTS", "busy"))).toBe(true);
  });
});
