import type { BrowserContext, Page } from "@playwright/test";
import { dropFile } from "./drop-file";
import { rewriteArchive } from "./rewrite-archive";
import { expect, test } from "./test";

const SOSREPORT = "server/fixtures/live-sosreport-incident/sosreport-incident.tar.gz";

/** What the sosreport below says and the reader of a link must not learn. */
const HOST = "pay-db-17";
const ADDRESS = "10.77.3.4";
const SECRETS = [
  HOST,
  ADDRESS,
  // The same address as /proc/net/tcp prints it on a little-endian machine.
  "04034D0A",
  // Of command lines that the report has in its ps files.
  "nginx_stuck.py",
  "--hold 150",
  "nginxrepro",
  "/usr/lib/netdata",
  "/tmp/corpus",
  // Of the report's own folder, which is a path and holds the host name.
  "szigohq",
];

/** The incident's sosreport, with a name and an address that could be anybody's in place of its own. */
function sosreportOfPayDb(): Promise<Buffer> {
  return rewriteArchive(SOSREPORT, [
    [/vm-node|(?<=^Linux )node(?= )/g, HOST],
    ["127.0.0.1", ADDRESS],
    ["0100007F", "04034D0A"],
  ]);
}

test("from a dropped sosreport to a verdict, its evidence, a masked link, and its end", async ({
  page,
  browser,
}) => {
  test.slow();
  await page.goto("/upload");
  await dropFile(page, `sosreport-${HOST}.tar.gz`, await sosreportOfPayDb());

  const verdict = page.getByRole("heading", { name: /^2\.49.GiB are held .* nginx/ });
  await expect(verdict).toContainText("pid 1163", { timeout: 15_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HOST);

  await page.getByRole("link", { name: "Sockets", exact: true }).click();
  await followEvidence(page);

  await page.getByRole("link", { name: "Overview", exact: true }).click();
  const link = await shareFor(page, "7 days");

  const context = await browser.newContext();
  await openAsStranger(context, link);
  await context.close();

  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(dialog.getByText(/^revoked /)).toBeVisible();
  await expectGone(await browser.newContext(), link);
});

/** From the process that holds most to the raw line that says so. */
async function followEvidence(page: Page): Promise<void> {
  const holder = page
    .getByRole("table", { name: "Processes by memory retained by their sockets" })
    .getByRole("row", { name: /nginx/ })
    .first();
  await expect(holder).toContainText("pid 1163");
  await holder.getByRole("link").first().click();
  const marked = page.locator("[aria-current=location]");
  await expect(marked).toContainText(ADDRESS);
  await expect(marked).toContainText("1163/nginx");
  await expect(marked).toBeInViewport();
  const plain = page.locator("tr[id^=L]:not([aria-current])").first();
  const colour = (element: Element) => getComputedStyle(element).backgroundColor;
  expect(await marked.evaluate(colour)).not.toBe(await plain.evaluate(colour));
}

/** Makes a link in the dialog, everything masked, after a look at what it will show. */
async function shareFor(page: Page, lifetime: string): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("region", { name: "Masked copy" })).toContainText("nginx");
  for (const secret of SECRETS)
    await expect(dialog.getByRole("region", { name: "Masked copy" })).not.toContainText(secret);
  await dialog.getByRole("radio", { name: lifetime }).check();
  await dialog.getByRole("button", { name: "Make link" }).click();
  const link = dialog.getByRole("status").getByRole("link");
  await expect(link).toHaveText(/\/d\/[\w-]{32}$/);
  return (await link.textContent()) ?? "";
}

/** Opens the link where nothing of the server has been before, and looks at all that is sent. */
async function openAsStranger(context: BrowserContext, link: string): Promise<void> {
  const bodies = recordBodies(context);
  const page = await context.newPage();
  const answer = await page.goto(link);
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()["x-robots-tag"]).toContain("noindex");
  await expect(page.locator("meta[name=robots]")).toHaveAttribute("content", /noindex/);
  await expect(page.getByRole("heading", { name: /^2\.49.GiB are held/ })).toContainText(
    "nginx (pid 1163",
  );
  await page.getByText("files read").click();
  await page.waitForLoadState("networkidle");

  expect(await linksOutOf(page)).toEqual([]);
  const sent = new Map(await bodies());
  sent.set("the page as it stands", await page.content());
  expect(sent.size).toBeGreaterThan(5);
  for (const [url, text] of sent)
    for (const secret of SECRETS) expect(text.includes(secret), `${secret} in ${url}`).toBe(false);
}

/** Every answer that pages of the context get from now on: address and body. */
function recordBodies(context: BrowserContext): () => Promise<(readonly [string, string])[]> {
  const bodies: Promise<readonly [string, string]>[] = [];
  context.on("response", (response) => {
    const headers = JSON.stringify(response.headers());
    const body = response.body().then((bytes) => bytes.toString("latin1"));
    bodies.push(body.then((text) => [response.url(), headers + text] as const));
  });
  return () => Promise.all(bodies);
}

/** Addresses that the page leads to, but for places of its own. */
function linksOutOf(page: Page): Promise<string[]> {
  return page
    .locator("a[href], form[action], iframe[src]")
    .evaluateAll((elements) =>
      elements
        .map((element) => element.getAttribute("href") ?? element.outerHTML)
        .filter((href) => !href.startsWith("#")),
    );
}

async function expectGone(context: BrowserContext, link: string): Promise<void> {
  const page = await context.newPage();
  const answer = await page.goto(link);
  expect(answer?.status()).toBe(410);
  await expect(page.getByRole("heading", { name: "This link is closed" })).toBeVisible();
  expect(await page.content()).not.toContain("nginx");
  await context.close();
}
