import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseEnvironment } from "./environment";

describe("the environment", () => {
  it("needs nothing to be set", () => {
    expect(parseEnvironment({})).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      dataDir: path.resolve("data"),
      archiveLimit: 5 * 1024 ** 3,
    });
  });

  it("an empty variable counts as absent", () => {
    expect(parseEnvironment({ PORT: "", MEMLEDGER_CLICKHOUSE_URL: "" }).port).toBe(3000);
  });

  it("names every variable that is wrong", () => {
    const wrong = { PORT: "80a", MEMLEDGER_CLICKHOUSE_URL: "tcp://db:9000" };
    expect(() => parseEnvironment(wrong)).toThrow(/PORT: .*MEMLEDGER_CLICKHOUSE_URL: wants http/);
  });
});
