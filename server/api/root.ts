import { diagnosesRouter } from "./diagnoses-router";
import { nodesRouter } from "./nodes-router";
import { sessionRouter } from "./session-router";
import { settingsRouter } from "./settings-router";
import { snapshotsRouter } from "./snapshots-router";
import { tokensRouter } from "./tokens-router";
import { createCallerFactory, router } from "./trpc";
import { uploadsRouter } from "./uploads-router";

export const appRouter = router({
  nodes: nodesRouter,
  snapshots: snapshotsRouter,
  uploads: uploadsRouter,
  diagnoses: diagnosesRouter,
  session: sessionRouter,
  tokens: tokensRouter,
  settings: settingsRouter,
});

export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
