import { expect, test } from "./test";

// Its own bytes in each run: another test of the same server must not know them.
const meminfo = () =>
  `MemTotal: 8000000 kB\nMemFree: 4${Math.floor(Math.random() * 1e5)} kB\nBuffers: 0 kB\nCached: 900 kB\n`;

interface Sent {
  readonly isKnown: boolean;
  readonly snapshots: readonly { readonly id: string; readonly path: string }[];
}

test("an upload is removed from its page, is gone from the list, and can be sent again", async ({
  page,
}) => {
  const text = meminfo();
  const send = async (): Promise<Sent> =>
    (await page.request.post("/api/v1/snapshots?name=to-be-removed.txt", { data: text })).json();
  const path = (await send()).snapshots[0]?.path ?? "";
  const node = decodeURIComponent(path.split("/")[2] ?? "");

  await page.goto(path);
  const opener = page.getByRole("button", { name: "Remove the upload of this snapshot" });
  await opener.click();
  const dialog = page.getByRole("dialog", { name: "Remove this upload?" });
  await expect(dialog.getByText("to-be-removed.txt")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();

  await opener.click();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  // It was the node's last upload, so the list of nodes is what is left.
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText(node)).toHaveCount(0);
  expect((await page.request.get(path)).status()).toBe(404);

  expect((await send()).isKnown).toBe(false);
  await page.goto(path);
  await expect(page.getByRole("heading", { name: node })).toBeVisible();
  const id = path.split("/").at(-1) ?? "";
  const removed = await page.request.delete(`/api/v1/snapshots/${id}`);
  expect(await removed.json()).toMatchObject({ removed: [id] });
});

test("its shared link is named before and closed with it, from the page of the node", async ({
  page,
}) => {
  const answer = await page.request.post("/api/v1/snapshots?name=shared-and-removed.txt", {
    data: meminfo(),
  });
  const sent: Sent = await answer.json();
  const path = sent.snapshots[0]?.path ?? "";
  await page.goto(path);
  const shared = await page.request.post("/api/trpc/diagnoses.share", {
    headers: { origin: new URL(page.url()).origin },
    data: { json: { id: sent.snapshots[0]?.id, expiresInDays: 1 } },
  });
  const link: string = (await shared.json()).result.data.json.path;
  expect((await page.request.get(link)).status()).toBe(200);

  await page.goto(path.split("/").slice(0, 3).join("/"));
  await page.getByRole("button", { name: "Remove shared-and-removed.txt" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove this upload?" });
  await expect(dialog.getByRole("checkbox", { name: "Revoke the shared link too" })).toBeChecked();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page).toHaveURL(/\/$/);
  expect((await page.request.get(link)).status()).toBe(410);
});
