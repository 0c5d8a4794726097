import { describe, expect, test } from "vitest";
import { compileLesson, type LessonSource, type Surroundings } from "./compile.ts";
import { NO_GLOSSARY, readGlossary } from "./glossary.ts";
import { GOOD, MISTAKES } from "./mistakes.fixture.ts";
import { problemText } from "./problem.ts";

const around: Surroundings = {
  settings: {},
  glossary: readGlossary("glossary.md", "# Words\n\n## Deployment\n\nA version of the [system](term:system).\n\n## System\n\nAll of it.\n"),
  lessons: new Set(["first"]),
};

function compile(text: string, more: Partial<LessonSource> = {}) {
  return compileLesson(
    {
      file: "lesson.md",
      text,
      folder: "leave-a-mark",
      scripts: new Map([["checks/yes.sh", "true"]]),
      assets: new Set(["assets/one.svg"]),
      ...more,
    },
    around,
  );
}

describe("a lesson", () => {
  test("without a mistake compiles", () => {
    const { lesson, problems } = compile(GOOD);
    expect(problems.map(problemText)).toEqual([]);
    expect(lesson?.id).toBe("leave-a-mark");
    expect(lesson?.steps[0].body.map(({ kind }) => kind)).toEqual(["prose", "check", "check", "predict", "quiz"]);
    expect(Object.keys(lesson?.glossary ?? {}), "terms with those that they lead to").toEqual(["deployment", "system"]);
    expect(lesson?.steps[0].solutions[0]?.acts).toEqual([
      { kind: "type", line: "echo hello | sudo tee /etc/motd" },
      { kind: "power-cut", afterWrites: 2 },
    ]);
  });

  test("may come with Windows' line ends and a byte order mark", () => {
    expect(compile(`\uFEFF${GOOD.replaceAll("\n", "\r\n")}`).lesson).toEqual(compile(GOOD).lesson);
  });

  test("brings files, which root puts into the machine", () => {
    const setup = compile(GOOD, { files: new Map([["/etc/it's", "one\n\ttwo!\n"]]) }).lesson?.setup ?? [];
    expect(setup[0]).toEqual({
      kind: "type",
      line: String.raw`sudo bash -c $'mkdir -p \'/etc\'\nprintf %s \'one\n\ttwo\x21\n\' > \'/etc/it\'\\\'\'s\''`,
    });
  });

  test.each([
    ["`ls`{run}", '<button type="button" data-do="run" data-command="ls"><code>ls</code></button>'],
    ["`ls`{{exec}}", '<button type="button" data-do="run" data-command="ls"><code>ls</code></button>'],
    ["`top`{{exec interrupt}}", '<button type="button" data-do="interrupt" data-command="top"><code>top</code></button>'],
    ["`x`{type}.", '<button type="button" data-do="type" data-command="x"><code>x</code></button>.'],
    ["`x`{{}}", "<code>x</code>"],
    ["at 10:30, docker:latest", "at 10:30, docker:latest"],
    ["[it](term:deployment)", '<button type="button" data-term="deployment">it</button>'],
    ["[Deployment](term:)", '<button type="button" data-term="deployment">Deployment</button>'],
    ["[next](lesson:first)", '<a href="?lesson=first" data-lesson="first">next</a>'],
  ])("%s becomes HTML", (markdown, html) => {
    const { lesson, problems } = compile(GOOD.replace("Welcome.", () => markdown));
    expect(problems.map(problemText)).toEqual([]);
    expect(lesson?.intro[0]).toMatchObject({ html: expect.stringContaining(`<p>${html}`) });
  });
});

describe("a mistake is told with its line, what was read, what was expected and what to do", () => {
  test("there are more than forty kinds", () => expect(new Set(MISTAKES.map(({ what }) => what)).size).toBeGreaterThan(40));

  test.each(MISTAKES.map((mistake) => [mistake.what, mistake] as const))("%s", (_what, { from, to, at, says, nearest }) => {
    const text = GOOD.replace(from, () => to);
    expect(text, "the mistake is made").not.toBe(GOOD);
    const { lesson, problems } = compile(text);
    const line =
      typeof at === "number"
        ? at
        : text.split("\n").findIndex((each) => each.includes(at) || (/[$^]/.test(at) && new RegExp(at).test(each))) + 1;
    const all = problems.map(problemText).join("\n");
    expect(lesson, all).toBeUndefined();
    const found = problems.find((each) => each.line === line && each.read.includes(says[0]));
    expect(found, `line ${line}:\n${all}`).toBeDefined();
    expect(found?.expected).toContain(says[1]);
    expect(found?.remedy).toContain(says[2]);
    if (nearest !== undefined) expect(found?.nearest).toBe(nearest);
  });
});

describe("a fault that nobody on the lesson's machine would notice", () => {
  const on = (machine: string, fault: string): string =>
    GOOD.replace("{ name: silverblue, flavour: classic }", machine)
      .replace("$ echo one | sudo tee /etc/one", `:fault ${fault}`)
      .replace(":power-cut after 2 writes", `:fault ${fault} off`);

  test("is an error, with the line and what there is", () => {
    const text = on("debian", "failing-health-check");
    const lines = text.split("\n").flatMap((line, at) => (line.includes(":fault") ? [at + 1] : []));
    expect(lines).toHaveLength(2);
    const found = compile(text).problems.filter(({ read }) => read.includes("failing-health-check"));
    expect(found.map(({ severity, line }) => [severity, line])).toEqual(lines.map((line) => ["error", line]));
    expect(found[0]?.read).toContain("on debian");
    expect(found[0]?.expected).toContain("failing-scriptlet");
  });

  test.each([
    ["debian", "offline"],
    ["silverblue", "failing-health-check"],
    ["microos", "failing-health-check"],
  ])("and %s has %s", (machine, fault) => {
    expect(compile(on(machine, fault)).problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("a stranger's text harms nothing", () => {
  test.each(
    Object.entries({
      "thousands of brackets": "[".repeat(50_000),
      "thousands of stars": "*a_ ".repeat(20_000),
      "quotations in each other": `${">".repeat(5_000)} x`,
      "lists in each other": Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n"),
      "backticks of all lengths": Array.from({ length: 400 }, (_, length) => "`".repeat(length)).join(" "),
      "a text too long": "x".repeat(200_000),
      "aliases of aliases": `---\na: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\ntitle: [*c, *c, *c, *c, *c, *c]\n---\n## A {#a}\n`,
      "YAML in each other": `---\ntitle: ${"[".repeat(20_000)}\n---\n## A {#a}\n`,
      nothing: "",
      "the name of the prototype":
        "---\n__proto__: { x: 1 }\nconstructor: 3\n---\n## A {#constructor}\n\n```check id=constructor title=x\ntoString: 1\n```\n",
      "bytes of anything": Array.from({ length: 3_000 }, (_, at) => String.fromCharCode((at * 7919) % 65_536)).join(""),
    }),
  )("%s", (_what, text) => {
    for (const whole of [text, GOOD.replace("Welcome.", () => text)]) {
      const started = process.cpuUsage().user;
      expect(() => compile(whole)).not.toThrow();
      expect((process.cpuUsage().user - started) / 1e6, "seconds").toBeLessThan(20);
    }
  });

  test("no cut and no swap of lines throws", () => {
    const lines = GOOD.split("\n");
    for (let at = 0; at < lines.length; at++) {
      expect(() => compile(lines.slice(0, at).join("\n"))).not.toThrow();
      expect(() => compile([...lines.slice(0, at), ...lines.slice(at + 1)].join("\n"))).not.toThrow();
    }
  });

  test("nothing in its HTML runs", () => {
    const nasty = `<script>alert(1)</script> <img src=x onerror=alert(1)> [a](<javascript:alert(1)>) ![x](data:image/svg+xml,x) <https://a.b/"onclick=x>`;
    const { problems } = compile(GOOD.replace("Welcome.", () => nasty));
    expect(problems.length).toBeGreaterThan(0);
    const { lesson } = compile(GOOD.replace("Welcome.", () => '`"><script>`{run} <https://a.b/"onclick=x>'));
    const [piece] = lesson?.intro ?? [];
    const html = piece?.kind === "prose" ? piece.html : "<";
    const tag = /<(\/?\w+)((?: [\w-]+="[^"]*")*)>/g;
    expect(html.replace(tag, ""), "nothing but whole tags").not.toContain("<");
    for (const [, name = "", attributes = ""] of html.matchAll(tag)) {
      expect(name).not.toMatch(/script/);
      expect(attributes).not.toMatch(/ on\w+=|javascript:/);
    }
  });
});

test("what is wrong in the front matter is told once, not again where the text points at it", () => {
  const text = `---
title: T
summary: S.
minutes: soon
coach: [{ id: hurry, if: { command: { ran: x } }, say: No. }]
---

## One {#one}

\`\`\`try id=wrong coach=hurry
$ x
\`\`\`
`;
  const { problems } = compileLesson({ file: "lesson.md", text, folder: "t" }, { settings: {}, glossary: NO_GLOSSARY });
  expect(problems.filter(({ read }) => read.includes("hurry"))).toEqual([]);
  expect(problems.filter(({ read }) => read.includes("minutes"))).toHaveLength(1);
});
