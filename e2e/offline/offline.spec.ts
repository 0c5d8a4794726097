/** The site without a network, the site in an archive, versions that stay. */
import type { Page } from "@playwright/test";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "../../src/cli/static-server.ts";
import { expect, test } from "../site.ts";
import { atPrompt, run } from "../terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");

test.use({ serviceWorkers: "allow" });
test.setTimeout(120_000);

let folder: string;
test.beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "site-"))));
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Waits until the site is kept, whole. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)).toBe("activated");
}

function lab(...words: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("npx", ["tsx", "src/cli/main.ts", ...words], { cwd: root, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

test("after the first visit nothing more is asked of the network, for any machine", async ({ page }) => {
  const server = await serveStatic(dist, { base: "/a/place/" });
  await page.goto(server.url);
  await atPrompt(page);
  await kept(page);
  await server.close();
  await page.reload();
  await atPrompt(page);
  expect(await run(page, "awk 'BEGIN { print 6 * 7 }'")).toBe("42");
  await page.goto(`${server.url}?machine=microos`);
  await atPrompt(page);
  expect(await run(page, "cat /etc/hostname")).toBe("microos");
  await page.goto(`${server.url}fidelity.html`);
  await expect(page.locator("h1")).toBeVisible();
});

test("an embed is neither kept nor answered for", async ({ page, site }) => {
  await page.goto(site);
  await kept(page);
  const names = await page.evaluate(async () => {
    const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)));
    return (await Promise.all(caches.map((cache) => cache.keys()))).flat().map(({ url }) => new URL(url).pathname);
  });
  expect(names).toContain("/index.html");
  expect(names.filter((name) => name.startsWith("/embed/"))).toEqual([]);
  // Controlled from the second visit on; what is asked for the embed still goes to the network.
  await page.reload();
  const response = await page.goto(`${site}embed/`);
  expect(response?.fromServiceWorker()).toBe(false);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope))).toEqual([site]);
});

test("a new build never mixes with an open lab; it comes when the only page is reloaded", async ({ page, context }) => {
  cpSync(dist, folder, { recursive: true });
  const server = await serveStatic(folder);
  await page.goto(server.url);
  await kept(page);
  await page.reload();
  await atPrompt(page);
  // The next build: another title, and a chunk of another name.
  const chunk = readdirSync(join(folder, "assets")).find((name) => name.startsWith("lesson-")) ?? "";
  renameSync(join(folder, "assets", chunk), join(folder, "assets", `new-${chunk}`));
  const edit = (name: string, ...changes: readonly (readonly [from: string | RegExp, to: string])[]): void => {
    const path = join(folder, name);
    writeFileSync(
      path,
      changes.reduce((text, [from, to]) => text.replaceAll(from, to), readFileSync(path, "utf8")),
    );
  };
  edit("index.html", ["<title>Immutable Lab</title>", "<title>The next build</title>"]);
  edit("service-worker.js", [/const BUILD = "\w+"/g, 'const BUILD = "next"'], [chunk, `new-${chunk}`]);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state)).toBe("installed");
  // The open lab goes on with its own build, late parts included.
  expect(await page.evaluate(async (path) => (await fetch(path)).status, `assets/${chunk}`)).toBe(200);
  expect(await run(page, "echo still here")).toBe("still here");
  const second = await context.newPage();
  await second.goto(server.url);
  expect(await second.title()).toBe("Immutable Lab");
  await second.close();
  await page.reload();
  await expect(page).toHaveTitle("The next build");
  await atPrompt(page);
  expect(await page.evaluate(async (path) => (await fetch(path)).status, `assets/${chunk}`)).toBe(404);
  await server.close();
});

/** Python's server, which knows nothing of us; ends with the test. */
async function servedByPython(where: string): Promise<{ readonly url: string; close(): void }> {
  const python = spawn("python3", ["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"], { cwd: where });
  const [line] = (await once(python.stdout, "data")) as [Buffer];
  const port = /port (\d+)/.exec(String(line))?.[1] ?? "";
  return { url: `http://127.0.0.1:${port}/`, close: () => python.kill() };
}

test("the archive runs in an empty directory, from any server", async ({ page }) => {
  const archive = join(folder, "lab.zip");
  const first = lab("site", "zip", archive);
  expect(first.status, first.said).toBe(0);
  const where = join(folder, "stick");
  mkdirSync(where);
  expect(spawnSync("python3", ["-m", "zipfile", "-e", archive, where]).status).toBe(0);
  const server = await servedByPython(where);
  try {
    await page.goto(server.url);
    await atPrompt(page);
    expect(await run(page, "cat /etc/hostname")).toBe("silverblue");
    await page.goto(`${server.url}?lesson=try-to-break-it`);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  } finally {
    server.close();
  }
});

test("versions stay under their own path", async ({ page }) => {
  expect(lab("site", "publish", folder).said).toMatch(/frozen there: v\d+\.\d+\.\d+\n$/);
  const [version = ""] = readdirSync(folder).filter((name) => name.startsWith("v"));
  // An earlier one, as if this were the next.
  renameSync(join(folder, version), join(folder, "v0.0.1"));
  const old = join(folder, "v0.0.1/index.html");
  writeFileSync(old, readFileSync(old, "utf8").replace("<title>Immutable Lab</title>", "<title>Of last term</title>"));
  const published = lab("site", "publish", folder);
  expect(published.said).toContain(`v0.0.1 ${version}`);
  const server = await serveStatic(folder);
  await page.goto(server.url);
  await kept(page);
  for (const [path, title] of [
    ["", "Immutable Lab"],
    [`${version}/`, "Immutable Lab"],
    ["v0.0.1/", "Of last term"],
  ] as const) {
    await page.goto(`${server.url}${path}`);
    expect(await page.title()).toBe(title);
    await atPrompt(page);
    expect(await run(page, "cat /etc/hostname")).toBe("silverblue");
  }
  await server.close();
  // Nobody changes what was frozen.
  writeFileSync(join(folder, version, "index.html"), "tampered");
  const refused = lab("site", "publish", folder);
  expect(refused.status).toBe(2);
  expect(refused.said).toContain("another build of this version");
  expect(existsSync(old)).toBe(true);
});
