import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    include: ["{server,components,app}/**/*.test.{ts,tsx}"],
    // A hang must end, a busy machine must not fail a test: nothing asserts how fast it is.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
