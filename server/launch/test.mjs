import { requireNode } from "./node-version.mjs";

requireNode();
void import("./run-tests.mjs").then(({ runTests }) => runTests());
