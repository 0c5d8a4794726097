/** Scenarios of ours in Killercoda's format (e2e/killercoda), imported, linted and played. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { problemText } from "../course/authoring/problem.ts";
import { readLessonAlone } from "./lesson-folder.ts";
import { lessonCommand } from "./lesson.ts";
import { UsageError } from "./usage.ts";

const SCENARIOS = fileURLToPath(new URL("../../e2e/killercoda", import.meta.url));

let folder = "";
let lines: string[] = [];
const lesson = (...words: string[]) => {
  lines = [];
  return lessonCommand(words, { line: (text) => lines.push(text), error: (text) => lines.push(text) });
};
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "imported-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Imports the scenario of these files; gives the remarks. */
function importFiles(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries({ "index.json": "", ...files })) {
    mkdirSync(dirname(join(folder, "from", path)), { recursive: true });
    writeFileSync(join(folder, "from", path), text);
  }
  lesson("import", join(folder, "from"), "--to", join(folder, "to"));
  return lines.join("\n");
}
const imported = () => readFileSync(join(folder, "to/lesson.md"), "utf8");

test.each([["read-only-core"], ["etc-is-yours"], ["nothing-takes-it-back"]])(
  "%s becomes a lesson that can be played",
  (name) => {
    const to = join(folder, name);
    expect(lesson("import", join(SCENARIOS, name), "--to", to)).toBe(true);
    const { lesson: compiled, problems } = readLessonAlone(to);
    expect(problems.filter(({ severity }) => severity === "error").map(problemText)).toEqual([]);
    const checks = compiled?.steps.flatMap(({ body }) => body.filter(({ kind }) => kind === "check")) ?? [];
    const { details } = JSON.parse(readFileSync(join(SCENARIOS, name, "index.json"), "utf8")) as {
      details: { steps: { verify?: string }[] };
    };
    expect(compiled?.steps).toHaveLength(details.steps.length);
    expect(checks).toHaveLength(details.steps.filter(({ verify }) => verify !== undefined).length);
    // Goals are open at first, met by the scenario's solution and by no part of it.
    expect(lesson("test", to), lines.join("\n")).toBe(true);
  },
  120_000,
);

test("what does not map is told", () => {
  lesson("import", join(SCENARIOS, "nothing-takes-it-back"), "--to", join(folder, "to"));
  const told = lines.join("\n");
  for (const words of [
    'no machine "ubuntu"',
    "no editor",
    "nobody types it",
    "`dnf install`",
    "{{TRAFFIC_HOST1_80}}",
    "{{open}}",
    "HTML <p>",
  ])
    expect(told).toContain(words);
  expect(imported()).toContain("```bash {run}\nls -l /usr/bin/factor\n```");
  expect(imported()).not.toMatch(/TRAFFIC|<p>|<details>/);
});

test("a scenario that needs no change gives no remark but about reasons", () => {
  lesson("import", join(SCENARIOS, "read-only-core"), "--to", join(folder, "to"));
  expect(lines.filter((line) => !/does not say why not|is there\.$|^Next:/.test(line))).toEqual([]);
  expect(existsSync(join(folder, "to/checks/step-2.sh"))).toBe(true);
});

test("whoever is root there types solutions as root here", () => {
  const told = importFiles({
    "index.json": JSON.stringify({
      title: "T",
      details: { steps: [{ text: "a.md", verify: "v.sh" }] },
      backend: { imageid: "debian" },
    }),
    "a.md": "Do `touch /etc/a`{{exec}}\n\n<details><summary>Solution</summary>\n\n```\ntouch /etc/a\n```\n\n</details>\n",
    "v.sh": "test -e /etc/a",
  });
  expect(told).toContain("not root");
  expect(imported()).toContain("\n# touch /etc/a\n");
});

test("files that are named and are not there, other hosts and late scripts are told", () => {
  const told = importFiles({
    "index.json": JSON.stringify({
      title: "T",
      details: {
        intro: { text: "gone.md" },
        steps: [{ text: "a.md", background: "b.sh", verify: "v.sh" }],
        assets: { host01: [{ file: "*.sh", target: "/opt" }], host02: [{ file: "x", target: "/" }] },
      },
      backend: { imageid: "silverblue" },
    }),
    "a.md": "Wait.\n",
    "b.sh": "apt-get -y install nginx\n",
    "v.sh": "true\n",
  });
  for (const words of ["no gone.md", "no assets/*.sh", "host02", "b.sh: runs before", "b.sh: `apt-get install`", "no solution"])
    expect(told).toContain(words);
  expect(imported()).toContain("setup: |\n  apt-get -y install nginx");
});

test.each([
  ["no JSON", "{", /import: .*JSON/],
  ["steps that are no list", '{"title": "T", "details": {"steps": {}}}', /details\.steps/],
  ["no title", '{"details": {"steps": [{}]}}', /title/],
])("index.json with %s is refused", (_what, index, message) => {
  expect(() => importFiles({ "index.json": index })).toThrow(message);
  expect(() => importFiles({ "index.json": index })).toThrow(UsageError);
});

test("nothing is written out of the lesson's folder, over a lesson, or for no machine", () => {
  const index = (target: string) =>
    JSON.stringify({ title: "T", details: { steps: [{}], assets: { host01: [{ file: "x", target }] } }, backend: { imageid: "debian" } });
  expect(() => importFiles({ "index.json": index("/../../../up"), "assets/x": "x" })).toThrow(/leads out/);
  importFiles({ "index.json": index("/opt"), "assets/x": "x" });
  expect(readFileSync(join(folder, "to/files/opt/x"), "utf8")).toBe("x");
  expect(() => importFiles({ "index.json": index("/opt"), "assets/x": "x" })).toThrow(/there already/);
  expect(() => lesson("import", folder, "--to", join(folder, "other"), "--machine", "beos")).toThrow(UsageError);
});

test("an introduction alone, a bare machine, a scenario of an hour and a half, a command that is only typed", () => {
  importFiles({
    "index.json": JSON.stringify({ title: "T", time: "90 minutes", details: { intro: { text: "i.md" } } }),
    "i.md": "Type `ls -l`{{execute no-newline}} and think.\n",
  });
  expect(lines.join("\n")).toContain("90 minutes are more than one lesson");
  expect(imported()).toContain("minutes: 60\n");
  expect(imported()).toContain("`ls -l`{type} and think.");
  expect(readLessonAlone(join(folder, "to")).problems.filter(({ severity }) => severity === "error")).toEqual([]);
  rmSync(join(folder, "to"), { recursive: true });
  importFiles({ "index.json": JSON.stringify({ title: "T" }) });
  expect(readLessonAlone(join(folder, "to")).lesson?.steps).toHaveLength(1);
});
