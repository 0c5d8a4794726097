/** The page itself, whatever the machine in it does: policy, origins, paths, storage, workers, the embed. */
import { chromium, type Page } from "@playwright/test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../site.ts";
import { atPrompt, rows, screen, typeLine } from "../terminal.ts";

const POLICY = {
  "default-src": "'none'",
  "script-src": "'self'",
  "worker-src": "'self' blob:",
  "style-src": "'self' 'unsafe-inline'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
};

test("asks nothing of another origin and breaks no rule of its own policy", async ({ page, site, watched }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo one two");
  await expect(screen(page)).toContainText("one two");
  await page.getByRole("button", { name: "Display" }).click();
  expect(watched.foreign).toEqual([]);
  expect(watched.complaints).toEqual([]);
});

for (const path of ["", "embed/"]) {
  test(`has a strict policy: ${path}index.html`, async ({ page, site }) => {
    await page.goto(`${site}${path}`);
    const content = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    const rules = Object.fromEntries(
      (content ?? "").split(/;\s*/).map((rule) => [rule.slice(0, rule.indexOf(" ")), rule.slice(rule.indexOf(" ") + 1)]),
    );
    expect(rules).toMatchObject(POLICY);
    expect(content).not.toContain("unsafe-eval");
    expect(content).not.toContain("http");
  });
}

test("works under a sub-path", async ({ page, subPath }) => {
  await page.goto(subPath);
  await atPrompt(page);
  await typeLine(page, "echo below");
  await expect(screen(page)).toContainText("below");
  await page.getByRole("link", { name: "How true is it?" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("How true is it?");
  await page.getByRole("link", { name: "Immutable Lab" }).click();
  await atPrompt(page);
});

test("a reload goes on with the run", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo kept for later");
  await expect(screen(page)).toContainText("kept for later");
  await atPrompt(page);
  await page.reload();
  await atPrompt(page);
  await expect(screen(page)).toContainText("kept for later");
});

/** Lets the page have everything but the machine, until the returned function is called. */
async function withoutMachine(page: Page): Promise<() => void> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/worker-open-here/, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("the page is there before its scripts", async ({ page, site }) => {
  await page.route("**/*.js", (route) => route.abort());
  await page.goto(site);
  await expect(page.getByRole("heading", { name: "Immutable Lab" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Commands to try" }).getByRole("button")).toHaveCount(3);
  await expect(page.getByRole("button", { name: "Terminal 1" })).toBeVisible();
});

test("the terminal takes the whole cells that its pane has room for, and follows the window", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  for (const size of [
    { width: 1280, height: 800 },
    { width: 1003, height: 611 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await expect
      .poll(() =>
        page.evaluate(() => {
          const pane = document.querySelector<HTMLElement>("[data-tty='0']");
          const cells = pane?.querySelector(".xterm-screen")?.getBoundingClientRect();
          const rows = pane?.querySelector(".xterm-rows")?.childElementCount ?? 0;
          if (!pane || !cells) return "no terminal";
          const scrollBar = 14;
          const left = { right: pane.clientWidth - scrollBar - cells.width, below: pane.clientHeight - cells.height };
          const cell = { width: parseFloat(getComputedStyle(pane).fontSize), height: cells.height / rows };
          return left.right >= 0 && left.right < cell.width && left.below >= 0 && left.below < cell.height ? "fits" : JSON.stringify(left);
        }),
      )
      .toBe("fits");
  }
});

test("glyphs are as wide as the page lays them out", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  const wrong = await page.evaluate(() => {
    const spans = [...document.querySelectorAll<HTMLElement>("[data-tty='0'] .xterm-width-cache-measure-container > span")];
    const found = spans.flatMap((span) =>
      [..."Wi.0~|_Äß─│└●…⠋字"].flatMap((glyph) => {
        span.textContent = glyph.repeat(32);
        const laidOut = span.getBoundingClientRect().width;
        return Math.abs(span.offsetWidth - laidOut) <= 1 ? [] : [`${glyph} ${span.style.cssText}: ${span.offsetWidth}, not ${laidOut}`];
      }),
    );
    return { styles: spans.length, own: spans.filter((span) => Object.hasOwn(span, "offsetWidth")).length, found };
  });
  expect(wrong).toEqual({ styles: 4, own: 4, found: [] });
});

test("the prompt is there before the machine, and what is typed meanwhile reaches it", async ({ page, site }) => {
  const release = await withoutMachine(page);
  await page.goto(site);
  await atPrompt(page);
  await expect(page.getByText("Next boot:").first()).toBeAttached();
  const before = await rows(page);
  await typeLine(page, "echo $((6 * 7))");
  await typeLine(page, "echo second");
  expect(await rows(page)).toEqual(before);
  release();
  await expect(screen(page)).toContainText("second");
  await atPrompt(page);
  const after = await rows(page);
  expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  expect(after.slice(before.length - 1).map((row) => row.replace(/^\[.*?\]\$ ?/, ""))).toEqual([
    "echo $((6 * 7))",
    "42",
    "echo second",
    "second",
    "",
  ]);
});

test("a kept run is not preceded by a fresh machine's screen", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "clear; echo kept");
  await expect(screen(page)).toContainText("kept");
  await atPrompt(page);
  const before = await rows(page);
  const release = await withoutMachine(page);
  await page.reload();
  await expect(page.locator(".xterm-helper-textarea")).toBeAttached();
  await page.waitForTimeout(500);
  expect(await rows(page)).toEqual([]);
  release();
  await atPrompt(page);
  expect(await rows(page)).toEqual(before);
});

test("works with storage blocked in the browser's settings, and says so quietly", async ({ site, launchOptions }) => {
  const profile = mkdtempSync(join(tmpdir(), "no-storage-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const context = await chromium.launchPersistentContext(profile, launchOptions);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo nothing kept");
  await expect(screen(page)).toContainText("nothing kept");
  await expect(page.getByText("This browser keeps nothing here")).toBeVisible();
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("radio", { name: "Dark" }).check();
  expect(complaints).toEqual([]);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

test("works where a page may have no worker", async ({ page, site }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "Worker", {
      value: function () {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo on the page");
  await expect(screen(page)).toContainText("on the page");
});

test("the embed runs in a sandboxed frame, from a server without CORS headers", async ({ page, site }) => {
  const host = createServer((_request, response) => {
    response
      .setHeader("content-type", "text/html")
      .end(
        `<!doctype html><title>Host</title><iframe sandbox="allow-scripts" src="${site}embed/?load=eager" width="900" height="600"></iframe>`,
      );
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
  const frame = page.frameLocator("iframe");
  await expect(screen(frame)).toContainText("$");
  await frame.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo framed\n");
  await expect(screen(frame)).toContainText("framed");
  expect(complaints).toEqual([]);
  host.close();
  host.closeAllConnections();
});
