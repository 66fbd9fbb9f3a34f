import type { NextStep } from "@/server/core/report";

/** Where a report leaves the address of the server open: it does not know who will show it. */
const OPEN = "http://HOST/";

/** The steps with the address of the server that shows them; as they are where it is not given. */
export function stepsFrom(
  origin: string | undefined,
  steps: readonly NextStep[],
): readonly NextStep[] {
  if (origin === undefined) return steps;
  return steps.map((step) => ({ ...step, command: step.command.replaceAll(OPEN, `${origin}/`) }));
}
