/**
 * Real documentation, built with the real tools, opened from a server of its own. What is not on this computer (Debian's Sphinx and MkDocs)
 * or cannot be fetched (VitePress, Asciidoctor.js) is skipped, and says so.
 */
import type { Page } from "@playwright/test";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "../../src/cli/static-server.ts";
import { expect, test } from "../site.ts";
import { screen } from "../terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const plugins = join(root, "src/embed/docs");

/** Below the address of the site. */
const COMPONENT = "immutable-lab.js";

interface Tool {
  readonly name: string;
  /** Packages from npm, with their versions. */
  readonly packages?: readonly string[];
  /** A program of this computer, without which there is nothing to test. */
  readonly program?: string;
  readonly build: string;
  readonly output: string;
  /** What the fence of this page holds is the same in all; a second lab is another's. */
  readonly labs: number;
}

const TOOLS: readonly Tool[] = [
  { name: "sphinx", program: "/usr/bin/sphinx-build", build: "/usr/bin/sphinx-build -q -W -b html . out", output: "out", labs: 2 },
  { name: "mkdocs", program: "/usr/bin/mkdocs", build: "/usr/bin/mkdocs build -q -d out", output: "out", labs: 1 },
  {
    name: "vitepress",
    packages: ["vitepress@1.6.4"],
    build: "node_modules/.bin/vitepress build",
    output: ".vitepress/dist",
    labs: 1,
  },
  {
    name: "asciidoctor",
    packages: ["@asciidoctor/core@4.1.0"],
    build: `${root}node_modules/.bin/tsx build.mjs`,
    output: "out",
    labs: 2,
  },
];

/** Replaces words in all files of a folder. */
function fillIn(folder: string, words: Readonly<Record<string, string>>): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      Object.entries(words).reduce((filled, [name, value]) => filled.replaceAll(name, value), text),
    );
  }
}

function run(folder: string, command: string): { readonly good: boolean; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: folder,
    shell: true,
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: plugins, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return { good: status === 0, said: `${stdout}${stderr}` };
}

const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/;

/** Builds the site in a folder of its own; skips the test when that cannot be done here. */
function built(tool: Tool, component: string): string {
  const missing = tool.program !== undefined && !run(root, `test -x ${tool.program}`).good;
  test.skip(missing, `${tool.program ?? ""} is not on this computer`);
  const folder = mkdtempSync(join(tmpdir(), `docs-${tool.name}-`));
  cpSync(join(root, "e2e/docs", tool.name), folder, { recursive: true });
  fillIn(folder, { SCRIPT: component, PLUGINS: plugins });
  if (tool.packages !== undefined) {
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
    const { good, said } = run(folder, `npm install --no-audit --no-fund --prefer-offline -E ${tool.packages.join(" ")}`);
    test.skip(!good && NO_NETWORK.test(said), `${tool.packages.join(" ")} cannot be fetched`);
    expect(good, said).toBe(true);
  }
  const { good, said } = run(folder, tool.build);
  expect(good, said).toBe(true);
  return folder;
}

const PRINTED = ["$ cat /etc/hostname", "silverblue", '$ echo "<&>" > /usr/x', "bash: /usr/x: Read-only file system"];

async function showsLabs(page: Page, labs: number): Promise<void> {
  const lab = page.locator("immutable-lab").first();
  await expect(page.locator("immutable-lab")).toHaveCount(labs);
  expect(
    await lab.evaluate((element) => Object.fromEntries(["machine", "view", "run"].map((name) => [name, element.getAttribute(name)]))),
  ).toEqual({ machine: "silverblue", view: "terminal", run: 'cat /etc/hostname\necho "<&>" > /usr/x' });
  // A block of no machine is not in a lab.
  await expect(page.locator("pre", { hasText: /^\$ ls\s*$/ })).toHaveCount(1);
  await expect(page.locator("immutable-lab pre", { hasText: /^\$ ls\s*$/ })).toHaveCount(0);
}

/** A reader starts the first lab, sees what the page shows happen, and types a command of their own. */
async function isUsed(page: Page): Promise<void> {
  await page.locator("immutable-lab").first().getByRole("button", { name: "Try it here" }).click();
  const frame = page.frameLocator("immutable-lab iframe");
  await expect(screen(frame)).toContainText("bash: /usr/x: Read-only file system", { timeout: 60_000 });
  await frame.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  await page.keyboard.type("echo $((6 * 7)) readers > note; cat note");
  await page.keyboard.press("Enter");
  await expect(screen(frame)).toContainText("42 readers");
}

for (const tool of TOOLS)
  test(`${tool.name}: a console block of a handbook is a lab`, async ({ page, site }) => {
    test.setTimeout(240_000);
    const folder = built(tool, `${site}${COMPONENT}`);
    const handbook = await serveStatic(join(folder, tool.output));
    try {
      // Who has no component sees the block as the tool shows it.
      await page.route(`**/${COMPONENT}`, (route) => route.abort());
      await page.goto(handbook.url);
      await showsLabs(page, tool.labs);
      const shown = await page.locator("immutable-lab pre").first().innerText();
      expect(shown.trimEnd().split("\n")).toEqual(PRINTED);
      await page.unroute(`**/${COMPONENT}`);
      await page.reload();
      await isUsed(page);
    } finally {
      await handbook.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
