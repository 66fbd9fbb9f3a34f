import { expect, it } from "vitest";
import { reportSnapshot } from "@/server/core/report-snapshot";
import { snapshotOf } from "@/server/core/snapshot.test-support";
import { stepsFrom } from "./steps-from";

const collect = reportSnapshot(snapshotOf({})).nextSteps;

it("a page names the server that shows it", () => {
  const commands = stepsFrom("https://mem.example.org", collect).map(({ command }) => command);
  expect(commands).toContain("curl -fsSL https://mem.example.org/memledger.sh | sudo sh");
});

it("a shared diagnosis leaves the server open", () => {
  const commands = stepsFrom(undefined, collect).map(({ command }) => command);
  expect(commands).toContain("curl -fsSL http://HOST/memledger.sh | sudo sh");
});
