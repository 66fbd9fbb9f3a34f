import { existsSync } from "node:fs";
import { runCommand } from "./run-command.mjs";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * A browser for the tests: one that is installed, else Debian's, else Playwright's own download.
 *
 * @returns {Promise<string | undefined>} its path; undefined means Playwright's own
 */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Installing a browser (apt-get install chromium) …");
    await runCommand("apt-get", ["update", "-q"]);
    await runCommand(
      "apt-get",
      ["install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
      { DEBIAN_FRONTEND: "noninteractive" },
    );
    if (findBrowser() !== undefined) return findBrowser();
  }
  console.log("Installing a browser (playwright install chromium) …");
  await runCommand(process.execPath, [
    "node_modules/@playwright/test/cli.js",
    "install",
    "chromium",
  ]);
  return undefined;
}

function findBrowser() {
  return INSTALLED.find((path) => existsSync(path));
}
