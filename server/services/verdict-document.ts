import { z } from "zod";

const evidence = z.object({
  text: z.string(),
  value: z.number(),
  unit: z.enum(["bytes", "pages", "count", "ratio", "percent", "seconds", "bytesPerHour"]),
  formula: z.string().optional(),
  file: z.string().optional(),
  line: z.number().optional(),
  raw: z.string().optional(),
});

const nextStep = z.object({
  command: z.string(),
  proves: z.string(),
  risk: z.string(),
  root: z.boolean(),
});

const full = z.object({
  hours: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
});

const document = z.object({
  sampleAtMs: z.number().optional().catch(undefined),
  reason: z
    .object({ growth: z.object({ full: full.optional() }).optional() })
    .optional()
    .catch(undefined),
  evidence: z.array(evidence).catch([]),
  against: z.array(z.string()).catch([]),
  nextSteps: z.array(nextStep).catch([]),
});

const HOUR_MS = 3_600_000;

/** What a verdict rests on and what it expects. Times are ms since 1970, UTC. */
export interface VerdictGrounds {
  /** When nothing will be available any more, with the bounds of the estimate. */
  readonly full?: {
    readonly atMs: number;
    readonly earliestMs?: number | undefined;
    readonly latestMs?: number | undefined;
  };
  readonly evidence: z.infer<typeof evidence>[];
  readonly against: readonly string[];
  readonly nextSteps: readonly z.infer<typeof nextStep>[];
}

/** The parts of a kept verdict that pages show; what another version wrote differently is left out. */
export function readGrounds(text: string, judgedAtMs: number): VerdictGrounds {
  const parsed = document.safeParse(parseJson(text));
  if (!parsed.success) return { evidence: [], against: [], nextSteps: [] };
  const { sampleAtMs = judgedAtMs, reason, ...grounds } = parsed.data;
  const expected = reason?.growth?.full;
  if (!expected) return grounds;
  const at = (hours: number | undefined) =>
    hours === undefined ? undefined : Math.round(sampleAtMs + hours * HOUR_MS);
  return {
    ...grounds,
    full: {
      atMs: Math.round(sampleAtMs + expected.hours * HOUR_MS),
      earliestMs: at(expected.low),
      latestMs: at(expected.high),
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
