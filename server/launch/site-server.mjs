// Runs Next in this process and ends when stdin does: a launcher that was killed leaves no server behind.
import { createRequire } from "node:module";

process.stdin.resume();
process.stdin.once("end", () => process.exit(0));

const require = createRequire(import.meta.url);
require("next/dist/bin/next");
