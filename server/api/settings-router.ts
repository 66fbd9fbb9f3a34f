import { z } from "zod";
import { readProcedure, router, writeProcedure } from "./trpc";

const keptFor = z.object({
  level: z.enum(["samples", "rollup5m", "rollup1h", "snapshots", "pushedTexts", "events"]),
  /** null: for ever. */
  days: z.int().min(1).max(100_000).nullable(),
});

export const settingsRouter = router({
  /** How long each level of data is kept, with what it takes on disk; sizes in bytes. */
  retention: readProcedure.query(({ ctx }) => ctx.services.retention.read()),

  /** How many rows a change of retention would remove at once. */
  retentionPreview: readProcedure
    .input(keptFor)
    .query(({ ctx, input }) => ctx.services.retention.preview(input.level, input.days)),

  /** Keeps a level of data for so many days; what is older goes at once. */
  setRetention: writeProcedure.input(keptFor).mutation(async ({ ctx, input }) => {
    await ctx.services.retention.set(input.level, input.days);
    return {};
  }),

  /** Free disk, its reserve, the tables' sizes and parts that are broken; sizes in bytes. */
  storage: readProcedure.query(({ ctx }) => ctx.services.storage.read()),
});
