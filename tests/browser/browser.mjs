// Debian's Chromium, started for a test file and closed after it; pages that remember what went wrong on them.
import { after } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
after(() => browser.close());

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** A page with `faults`: console errors, uncaught errors, dialogs, and requests to anywhere but `home`. */
export async function open(url, { viewport = DESKTOP, home = url, ...options } = {}) {
  const context = await browser.newContext({ viewport, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.faults.push(message.text()); });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("dialog", (dialog) => { page.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(home)) page.faults.push(`request: ${request.url()}`); });
  await page.goto(url);
  return page;
}

/** What axe finds wrong with the page, each in a line. */
export async function violations(page) {
  // Through the debugger, so that the page's own policy stays as it is.
  const results = await page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ["violations"] })`);
  return results.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
}
