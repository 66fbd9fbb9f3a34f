// What the charts over time cost the browser: a pointer that crosses the picture, and what a press takes until it is
// painted. A node of 12 hours (400 points at most) with its panels, from a server of its own.
//   node bench/chart-hover.mjs [CPU slowdown, default 4] [port, default 4290]

import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../server/launch/browser.mjs";
import { serve } from "../server/launch/serve.mjs";

const [slowdown = 4, port = 4290] = process.argv.slice(2).map(Number);
const SITE = `http://127.0.0.1:${port}`;
const HOURS = 12;
const MOVES = 120;
const ESSENTIAL = ["meminfo", "zoneinfo", "vmstat", "net/sockstat", "net/sockstat6", "uptime"];
const HEAVIER = ["slabinfo", "net/protocols"];

/** @param {readonly string[]} names */
async function frames(names) {
  const texts = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(`/proc/${name}`, "utf8").catch(() => undefined);
      return text === undefined ? "" : `==> /proc/${name} <==\n${text}\n`;
    }),
  );
  return texts.join("");
}

/** This machine, a sample a minute, with 2 GiB less free memory at the end than at the beginning. */
async function pushNode() {
  const [essential, heavier] = [await frames(ESSENTIAL), await frames(HEAVIER)];
  const nowS = Math.floor(Date.now() / 1000);
  const count = HOURS * 60;
  for (let first = 0; first < count; first += 100) {
    const pushes = Array.from({ length: Math.min(100, count - first) }, (_, i) => {
      const at = first + i;
      const isHeavy = at % 10 === 0;
      const header = `memledger-push 1\nnode: bench\nboot: 6f0e2d1c-0000-4000-8000-000000000001\ntaken: ${nowS - (count - at) * 60}\ninterval: 30\nset: ${isHeavy ? "heavy" : "essential"}\nagent: 1\n\n`;
      const taken = Math.round((at / count) * 2 * 1024 ** 2);
      const files = essential.replace(
        /^(MemFree|MemAvailable):\s+(\d+)/gm,
        (_line, name, kib) => `${name}: ${Math.max(0, Number(kib) - taken)}`,
      );
      return gzipSync(header + files + (isHeavy ? heavier : ""));
    });
    const answer = await fetch(`${SITE}/api/v1/push`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", "memledger-sent": String(nowS) },
      body: Buffer.concat(pushes),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

/** @param {number[]} values @param {number} part */
function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

async function measure() {
  const executablePath = await ensureBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  await devtools.send("Performance.enable");
  await page.goto(`${SITE}/nodes/bench?from=now-${HOURS}h&live=off`);
  await page.waitForSelector(".recharts-area");
  // Panels are drawn as they come near the screen.
  const panels = page.getByRole("slider");
  for (const panel of await panels.all()) await panel.scrollIntoViewIfNeeded();
  await page.waitForTimeout(3000);
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(500);
  const glass = await panels.first().boundingBox();
  if (!glass) throw new Error("no picture");

  const read = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  await page.evaluate(() => {
    /** @type {number[]} */
    const frames = [];
    let last = performance.now();
    const tick = (/** @type {number} */ now) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    Object.assign(window, { frames });
  });
  const before = await read();
  for (let i = 0; i < MOVES; i++) {
    await page.mouse.move(glass.x + 10 + (i * (glass.width - 20)) / MOVES, glass.y + 100);
    await page.waitForTimeout(16);
  }
  const after = await read();
  const times = await page.evaluate(() => /** @type {any} */ (window).frames.slice(2));
  const perMove = (/** @type {string} */ name) =>
    (((after[name] ?? 0) - (before[name] ?? 0)) / MOVES) * 1000;
  const layout = perMove("LayoutDuration") + perMove("RecalcStyleDuration");
  console.log(
    `${await page.locator(".recharts-surface").count()} charts, CPU ${slowdown} times slower`,
  );
  console.log(
    `a move     script ${perMove("ScriptDuration").toFixed(1)} ms, style and layout ${layout.toFixed(1)} ms`,
  );
  console.log(
    `frames     p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`,
  );
  for (const [name, act] of /** @type {[string, () => Promise<void>][]} */ ([
    ["pin", () => page.mouse.click(glass.x + 400, glass.y + 100)],
    ["isolate", () => page.locator("[data-series]").nth(1).click()],
    ["restore", () => page.locator("[data-series]").nth(1).click()],
  ]))
    console.log(`${name.padEnd(10)} ${await longest(page, act)} ms until painted`);
  await browser.close();
}

/**
 * The longest event of an interaction (what INP counts), in ms; steps of 8.
 * @param {import("@playwright/test").Page} page
 * @param {() => Promise<void>} act
 */
async function longest(page, act) {
  await page.evaluate(() => {
    /** @type {number[]} */
    const durations = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) durations.push(duration);
    });
    observer.observe(/** @type {any} */ ({ type: "event", durationThreshold: 16 }));
    Object.assign(window, { durations });
  });
  await act();
  await page.waitForTimeout(1500);
  return page.evaluate(() => Math.max(0, .../** @type {any} */ (window).durations));
}

const dataDir = mkdtempSync(path.join(tmpdir(), "memledger-bench-charts-"));
process.env["MEMLEDGER_DATA"] = dataDir;
process.env["MEMLEDGER_CLICKHOUSE_URL"] = "";
process.env["PORT"] = String(port);
process.env["HOST"] = "127.0.0.1";
process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
await serve({ isDev: false });
await pushNode();
await measure();
process.kill(process.pid, "SIGTERM");
