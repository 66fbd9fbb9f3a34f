import { spawn } from "node:child_process";
import { root } from "./checkout.mjs";

/**
 * Runs a program in the checkout with its output shown.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env] in addition to this process's
 * @returns {Promise<number>} its exit code; 127 when it cannot be started
 */
export function runCommand(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
