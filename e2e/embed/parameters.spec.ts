/** What an embed's address says, and what comes of it in a page of another origin. */
import { unreadable } from "../readable.ts";
import { answerTo, atPrompt, rows, screen, typeLine } from "../terminal.ts";
import { complaintsOf, expect, SANDBOX, test } from "./host.ts";

const RED_DOT =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'%3E%3Ccircle cx='5' cy='5' r='4' fill='red'/%3E%3C/svg%3E";

test("picture: the parts of the cross-section that are asked for", async ({ page, site }) => {
  await page.goto(`${site}embed/?load=eager&view=picture&picture=versions`);
  await expect(page.locator(".picture .version").first()).toBeVisible();
  await expect(page.locator(".picture .cut")).toBeHidden();
  await page.goto(`${site}embed/?load=eager&view=picture&picture=layers,words`);
  await expect(page.locator(".picture .cut")).toBeVisible();
  await expect(page.locator(".picture .version").first()).toBeHidden();
  expect((await page.locator(".picture .words").boundingBox())?.height).toBeGreaterThan(100);
  await expect(page.getByRole("button", { name: "In words" })).toBeHidden();
});

for (const scheme of ["light", "dark"] as const)
  test(`theme=contrast: every text at 7:1, on a ${scheme} system`, async ({ page, site }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.goto(`${site}embed/?theme=contrast`);
    expect(await unreadable(page, 0)).toEqual([]);
    await page.getByRole("button", { name: "Start the machine" }).click();
    await atPrompt(page);
    await typeLine(page, "sudo touch /usr/bin/hello");
    await expect(page.locator(".picture .refusal")).toBeVisible();
    expect(await unreadable(page, 0)).toEqual([]);
  });

test("persist=session: a reload goes on, another tab begins anew", async ({ page, site, context }) => {
  const address = `${site}embed/?load=eager&persist=session`;
  await page.goto(address);
  await atPrompt(page);
  await answerTo(page, "echo kept > note");
  await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(1);
  await page.reload();
  await expect(screen(page)).toContainText("echo kept > note");
  await typeLine(page, "cat note");
  await expect.poll(() => rows(page)).toContain("kept");
  const other = await context.newPage();
  await other.goto(address);
  await atPrompt(other);
  await typeLine(other, "cat note");
  await expect(screen(other)).toContainText("No such file");
});

test("poster: a picture of the writer's own stands beside the text", async ({ page, site, host }) => {
  const complaints = complaintsOf(page);
  await page.goto(
    host.show(`<iframe src="${site}embed/?poster=${encodeURIComponent(RED_DOT)}" title="a" width="800" height="300" ${SANDBOX}></iframe>`),
  );
  const picture = page.frameLocator("iframe").locator("#poster img");
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

test("machine=a,b: two machines side by side, and the page's script types on both", async ({ page, site, host }) => {
  test.setTimeout(120_000);
  const complaints = complaintsOf(page);
  await page.goto(
    host.show(`<script defer src="${site}immutable-lab.js"></script>
      <immutable-lab machine="silverblue,debian" height="600" load="eager"></immutable-lab>`),
  );
  const frame = page.frameLocator("immutable-lab iframe");
  await expect(frame.getByRole("heading", { name: "Fedora Silverblue" })).toBeVisible({ timeout: 60_000 });
  const answer = await page.evaluate(() =>
    (document.querySelector("immutable-lab") as unknown as { run(line: string): Promise<unknown> }).run("sudo touch /usr/here"),
  );
  expect(answer).toEqual({ exit: 1, text: "touch: cannot touch '/usr/here': Read-only file system\n" });
  await expect(frame.locator("section", { hasText: "Debian" }).locator(".xterm-rows")).toContainText("sudo touch /usr/here", {
    timeout: 60_000,
  });
  await expect(frame.getByRole("status")).toContainText("They differ: 1 line only on Fedora Silverblue", { timeout: 60_000 });
  expect(complaints).toEqual([]);
});

test("the frame is as high as its rows ask for, and follows when that changes", async ({ page, site, host }) => {
  await page.goto(
    host.show(`<script defer src="${site}immutable-lab.js"></script>
      <div id="column" style="width:900px"><immutable-lab view="terminal" terminal="rows=12" load="eager"></immutable-lab></div>
      <script nonce="host">
        window.heights = [];
        addEventListener("lab-resize", ({ detail }) => heights.push(detail.height));
      </script>`),
  );
  const frame = page.frameLocator("immutable-lab iframe");
  await expect(screen(frame)).toContainText("$");
  const count = (): Promise<number> => frame.locator('[data-tty="0"] .xterm-rows > div').count();
  await expect.poll(count).toBe(12);
  const height = (): Promise<number | undefined> =>
    page.locator("immutable-lab iframe").evaluate((element) => element.getBoundingClientRect().height);
  const wide = await height();
  // In a narrow column the same twelve rows have more around them, or less.
  await page.evaluate(() => document.querySelector("#column")?.setAttribute("style", "width:340px"));
  await expect.poll(height).not.toBe(wide);
  await expect.poll(count).toBe(12);
  await page.waitForTimeout(500);
  expect((await page.evaluate(() => (window as unknown as { heights: number[] }).heights)).length, "it settles").toBeLessThan(8);
});

test("errors and the run are told to a page that may know of commands", async ({ page, site, host }) => {
  test.setTimeout(90_000);
  await page.goto(
    host.show(`<script nonce="host">
        window.heard = [];
        for (const name of ["state", "error"]) addEventListener("lab-" + name, ({ target, detail }) => heard.push([target.id, name, detail]));
      </script>
      <script defer src="${site}immutable-lab.js"></script>
      <immutable-lab id="one" session="s" events="commands" load="eager"></immutable-lab>`),
  );
  const heard = (): Promise<[string, string, { run?: string; code?: string }][]> =>
    page.evaluate(() => (window as unknown as { heard: [string, string, { run?: string; code?: string }][] }).heard);
  await page.evaluate(() => (document.querySelector("#one") as unknown as { run(line: string): Promise<unknown> }).run("echo told"));
  await expect.poll(async () => (await heard()).map(([id, name]) => `${id} ${name}`)).toEqual(["one state"]);
  const run = (await heard())[0]?.[2].run;
  await page.goto(`${site}#run=${run}`);
  await expect(screen(page)).toContainText("echo told");

  await page.goto(
    host.show(`<script nonce="host">
        window.heard = [];
        addEventListener("lab-error", ({ target, detail }) => heard.push([target.id, "error", detail]));
      </script>
      <script defer src="${site}immutable-lab.js"></script>
      <immutable-lab id="lesson" lesson="there-is-none" load="eager"></immutable-lab>`),
  );
  await expect
    .poll(heard, { timeout: 30_000 })
    .toEqual([["lesson", "error", { code: "start", message: "there is no lesson there-is-none" }]]);
});
