import { z } from "zod";
import { revealInput, snapshotIdInput, snapshotInput } from "./inputs";
import { publicProcedure, readProcedure, router, writeProcedure } from "./trpc";

const SHARE_DAYS = [1, 7, 30] as const;

export const diagnosesRouter = router({
  /** Makes a link to a redacted, frozen report. The token is told this once. */
  share: writeProcedure
    .input(
      z.object({ id: snapshotIdInput, expiresInDays: z.literal(SHARE_DAYS), reveal: revealInput }),
    )
    .mutation(({ ctx, input }) => ctx.services.share.share(input)),

  /** The report exactly as the link would show it. */
  preview: readProcedure
    .input(z.object({ id: snapshotIdInput, reveal: revealInput }))
    .query(({ ctx, input }) => ctx.services.share.preview(input.id, input.reveal)),

  /** The links made of a snapshot, newest first. */
  list: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.share.list(input.id)),

  /** Closes a link at once. */
  revoke: writeProcedure
    .input(z.object({ handle: z.string().regex(/^[\w-]{16}$/) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.share.revoke(input.handle);
      return {};
    }),

  /** The report behind a link; PRECONDITION_FAILED once it has expired or was revoked. */
  open: publicProcedure
    .input(z.object({ token: z.string().max(256) }))
    .query(({ ctx, input }) => ctx.services.share.open(input.token)),
});
