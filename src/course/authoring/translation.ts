/** `lesson.de.md`: the words of a lesson in another language. What is asked of the machine stays in `lesson.md`. */
import type { Check, Lesson, Piece, Step } from "../lesson.ts";
import type { Surroundings } from "./compile.ts";
import { termsFor } from "./glossary.ts";
import { allowKeys } from "./info-string.ts";
import { linksOf } from "./links.ts";
import { renderBlocks, renderText, type Links } from "./markdown.ts";
import { outline, type Block, type Fence, type Section } from "./outline.ts";
import { Problems, type Place, type Problem } from "./problem.ts";
import { translatedCheck, translatedOptions, translationFront } from "./schema.ts";
import { validate } from "./validate.ts";
import { YamlText } from "./yaml-text.ts";

export interface Translated {
  readonly lesson: Lesson | undefined;
  readonly problems: readonly Problem[];
}

/** `lesson` in the words of `text`, whose file name ends in `.LANGUAGE.md`. What was not translated stays as it is, with a warning. */
export function translateLesson(
  lesson: Lesson,
  source: { readonly file: string; readonly language: string; readonly text: string; readonly assets?: ReadonlySet<string> },
  around: Surroundings,
): Translated {
  const problems = new Problems(source.file);
  const parts = outline(source.text, problems);
  if (parts?.front === undefined) return { lesson: undefined, problems: problems.list };
  const terms = new Set(Object.keys(lesson.glossary));
  const links: Links = { ...linksOf(source, around, problems, terms), definitions: parts.definitions };
  const translator = new Translator(links, problems);
  const yaml = new YamlText(parts.front.text, parts.front.line, problems);
  const front = validate(translationFront, yaml, problems);
  const own = new Map(front?.coach?.map((rule, index) => [rule.id, { ...rule, place: yaml.placeOf(["coach", index]) }]));
  const rules = lesson.coach.map(({ id }) => id);
  for (const { id, place } of own.values()) if (!rules.includes(id)) problems.unknown(place, "the coach rule", id, rules);
  const steps = translator.steps(lesson.steps, parts.sections);
  const [first, ...rest] = steps;
  const translated: Lesson = {
    ...lesson,
    language: source.language,
    title: front?.title ?? lesson.title,
    summary: front?.summary ?? lesson.summary,
    misconception: front?.misconception ?? lesson.misconception,
    objectives: front?.objectives ?? lesson.objectives,
    coach: lesson.coach.map((rule) => {
      const words = own.get(rule.id);
      return words === undefined ? rule : { ...rule, say: renderText(words.say, words.place, links) };
    }),
    intro: translator.body([], parts.intro),
    steps: [first ?? lesson.steps[0], ...rest],
    done: parts.done.length === 0 ? lesson.done : [{ kind: "prose", html: renderBlocks(parts.done, links) }],
    glossary: termsFor(terms, around.glossary),
  };
  return { lesson: problems.hasErrors ? undefined : translated, problems: problems.list };
}

class Translator {
  readonly #links: Links;
  readonly #problems: Problems;

  constructor(links: Links, problems: Problems) {
    this.#links = links;
    this.#problems = problems;
  }

  steps(originals: readonly Step[], sections: readonly Section[]): Step[] {
    const ids = originals.map(({ id }) => id);
    for (const { id, place } of sections)
      if (!ids.includes(id))
        this.#problems.unknown(place, "the step", id, ids, `Write {#ID} behind the title, with an id of lesson.md: ${ids.join(", ")}.`);
    const order = sections.map(({ id }) => ids.indexOf(id)).filter((at) => at >= 0);
    if (order.some((at, index) => index > 0 && at <= (order[index - 1] ?? -1)))
      this.#problems.error(sections[0]?.place ?? { line: 1 }, {
        read: "the steps in another order",
        expected: ids.join(", "),
        remedy: "Bring them into the order of lesson.md.",
      });
    return originals.map((step) => {
      const section = sections.find(({ id }) => id === step.id);
      if (section !== undefined) return this.#step(step, section);
      this.#problems.warning(
        { line: 1 },
        { read: `no step \`${step.id}\``, expected: `## Title {#${step.id}}`, remedy: "Translate it; until then it is shown as it is." },
      );
      return step;
    });
  }

  #step(step: Step, { title, blocks }: Section): Step {
    const hints = blocks.filter((block) => block.kind === "hint");
    if (hints.length > step.hints.length)
      this.#problems.error(hints[step.hints.length]?.place ?? { line: 1 }, {
        read: `${hints.length} hints`,
        expected: `${step.hints.length}, as in lesson.md`,
        remedy: "Take out those that lesson.md does not have.",
      });
    const solutions = new Map(
      blocks.flatMap((block) => (block.kind === "fence" && block.name === "solution" ? [[block.info.values.get("id") ?? "", block]] : [])),
    );
    for (const [id, { place }] of solutions) {
      const known = step.solutions.map((solution) => solution.id);
      if (!known.includes(id)) this.#problems.unknown(place, "the solution", id, known);
    }
    return {
      ...step,
      title,
      body: this.body(step.body, blocks),
      hints: step.hints.map((hint, index) => {
        const words = hints[index];
        return words === undefined ? hint : { ...hint, html: renderBlocks(words.nodes, this.#links) };
      }),
      solutions: step.solutions.map((solution) => {
        const fence = solutions.get(solution.id);
        const title = fence?.info.values.get("title");
        return fence === undefined || title === undefined ? solution : { ...solution, title: renderText(title, fence.place, this.#links) };
      }),
    };
  }

  /** The text as the translation has it, with the checks and questions of the original where the translation names them. */
  body(original: readonly Piece[], blocks: readonly Block[]): Piece[] {
    const asked = new Map(original.flatMap((piece) => (piece.kind === "prose" ? [] : [[idOf(piece), piece]])));
    const body: Piece[] = [];
    for (const block of blocks) {
      if (block.kind === "prose") body.push({ kind: "prose", html: renderBlocks(block.nodes, this.#links) });
      else if (block.kind === "fence" && block.name === "try") this.#textOnly(block.place, "`try`");
      else if (block.kind === "fence" && block.name === "solution") {
        if (block.body.trim() !== "") this.#textOnly(block.place, "the lines of a solution");
      } else if (block.kind === "fence") {
        const id = block.info.values.get("id") ?? "";
        const piece = asked.get(id);
        if (piece === undefined || piece.kind !== block.name)
          this.#problems.unknown(block.place, `the ${block.name}`, id, [...asked.keys()]);
        else body.push(this.#piece(piece, block));
        asked.delete(id);
      }
    }
    for (const [id, piece] of asked) {
      this.#problems.warning(
        { line: 1 },
        {
          read: `no ${piece.kind} \`${id}\``,
          expected: `\`\`\`${piece.kind} id=${id} and its words`,
          remedy: "Translate it; until then it is shown as it is.",
        },
      );
      body.push(piece);
    }
    return body;
  }

  #textOnly(place: Place, what: string): void {
    this.#problems.error(place, {
      read: `${what} in a translation`,
      expected: "words alone",
      remedy: "Take it out: it comes from lesson.md.",
    });
  }

  #piece(piece: Exclude<Piece, { kind: "prose" }>, fence: Fence): Piece {
    const { info, place, body } = fence;
    allowKeys(info, `\`${fence.name}\` in a translation`, fence.name === "check" ? ["id", "title"] : ["id"], this.#problems);
    const yaml = new YamlText(body, place.line + 1, this.#problems);
    const text = (markdown: string, path: readonly (string | number)[]): string => renderText(markdown, yaml.placeOf(path), this.#links);
    if (piece.kind === "check") {
      const words = validate(translatedCheck, yaml, this.#problems);
      const title = info.values.get("title") ?? words?.title;
      const says = words?.otherwise ?? [];
      if (says.length > piece.check.otherwise.length)
        this.#problems.error(place, {
          read: `${says.length} reasons`,
          expected: `${piece.check.otherwise.length}, as in lesson.md`,
          remedy: "Take out those that lesson.md does not have.",
        });
      const check: Check = {
        ...piece.check,
        title: title === undefined ? piece.check.title : renderText(title, place, this.#links),
        otherwise: piece.check.otherwise.map((each, index) => {
          const said = says[index]?.say;
          return said === undefined ? each : { ...each, say: text(said, ["otherwise", index, "say"]) };
        }),
      };
      return { kind: "check", check };
    }
    const words = validate(translatedOptions, yaml, this.#problems);
    if (words === undefined) return piece;
    const options: readonly { readonly html: string; readonly because?: string }[] =
      piece.kind === "predict" ? piece.predict.options : piece.quiz.options;
    if (words.options.length !== options.length)
      this.#problems.error(yaml.placeOf(["options"]), {
        read: `${words.options.length} options`,
        expected: `${options.length}, as in lesson.md`,
        remedy: "Translate each option, in the same order.",
      });
    const said = <Option extends { readonly html: string; readonly because?: string }>(option: Option, index: number): Option => {
      const own = words.options[index];
      if (own === undefined) return option;
      const because = own.because === undefined ? {} : { because: text(own.because, ["options", index, "because"]) };
      return { ...option, html: text(own.say, ["options", index, "say"]), ...because };
    };
    const question = text(words.question, ["question"]);
    return piece.kind === "predict"
      ? { kind: "predict", predict: { ...piece.predict, question, options: piece.predict.options.map(said) } }
      : { kind: "quiz", quiz: { ...piece.quiz, question, options: piece.quiz.options.map(said) } };
  }
}

function idOf(piece: Exclude<Piece, { kind: "prose" }>): string {
  return piece.kind === "check" ? piece.check.id : piece.kind === "predict" ? piece.predict.id : piece.quiz.id;
}
