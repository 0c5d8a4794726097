/** A browser in which nothing that keeps anything may even be looked at: every page starts, works, restarts, and says what is not kept. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { answerTo, atPrompt, run, screen, typeLine } from "../terminal.ts";

const KEEPS_NOTHING = "This browser keeps nothing here";

/** In each frame, before its first script. What was looked at is counted, so that a test knows that it was there to be looked at. */
function withoutStorage(): void {
  const looked = new Set<string>();
  Object.assign(window, { looked });
  for (const [owner, names] of [
    [window, ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"]],
    [Document.prototype, ["cookie"]],
    [Navigator.prototype, ["storage", "serviceWorker", "locks", "storageBuckets"]],
  ] as const)
    for (const name of names) {
      const refuse = () => {
        looked.add(name);
        throw new DOMException(`${name} is blocked`, "SecurityError");
      };
      Object.defineProperty(owner, name, { get: refuse, set: refuse, configurable: true });
    }
}

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => (message.type() === "error" || message.type() === "warning") && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

function lookedAt(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...(window as unknown as { looked: Set<string> }).looked].sort());
}

test.beforeEach(({ page }) => page.addInitScript(withoutStorage));

for (const [machine, name] of [
  ["silverblue", "the first machine"],
  ["microos", "a machine that comes late"],
] as const)
  test(`${name} starts, works, restarts and takes an undo; the page says that nothing is kept`, async ({ page, site }) => {
    const complaints = complaintsOf(page);
    await page.goto(`${site}?machine=${machine}`);
    await atPrompt(page);
    await expect(page.getByText(KEEPS_NOTHING)).toBeVisible();
    await answerTo(page, "echo kept-on-disk > note");
    expect(await run(page, "sudo touch /usr/bin/hello; echo $?")).toContain("Read-only file system\n1");
    await typeLine(page, "systemctl reboot");
    await expect(screen(page)).not.toContainText("Read-only");
    await atPrompt(page);
    expect(await run(page, "cat note")).toBe("kept-on-disk");
    await typeLine(page, "rm note");
    await page.getByRole("button", { name: "Undo" }).click();
    await atPrompt(page);
    expect(await run(page, "cat note")).toBe("kept-on-disk");
    await page.getByRole("button", { name: "Display" }).click();
    await page.getByRole("radio", { name: "Dark" }).check();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    expect(await lookedAt(page)).toEqual(expect.arrayContaining(["indexedDB", "localStorage"]));
    // What is not kept is not there after a reload: the page said so.
    await page.reload();
    await atPrompt(page);
    expect(await run(page, "cat note")).toContain("No such file");
    expect(complaints).toEqual([]);
  });

test("a link is made, and opens", async ({ page, site }) => {
  const complaints = complaintsOf(page);
  await page.goto(site);
  await atPrompt(page);
  await answerTo(page, "echo from-a-link");
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("radio", { name: "Link" }).check();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByText("This run was opened from a link")).toBeVisible();
  await expect(page.getByText(KEEPS_NOTHING)).toBeVisible();
  await atPrompt(page);
  await expect(screen(page)).toContainText("echo from-a-link");
  expect(complaints).toEqual([]);
});

test("two machines side by side, a lesson and a talk", async ({ page, site }) => {
  const complaints = complaintsOf(page);
  await page.goto(`${site}?machine=silverblue&beside=debian`);
  await expect(page.locator(".xterm-rows").nth(1)).toContainText("$", { timeout: 30_000 });
  await page.goto(`${site}?lesson=try-to-break-it`);
  await expect(page.getByRole("heading", { level: 2, name: "Try to break it" })).toBeVisible();
  await atPrompt(page);
  await expect(page.getByText(KEEPS_NOTHING)).toHaveCount(1);
  await page.goto(`${site}?lesson=try-to-break-it&present`);
  await atPrompt(page);
  await expect(page.getByText(KEEPS_NOTHING)).toHaveCount(1);
  await page.keyboard.press("PageDown");
  await expect(screen(page)).toContainText("touch /usr/bin/hello");
  expect(complaints).toEqual([]);
});

for (const persist of ["", "&persist=local"])
  test(`an embed in a sandboxed frame ${persist === "" ? "works" : "that shall keep its run works, and says that it cannot"}`, async ({
    page,
    site,
  }) => {
    const complaints = complaintsOf(page);
    const src = `${site}embed/?load=eager${persist}`;
    const host = createServer((_request, response) => {
      response
        .setHeader("content-type", "text/html")
        .end(
          `<!doctype html><title>Host</title><iframe sandbox="allow-scripts" src="${src}" title="A lab" width="900" height="600"></iframe>`,
        );
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    const frame = page.frameLocator("iframe");
    await expect(screen(frame)).toContainText("$");
    await frame.locator(".xterm-helper-textarea").focus();
    await page.keyboard.type("echo kept-on-disk > note; systemctl reboot\n");
    await expect(screen(frame)).not.toContainText("reboot");
    await atPrompt(frame);
    await frame.locator(".xterm-helper-textarea").focus();
    await page.keyboard.type("cat note\n");
    await expect(screen(frame)).toContainText("kept-on-disk");
    await expect(frame.getByText(KEEPS_NOTHING)).toHaveCount(persist === "" ? 0 : 1);
    expect(complaints).toEqual([]);
    host.close();
    host.closeAllConnections();
  });
