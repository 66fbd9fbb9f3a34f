import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { type ServiceErrorCode, toServiceError } from "../services/service-error";
import type { ApiContext } from "./context";

const TRPC_CODES = {
  notFound: "NOT_FOUND",
  gone: "PRECONDITION_FAILED",
  badInput: "BAD_REQUEST",
  tooLarge: "PAYLOAD_TOO_LARGE",
  timedOut: "TIMEOUT",
  cancelled: "CLIENT_CLOSED_REQUEST",
  conflict: "CONFLICT",
  busy: "TOO_MANY_REQUESTS",
  storeAway: "SERVICE_UNAVAILABLE",
  notAllowed: "FORBIDDEN",
  needsSecret: "UNAUTHORIZED",
} as const satisfies Record<ServiceErrorCode, TRPCError["code"]>;

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  // What is not expected is a bug: its message may quote anything, so it stays on the server.
  errorFormatter: ({ shape, error }) => {
    const { stack: _, ...data } = shape.data;
    const message =
      error.code === "INTERNAL_SERVER_ERROR"
        ? "Something went wrong on the server; its log says what."
        : shape.message;
    return { ...shape, message, data };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const expected = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const known = toServiceError(result.error.cause ?? result.error);
  if (!known) return result;
  throw new TRPCError({ code: TRPC_CODES[known.code], message: known.message, cause: known });
});

/** Anybody who has the address may call it: shared diagnoses and the login. */
export const publicProcedure = expected;

/** Whoever may read: on an open server every caller on this machine, else who has logged in. */
export const readProcedure = expected.use(async ({ ctx, next }) => {
  await ctx.services.access.checkRead(ctx.credentials);
  return next();
});

/** As readProcedure, and never on behalf of a page of another site. */
export const writeProcedure = expected.use(async ({ ctx, next }) => {
  await ctx.services.access.checkWrite(ctx.credentials);
  return next();
});
