import { type APIRequestContext, test as anyPage, type Locator, type Page } from "@playwright/test";
import { overflowsOf, PHONE } from "./page-measures";
import { every, pushSamples } from "./push-samples";
import { rewriteArchive } from "./rewrite-archive";
import { SITE, storeExample } from "./site";
import { expect, test } from "./test";

const GIB = 1024 ** 3;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const CAPTURE = "server/fixtures/guest-6.12-virtio-incident/memsnap.tar.gz";

/** Six hours of a node whose memory goes somewhere since three hours, with a gap; the newest push is a heavy one. */
async function pushSixHours(request: APIRequestContext, node: string): Promise<void> {
  const missing = (agoS: number) => Math.max(0, 3 * HOUR - agoS) * (2 * GIB) * (1 / (3 * HOUR));
  const before = every(2 * MINUTE, 6 * HOUR, 5 * HOUR);
  const after = every(2 * MINUTE, 4 * HOUR, 2 * MINUTE);
  await pushSamples(request, {
    node,
    agoS: [...before, ...after],
    missing,
    boot: (agoS) => (agoS > 4.5 * HOUR ? 1 : 2),
  });
  await pushSamples(request, {
    node,
    agoS: [30],
    missing,
    isHeavy: true,
    boot: () => 2,
    header: ["label: pool=gpu", "lacks: slabinfo permission"],
  });
}

/** A name that an earlier run on the same server has not used. */
const fresh = (name: string): string => `${name}-${Date.now().toString(36)}`;

const pictureOf = (page: Page, node: string): Locator =>
  page.getByRole("figure", { name: `Memory of ${node} over time` });

/** The plot inside the picture, once it is drawn: by the browser, of what the address asks for. */
async function plotOf(page: Page, node: string) {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  const plot = pictureOf(page, node).locator(".recharts-surface").first();
  await expect(plot).toBeVisible();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the plot has no box");
  return box;
}

async function drag(page: Page, node: string, from: number, to: number): Promise<void> {
  const { x, y, width, height } = await plotOf(page, node);
  await page.mouse.move(x + from * width, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + ((from + to) / 2) * width, y + height / 2, { steps: 4 });
  await page.mouse.move(x + to * width, y + height / 2, { steps: 4 });
  await page.mouse.up();
}

function rangeOf(page: Page): { from: number; to: number } {
  const params = new URL(page.url()).searchParams;
  return { from: Number(params.get("from")), to: Number(params.get("to")) };
}

async function chooseRange(page: Page, label: string): Promise<void> {
  await page.getByRole("toolbar", { name: "Time" }).locator("[aria-expanded]").click();
  await page.getByRole("button", { name: label, exact: true }).click();
}

test("ranges: presets, what the address says, and the way back", async ({ page, request }) => {
  const node = "ranges-1";
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}?colour=blue`);
  await expect(pictureOf(page, node)).toContainText(/Unaccounted memory \(allocpage\) rose/);
  await expect(pictureOf(page, node)).toContainText("Nothing was measured between");
  await expect(page.getByText("pool", { exact: true })).toBeVisible();
  await expect(page.getByText(/slabinfo/i).first()).toBeVisible();

  await chooseRange(page, "Last hour");
  await expect(page).toHaveURL(/\?colour=blue&from=now-1h$/);
  await chooseRange(page, "Last 24 hours");
  await expect(page).toHaveURL(/\?colour=blue$/);
  await page.goBack();
  await expect(page).toHaveURL(/from=now-1h$/);
  await expect(page.getByRole("button", { name: "Last hour", exact: true })).toBeVisible();

  // From the server at once: what the browser without a script would show.
  const html = await (await request.get(`/nodes/${node}?from=now-1h`)).text();
  expect(html).toContain("Memory of ranges-1 over time");
  expect(html).toContain("Last hour");
});

test("a range of two dates by the zone's clock, remembered, and a link that stands still", async ({
  page,
  request,
  context,
}) => {
  const node = "ranges-2";
  await pushSixHours(request, node);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/nodes/${node}?tz=Asia/Tokyo`);
  await page.getByRole("button", { name: "Last 24 hours" }).click();
  await page.getByLabel("From", { exact: true }).fill("2026-01-01 09:00");
  await page.getByLabel("To", { exact: true }).fill("before lunch");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "“before lunch”" })).toBeVisible();
  await page.getByLabel("To", { exact: true }).fill("2026-01-01 10:30");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/from=1767225600000&to=1767231000000/);
  await expect(pictureOf(page, node)).toContainText("No sample in this window");
  await expect(page.getByText("Times in Asia/Tokyo")).toBeVisible();

  await chooseRange(page, "Last 6 hours");
  await page.getByRole("button", { name: "Last 6 hours", exact: true }).click();
  await expect(page.getByRole("button", { name: /^1 Jan 2026, 09:00 – 10:30/ })).toBeVisible();
  await page.getByLabel("Times in").selectOption("Europe/Berlin");
  await expect(page).toHaveURL(/tz=Europe%2FBerlin/);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).searchParams.get("to")).toMatch(/^\d{13}$/);
  await expect(page.getByText("Copied")).toBeHidden();
  await page.getByLabel("keep relative").check();
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Copied")).toBeVisible();
  const moving = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(moving).searchParams.get("from")).toBe("now-6h");
});

test("drag zooms in; double click, the button and Ctrl+Z go back", async ({ page, request }) => {
  const node = "zoom-1";
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}?from=now-6h`);
  await drag(page, node, 0.5, 0.75);
  await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/);
  const first = rangeOf(page);
  expect(first.to - first.from).toBeLessThan(2.5 * HOUR * 1000);
  await expect(page.getByText(/^Live/)).toBeHidden();

  await drag(page, node, 0.4, 0.6);
  await expect.poll(() => rangeOf(page).to - rangeOf(page).from).toBeLessThan(0.6 * HOUR * 1000);
  const { x, y, width, height } = await plotOf(page, node);
  await page.mouse.move(x + width / 4, y + height / 2, { steps: 4 });
  await page.mouse.dblclick(x + width / 4, y + height / 2);
  await expect.poll(() => rangeOf(page)).toEqual(first);
  await page.keyboard.press("Control+z");
  await expect(page).toHaveURL(/from=now-6h$/);

  await page.getByRole("button", { name: "Show twice as much" }).click();
  await expect.poll(() => rangeOf(page).to - rangeOf(page).from).toBe(12 * HOUR * 1000);
  await page.getByRole("button", { name: "Back to the range before" }).click();
  await expect(page).toHaveURL(/from=now-6h$/);
});

test("keyboard: copies, pastes and moves the range, and lets go of it while typing", async ({
  page,
  request,
  context,
}) => {
  const node = "keys-1";
  await pushSixHours(request, node);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/nodes/${node}?from=now-2h`);
  await plotOf(page, node);
  await page.keyboard.press("t");
  await page.keyboard.press("c");
  await expect(page.getByText("The range is on the clipboard.")).toBeVisible();
  await page.keyboard.press("t");
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/from=\d{13}/);
  const earlier = rangeOf(page);
  await page.keyboard.press("t");
  await page.keyboard.press("v");
  await expect.poll(() => rangeOf(page).from - earlier.from).toBe(HOUR * 1000);

  const before = page.url();
  await page.getByLabel(/^Note at/).fill("");
  await page.getByLabel(/^Note at/).pressSequentially("tctz");
  expect(page.url()).toBe(before);
});

test("keyboard alone: the range is opened, chosen and closed, and the focus comes back", async ({
  page,
  request,
}) => {
  const node = "keys-2";
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}`);
  await plotOf(page, node);
  const range = page.getByRole("toolbar", { name: "Time" }).locator("[aria-expanded]");
  await range.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("From", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("From", { exact: true })).toBeHidden();
  await expect(range).toBeFocused();

  await page.keyboard.press("Enter");
  await page.getByLabel("From", { exact: true }).fill("now-3h");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=now-3h$/);
  await expect(range).toBeFocused();
  await expect(range).toHaveText("Last 3 hours");
});

test.describe("a reader in Tokyo", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("sees times of Tokyo, from the second visit on in what the server sends", async ({
    page,
    request,
  }) => {
    const node = "tokyo-1";
    await pushSixHours(request, node);
    await page.goto(`/nodes/${node}?from=now/d`);
    await expect(page.getByText("Times in Asia/Tokyo")).toBeVisible();
    await expect(pictureOf(page, node)).toContainText(/ 00:00 – .* UTC\+9/);
    await page.goto(`/nodes/${node}?from=now/d&tz=UTC`);
    await expect(page.getByText("Times in UTC")).toBeVisible();
    await expect(pictureOf(page, node)).toContainText(/ 00:00 – .* UTC/);

    const answer = await page.request.get(`/nodes/${node}?from=now/d`);
    expect(await answer.text()).toMatch(/ 00:00 – [^<]* UTC\+9/);
  });
});

test("live: new samples come by themselves; pointing at the picture or a press holds it", async ({
  page,
  request,
}) => {
  test.slow();
  const node = fresh("live");
  await pushSamples(request, { node, agoS: every(5, 4 * MINUTE, 5) });
  await page.goto(`/nodes/${node}?from=now-5m`);
  await expect(page.getByText("every 5 s")).toBeVisible();
  await expect(pictureOf(page, node)).not.toContainText("rose");
  await pushSamples(request, { node, agoS: [1, 0], missing: () => 3 * GIB });
  await expect(pictureOf(page, node)).toContainText(/rose/, { timeout: 20_000 });

  const { x, y, width, height } = await plotOf(page, node);
  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(page.getByText("held while you look")).toBeVisible();
  await page.mouse.move(5, 5);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page).toHaveURL(/live=off/);
  await expect(page.getByText("Live, paused")).toBeVisible();
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page).toHaveURL(/from=now-5m$/);
});

test("a note stands on the axis until it is removed, as it was typed", async ({
  page,
  request,
}) => {
  const node = "notes-1";
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}?from=now-6h`);
  const text = "deploy 42 <script>alert(1)</script> '; DROP TABLE events; 🚀";
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByText("Write what happened first.")).toBeVisible();
  await page.getByLabel(/^Note at/).fill(text);
  await page.getByLabel("Your name, if you like").fill("Ana");
  await page.getByRole("button", { name: "Add note" }).click();
  const events = page.getByRole("region", { name: "What happened" });
  await expect(events.getByText(text)).toBeVisible();
  await expect(events.getByText("— Ana")).toBeVisible();
  await expect(events.getByText("The node was booted.")).toBeVisible();

  await page.reload();
  await expect(events.getByText(text)).toBeVisible();
  await expect(
    pictureOf(page, node)
      .getByRole("button", { name: /^(Note: deploy 42|\d+ events)/ })
      .last(),
  ).toBeVisible();
  await events.getByRole("button", { name: /^Remove Note: deploy/ }).click();
  await events.getByRole("button", { name: /^Remove for good\? Note: deploy/ }).click();
  await expect(events.getByText(text)).toBeHidden();
  await page.reload();
  await expect(events.getByText("The node was booted.")).toBeVisible();
  await expect(events.getByText(text)).toBeHidden();
});

test("a moment: what the samples tell, what a heavy push tells, and what nothing tells", async ({
  page,
  request,
}) => {
  const node = fresh("moment");
  await pushSixHours(request, node);
  // As the machine was: less free memory than its zones have would be a contradiction, and nothing else.
  await pushSamples(request, { node, agoS: [5], isHeavy: true, boot: () => 2 });
  await page.goto(`/nodes/${node}?from=now-6h`);
  const { x, y, width, height } = await plotOf(page, node);
  await page.mouse.click(x + 0.6 * width, y + height / 2);
  await page.getByRole("button", { name: "Findings at this moment" }).click();
  await expect(page).toHaveURL(/moment=\d{13}$/);
  const moment = page.getByRole("region", { name: /^At \d/ });
  await expect(moment).toContainText(/no counter shows \d/);
  await expect(moment).toContainText("There is no full snapshot of this node yet.");
  await expect(moment).toContainText("not who held it");

  const nowMs = Date.now();
  await page.goto(`/nodes/${node}?from=now-6h&moment=${nowMs - 30_000}`);
  await expect(moment).toContainText("From the push that came");
  await expect(moment.getByRole("heading", { level: 3 }).first()).toContainText(
    "Unread socket queues",
  );
  await page.goto(`/nodes/${node}?from=now-6h&moment=${nowMs - 4.5 * HOUR * 1000}`);
  await expect(moment).toContainText("Nothing is known of this moment");
  await moment.getByRole("button", { name: "Close" }).click();
  await expect(page).toHaveURL(/from=now-6h$/);
});

test("a full snapshot is asked for, awaited, and its findings stand at its moment", async ({
  page,
  request,
}) => {
  test.slow();
  const node = fresh("asked");
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}?from=now-6h`);
  await page.getByRole("button", { name: "Request a full snapshot" }).click();
  await expect(page.getByText(/^Asked just now|^Asked \d+ s ago/)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Request a full snapshot" })).toBeDisabled();

  const taken = new Date(Date.now() - 20 * MINUTE * 1000).toISOString().replace(/\.\d+/, "");
  const archive = await rewriteArchive(CAPTURE, [
    ["2026-11-22T21:50:51Z", taken],
    ["node-a", node],
  ]);
  const answer = await request.post(`${SITE}/api/v1/snapshots?name=asked.tar.gz`, {
    headers: { "content-type": "application/gzip" },
    data: archive,
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const row = page.getByRole("table").filter({ hasText: "asked.tar.gz" });
  await expect(row).toBeVisible({ timeout: 20_000 });
  const events = page.getByRole("region", { name: "What happened" });
  const event = events.getByRole("listitem").filter({ hasText: "A full snapshot was taken." });
  await event.getByRole("button").first().click();
  const moment = page.getByRole("region", { name: /^At \d/ });
  await expect(moment).toContainText("taken at that very moment");
  await expect(moment.getByRole("heading", { level: 3 }).first()).toBeVisible();
  await moment.getByRole("link", { name: "Open the snapshot" }).click();
  await expect(page).toHaveURL(new RegExp(`/nodes/${node}/[0-9a-f]{16}-0$`));
});

test("what the address asks for and does not exist is said once each, and nothing breaks", async ({
  page,
  request,
}) => {
  const node = "invalid-1";
  await pushSixHours(request, node);
  await page.goto(
    `/nodes/${node}?from=now-6x&tz=Mars/Olympus&moment=noon&view=sideways&live=maybe&only=nothing`,
  );
  for (const notice of [
    "“now-6x” is not a time. Showing the last 24 hours.",
    "“Mars/Olympus” is not a time zone; showing times in UTC.",
    "“noon” is not a moment; none is chosen.",
    "“sideways” is not a value of view; showing whole.",
    "“maybe” is not a value of live; showing on.",
  ])
    await expect(page.getByText(notice)).toHaveCount(1);
  await expect(pictureOf(page, node)).toContainText(/rose/);
});

test("the picture's view and what is isolated are in the address", async ({ page, request }) => {
  const node = "views-1";
  await pushSixHours(request, node);
  await page.goto(`/nodes/${node}?from=now-6h`);
  await page.getByRole("button", { name: "Kernel close-up" }).click();
  await expect(page).toHaveURL(/view=kernel/);
  await pictureOf(page, node)
    .getByRole("table")
    .first()
    .getByRole("button", { name: /Unaccounted/ })
    .click();
  await expect(page).toHaveURL(/only=unaccounted/);
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/from=now-6h$/);
});

// The browser logs what the server refuses as an error of the page: here it is meant.
anyPage(
  "a part that cannot be read says so and can be read again; the rest stays",
  async ({ page, request }) => {
    const node = "failing-1";
    await pushSixHours(request, node);
    await page.goto(`/nodes/${node}?from=now-6h`);
    await expect(pictureOf(page, node)).toContainText(/rose/);
    let isAway = true;
    await page.route("**/api/trpc/**", (route) =>
      isAway ? route.fulfill({ status: 503, body: "away" }) : route.continue(),
    );
    await chooseRange(page, "Last 3 hours");
    const problem = page.getByRole("alert").filter({ hasText: "Reading the picture again failed" });
    await expect(problem).toBeVisible({ timeout: 15_000 });
    await expect(pictureOf(page, node)).toContainText(/rose/);
    isAway = false;
    await problem.getByRole("button", { name: "Try again" }).click();
    await expect(problem).toBeHidden();
  },
);

test("a node of which there are only snapshots says how it could be watched", async ({
  page,
  request,
}) => {
  const { path } = await storeExample(request);
  await page.goto(path.split("/").slice(0, 3).join("/"));
  await expect(page.getByRole("heading", { name: "Watch it over time" })).toBeVisible();
  await expect(page.getByRole("toolbar", { name: "Time" })).toBeHidden();
});

test("awful names fit: 200 characters, Chinese, one sample, nothing else", async ({
  page,
  request,
}) => {
  test.slow();
  const node = `节点${"very-long-name-".repeat(12)}`;
  await pushSamples(request, { node, agoS: [10], header: [`label: 标签=${"值".repeat(100)}`] });
  await page.goto(`/nodes/${encodeURIComponent(node)}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("very-long-name");
  expect(await overflowsOf(page)).toEqual([0, 0, 0]);
});

test("on a phone: the range is chosen and the picture is read", async ({ page, request }) => {
  const node = "phone-1";
  await pushSixHours(request, node);
  await page.setViewportSize(PHONE);
  await page.goto(`/nodes/${node}`);
  await chooseRange(page, "Last 6 hours");
  await expect(page).toHaveURL(/from=now-6h$/);
  await expect(pictureOf(page, node)).toContainText(/rose/);
  expect(await overflowsOf(page)).toEqual([0, 0, 0]);
});
