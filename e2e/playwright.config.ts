import { defineConfig, devices } from "@playwright/test";
import { PORT, SITE } from "./site";

// Set by npm test to an installed browser; without it Playwright's own is used.
const browser = process.env["MEMLEDGER_BROWSER"];

/** The tests drive the production build, started by the launcher with a store of its own. */
export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/browser",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 30_000,
  use: {
    ...devices["Desktop Chrome"],
    baseURL: SITE,
    timezoneId: "UTC",
    locale: "en-GB",
    contextOptions: { reducedMotion: "reduce" },
    // Pictures of every step cost a small machine more than the steps.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      // Root in a container has no user namespaces; the browser looks nowhere but at our own pages.
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    // An empty store is seen once; and the incident made on this machine wants it for itself.
    { name: "first-run", testMatch: "first-run.spec.ts" },
    {
      name: "pages",
      testIgnore: ["first-run.spec.ts", "live-*.spec.ts"],
      dependencies: ["first-run"],
    },
    { name: "live", testMatch: "live-incident.spec.ts", dependencies: ["pages"] },
    { name: "live-agents", testMatch: "live-agents.spec.ts", dependencies: ["live"] },
  ],
  webServer: {
    command: "node e2e/serve.mjs",
    cwd: "..",
    url: `${SITE}/healthz`,
    env: { PORT: String(PORT), HOST: "127.0.0.1" },
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
    stdout: "pipe",
    timeout: 240_000,
  },
});
