import { test as anyPage } from "@playwright/test";
import { expectAccessible } from "./accessibility";
import { overflowsOf } from "./page-measures";
import { every, pushSamples } from "./push-samples";
import { type StoredSnapshot, shareSnapshot, storeCapture, storeExample } from "./site";
import { expect, test } from "./test";

test.describe.configure({ timeout: 90_000 });
// A trace keeps the page before and after each of the thousands of looks that axe takes.
test.use({ trace: "off" });

let snapshot: StoredSnapshot;

test.beforeEach(async ({ request }) => {
  snapshot = await storeExample(request);
});

const PARTS = [
  ["overview", ""],
  ["allocpage", "/allocpage"],
  ["slab", "/slab?search=kmalloc"],
  ["sockets", "/sockets"],
  ["list of raw files", "/raw"],
  ["raw file with a marked line", "/raw?file=snap/t2/proc/meminfo&line=3"],
] as const;

for (const [name, path] of PARTS) {
  test(`${name}: no violation, light and dark, wide and narrow`, async ({ page }) => {
    await page.goto(snapshot.path + path);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("web-07");
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await expectAccessible(page);
  });
}

for (const [name, query] of [
  ["allocation sites", ""],
  ["two snapshots compared", "&against="],
] as const) {
  test(`${name}: no violation, light and dark, wide and narrow`, async ({ page, request }) => {
    const { id } = await storeCapture(request, "guest-6.12-recovered");
    const { path } = await storeCapture(request, "guest-6.12-virtio-incident");
    await page.goto(`${path}/allocpage?bucket=all${query === "" ? "" : query + id}`);
    await expect(page.getByRole("tree")).toBeVisible();
    expect(await overflowsOf(page)).toEqual([0, 0, 0]);
    await expectAccessible(page);
  });
}

const ROUTES = [
  ["nodes", "/", /node/],
  ["a search without a match", "/?search=zzz-no-such-node", /node/],
  ["upload", "/upload", /./],
  ["sign in", "/login", /Sign in/],
] as const;

for (const [name, path, heading] of ROUTES) {
  test(`${name}: no violation, light and dark, wide and narrow`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expectAccessible(page);
  });
}

test("a node with its snapshots: no violation", async ({ page }) => {
  await page.goto(snapshot.path.split("/").slice(0, 3).join("/"));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("web-07");
  await expectAccessible(page);
});

test("a node over time, with a moment and its range open: no violation", async ({
  page,
  request,
}) => {
  test.slow();
  const node = "axe-1";
  await pushSamples(request, { node, agoS: every(60, 3600, 120), missing: (agoS) => 5e5 * agoS });
  await pushSamples(request, { node, agoS: [30], isHeavy: true, header: ["label: pool=gpu"] });
  await page.goto(`/nodes/${node}?from=now-1h&moment=${Date.now() - 30_000}`);
  await expect(page.getByRole("region", { name: /^At \d/ })).toContainText("From the push");
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect(page.getByLabel("From", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("the share dialog: no violation", async ({ page }) => {
  await page.goto(snapshot.path);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("region", { name: "Masked copy" })).toContainText("Verdict");
  await expect(page.getByText("Reading the links…")).toBeHidden();
  await expectAccessible(page);
});

test("a shared diagnosis: no violation", async ({ page, request }) => {
  await page.goto(await shareSnapshot(request, snapshot.id));
  await expect(page.getByText(/^Shared diagnosis, frozen/)).toBeVisible();
  await expectAccessible(page);
});

// The browser logs the 404 itself as an error of the page; nothing else may be logged.
anyPage("an unknown address: no violation, and no error but the 404", async ({ page }) => {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto("/nodes/no-such-node");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await expectAccessible(page);
  expect(errors.filter((text) => !text.includes("status of 404"))).toEqual([]);
});
