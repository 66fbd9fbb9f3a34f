import { requireNode } from "./node-version.mjs";

requireNode();
void import("./serve.mjs").then(({ serve }) => serve({ isDev: process.argv.includes("--dev") }));
