import { describe, expect, test } from "vitest";
import { ALONE, compileLesson, type Surroundings } from "./compile.ts";
import { readGlossary } from "./glossary.ts";
import { GOOD } from "./mistakes.fixture.ts";
import { problemText } from "./problem.ts";
import { translateLesson } from "./translation.ts";

const around: Surroundings = {
  ...ALONE,
  glossary: readGlossary("glossary.md", "# Words\n\n## Deployment\n\nA version.\n"),
  lessons: new Set(["first"]),
};
const original = compileLesson({ file: "lesson.md", text: GOOD, folder: "leave-a-mark" }, around).lesson;

const GERMAN = `---
title: Hinterlass eine Spur
summary: Eine Datei, die bleibt.
misconception: "Nichts bleibt."
objectives: [Nach /etc schreiben]
coach:
  - { id: no-root, say: Die Datei gehört root. }
---

Willkommen. Ein [Deployment](term:deployment) ist eine Fassung.

## Schreib {#write}

Schreib \`hello\`: \`echo hello | sudo tee /etc/motd\`{run}

\`\`\`check id=written title="/etc/motd sagt hello"
otherwise:
  - say: Ohne das Wort.
  - say: Nicht da.
\`\`\`

\`\`\`check id=script title="Es ist eine Datei"
\`\`\`

\`\`\`predict id=guess
question: Was bleibt nach einem Neustart?
options:
  - say: Die Datei.
  - say: Nichts.
\`\`\`

\`\`\`quiz id=question
question: Wo wohnen Einstellungen?
options:
  - say: In /etc
  - say: In /usr
\`\`\`

:::hint
Root darf.
:::

:::hint
\`true\`{run}
:::

\`\`\`solution id=main title="Mit tee"
\`\`\`

:::done
Das ist alles.
:::
`;

function translate(text: string) {
  if (original === undefined) throw new Error("the lesson does not compile");
  return translateLesson(original, { file: "lesson.de.md", language: "de", text }, around);
}

describe("a translation", () => {
  test("changes the words and nothing that is asked of the machine", () => {
    const { lesson, problems } = translate(GERMAN);
    expect(problems.map(problemText)).toEqual([]);
    expect(lesson).toMatchObject({ id: "leave-a-mark", language: "de", title: "Hinterlass eine Spur", machine: original?.machine });
    expect(lesson?.setup).toEqual(original?.setup);
    expect(lesson?.coach).toEqual([{ ...original?.coach[0], say: "Die Datei gehört root." }]);
    const [step, before] = [lesson?.steps[0], original?.steps[0]];
    expect(step?.tries).toEqual(before?.tries);
    expect(step?.solutions).toEqual([{ ...before?.solutions[0], title: "Mit tee" }]);
    expect(step?.hints).toMatchObject([{ html: "<p>Root darf.</p>" }, { run: "true" }]);
    const goals = (of: typeof step) => of?.body.flatMap((piece) => (piece.kind === "check" ? [piece.check.goal] : []));
    expect(goals(step)).toEqual(goals(before));
    const holds = (of: typeof step) =>
      of?.body.flatMap((piece) => (piece.kind === "predict" ? piece.predict.options.map((each) => each.holds) : []));
    expect(holds(step)).toEqual(holds(before));
    const rights = (of: typeof step) =>
      of?.body.flatMap((piece) => (piece.kind === "quiz" ? piece.quiz.options.map((each) => each.isRight) : []));
    expect(rights(step)).toEqual(rights(before));
    expect(JSON.stringify(step)).not.toMatch(/What is left|Where do settings|Without the word|Not there\./);
  });

  test.each([
    ["a step of another name", "{#write}", "{#wriet}", "the step `wriet`", "write"],
    ["a check of another name", "check id=script", "check id=scirpt", "the check `scirpt`", "script"],
    ["a prediction of another name", "predict id=guess", "predict id=gues", "the predict `gues`", "guess"],
    ["a question of another kind", "quiz id=question", "predict id=question", "the predict `question`", undefined],
    ["a solution of another name", "solution id=main", "solution id=mian", "the solution `mian`", "main"],
    ["a coach rule of another name", "id: no-root", "id: on-root", "the coach rule `on-root`", "no-root"],
    ["a step that there is not", ":::done", "## Mehr {#more}\n\n:::done", "the step `more`", undefined],
    ["a condition", 'sagt hello"\n', 'sagt hello"\nfile: { path: /etc/motd }\n', "file", undefined],
    ["a condition in a reason", "  - say: Ohne das Wort.", "  - { say: Ohne, if: { file: { path: /x } } }", "if", undefined],
    ["a script", 'Es ist eine Datei"\n', 'Es ist eine Datei" lang=sh\ntrue\n', "lang", undefined],
    ["lines of a solution", 'Mit tee"\n', 'Mit tee"\n$ true\n', "the lines of a solution in a translation", undefined],
    ["a try", ":::done", "```try id=wrong coach=no-root\n$ tee\n```\n\n:::done", "`try` in a translation", undefined],
    ["what is done for a prediction", "question: Was bleibt", "do: $ true\nquestion: Was bleibt", "do", undefined],
    ["a right option", "say: In /etc", "say: In /etc\n    right: true", "right", undefined],
    ["an option more", "  - say: In /usr", "  - say: In /usr\n  - say: In /var", "3 options", undefined],
    ["a reason more", "  - say: Nicht da.", "  - say: Nicht da.\n  - say: Mehr.", "3 reasons", undefined],
    ["a hint more", ":::done", ":::hint\nMehr.\n:::\n\n:::done", "3 hints", undefined],
    ["another machine", "summary:", "machine: debian\nsummary:", "machine", undefined],
  ])("with %s is refused", (_what, from, to, read, nearest) => {
    const text = GERMAN.replace(from, () => to);
    expect(text).not.toBe(GERMAN);
    const { lesson, problems } = translate(text);
    expect(lesson, "no lesson").toBeUndefined();
    const found = problems.find((each) => each.severity === "error" && each.read.includes(read));
    expect(found, problems.map(problemText).join("\n")).toBeDefined();
    if (nearest !== undefined) expect(found?.nearest).toBe(nearest);
  });

  test("shows what it leaves out as it is, with a warning", () => {
    const { lesson, problems } = translate(GERMAN.replace(/```quiz[\s\S]*?```\n/, ""));
    expect(problems.map(({ severity, read }) => [severity, read])).toEqual([["warning", "no quiz `question`"]]);
    expect(lesson?.steps[0].body).toContainEqual(original?.steps[0].body.find(({ kind }) => kind === "quiz"));
  });
});
