// `gigsieve serve` in a real browser: typing is judged, files are reported, nothing a post says comes alive.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, test } from "node:test";
import { DESKTOP, PHONE, open, violations } from "./browser.mjs";
import { HOSTILE, PROGRAM, posts } from "./posts.mjs";

const server = spawn(PROGRAM, ["serve", "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
after(() => server.kill());
const address = await new Promise((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())));

for (const [name, options] of [["desktop", { viewport: DESKTOP }], ["phone", { viewport: PHONE }], ["dark", { viewport: DESKTOP, colorScheme: "dark" }]]) {
  test(`a pasted post is judged while typing (${name})`, async () => {
    const page = await open(address, options);
    // The box has the focus from the start: who opens the page wants to paste.
    await page.locator("#paste:focus").waitFor();
    await page.keyboard.type("Landing page copy\nWe need it by tomorrow and pay net 180.");
    const card = page.locator("article.card");
    await card.locator(".text", { hasText: "net 180." }).waitFor();
    const first = await card.locator(".score").textContent();
    assert.match(first, /^\d+$/);
    await card.locator("summary").click();
    await card.locator("tfoot").waitFor();
    const points = await card.locator("td.points").allTextContents();
    const sum = points.slice(0, -1).reduce((all, one) => all + Number(one.replace("−", "-")), 0);
    assert.equal(sum, Number(points.at(-1)), "the ledger adds up");
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });
}

test("a hostile paste stays text", async () => {
  const page = await open(address);
  await page.fill("#paste", HOSTILE);
  await page.locator("article.card").waitFor();
  assert.ok((await page.locator("article.card").textContent()).includes("<img src=x onerror="));
  assert.equal(await page.locator("article.card :is(img, script, iframe, svg:not(.bar), a)").count(), 0);
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a dropped file becomes a report", async () => {
  const page = await open(address);
  await page.setInputFiles("#file", { name: "posts.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(posts(25)) });
  await page.waitForURL(/\/report\/1$/);
  await page.locator("html[data-ready]").waitFor();
  assert.match(await page.locator(".written").textContent(), /^25 posts/);
  assert.deepEqual(page.faults, []);
  await page.close();
});

test("a file without posts says so", async () => {
  const page = await open(address);
  await page.setInputFiles("#file", { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.from("  ") });
  await page.getByText("empty").waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
  await page.close();
});

test("another site can neither read nor post", async () => {
  const page = await open("data:text/html,<title>elsewhere</title>", { home: "" });
  const outcome = await page.evaluate((address) => Promise.allSettled([
    fetch(`${address}judge`, { method: "POST", body: "x", mode: "cors" }),
    fetch(address),
  ]).then((all) => all.map((one) => one.status)), address);
  assert.deepEqual(outcome, ["rejected", "rejected"]);
  await page.close();
});
