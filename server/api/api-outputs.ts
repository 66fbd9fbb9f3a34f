import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "./root";

/** What each procedure answers: types alone, so that components may know them and nothing else of the API. */
export type ApiOutputs = inferRouterOutputs<AppRouter>;
