#!/usr/bin/env node
import { requireNode } from "./node-version.mjs";

requireNode();
void import("./run-memledger.mjs");
