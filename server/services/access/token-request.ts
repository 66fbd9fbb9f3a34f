import { z } from "zod";

/** A line of text that people typed: no control characters, nothing around it. */
const lineOf = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}+$/u, "no control characters");

/** What an agent token is asked for with, by a page or on the command line. */
export const tokenRequest = z.object({
  name: lineOf(100),
  expiresInDays: z.int().min(1).max(3650).default(365),
  scopes: z
    .array(z.enum(["push", "snapshots"]))
    .min(1)
    .max(2)
    .default(["push", "snapshots"]),
  nodePattern: lineOf(253).optional(),
});
