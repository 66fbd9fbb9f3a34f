import { overflowsOf } from "./page-measures";
import { rewriteArchive } from "./rewrite-archive";
import { shareSnapshot } from "./site";
import { expect, test } from "./test";

const CAPTURE = "server/fixtures/live-memsnap-incident/memsnap-incident.tar.gz";
const SCRIPT = "<script>alert(1)</script>";
const HOST = `${"支付数据库".repeat(20)}-${SCRIPT}-${"n".repeat(73)}`;

test("a node whose names are scripts and 200 characters long is shown as text, in place", async ({
  page,
  request,
}) => {
  test.slow();
  expect(HOST).toHaveLength(200);
  const dialogs: string[] = [];
  page.on("dialog", async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  const answer = await request.post(`/api/v1/snapshots?name=${encodeURIComponent(SCRIPT)}.tar.gz`, {
    data: await rewriteArchive(CAPTURE, [
      [/^hostname .*/gm, `hostname ${HOST}`],
      ["nginx", SCRIPT],
    ]),
  });
  expect(answer.status()).toBe(201);
  const { snapshots } = await answer.json();
  const { id, path } = snapshots[0];

  const parts = ["", "/allocpage", "/slab", "/sockets", "/raw"].map((part) => path + part);
  const node = path.slice(0, path.lastIndexOf("/"));
  for (const address of [...parts, node, "/", await shareSnapshot(request, id)]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await overflowsOf(page), decodeURI(address)).toEqual([0, 0, 0]);
  }

  await page.goto(`${path}/sockets`);
  await expect(page.getByText(SCRIPT).first()).toBeVisible();
  expect(dialogs).toEqual([]);
});
