import {
  chooseRange,
  drag,
  fresh,
  GIB,
  HOUR,
  MINUTE,
  pictureOf,
  plotOf,
  pushSixHours,
  rangeOf,
} from "./node-page";
import { every, pushSamples } from "./push-samples";
import { expect, test } from "./test";

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
