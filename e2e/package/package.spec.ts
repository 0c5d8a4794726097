/** The npm package, packed, and installed from its tarball in an empty project. Skipped, and says so, where its dependencies cannot be fetched. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "../../src/cli/static-server.ts";
import { expect, test } from "../site.ts";
import { screen } from "../terminal.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/;

test.describe.configure({ mode: "serial" });
test.setTimeout(600_000);

/** The empty project. */
let project = "";
test.afterAll(() => {
  if (project !== "") rmSync(project, { recursive: true, force: true });
});

function run(folder: string, ...words: readonly string[]): { readonly status: number | null; readonly out: string; readonly said: string } {
  const [program = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd: folder, encoding: "utf8" });
  return { status, out: stdout, said: `${stdout}${stderr}` };
}

/** Writes a file of the project and returns its path. */
function write(name: string, ...lines: readonly string[]): string {
  const path = join(project, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

test("is packed, passes publint, and installs in an empty project", () => {
  const packaged = run(root, "npm", "run", "--silent", "package");
  expect(packaged.status, packaged.said).toBe(0);
  const linted = run(root, "node_modules/.bin/publint", "--strict");
  expect(linted.status, linted.said).toBe(0);
  project = mkdtempSync(join(tmpdir(), "project-"));
  const packed = run(root, "npm", "pack", "--silent", "--pack-destination", project);
  expect(packed.status, packed.said).toBe(0);
  const [tarball = ""] = readdirSync(project);
  write("package.json", '{ "private": true, "type": "module" }');
  const installed = run(project, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`);
  test.skip(installed.status !== 0 && NO_NETWORK.test(installed.said), "what the package depends on cannot be fetched");
  expect(installed.status, installed.said).toBe(0);
});

test("npx lab", () => {
  test.skip(project === "", "not installed");
  write("script.sh", "touch /usr/bin/x");
  const touched = run(project, "npx", "lab", "run", "--machine", "silverblue", "--json", "script.sh");
  expect(JSON.parse(touched.out)).toEqual({
    cmd: "touch /usr/bin/x",
    stdout: "",
    stderr: "touch: cannot touch '/usr/bin/x': Read-only file system\n",
    exit: 1,
  });
  write("page.md", '```console immutable="debian"', "$ cat /etc/hostname", "debian", "```");
  expect(run(project, "npx", "lab", "docs", "test", "page.md").said).toBe("1 passed, 0 failed\n");
});

test("import { Lab }, with its types", () => {
  test.skip(project === "", "not installed");
  const source = [
    'import { bootToPrompt, Lab, optionsFor, ScriptRunner } from "immutable-lab";',
    'import immutableLab from "immutable-lab/remark";',
    'const lab: Lab = new Lab(optionsFor("microos", { seed: 3 }));',
    "bootToPrompt(lab);",
    'const results = [...new ScriptRunner(lab, false).run("cat /etc/hostname")];',
    "const text: string = new TextDecoder().decode(results[0]?.stdout);",
    "console.log([text.trim(), lab.view().machine.name, typeof immutableLab(), lab.seed].join());",
  ];
  const checked = (name: string, ...lines: readonly string[]): ReturnType<typeof run> => {
    const options = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "--skipLibCheck"];
    return run(project, join(root, "node_modules/.bin/tsc"), ...options, "--lib", "es2023,dom", write(name, ...lines));
  };
  const good = checked("good.ts", ...source);
  expect(good.said).toBe("");
  // Types that would take anything would not notice this.
  expect(checked("wrong.ts", ...source, 'lab.send({ kind: "no such event" });').said).toContain("no such event");
  write("run.mjs", ...source.map((line) => line.replace(/: (Lab|string) =/, " =")));
  expect(run(project, "node", "run.mjs").out.trim()).toBe("microos,microos,function,3");
});

test("its component in a bare page", async ({ page }) => {
  test.skip(project === "", "not installed");
  mkdirSync(join(project, "www"));
  const lab = await serveStatic(join(project, "node_modules/immutable-lab/dist"));
  write(
    "www/index.html",
    "<!doctype html><title>Bare</title>",
    `<script defer src="${lab.url}immutable-lab.js"></script>`,
    '<immutable-lab run="cat /etc/hostname"><pre>$ cat /etc/hostname</pre></immutable-lab>',
  );
  const bare = await serveStatic(join(project, "www"));
  await page.goto(bare.url);
  await expect(page.locator("immutable-lab pre")).toBeVisible();
  await page.getByRole("button", { name: "Try it here" }).click();
  const frame = page.frameLocator("immutable-lab iframe");
  await expect(screen(frame)).toContainText("cat /etc/hostname");
  await frame.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  await page.keyboard.type("sudo touch /usr/x");
  await page.keyboard.press("Enter");
  await expect(screen(frame)).toContainText("touch: cannot touch '/usr/x': Read-only file system");
  await bare.close();
  await lab.close();
});
