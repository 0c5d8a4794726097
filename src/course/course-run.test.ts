/** A lesson under way, as its host drives it: keys to the lab, deeds to the run, a look at each rest. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { perform } from "../lab/acts.ts";
import type { LabOptions } from "../lab/lab.ts";
import { atOnce } from "../lab/settle.ts";
import { exportMachine } from "../machine/checkpoint-export.ts";
import { CourseRun } from "./course-run.ts";
import type { Check, Lesson, Predicate, Step } from "./lesson.ts";
import type { Progress } from "./progress.ts";
import { tryLesson } from "./trial.ts";

const entry = machines["debian"];
if (!entry) throw new Error("no debian");
const options: LabOptions = {
  distro: entry.distro,
  catalogue: loadCatalogue(JSON.parse(readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url), "utf8"))),
};

function check(id: string, goal: Predicate, more: Partial<Check> = {}): Check {
  return { id, title: id, isOptional: false, when: "auto", goal, otherwise: [], ...more };
}

function type(line: string) {
  return { kind: "type", line } as const;
}

const GREET: Step = {
  id: "greet",
  title: "Greet",
  body: [
    {
      kind: "check",
      check: check("greeted", { file: { path: "/etc/motd", contains: "hello" } }, { otherwise: [{ say: "Not greeted." }] }),
    },
    { kind: "check", check: check("asked", { command: { ran: "^whoami$", exit: 0 } }, { when: "button" }) },
    { kind: "check", check: check("bonus", { file: { path: "/home/learner/bonus" } }, { isOptional: true }) },
  ],
  hints: [{ html: "A nudge." }, { html: "The command.", run: "whoami" }],
  solutions: [{ id: "main", title: "", acts: [type("echo hello | sudo tee /etc/motd"), type("whoami")] }],
  tries: [
    { id: "alone", acts: [type("echo hello > /etc/motd")], says: { output: "Permission denied" } },
    { id: "other", acts: [type("echo bye | sudo tee /etc/motd")], says: { check: "greeted", text: "Not greeted" } },
    { id: "slip", acts: [type("sl")], says: { coach: "slip" } },
  ],
};

const RESTART: Step = {
  id: "restart",
  title: "Restart",
  body: [
    {
      kind: "predict",
      predict: {
        id: "keeps",
        question: "",
        acts: [type("echo x > note; cp note /tmp/note"), { kind: "reboot" }],
        options: [
          { html: "both", holds: { file: { path: "/tmp/note" } }, because: "It is memory." },
          { html: "one", holds: { all: [{ file: { path: "/home/learner/note" } }, { file: { path: "/tmp/note", absent: true } }] } },
        ],
      },
    },
    { kind: "check", check: check("restarted", { boot: { count: "1" } }) },
    { kind: "quiz", quiz: { id: "why", question: "", isMultiple: false, options: [{ html: "a", isRight: true }] } },
  ],
  hints: [{ html: "reboot" }],
  solutions: [{ id: "main", title: "", acts: [type("sudo systemctl reboot")] }],
  tries: [],
};

const LESSON: Lesson = {
  id: "greet",
  language: "en",
  title: "",
  summary: "",
  minutes: 1,
  level: "beginner",
  machine: { name: "debian" },
  misconception: "",
  objectives: [],
  requires: [],
  licence: "CC-BY-4.0",
  setup: [type("echo set up | sudo tee /etc/setup")],
  coach: [{ id: "slip", if: { command: { ran: "^sl$", exit: "failed" } }, say: "Letters swapped." }],
  intro: [],
  steps: [GREET, RESTART],
  done: [],
  glossary: {},
};

function begun(step?: number): CourseRun {
  const run = atOnce(CourseRun.starting(options, LESSON, step));
  atOnce(run.settle());
  return run;
}

function does(run: CourseRun, ...lines: readonly string[]): void {
  for (const line of lines) {
    atOnce(perform(run.lab, [type(line)]));
    atOnce(run.settle());
  }
}

/** The learner's machine, to the byte. */
function machineOf({ lab }: CourseRun): string {
  const checkpoint = lab.machine.checkpoint();
  return checkpoint ? JSON.stringify(exportMachine(checkpoint)) : "not at rest";
}

describe("the checklist", () => {
  test("starts with what is not yet so, and the author's word for it", () => {
    expect(begun().view().checks).toMatchObject({
      greeted: { kind: "not yet", say: "Not greeted." },
      asked: { kind: "open" },
      restarted: { kind: "open" },
    });
  });

  test("follows the machine; what was met once stays met, and the step passes without its bonus", () => {
    const run = begun();
    does(run, "echo hello | sudo tee /etc/motd");
    expect(run.view()).toMatchObject({ met: ["greeted"], passed: [], checks: { greeted: { kind: "passed" } } });
    does(run, "echo | sudo tee /etc/motd", "whoami");
    expect(run.view()).toMatchObject({ met: ["greeted"], passed: [], checks: { greeted: { kind: "not yet" }, asked: { kind: "open" } } });
    run.do({ kind: "check" });
    atOnce(run.settle());
    expect(run.view()).toMatchObject({ met: ["greeted", "asked"], passed: [0], step: 0 });
  });

  test("undo takes back what was typed, and the answers with it", () => {
    const run = begun();
    does(run, "echo hello | sudo tee /etc/motd");
    run.lab.undo();
    atOnce(run.settle());
    expect(run.view().checks["greeted"]?.kind).toBe("not yet");
    does(run, "whoami");
    run.do({ kind: "check" });
    atOnce(run.settle());
    expect(run.view().checks["asked"]?.kind).toBe("passed");
  });

  test("a look changes nothing of the learner's machine", () => {
    const run = begun(1);
    const before = machineOf(run);
    const log = JSON.stringify(run.lab.log());
    run.do({ kind: "predict", id: "keeps", option: 0 });
    atOnce(run.settle());
    expect(machineOf(run)).toBe(before);
    expect(JSON.stringify(run.lab.log())).toBe(log);
  });

  test("a look that is given up is done anew", () => {
    const run = begun();
    atOnce(perform(run.lab, [type("echo hello | sudo tee /etc/motd")]));
    const look = run.settle();
    look.next();
    look.return();
    atOnce(run.settle());
    expect(run.view().met).toEqual(["greeted"]);
  });

  test("a goal that makes no sense is our failure, not the learner's", () => {
    const broken: Step = { ...GREET, body: [{ kind: "check", check: check("odd", { sh: { script: "no-such-program" } }) }] };
    const run = atOnce(CourseRun.starting(options, { ...LESSON, steps: [broken] }));
    atOnce(run.settle());
    expect(run.view().checks["odd"]?.kind).toBe("could not run");
  });
});

test("the coach speaks once, and can be put away", () => {
  const run = begun();
  does(run, "sl");
  expect(run.view().coach).toEqual(["slip"]);
  run.do({ kind: "put away", coach: "slip" });
  does(run, "sl");
  expect(run.view().coach).toEqual([]);
});

test("hints open one by one, a solution is shown and put away", () => {
  const run = begun();
  for (const open of [1, 2, 2]) {
    run.do({ kind: "hint", step: "greet" });
    expect(run.view().hints["greet"]).toBe(open);
  }
  run.do({ kind: "solution", id: "main" });
  expect(run.view().solution).toEqual({ id: "main", isTyping: false });
  run.do({ kind: "solution", id: "main" });
  expect(run.view().solution).toBeUndefined();
});

test("a prediction's answer is what happens on a copy; the step passes when all was asked and done", () => {
  const run = begun(1);
  run.do({ kind: "predict", id: "keeps", option: 0 });
  atOnce(run.settle());
  expect(run.view().predictions["keeps"]).toEqual({ chosen: 0, right: 1, because: "It is memory." });
  does(run, "sudo systemctl reboot");
  expect(run.view().passed).toEqual([0]);
  run.do({ kind: "answer", id: "why", options: [0] });
  expect(run.view().passed).toEqual([0, 1]);
});

describe("a jump", () => {
  test("gives the machine that the steps before leave; the setup can not be undone and is not in the history", () => {
    const run = begun(1);
    expect(run.view()).toMatchObject({ step: 1, passed: [0] });
    does(run, "cat /etc/motd /etc/setup | grep -c .; history | head -1");
    expect(new TextDecoder().decode(run.lab.screen(0))).toMatch(/\r2\r\n +1 {2}echo hello \| sudo tee/);
    run.lab.undo();
    expect(run.lab.undo()).toEqual([]);
  });

  test("back to the beginning: another machine", () => {
    const run = begun();
    does(run, "echo hello | sudo tee /etc/motd");
    const { lab } = run;
    run.do({ kind: "jump", step: 0 });
    atOnce(run.settle());
    expect(run.lab).not.toBe(lab);
    expect(run.view()).toMatchObject({ step: 0, met: ["greeted"], checks: { greeted: { kind: "not yet" } } });
  });
});

test("a run that was kept goes on where it stood, and is the same run", () => {
  const run = begun();
  does(run, "sl", "echo hello | sudo tee /etc/motd", "whoami");
  run.do({ kind: "check" });
  run.do({ kind: "hint", step: "greet" });
  atOnce(run.settle());
  run.do({ kind: "go", step: 1 });
  run.do({ kind: "predict", id: "keeps", option: 1 });
  atOnce(run.settle());
  const kept = JSON.parse(JSON.stringify(run.progress())) as Progress;
  const again = atOnce(CourseRun.resuming(options, LESSON, run.lab.log(), kept));
  atOnce(again.settle());
  const { revision: _, checks, ...view } = run.view();
  expect(again.view()).toMatchObject(view);
  expect(again.view().checks["restarted"]).toEqual(checks["restarted"]);
  expect(machineOf(again)).toBe(machineOf(run));
  for (const each of [run, again]) does(each, "sudo systemctl reboot");
  expect(again.view().met).toEqual(run.view().met);
  expect(again.progress()).toEqual(run.progress());
});

test("a trial finds nothing to say of it, and something of one that is not right", () => {
  const problems = (lesson: Lesson): (string | undefined)[] =>
    atOnce(tryLesson(options, lesson, 7)).flatMap(({ what, problem }) => (problem === undefined ? [] : `${what}: ${problem}`));
  // The bonus is open at the beginning, the button's goal needs the other command.
  expect(problems(LESSON)).toEqual([]);
  const needless: Step = { ...GREET, solutions: [{ id: "main", title: "", acts: [...GREET.solutions[0]!.acts, type("true")] }] };
  const silent: Step = { ...needless, tries: [{ id: "mute", acts: [type("true")], says: { output: "Permission denied" } }] };
  const early: Step = { ...silent, body: [...silent.body, { kind: "check", check: check("there", { file: { path: "/etc/setup" } }) }] };
  expect(problems({ ...LESSON, steps: [early] })).toEqual([
    expect.stringContaining("at its beginning, check there: it should not pass yet"),
    "step greet, solution main without `true`: the goals are met all the same",
    expect.stringContaining("step greet, try mute: the terminal does not show"),
  ]);
});
