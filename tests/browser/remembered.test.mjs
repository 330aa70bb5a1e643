// The pages of digest and history in a real browser: marks, search, and that stored posts stay text.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DESKTOP, PHONE, open, violations } from "./browser.mjs";
import { HOSTILE, PROGRAM, posts } from "./posts.mjs";

const folder = mkdtempSync(join(tmpdir(), "gigsieve-"));
const [config, store] = [join(folder, "gigsieve.toml"), join(folder, "store.sqlite")];
writeFileSync(config, '[[source]]\nname = "north"\npath = "posts.jsonl"\n');
const hostile = { id: "hostile", url: "javascript:globalThis.pwned=6//https://x", title: HOSTILE, body: `We want more leads and your advice. ${HOSTILE}`, skills: [HOSTILE] };
writeFileSync(join(folder, "posts.jsonl"), `${posts(60)}${JSON.stringify(hostile)}\n`);
execFileSync(PROGRAM, ["digest", "--since", "all", "--config", config, "--store", store], { stdio: ["ignore", "ignore", "inherit"] });
const server = spawn(PROGRAM, ["serve", "--quiet", "--config", config, "--store", store], { stdio: ["ignore", "pipe", "inherit"] });
after(() => { server.kill(); rmSync(folder, { recursive: true }); });
const address = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())));

for (const [name, options] of [["desktop", { viewport: DESKTOP }], ["phone", { viewport: PHONE }], ["dark", { viewport: PHONE, colorScheme: "dark" }]]) {
  test(`digest and history load without faults and anyone can use them (${name})`, async () => {
    for (const path of ["digest", "history"]) {
      const page = await open(`${address}${path}`, { home: address, ...options });
      assert.ok(await page.locator("article.card").count() > 0);
      await page.locator("summary").first().click();
      assert.deepEqual(await violations(page), []);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wider <= 0, `${wider} pixels wider than the screen`);
      assert.equal(await page.locator("body :is(img, iframe, base, meta, script, a[href^=javascript])").count(), 0);
      assert.deepEqual(page.faults, []);
      await page.close();
    }
  });
}

test("a mark is set, told, shown as pressed and taken back, by keyboard alone", async () => {
  const page = await open(address);
  await page.getByRole("link", { name: "History" }).click();
  await page.fill("[name=words]", "bakery 37");
  await page.keyboard.press("Enter");
  await page.waitForURL(/words=bakery/);
  const found = await page.locator("article.card").count();
  assert.ok(found > 0 && found < 50, `${found} found`);
  const card = page.locator("article.card").first();
  const title = await card.locator("h3").textContent();
  await card.getByRole("button", { name: "applied" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/words=bakery.*marked=/);
  assert.equal(await page.locator("[role=status]").textContent(), `${(await card.locator(".particulars").textContent()).split(" ")[0]} ${title}: applied`);
  assert.equal(await card.getByRole("button", { name: "applied" }).getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("article.card").count(), found, "the search stands");
  await card.getByRole("button", { name: "undo" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("no decision").waitFor();
  assert.equal(await page.locator("[aria-pressed=true]").count(), 0);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("another site can set no mark", async () => {
  const page = await open("data:text/html,<title>elsewhere</title>", { home: "" });
  await page.setContent(`<form method="post" action="${address}history/mark"><input name="post" value="1"><input name="decision" value="won"><button>go</button></form>`);
  const [answer] = await Promise.all([page.waitForResponse(/history\/mark/), page.click("button")]);
  assert.equal(answer.status(), 403);
  await page.close();
  const history = await open(`${address}history?most=1000`, { home: address });
  assert.equal(await history.locator("[aria-pressed=true]").count(), 0);
  await history.close();
});
