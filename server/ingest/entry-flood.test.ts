import { expect, it } from "vitest";
import { tarHeader } from "./archive/make-archive.test-support";
import { TarReader } from "./archive/tar-reader";
import { Budget } from "./budget";
import { Intake } from "./intake";
import { withDefaults } from "./limits";

it("a million empty members are counted, not held, and the next one stops the reading", () => {
  const intake = new Intake(new Budget({ limits: withDefaults({}) }));
  const reader = new TarReader({
    entry: (entry) => intake.member({ ...entry, rawPath: entry.path }, ""),
    damage: () => undefined,
  });
  const thousand = Buffer.concat(
    Array.from({ length: 1000 }, (_, at) => tarHeader({ name: `var/lib/x/${at}` })),
  );
  const before = process.memoryUsage().heapUsed;
  for (let turn = 0; turn < 1000; turn += 1) reader.push(thousand);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(() => reader.push(thousand)).toThrow("more than 1000000 files");
}, 60_000);
