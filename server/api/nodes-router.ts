import { z } from "zod";
import { resolveRange } from "../core/time/time-range";
import { readZone, UTC } from "../core/time/zone";
import { ServiceError } from "../services/service-error";
import type { Services } from "../services/services";
import { readProcedure, router, writeProcedure } from "./trpc";

const nodeName = z.string().min(1).max(253);
const nodeInput = z.object({ node: nodeName });

/** Until the year 9999. */
const moment = z.int().min(0).max(253_402_300_799_999);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** By whose clock days begin and times are told. */
const zoneInput = z.string().max(64).default(UTC);

/** Both ends as a page's address writes them: "now-24h", "1764070000000", "2026-11-25". */
const rangeInput = nodeInput.extend({
  from: z.string().max(200).default("now-24h"),
  to: z.string().max(200).default("now"),
  zone: zoneInput,
});

const MOST_POINTS = 400;
const pointsInput = z.int().min(2).max(MOST_POINTS);

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
  get: readProcedure.input(nodeInput).query(({ ctx, input }) => ctx.services.nodes.get(input.node)),

  /** How the node stands now: its verdict, its newest sample, and whether a snapshot is awaited. */
  verdict: readProcedure
    .input(nodeInput.extend({ zone: zoneInput }))
    .query(({ ctx, input }) => ctx.services.standing.read(input.node, zoneOf(input))),

  /** The node's composition over a range of time; what `now` means is the server's to say. */
  history: readProcedure
    .input(rangeInput.extend({ points: pointsInput.default(MOST_POINTS) }))
    .query(async ({ ctx, input }) => ({
      ...(await ctx.services.history.history({ ...spanOf(ctx.services, input), ...input })),
      nowMs: ctx.services.now(),
    })),

  /** Slab caches, holders and cgroups over a range of time. */
  panels: readProcedure
    .input(
      rangeInput.extend({
        points: pointsInput.default(200),
        top: z.int().min(1).max(20).default(5),
      }),
    )
    .query(({ ctx, input }) =>
      ctx.services.history.panels({ ...spanOf(ctx.services, input), ...input }),
    ),

  /** What happened within a range of time, oldest first. */
  events: readProcedure
    .input(rangeInput)
    .query(({ ctx, input }) =>
      ctx.services.events.list({ node: input.node, ...spanOf(ctx.services, input) }),
    ),

  /** What the nearest snapshot and the nearest sample say of one moment. */
  moment: readProcedure
    .input(
      nodeInput.extend({
        atMs: moment,
        reachMs: z
          .int()
          .min(MINUTE_MS)
          .max(DAY_MS)
          .default(15 * MINUTE_MS),
      }),
    )
    .query(({ ctx, input }) => ctx.services.moment(input)),

  /** Keeps what somebody wrote beside a moment. */
  addNote: writeProcedure
    .input(
      nodeInput.extend({
        atMs: moment,
        text: z.string().max(1000),
        author: z.string().max(100).optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      await ctx.services.nodes.get(input.node);
      return ctx.services.events.addNote(input);
    }),

  removeNote: writeProcedure
    .input(nodeInput.extend({ id: z.string().regex(/^note-[\da-f-]{36}$/) }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.events.removeNote(input.node, input.id);
      return {};
    }),

  /** Asks the node's agent for a full snapshot. */
  requestSnapshot: writeProcedure
    .input(nodeInput)
    .mutation(({ ctx, input }) => ctx.services.standing.requestSnapshot(input.node)),
});

function spanOf(services: Services, input: z.infer<typeof rangeInput>) {
  const range = resolveRange(input, { nowMs: services.now(), zone: zoneOf(input) });
  if ("problem" in range) throw new ServiceError("badInput", range.problem);
  return { fromMs: range.fromMs, toMs: range.toMs };
}

function zoneOf(input: { readonly zone: string }): string {
  const zone = readZone(input.zone);
  if (zone === undefined) throw new ServiceError("badInput", "There is no time zone of that name.");
  return zone;
}
