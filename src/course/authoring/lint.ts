/** What a lesson can be without being wrong, and had better not be. */
import type { Check, Lesson, Piece, Predicate, Step } from "../lesson.ts";
import { placeKey, type Compiled } from "./compile.ts";
import type { Complaint, Place, Problem } from "./problem.ts";

/** A lesson that takes longer is two lessons. */
const LONGEST = 10;
/** Commands that only look; a solution of anything else changes the machine. */
const LOOKS =
  /^(sudo )?(cat|ls|lsattr|findmnt|mount$|stat|grep|head|tail|less|df|du|diff|id|whoami|rpm -q|dpkg -[lLS]|man|date|uname|journalctl|echo [^>]*$|.* (status|list|ls|diff|db diff|show|info|config-diff|search|log|history|--help|--version)\b)/;

/** Warnings about a lesson that compiled. */
export function lintLesson(compiled: Compiled): Problem[] {
  return compiled.lesson === undefined ? [] : new Linter(compiled.lesson, compiled).lint();
}

class Linter {
  readonly #lesson: Lesson;
  readonly #compiled: Compiled;
  readonly #found: Problem[] = [];

  constructor(lesson: Lesson, compiled: Compiled) {
    this.#lesson = lesson;
    this.#compiled = compiled;
  }

  lint(): Problem[] {
    const { minutes, misconception, objectives, intro, steps } = this.#lesson;
    if (minutes > LONGEST)
      this.#warn("front", "minutes", {
        read: `${minutes} minutes`,
        expected: `at most ${LONGEST}`,
        remedy: "Make two lessons of it, each with one idea.",
      });
    if (misconception === "")
      this.#warn("front", "title", {
        read: "no `misconception`",
        expected: "what people believe before it",
        remedy: "Add `misconception:` with the sentence that the lesson meets.",
      });
    if (objectives.length === 0)
      this.#warn("front", "title", {
        read: "no `objectives`",
        expected: "what somebody can do afterwards",
        remedy: "Add `objectives:` with one or two lines.",
      });
    let told = words(intro);
    for (const step of steps) {
      told += `\n${step.title}\n${words(step.body)}`;
      this.#step(step, told);
    }
    this.#coach();
    return this.#found;
  }

  #warn(kind: Parameters<typeof placeKey>[0], id: string, complaint: Complaint): void {
    const place: Place = this.#compiled.places.get(placeKey(kind, id)) ?? { line: 1 };
    this.#found.push({ severity: "warning", file: this.#compiled.file, ...place, ...complaint });
  }

  #step(step: Step, told: string): void {
    const checks = checksIn(step);
    const needed = checks.filter(({ isOptional }) => !isOptional);
    const asks = step.body.some(({ kind }) => kind !== "prose");
    if (!asks)
      this.#warn("step", step.id, {
        read: `the step \`${step.id}\` asks for nothing`,
        expected: "a check, a prediction or a quiz",
        remedy: "Add one, or make the text a part of another step.",
      });
    if (needed.length > 0 && step.solutions.length === 0)
      this.#warn("step", step.id, {
        read: `the step \`${step.id}\` without a solution`,
        expected: "```solution id=…",
        remedy: "Write one: it is tested, and shown to who is stuck.",
      });
    if (
      step.solutions.length > 0 &&
      step.solutions[0]?.expect !== undefined &&
      step.solutions[0].expect.fail.some((id) => needed.some((check) => check.id === id))
    )
      this.#warn("solution", step.solutions[0].id, {
        read: "a first solution that leaves a check unmet",
        expected: "the first one to meet all",
        remedy: "Put another solution before it.",
      });
    if (checks.length === 0 && step.hints.length > 0)
      this.#warn("step", step.id, {
        read: `hints in \`${step.id}\`, where nothing is to be reached`,
        expected: "a check",
        remedy: "Nobody would open them: take them out, or add a check.",
      });
    const command = step.hints.findIndex(({ run }) => run !== undefined);
    if (command >= 0 && command < step.hints.length - 1)
      this.#warn("step", step.id, {
        read: `a hint of \`${step.id}\` after the one that gives the command`,
        expected: "the hint with `run` last",
        remedy: "Nobody gets that far: order them from a nudge to the command.",
      });
    this.#onlyTyped(step, needed);
    for (const check of checks)
      if (!this.#compiled.discovered.has(check.id))
        for (const literal of literalsIn(check.goal))
          if (!isNamed(literal, told))
            this.#warn("question", check.id, {
              read: `\`${literal}\`, which the check \`${check.id}\` needs and the text does not name`,
              expected: "the word in the text or the check's title",
              remedy: "Name it, or mark the check `discover: true` if finding it is the task.",
            });
  }

  /** A task to do something is about what comes of it, not about what was typed. */
  #onlyTyped({ id, solutions }: Step, needed: readonly Check[]): void {
    const acts = solutions[0]?.acts ?? [];
    const does = acts.some(
      (act) =>
        act.kind === "type" &&
        act.line.split(/[;\n]|&&/).some((line) => /^sudo |^systemctl /.test(line.trim()) && !LOOKS.test(line.trim())),
    );
    if (does && needed.length > 0 && needed.every(({ goal }) => isAboutTyping(goal)))
      this.#warn("question", needed[0]?.id ?? id, {
        read: "a task to do something, with checks of what was typed only",
        expected: "a check of what came of it",
        remedy: "Ask for the state: another way to it is as right.",
      });
  }

  #coach(): void {
    const expected = new Set(this.#lesson.steps.flatMap(({ tries }) => tries.flatMap(({ says }) => ("coach" in says ? [says.coach] : []))));
    for (const { id } of this.#lesson.coach)
      if (!expected.has(id))
        this.#warn("coach rule", id, {
          read: `the coach rule \`${id}\`, which no try expects`,
          expected: `\`\`\`try id=… coach=${id}`,
          remedy: "Write the try that it speaks to: so it is tested.",
        });
  }
}

function checksIn({ body }: Step): Check[] {
  return body.flatMap((piece) => (piece.kind === "check" ? [piece.check] : []));
}

function isAboutTyping(predicate: Predicate): boolean {
  if ("all" in predicate) return predicate.all.every(isAboutTyping);
  if ("any" in predicate) return predicate.any.some(isAboutTyping);
  if ("not" in predicate) return isAboutTyping(predicate.not);
  return "command" in predicate && predicate.command.exit !== "failed";
}

/** Names and texts that a condition asks for by the letter. */
function literalsIn(predicate: Predicate): string[] {
  if ("all" in predicate) return predicate.all.flatMap(literalsIn);
  if ("any" in predicate) return predicate.any.flatMap(literalsIn);
  if ("not" in predicate) return literalsIn(predicate.not);
  if ("file" in predicate) {
    const { path, contains = "", equals = "" } = predicate.file;
    return [path, contains, ...equals.split("\n")].filter((text) => text.trim() !== "");
  }
  if ("mount" in predicate) return [predicate.mount.path];
  if ("package" in predicate) return [predicate.package.name];
  if ("app" in predicate) return [predicate.app.id];
  if ("container" in predicate)
    return [predicate.container.name, ...(predicate.container.package === undefined ? [] : [predicate.container.package])];
  // A target is a state of the whole system, as "it is up".
  if ("unit" in predicate) return predicate.unit.name.endsWith(".target") ? [] : [predicate.unit.name];
  if ("survives" in predicate) return [predicate.survives.path];
  return [];
}

function isNamed(literal: string, told: string): boolean {
  const spellings = [literal, literal.replace(/^(\/var)?\/home\/learner(?=\/|$)/, "~"), literal.replace(/\.service$/, "")];
  const [, folder = "", name = ""] = /^(\/.*)\/([^/]+)$/.exec(literal) ?? [];
  if (folder !== "" && told.includes(folder) && told.includes(name)) return true;
  return literal === "/" || spellings.some((spelling) => told.includes(spelling));
}

/** What somebody reads in a stretch of a lesson. */
function words(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (piece.kind === "prose") return piece.html;
      if (piece.kind === "check") return piece.check.title;
      const { question, options } = piece.kind === "predict" ? piece.predict : piece.quiz;
      return [question, ...options.map(({ html }) => html)].join("\n");
    })
    .join("\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:#x([0-9a-f]+)|(\w+));/gi, (all, hex: string | undefined, name: string | undefined) =>
      hex === undefined ? (NAMED[name ?? ""] ?? all) : String.fromCodePoint(parseInt(hex, 16)),
    );
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
