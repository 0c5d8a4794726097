/** Labs in a page of another origin, as a documentation has them: by frame and by element, under a strict policy, from a server without CORS headers. */
import type { Page } from "@playwright/test";
import { screen } from "../terminal.ts";
import { complaintsOf, expect, SANDBOX, test } from "./host.ts";

/** What came from the site so far. */
function weigh(page: Page, site: string): { bytes(): Promise<number>; readonly files: string[] } {
  const files: string[] = [];
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith(site)) return;
    files.push(response.url().slice(site.length));
    const body = response.body();
    bodies.push(body);
    // One that comes when the test ends is gone, and nobody weighs it.
    body.catch(() => undefined);
  });
  return { bytes: async () => (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0), files };
}

test("three labs: a poster of 10 kB, no focus taken, no scroll, and each machine starts when it is asked for", async ({
  page,
  site,
  host,
}) => {
  test.setTimeout(180_000);
  const complaints = complaintsOf(page);
  const weight = weigh(page, site);
  await page.goto(
    host.show(`<input id="search" autofocus><div style="height:300px"></div>
      <iframe id="first" src="${site}embed/?run=cat%20/etc/hostname" title="A lab" width="800" height="420" ${SANDBOX}></iframe>
      <script defer src="${site}immutable-lab.js"></script>
      <immutable-lab id="second" machine="silverblue" view="terminal"><pre>$ touch /usr/x</pre></immutable-lab>
      <immutable-lab id="third" machine="microos"><pre>$ sudo snapper list</pre></immutable-lab>`),
  );
  const frame = page.frameLocator("#first");
  await expect(frame.getByRole("heading")).toHaveText("Fedora Silverblue");
  await expect(frame.getByText("$ cat /etc/hostname")).toBeVisible();
  await expect(frame.getByRole("img")).toBeVisible();
  await expect(page.locator("#second pre")).toBeVisible();
  await page.waitForTimeout(500);
  expect(weight.files.sort()).toEqual(["embed/?run=cat%20/etc/hostname", "embed/poster.js", "immutable-lab.js"]);
  expect(await weight.bytes(), "the poster and the element's script").toBeLessThan(10_000 + 8_000);
  const poster = await page.request.get(`${site}embed/index.html`);
  const script = await page.request.get(`${site}embed/poster.js`);
  expect((await poster.body()).length + (await script.body()).length, "a poster in all").toBeLessThanOrEqual(10_000);

  // The second lab starts without being touched: the reader goes on typing where they are.
  await page.locator("#search").focus();
  const scrolled = await page.evaluate(() => scrollY);
  const answer = page.evaluate(async () => {
    const lab = document.querySelector("#second") as unknown as { run(line: string): Promise<unknown> };
    return lab.run("touch /usr/x; false");
  });
  await page.keyboard.type("still here", { delay: 50 });
  expect(await answer).toEqual({ exit: 1, text: "touch: cannot touch '/usr/x': Read-only file system\n" });
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("search");
  expect(await page.locator("#search").inputValue()).toBe("still here");
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);

  await frame.getByRole("button", { name: "Start the machine" }).click();
  await expect(screen(frame)).toContainText("cat /etc/hostname");
  await expect(frame.locator(".xterm-helper-textarea")).toBeFocused();

  await page.locator("#third").getByRole("button", { name: "Try it here" }).click();
  const third = page.frameLocator("#third iframe");
  // A terminal out of sight paints nothing.
  await page.locator("#third iframe").evaluate((frame) => frame.scrollIntoView());
  await expect(screen(third)).toContainText("microos", { timeout: 60_000 });
  expect(complaints).toEqual([]);
});

test("messages: events as documented, and the run of one lab opens in another", async ({ page, site, host }) => {
  test.setTimeout(120_000);
  await page.goto(
    host.show(`<script defer src="${site}immutable-lab.js"></script>
      <immutable-lab id="one" events="commands"></immutable-lab><div id="place"></div>
      <script nonce="host">
        window.heard = [];
        for (const name of ["ready", "command", "boot", "step"]) addEventListener("lab-" + name, (event) => heard.push([name, event.detail]));
      </script>`),
  );
  const state = await page.evaluate(async () => {
    const lab = document.querySelector("#one") as unknown as {
      ready: Promise<unknown>;
      run(line: string): Promise<unknown>;
      snapshot(): Promise<string>;
    };
    await lab.run("echo one > note");
    await lab.run("cat note");
    return lab.snapshot();
  });
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard))
    .toEqual([
      ["ready", { machine: "silverblue" }],
      ["command", { line: "echo one > note", exit: 0 }],
      ["command", { line: "cat note", exit: 0 }],
    ]);
  await page.evaluate((run) => {
    document.querySelector("#one")?.remove();
    const lab = document.createElement("immutable-lab");
    lab.id = "two";
    lab.setAttribute("state", run);
    lab.setAttribute("load", "eager");
    document.querySelector("#place")?.append(lab);
  }, state);
  const second = page.frameLocator("#two iframe");
  await expect(second.getByText("This run was opened from a link")).toBeVisible();
  await expect(screen(second)).toContainText("cat note");
});

test("a frame that is told its host's origin hears no other, and what is no hello is not answered", async ({ page, site, host }) => {
  await page.goto(
    host.show(`<iframe src="${site}embed/?load=eager&origin=https://elsewhere.example" id="deaf" title="a" ${SANDBOX}></iframe>
      <iframe src="${site}embed/?load=eager" id="open" title="b" ${SANDBOX}></iframe>
      <script nonce="host">
        window.heard = [];
        addEventListener("message", ({ source, data }) => {
          if (data.t !== "size") heard.push([source === document.querySelector("#deaf").contentWindow ? "deaf" : "open", data.t, data.id]);
        });
      </script>`),
  );
  await expect(screen(page.frameLocator("#deaf"))).toContainText("$");
  await expect(screen(page.frameLocator("#open"))).toContainText("$");
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    for (const name of ["deaf", "open"])
      for (const message of [
        "hello",
        null,
        { imm: 1 },
        { imm: 2, t: "hello", id: "x" },
        { id: 1, m: "run", p: { cmds: ["reboot"] } },
        { imm: 1, t: "hello", id: "good" },
      ])
        (document.querySelector(`#${name}`) as HTMLIFrameElement).contentWindow?.postMessage(message, "*");
  });
  await expect.poll(() => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([["open", "welcome", "good"]]);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard.length)).toBe(1);
});

test("a lesson in a frame, with its goals told", async ({ page, site, host }) => {
  test.setTimeout(120_000);
  await page.goto(
    host.show(`<script defer src="${site}immutable-lab.js"></script>
      <immutable-lab lesson="try-to-break-it" load="eager" height="700"></immutable-lab>
      <script nonce="host">
        window.heard = [];
        for (const name of ["step", "check"]) addEventListener("lab-" + name, (event) => heard.push([name, event.detail.ok ?? event.detail.index]));
      </script>`),
  );
  const frame = page.frameLocator("immutable-lab iframe");
  await expect(frame.getByRole("heading", { name: "Try to break it" })).toBeVisible({ timeout: 60_000 });
  await page.evaluate(() =>
    (document.querySelector("immutable-lab") as unknown as { run(line: string): Promise<unknown> }).run("touch /usr/bin/hello"),
  );
  await expect.poll(() => page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toContainEqual(["check", true]);
});

test("parameters: what the reader sees and may do", async ({ page, site }) => {
  await page.goto(`${site}embed/?load=eager&view=terminal&controls=undo,share&theme=dark&readonly=1&type=echo%20typed&x=1`);
  await expect(screen(page)).toContainText("echo typed");
  await expect(page.locator(".picture")).toBeHidden();
  await expect(page.getByRole("button", { name: "Undo" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Share" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Reset" })).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
});
