/** What authors of lessons have: the page that says how, a draft, the handout. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compileLesson } from "../course/authoring/compile.ts";
import { readGlossary } from "../course/authoring/glossary.ts";
import { lintLesson } from "../course/authoring/lint.ts";
import { problemText } from "../course/authoring/problem.ts";
import { PREDICATES } from "../course/authoring/schema.ts";
import { tryLesson } from "../course/trial.ts";
import { OFFERS } from "../distros/offers.ts";
import { atOnce } from "../lab/settle.ts";
import { labOptions } from "./labs.ts";
import { LESSONS } from "./lesson-texts.ts";
import { lessonCommand } from "./lesson.ts";
import { UsageError } from "./usage.ts";

const README = readFileSync(join(LESSONS, "README.md"), "utf8");

describe("lessons/README.md", () => {
  test("its example compiles without a remark and holds on its machine", () => {
    const text = /^````markdown\n(---\n[\s\S]*?)^````$/m.exec(README)?.[1] ?? "";
    const glossary = readGlossary("glossary.md", readFileSync(join(LESSONS, "glossary.md"), "utf8"));
    const compiled = compileLesson({ file: "README.md", text, folder: "example" }, { settings: {}, glossary });
    expect([...compiled.problems, ...lintLesson(compiled)].map(problemText)).toEqual([]);
    const { lesson } = compiled;
    if (lesson === undefined) throw new Error("no lesson");
    const options = labOptions({ flags: new Set(), values: new Map([["machine", lesson.machine.name]]), operands: [] });
    const findings = atOnce(tryLesson(options, lesson, 7));
    expect(findings.length).toBeGreaterThan(8);
    expect(findings.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test("names every condition and every machine", () => {
    for (const word of PREDICATES) expect(README).toMatch(new RegExp(`^\\|.*\`${word}\``, "m"));
    for (const { name } of OFFERS) expect(README).toMatch(new RegExp(`The machines are .*\\b${name}\\b`, "s"));
  });
});

describe("lab lesson", () => {
  let folder = "";
  let lines: string[] = [];
  const lesson = (...words: string[]) => {
    lines = [];
    return lessonCommand(words, { line: (text) => lines.push(text), error: (text) => lines.push(text) });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lessons-"));
    writeFileSync(join(folder, "course.yaml"), "title: Mine\ntracks: [ideas]\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("new: its draft has nothing to mend", () => {
    expect(lesson("new", "ideas/my-lesson", "--in", folder)).toBe(true);
    expect(lines.join("\n")).toContain("ideas/my-lesson/lesson.md");
    expect(lesson("lint", "--strict", folder), lines.join("\n")).toBe(true);
    expect(lines).toEqual(["0 errors, 0 warnings"]);
  });

  test("new: says that a track is not in the course, and nothing when it is", () => {
    lesson("new", "ideas/one", "--in", folder);
    expect(lines.join("\n")).not.toContain("`tracks`");
    lesson("new", "others/one", "--in", folder);
    expect(lines.join("\n")).toContain("Add others to `tracks`");
  });

  test.each([["ideas"], ["Ideas/one"], ["ideas/one/two"], ["../ideas"], ["ideas/"]])("new: refuses the name %s", (name) => {
    expect(() => lesson("new", name, "--in", folder)).toThrow(UsageError);
  });

  test("new: never writes over a lesson", () => {
    lesson("new", "ideas/one", "--in", folder);
    const file = join(folder, "ideas/one/lesson.md");
    writeFileSync(file, "mine");
    expect(() => lesson("new", "ideas/one", "--in", folder)).toThrow(UsageError);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("handout: a page that needs no script, with the goals, hints and solutions", () => {
    lesson("new", "ideas/my-lesson", "--in", folder);
    for (const path of ["ideas/my-lesson", "ideas/my-lesson/lesson.md"]) {
      expect(lesson("handout", join(folder, path))).toBe(true);
      const page = lines.join("\n");
      expect(page).toContain("<h1>My lesson</h1>");
      expect(page).toContain("☐ /etc/motd says hello");
      expect(page).toContain("A nudge.");
      expect(page).toContain("<pre>$ echo hello | sudo tee /etc/motd</pre>");
      expect(page).not.toMatch(/<script|<button|javascript:/);
    }
  });

  test("handout: --home is where the lab is", () => {
    lesson("new", "ideas/my-lesson", "--in", folder);
    lesson("handout", join(folder, "ideas/my-lesson"), "--home", "https://example.org/");
    expect(lines.join("\n")).toContain('href="https://example.org/?lesson=my-lesson"');
  });

  test("handout: of a lesson with a mistake, what is wrong", () => {
    lesson("new", "ideas/my-lesson", "--in", folder);
    const file = join(folder, "ideas/my-lesson/lesson.md");
    writeFileSync(file, readFileSync(file, "utf8").replace("contains: hello", "contians: hello"));
    expect(lesson("handout", file)).toBe(false);
    expect(lines.join("\n")).toMatch(/lesson\.md:\d+.*contians.*nearest: contains/s);
  });
});
