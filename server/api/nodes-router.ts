import { z } from "zod";
import { readProcedure, router } from "./trpc";

export const nodesRouter = router({
  /** The nodes that have been seen, the sick first. */
  list: readProcedure
    .input(
      z
        .object({
          cursor: z.string().max(64).optional(),
          limit: z.int().min(1).max(200).default(50),
          search: z.string().max(253).default(""),
        })
        .prefault({}),
    )
    .query(({ ctx, input }) => ctx.services.nodes.list(input)),

  /** One node and its snapshots, newest first. */
  get: readProcedure
    .input(z.object({ node: z.string().min(1).max(253) }))
    .query(({ ctx, input }) => ctx.services.nodes.get(input.node)),
});
