import { existsSync, readFileSync } from "node:fs";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
/** Public captures stand beside the checkout and are never copied into it. */
const CORPUS = new URL("../../../../shared/corpus/open/", import.meta.url);

/** A file of server/fixtures, by path: "live-memsnap-incident/proc/meminfo". */
export function readFixture(path: string): string {
  return readFileSync(new URL(path, FIXTURES), "utf8");
}

/** False where the public captures are not at hand: the test is skipped then. */
export function hasCapture(path: string): boolean {
  return existsSync(new URL(path, CORPUS));
}

/** A public capture, by path: "pcp-laptop-15g/proc/meminfo". */
export function readCapture(path: string): string {
  return readFileSync(new URL(path, CORPUS), "utf8");
}

/** The same, not as text: captures may be packed. */
export function captureBytes(path: string): Buffer {
  return readFileSync(new URL(path, CORPUS));
}
