import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { credentialsOf } from "./context";
import { appRouter } from "./root";
import { getServices } from "./running-services";

/** Calls in one request: a page sends two or three at once, and each may cost as much as a request. */
const LARGEST_BATCH = 20;

/** tRPC over HTTP, for the pages' own browser side. */
export function handleTrpc(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    maxBatchSize: LARGEST_BATCH,
    createContext: async ({ req, resHeaders }) => ({
      services: await getServices(),
      credentials: credentialsOf(req.headers),
      setCookie: (cookie) => resHeaders.append("set-cookie", cookie),
    }),
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      process.stderr.write(`${path ?? "trpc"}: ${error.cause?.stack ?? error.stack}\n`);
    },
  });
}
