import { z } from "zod";
import { EXPIRED_COOKIE, sessionCookie } from "./context";
import { publicProcedure, readProcedure, router } from "./trpc";

export const sessionRouter = router({
  /** Trades the secret for a session cookie. */
  login: publicProcedure
    .input(z.object({ secret: z.string().min(1).max(1024) }))
    .mutation(async ({ ctx, input }) => {
      const session = await ctx.services.access.logIn(input.secret, ctx.credentials);
      ctx.setCookie?.(sessionCookie(session, ctx.credentials));
      return {};
    }),

  /** What who sends something here has to bring along. */
  rules: readProcedure.query(async ({ ctx }) => ({
    hasSecret: await ctx.services.access.hasSecret(),
  })),

  /** Drops the cookie of this browser. */
  logout: publicProcedure.mutation(({ ctx }) => {
    ctx.setCookie?.(EXPIRED_COOKIE);
    return {};
  }),
});
