import { z } from "zod";
import { readProcedure, router, writeProcedure } from "./trpc";

const TOKEN_DAYS = [30, 90, 365, 730] as const;

/** A line of text that people typed: no control characters, nothing around it. */
const lineOf = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}+$/u, "no control characters");

export const tokensRouter = router({
  /** Agent tokens with when each was last used; never the tokens themselves. */
  list: readProcedure.query(({ ctx }) => ctx.services.tokens.list()),

  /** Makes a token with which agents push. It is told this once. */
  create: writeProcedure
    .input(
      z.object({
        name: lineOf(100),
        expiresInDays: z.literal(TOKEN_DAYS).default(365),
        scopes: z
          .array(z.enum(["push", "snapshots"]))
          .min(1)
          .max(2)
          .default(["push", "snapshots"]),
        nodePattern: lineOf(253).optional(),
      }),
    )
    .mutation(({ ctx, input: { nodePattern, ...input } }) =>
      ctx.services.tokens.create({ ...input, ...(nodePattern !== undefined && { nodePattern }) }),
    ),

  /** Ends a token at once. */
  revoke: writeProcedure
    .input(z.object({ id: z.string().regex(/^[0-9a-f]{12}$/) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.tokens.revoke(input.id);
      return {};
    }),
});
