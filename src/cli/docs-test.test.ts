/** `lab docs test` on pages in a folder of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docsTest } from "./docs-test.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "docs-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** What it says of a page, and whether that is good; the page as it is afterwards. */
async function tried(
  name: string,
  lines: readonly string[],
  ...options: readonly string[]
): Promise<{ good: boolean; said: string[]; page: string[] }> {
  const file = join(folder, name);
  writeFileSync(file, lines.join("\n"));
  const said: string[] = [];
  const output = {
    line: (text: string) => said.push(...text.replaceAll(file, name).split("\n")),
    error: (text: string) => said.push(text),
  };
  const good = await docsTest([...options, file], output);
  return { good, said, page: readFileSync(file, "utf8").split("\n") };
}

const FENCE = '```console immutable="silverblue" session="page"';

test("a page that is true, over a reboot and shells inside shells", async () => {
  const { good, said } = await tried("true.md", [
    FENCE,
    "$ sudo touch /usr/bin/x",
    "touch: cannot touch '/usr/bin/x': Read-only file system",
    "$ cd /etc",
    "$ ls os-release fstab",
    "fstab  os-release",
    "$ bash",
    "$ echo inside; exit",
    "inside",
    "…",
    "```",
    FENCE,
    "# id -un; pwd",
    "root",
    "/root",
    "```",
    FENCE,
    "$ pwd",
    "/etc",
    "$ rpm-ostree upgrade",
    "…",
    'Run "systemctl reboot" to start a reboot',
    "$ systemctl reboot",
    "$ rpm-ostree status | grep -c Version:",
    "2",
    "```",
  ]);
  expect(said).toEqual(["10 passed, 0 failed"]);
  expect(good).toBe(true);
});

test("a block without a session has a machine of its own", async () => {
  const block = (printed: string): string[] => ["```console immutable", "$ test -e x && echo there; touch x", printed, "```"];
  expect((await tried("own.md", [...block(""), ...block("")])).said).toEqual(["2 passed, 0 failed"]);
  expect((await tried("own.md", [...block(""), ...block("there")])).said.at(-1)).toBe("1 passed, 1 failed");
});

const WRONG = [
  ".. immutable-lab:: debian",
  "",
  "   $ id -un",
  "   nobody",
  "   $ cat",
  "   $ for i in 1; do",
  "   $ seq 3",
  "   1",
  "   3",
  "",
  ".. immutable-lab:: debain",
  "",
  "   $ true",
  "",
  ".. immutable-lab:: debian",
  "",
  "   true",
  "",
];

test("errors name file, line, what was read and what was printed", async () => {
  const { good, said } = await tried("wrong.rst", WRONG);
  expect(good).toBe(false);
  expect(said).toEqual([
    "wrong.rst:4: `id -un` prints something else (- the page, + the machine):",
    "    - nobody",
    "    + learner",
    "wrong.rst:5: `cat` waits for something to be typed",
    expect.stringMatching(/^wrong\.rst:12: no machine "debain"; there are: .*debian/),
    expect.anything(),
    expect.stringMatching(/^wrong\.rst:17: read "true", expected a prompt/),
    expect.anything(),
    "0 passed, 4 failed",
  ]);
});

test("a command that is not complete is no hang", async () => {
  const { said } = await tried("open.md", [FENCE, "$ echo 'a", "$ true", "```"]);
  expect(said).toEqual(["open.md:2: `echo 'a` is not complete", "0 passed, 1 failed"]);
});

test("--update rewrites what does not hold, and nothing else", async () => {
  const { said, page } = await tried(
    "update.md",
    ["- text", "", "  ```console immutable=debian", "  $ id -un", "  nobody", "  $ seq 3", "  …", "  4", "  ```", "", "end"],
    "--update",
  );
  expect(said).toEqual(["update.md:4: updated: `id -un`", "update.md:6: updated: `seq 3`", "2 passed, 0 failed"]);
  expect(page).toEqual(["- text", "", "  ```console immutable=debian", "  $ id -un", "  learner", "  $ seq 3", "  …", "  ```", "", "end"]);
});

test("a page with nothing to test is no success", async () => {
  expect((await tried("empty.md", ["```console", "$ ls", "```"])).good).toBe(false);
});
