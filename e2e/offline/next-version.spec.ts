/** Two versions of the lab, each built from its source: what the newer one makes of what the older one made. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "../../src/cli/static-server.ts";
import { share } from "../share.ts";
import { expect, test } from "../site.ts";
import { answerTo, atPrompt, rows, screen, typeLine } from "../terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const NOTE = "This run was opened from a link";
const DIFFERS = "Another version of the lab made this run, and came to something else than you see here.";
const NEXT = "99.0.0";
/** What a site is built from, and what its tools import. */
const SOURCE = [
  "src",
  "lessons",
  "public",
  "e2e/harness",
  "index.html",
  "package.json",
  "vite.config.ts",
  "tsconfig.base.json",
  "tsconfig.json",
];

test.use({ serviceWorkers: "allow" });
test.setTimeout(600_000);

let folder: string;
test.beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "versions-"))));
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of the project in `where`; what it said, if it failed. */
async function done(where: string, ...words: readonly string[]): Promise<void> {
  const child = spawn("npx", [...words], { cwd: where });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (said += String(data)));
  const [status] = (await once(child, "close")) as [number | null];
  expect(status, said).toBe(0);
}

/** The next version's source in `where`, in which the kernel refuses in other words, and its page, built. */
async function nextVersion(where: string): Promise<void> {
  for (const name of SOURCE) cpSync(join(root, name), join(where, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(where, "node_modules"));
  const edit = (path: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(where, path), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(where, path), text.replace(from, to));
  };
  edit("package.json", /"version": "[\d.]+"/, `"version": "${NEXT}"`);
  edit("src/vfs/errno.ts", /Read-only file system/, "File system of the next version");
  await done(where, "vite", "build", "--logLevel", "warn");
  await done(where, "tsx", "src/cli/fidelity.ts");
  await done(where, "tsx", "src/cli/service-worker.ts");
}

test("an open lab, its link and its frozen place outlive the next version", async ({ page, browser }) => {
  const published = join(folder, "published");
  await done(root, "tsx", "src/cli/main.ts", "site", "publish", published);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const server = await serveStatic(published);
  await page.goto(server.url);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.reload();
  await atPrompt(page);
  await answerTo(page, "echo said by both");
  const alike = await share(page, "Link");
  const seenAlike = await rows(page);
  await typeLine(page, "touch /usr/bin/hello");
  await expect(screen(page)).toContainText("Read-only file system");
  await atPrompt(page);
  const differing = await share(page, "Link");
  const seen = await rows(page);

  const source = join(folder, "next");
  await nextVersion(source);
  await done(source, "tsx", "src/cli/main.ts", "site", "publish", published);

  // The lab that is open goes on as what it is, though its files are no longer there.
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state)).toBe("installed");
  await typeLine(page, "touch /usr/bin/again");
  await expect(screen(page)).toContainText("'/usr/bin/again': Read-only file system");
  await atPrompt(page);

  // Whoever gets its links opens them with the new one, and is told where that comes to something else.
  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(alike);
  await atPrompt(fresh);
  await expect(fresh.getByText(NOTE)).toBeVisible();
  await expect.poll(() => rows(fresh)).toEqual(seenAlike);
  await expect(fresh.getByText(DIFFERS)).toHaveCount(0);
  await fresh.goto("about:blank");
  await fresh.goto(differing);
  await expect(fresh.getByText(DIFFERS)).toBeVisible();
  await expect(screen(fresh)).toContainText("File system of the next version");

  // What was frozen still comes to what it came to.
  const frozen = new URL(differing);
  frozen.pathname = `/v${version}/`;
  await fresh.goto(frozen.href);
  await atPrompt(fresh);
  await expect.poll(() => rows(fresh)).toEqual(seen);
  await expect(fresh.getByText(DIFFERS)).toHaveCount(0);
  await fresh.context().close();

  // A reload brings the new version, in which the run is done again.
  await page.reload();
  await expect(screen(page)).toContainText("'/usr/bin/again': File system of the next version", { timeout: 60_000 });
  expect(await rows(page)).toContain("said by both");
  await server.close();
});
