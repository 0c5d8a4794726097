/** A draft of a lesson from a run that somebody played: a step for each deed that changed something, with goals that it brought about. */
import { stringify } from "yaml";
import { perform } from "../../lab/acts.ts";
import type { Lab, LabOptions } from "../../lab/lab.ts";
import { Budget, type Paced } from "../../lab/settle.ts";
import { machineAtStart } from "../course-run.ts";
import type { Act, Predicate } from "../lesson.ts";
import { holds } from "../look.ts";
import { markOf, type Mark } from "../marks.ts";
import type { Deed } from "../played.ts";
import { Scene } from "../scene.ts";
import { suggestionsFor, type Suggestion } from "../suggest.ts";

export interface Draft {
  /** `lesson.md`. */
  readonly text: string;
  /** What somebody should look at, each a sentence. */
  readonly remarks: readonly string[];
}

interface DraftStep {
  /** Lines that only looked, before the deed. */
  readonly looks: readonly string[];
  readonly acts: readonly Act[];
  readonly goals: readonly Suggestion[];
}

/** Ticks that a deed may take. */
const PATIENCE = 20_000_000;
/** What changes nothing but the shell, and may be needed further on. */
const SHELL_WORDS =
  /^(cd|pushd|popd|export|unset|alias|unalias|umask|set|shopt|source|\.|[A-Za-z_]\w*=|[\w]+\s*\(\)|(sudo (-i|-s|su)\b)|su\b|toolbox enter|distrobox enter|function)/;
const ESCAPES: Readonly<Record<string, string>> = { "\r": "\\n", "\n": "\\n", "\t": "\\t", "\x1b": "\\e", "\\": "\\\\" };

/** Does it all again on a fresh machine of `options`, and looks at what each deed brings about. */
export function* draftOf(options: LabOptions, title: string, deeds: readonly Deed[]): Paced<Draft> {
  const steps: DraftStep[] = [];
  const remarks: string[] = [];
  let lab = yield* machineAtStart(options, { setup: [] });
  const start = markOf(lab, options);
  let before: Act[] = [];
  let looks: string[] = [];
  for (const deed of deeds) {
    const line = deed.map((act) => (act.kind === "type" ? act.line : "")).join(" ");
    const after = yield* done(lab, [...before, ...deed]);
    if (!after.machine.atPrompt) {
      remarks.push(`${inWords(deed)} does not come back to a prompt, and is left out.`);
      continue;
    }
    const goals = yield* suggestionsFor(options, start, lab, after, line);
    if (goals.length === 0) {
      if (line !== "") looks.push(line);
      if (SHELL_WORDS.test(line)) before.push(...deed);
      continue;
    }
    const acts = yield* needed(options, start, lab, before, deed, goals);
    steps.push({ looks, acts, goals });
    const restarted = after.mark().logins > lab.mark().logins;
    lab = yield* done(lab, acts);
    before = restarted ? [] : before.filter((act) => !acts.includes(act));
    looks = [];
  }
  if (looks.length > 0) remarks.push(`What was looked at last is in no step: ${looks.map((line) => `\`${line}\``).join(", ")}.`);
  if (steps.length === 0) throw new Error("nothing that was done changed the machine, so there is nothing to ask for");
  return { text: lessonText(options, title, steps), remarks };
}

function* done(lab: Lab, acts: readonly Act[]): Paced<Lab> {
  const fork = lab.fork();
  if (fork === undefined) throw new Error("the machine is not at rest at a prompt");
  yield* perform(fork, acts, new Budget(PATIENCE));
  return fork;
}

/** Of what came before, only that without which the goals are not met. */
function* needed(
  options: LabOptions,
  start: Mark,
  lab: Lab,
  before: readonly Act[],
  deed: Deed,
  goals: readonly Suggestion[],
): Paced<readonly Act[]> {
  const marks = { start, step: markOf(lab, options) };
  let kept = [...before];
  for (const act of before) {
    const fewer = kept.filter((each) => each !== act);
    const scene = new Scene(yield* done(lab, [...fewer, ...deed]), options, false);
    let isEnough = scene.lab.machine.atPrompt;
    for (const { goal } of goals) isEnough &&= yield* holds(scene, marks, goal);
    if (isEnough) kept = fewer;
  }
  return [...kept, ...deed];
}

function lessonText({ distro, flavour, seed }: LabOptions, title: string, steps: readonly DraftStep[]): string {
  const machine =
    flavour === distro.flavours[0].id && seed === 1 ? distro.name : `{ name: ${distro.name}, flavour: ${flavour}, seed: ${seed} }`;
  return `---
title: ${JSON.stringify(title)}
summary: What this lesson shows, in one sentence.
minutes: ${Math.min(10, 2 + steps.length)}
machine: ${machine}
misconception: "What people believe before it, in their words."
objectives:
  - Say what somebody can do afterwards
---

Why this matters, in two or three sentences. Nothing is asked here.

${steps.map(stepText).join("\n")}
:::done
Why it passed, and what comes next.
:::
`;
}

function stepText({ looks, acts, goals }: DraftStep, index: number): string {
  const name = `step-${index + 1}`;
  const parts = [`## ${escaped(goals[0]?.title ?? "")} {#${name}}`];
  const typed = acts.flatMap((act) => (act.kind === "type" ? [act.line] : []));
  const only = looks.filter((line) => !typed.includes(line));
  if (only.length > 0) parts.push("Have a look first:", ...only.map(pressable));
  parts.push("Say what is to be reached, not how.");
  for (const [at, { goal, title }] of goals.entries())
    parts.push(`~~~check id=${name}-${at + 1} title=${JSON.stringify(title)}\n${conditionText(goal)}\n~~~`);
  const program = /^(?:sudo )?([\w.-]+)/.exec(typed.at(-1) ?? "")?.[1];
  parts.push(
    `:::hint\n${program === undefined ? "It is done with a button of the machine." : `The program is called ${escaped(program)}.`}\n:::`,
  );
  if (typed.length > 0) parts.push(`:::hint\nThis does it:\n\n${typed.map(pressable).join("\n\n")}\n:::`);
  parts.push(`~~~solution id=${name}-main title="As it was played"\n${acts.map(actText).join("\n")}\n~~~`);
  return `${parts.join("\n\n")}\n`;
}

/** Its key, and the rest in braces. */
function conditionText(goal: Predicate): string {
  return Object.entries(goal)
    .map(([key, asked]) => `${key}: ${stringify(asked, { collectionStyle: "flow", lineWidth: 0 }).trimEnd()}`)
    .join("\n");
}

function pressable(line: string): string {
  return `~~~bash {run}\n${line}\n~~~`;
}

function actText(act: Act): string {
  switch (act.kind) {
    case "type":
      return `$ ${act.line.replaceAll("\n", "\n> ")}`;
    case "keys":
      return `:keys ${Array.from(act.text, (key) => ESCAPES[key] ?? (key < " " ? `\\x${key.charCodeAt(0).toString(16).padStart(2, "0")}` : key)).join("")}`;
    case "reboot":
      return act.entry === undefined ? ":reboot" : `:reboot ${act.entry}`;
    case "power-cut":
      return act.afterWrites === undefined ? ":power-cut" : `:power-cut after ${act.afterWrites} writes`;
    case "fault":
      return `:fault ${act.name}${act.on ? "" : " off"}`;
  }
}

function inWords(deed: Deed): string {
  return `\`${deed.map(actText).join(" ")}\``;
}

/** Characters that Markdown would read. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~!&:$]/g, "\\$&");
}
