import { fileURLToPath } from "node:url";
import { createServer } from "vite";

/**
 * Runs `use` with a loader of the project's TypeScript modules ("/server/…"), turned into modules of this process by Vite.
 * @param {(load: (path: string) => Promise<Record<string, any>>) => Promise<void>} use
 */
export async function loadSource(use) {
  const vite = await createServer({
    root: fileURLToPath(new URL("..", import.meta.url)),
    configFile: false,
    appType: "custom",
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    await use((path) => vite.ssrLoadModule(path));
  } finally {
    await vite.close();
  }
}
