import { z } from "zod";
import { tokenRequest } from "../services/access/token-request";
import { readProcedure, router, writeProcedure } from "./trpc";

export const tokensRouter = router({
  /** Agent tokens with when each was last used; never the tokens themselves. */
  list: readProcedure.query(({ ctx }) => ctx.services.tokens.list()),

  /** Makes a token with which agents push. It is told this once. */
  create: writeProcedure
    .input(tokenRequest)
    .mutation(({ ctx, input }) => ctx.services.tokens.create(input)),

  /** Ends a token at once. */
  revoke: writeProcedure
    .input(z.object({ id: z.string().regex(/^[0-9a-f]{12}$/) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.tokens.revoke(input.id);
      return {};
    }),
});
