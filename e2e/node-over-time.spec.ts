import { test as anyPage } from "@playwright/test";
import { chooseRange, fresh, HOUR, MINUTE, pictureOf, plotOf, pushSixHours } from "./node-page";
import { overflowsOf, PHONE } from "./page-measures";
import { pushSamples } from "./push-samples";
import { rewriteArchive } from "./rewrite-archive";
import { SITE, storeExample } from "./site";
import { expect, test } from "./test";

const CAPTURE = "server/fixtures/guest-6.12-virtio-incident/memsnap.tar.gz";

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
