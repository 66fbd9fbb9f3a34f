import { readFile } from "node:fs/promises";
import { test as anyPage } from "@playwright/test";
import { dropFile } from "./drop-file";
import { expect, test } from "./test";

const INCIDENT = "server/fixtures/live-memsnap-incident/memsnap-incident.tar.gz";
const MEMINFO = "server/fixtures/seed-incident/proc/meminfo";

// A browser logs every refused request as an error of the page; here the refusal is what is tested.
anyPage(
  "a text that is nothing the server knows is refused in words and can be removed",
  async ({ page }) => {
    await page.goto("/upload");
    const file = { name: "notes.bin", mimeType: "application/octet-stream" };
    await page
      .getByLabel("Choose files")
      .setInputFiles({ ...file, buffer: Buffer.from([0, 1, 2, 255, 254, 0, 7]) });

    await expect(page.getByText(/^Not analysed: /)).toBeVisible();
    await page.getByRole("button", { name: "Remove notes.bin from the list" }).click();
    await expect(page.getByText("notes.bin", { exact: true })).toBeHidden();
  },
);

test("before anything is sent, limits, retention and visibility are stated", async ({ page }) => {
  await page.goto("/upload");
  const terms = page.getByRole("main").getByRole("definition");
  await expect(terms.nth(0)).toContainText(/Up to .*B each: .*\.tar\.xz/);
  await expect(terms.nth(1)).toContainText("kept on this server");
  await expect(terms.nth(2)).toContainText("Everybody who can open this server");
});

test("an empty file is refused before it is sent", async ({ page }) => {
  await page.goto("/upload");
  await page
    .getByLabel("Choose files")
    .setInputFiles({ name: "empty.txt", mimeType: "text/plain", buffer: Buffer.from("") });
  await expect(page.getByText("Not analysed: The file is empty.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeHidden();
});

anyPage(
  "several files are analysed one after another, each with its own result",
  async ({ page }) => {
    await page.goto("/upload");
    const meminfo = await readFile(MEMINFO);
    await page.getByLabel("Choose files").setInputFiles([
      { name: "first-meminfo", mimeType: "text/plain", buffer: meminfo },
      { name: "noise.bin", mimeType: "text/plain", buffer: Buffer.from([0, 200, 3, 0, 9]) },
    ]);
    const files = page.getByRole("region", { name: "Your files" });
    await expect(files.getByText(/^Not analysed: /)).toBeVisible();
    await expect(files.getByRole("link", { name: /^(Open |Already analysed)/ })).toBeVisible();
    await expect(files.getByText("1 files read").or(files.getByText("1 file read"))).toBeVisible();
    await expect(page).toHaveURL(/\/upload$/);
  },
);

test("a dropped archive leads to the page of its node, a second time it is known", async ({
  page,
}) => {
  await page.goto("/upload");
  const drop = async () => dropFile(page, "dropped.tar.gz", await readFile(INCIDENT));

  await drop();
  const known = page.getByRole("link", { name: "Already analysed: open it" });
  // Another test of this run may have sent the same bytes before: then it stays and offers the link.
  await expect(known.or(page.getByRole("link", { name: "Raw files" })).first()).toBeVisible();

  await page.goto("/upload");
  await drop();
  await known.last().click();
  await expect(page.getByRole("heading", { name: /unread sockets of nginx/ })).toBeVisible();
});
