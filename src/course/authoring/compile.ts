/**
 * The text of a lesson to the lesson itself, or to a list of what is wrong with it. Whatever it is given, it harms nothing and never
 * throws: a stranger's text is read in the same way as ours. Only who writes lessons needs this; a learner's page has lessons compiled.
 */
import { RE2JS } from "re2js";
import { offerOf } from "../../distros/offers.ts";
import type {
  Act,
  Check,
  CoachRule,
  Hint,
  Lesson,
  LessonMachine,
  Piece,
  Predicate,
  Predict,
  Quiz,
  Solution,
  Step,
  WrongTry,
} from "../lesson.ts";
import { readActs, readSetup, rootScript } from "./acts.ts";
import { NO_GLOSSARY, termsFor, type Glossary } from "./glossary.ts";
import { allowKeys } from "./info-string.ts";
import { linksOf } from "./links.ts";
import { renderBlocks, renderText, type Links } from "./markdown.ts";
import { outline, type Block, type Fence, type Outline, type Section } from "./outline.ts";
import { Problems, type Place, type Problem } from "./problem.ts";
import { checkBody, lessonFront, predictBody, quizBody } from "./schema.ts";
import { settingsOf, type Settings } from "./settings.ts";
import { validate } from "./validate.ts";
import { YamlText, type Path } from "./yaml-text.ts";

/** A lesson's folder. */
export interface LessonSource {
  /** The path of `lesson.md`, for messages. */
  readonly file: string;
  readonly text: string;
  /** The folder's name: the lesson's id unless it says another. */
  readonly folder: string;
  /** Texts of `checks/…`, by that path. */
  readonly scripts?: ReadonlyMap<string, string>;
  /** Texts that are put into the machine before the lesson begins, by their path there. */
  readonly files?: ReadonlyMap<string, string>;
  /** Paths of `assets/…` that there are; not looked at when nobody knows. */
  readonly assets?: ReadonlySet<string>;
}

/** What a lesson lies among. */
export interface Surroundings {
  readonly settings: Settings;
  readonly glossary: Glossary;
  /** Ids of the lessons that there are; not looked at when nobody knows. */
  readonly lessons?: ReadonlySet<string>;
}

export const ALONE: Surroundings = { settings: {}, glossary: NO_GLOSSARY };

export interface Compiled {
  /** Nothing when there is an error. */
  readonly lesson: Lesson | undefined;
  readonly problems: readonly Problem[];
  /** The path of `lesson.md`. */
  readonly file: string;
  /** Where things stand, by `placeKey`. For whoever looks closer. */
  readonly places: ReadonlyMap<string, Place>;
  /** Checks that say that their names are for the learner to find. */
  readonly discovered: ReadonlySet<string>;
}

/** Checks, predictions and quizzes share their ids; `front` is the keys of the front matter. */
type Kind = "front" | "coach rule" | "step" | "question" | "solution" | "try";

export function placeKey(kind: Kind, id: string): string {
  return `${kind} ${id}`;
}

/** Compiles `lesson.md`. */
export function compileLesson(source: LessonSource, around: Surroundings = ALONE): Compiled {
  const problems = new Problems(source.file);
  try {
    return new Compiler(source, around, problems).compile();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(
      { line: 1 },
      {
        read: "a text that is too involved",
        expected: "text that can be read",
        remedy: "Look for thousands of brackets or marks in each other.",
      },
    );
    return { lesson: undefined, problems: problems.list, file: source.file, places: new Map(), discovered: new Set() };
  }
}

class Compiler {
  readonly #source: LessonSource;
  readonly #around: Surroundings;
  readonly #problems: Problems;
  readonly #places = new Map<string, Place>();
  readonly #discovered = new Set<string>();
  readonly #terms = new Set<string>();
  #links: Links;
  /** Ids that are named where the named thing may come later. */
  readonly #references: { readonly what: "check" | "coach"; readonly id: string; readonly place: Place }[] = [];
  readonly #checks: string[] = [];
  /** Of the front matter or around the lesson; undefined where neither says one. */
  #machineName: string | undefined;

  constructor(source: LessonSource, around: Surroundings, problems: Problems) {
    this.#source = source;
    this.#around = around;
    this.#problems = problems;
    this.#links = linksOf(source, around, problems, this.#terms);
  }

  compile(): Compiled {
    const parts = outline(this.#source.text, this.#problems);
    const lesson = parts && this.#lesson(parts);
    return {
      lesson: this.#problems.hasErrors ? undefined : lesson,
      problems: this.#problems.list.toSorted((left, right) => left.line - right.line),
      file: this.#source.file,
      places: this.#places,
      discovered: this.#discovered,
    };
  }

  #lesson(parts: Outline): Lesson | undefined {
    this.#links = { ...this.#links, definitions: parts.definitions };
    const front = this.#front(parts);
    const coach = (front?.coach ?? []).map(({ id, if: condition, say }, index): CoachRule => {
      this.#claim("coach rule", id, this.#frontPlace(["coach", index, "id"]));
      return { id, if: condition, say: this.#text(say, this.#frontPlace(["coach", index, "say"])) };
    });
    const intro = this.#prose(parts.intro, "the introduction");
    const steps = parts.sections.map((section) => this.#step(section));
    const done: Piece[] = parts.done.length === 0 ? [] : [{ kind: "prose", html: renderBlocks(parts.done, this.#links) }];
    this.#checkReferences(front && coach.map(({ id }) => id));
    const [first, ...rest] = steps;
    if (first === undefined) {
      this.#problems.error(
        { line: 1 },
        {
          read: "no step",
          expected: "at least one `## Title {#id}`",
          remedy: "Write a heading of level 2 and what is to be done below it.",
        },
      );
      return undefined;
    }
    if (front === undefined || front.machine === undefined || front.level === undefined) return undefined;
    return {
      id: front.id ?? this.#source.folder,
      language: front.language ?? "en",
      title: front.title,
      summary: front.summary,
      minutes: front.minutes,
      level: front.level,
      machine: front.machine,
      misconception: front.misconception ?? "",
      objectives: front.objectives ?? [],
      requires: front.requires ?? [],
      licence: front.licence ?? "CC-BY-4.0",
      setup: [...this.#files(), ...front.acts],
      coach,
      intro,
      steps: [first, ...rest],
      done,
      glossary: termsFor(this.#terms, this.#around.glossary),
    };
  }

  #yaml: YamlText | undefined;

  #frontPlace(path: Path): Place {
    return this.#yaml?.placeOf(path) ?? { line: 1 };
  }

  #front({ front }: Outline) {
    if (front === undefined) return undefined;
    const yaml = (this.#yaml = new YamlText(front.text, front.line, this.#problems));
    const written = validate(lessonFront, yaml, this.#problems);
    if (written === undefined) return undefined;
    const { settings, lessons } = this.#around;
    const { machine, level, licence, language } = { ...settings, ...settingsOf(written) };
    for (const key of Object.keys(written)) this.#places.set(placeKey("front", key), yaml.placeOf([key]));
    for (const [key, value] of Object.entries({ machine, level }))
      if (value === undefined)
        this.#problems.error(
          { line: front.line },
          {
            read: `no \`${key}\` here, in track.yaml or in course.yaml`,
            expected: `\`${key}: …\``,
            remedy: `Add \`${key}:\` to the front matter.`,
          },
        );
    if (machine !== undefined) this.#machine(machine, yaml);
    this.#machineName = machine?.name;
    for (const [index, id] of (written.requires ?? []).entries())
      if (lessons !== undefined && !lessons.has(id))
        this.#problems.unknown(yaml.placeOf(["requires", index]), "the lesson", id, [...lessons]);
    this.#patterns(written.coach?.map((rule) => rule.if) ?? [], (index) => yaml.placeOf(["coach", index]));
    const acts = written.setup === undefined ? [] : readSetup(written.setup, yaml.textLineOf(["setup"]), this.#problems, machine?.name);
    return { ...written, machine, level, licence, language, acts };
  }

  #machine({ name, flavour, beside }: LessonMachine, yaml: YamlText): void {
    const flavours = offerOf(name).flavours.map(({ id }) => id);
    if (flavour !== undefined && !flavours.includes(flavour))
      this.#problems.unknown(yaml.placeOf(["machine", "flavour"]), `the flavour of ${name},`, flavour, flavours);
    if (beside === name)
      this.#problems.error(yaml.placeOf(["machine", "beside"]), {
        read: `${name} beside itself`,
        expected: "another machine",
        remedy: "Name another one, or leave `beside` out.",
      });
  }

  /** An id is used once in a lesson among things of its kind. */
  #claim(kind: Kind, id: string, place: Place): void {
    const key = placeKey(kind, id);
    const other = this.#places.get(key);
    if (other !== undefined)
      this.#problems.error(place, {
        read: `the id \`${id}\` again (line ${other.line})`,
        expected: `each id of a ${kind} once in a lesson`,
        remedy: "Give one of the two another id.",
      });
    this.#places.set(key, other ?? place);
  }

  #text(markdown: string, place: Place): string {
    return renderText(markdown, place, this.#links);
  }

  #prose(blocks: readonly Block[], where: string): Piece[] {
    return blocks.flatMap((block): Piece[] => {
      if (block.kind === "prose") return [{ kind: "prose", html: renderBlocks(block.nodes, this.#links) }];
      this.#problems.error(block.place, {
        read: `\`${block.kind === "hint" ? ":::hint" : block.name}\` in ${where}`,
        expected: "it in a step",
        remedy: "Write it below a heading of level 2.",
      });
      return [];
    });
  }

  #step({ id, title, place, blocks }: Section): Step {
    if (id !== "") this.#claim("step", id, place);
    const body: Piece[] = [];
    const hints: Hint[] = [];
    const solutions: Solution[] = [];
    const tries: WrongTry[] = [];
    for (const block of blocks) {
      if (block.kind === "prose") body.push({ kind: "prose", html: renderBlocks(block.nodes, this.#links) });
      else if (block.kind === "hint") hints.push(this.#hint(block));
      else {
        const fenceId = this.#fenceId(block);
        if (block.name === "check") body.push(...this.#check(block, fenceId));
        else if (block.name === "predict") body.push(...this.#predict(block, fenceId));
        else if (block.name === "quiz") body.push(...this.#quiz(block, fenceId));
        else if (block.name === "solution") solutions.push(this.#solution(block, fenceId));
        else tries.push(...this.#try(block, fenceId));
      }
    }
    return { id, title, body: body.filter((piece) => piece.kind !== "prose" || piece.html !== ""), hints, solutions, tries };
  }

  #hint({ info, nodes, place }: Extract<Block, { kind: "hint" }>): Hint {
    allowKeys(info, "`:::hint`", ["run"], this.#problems);
    if (nodes.length === 0)
      this.#problems.error(place, { read: "`:::hint` with nothing in it", expected: "some text", remedy: "Say what helps." });
    const run = info.values.get("run");
    return { html: renderBlocks(nodes, this.#links), ...(run === undefined ? {} : { run }) };
  }

  #fenceId({ name, info, place }: Fence): string {
    const id = info.values.get("id");
    if (id === undefined) {
      this.#problems.error(place, {
        read: `\`${name}\` without an id`,
        expected: `\`\`\`${name} id=NAME`,
        remedy: "Add id= and a word of small letters behind the fence's name.",
      });
      return "";
    }
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
      this.#problems.error(place, {
        read: `the id \`${id}\``,
        expected: "small letters and digits, with hyphens between words",
        remedy: "Write it so, as `has-htop`.",
      });
    this.#claim(name === "solution" || name === "try" ? name : "question", id, place);
    return id;
  }

  #check(fence: Fence, id: string): Piece[] {
    const { info, place } = fence;
    const { values } = info;
    const isScript = (values.get("lang") ?? "yaml") === "sh";
    allowKeys(
      info,
      "`check`",
      ["id", "title", "when", "optional", "lang", "discover", ...(isScript ? ["user", "in", "script"] : [])],
      this.#problems,
    );
    this.#oneOf(fence, "lang", ["yaml", "sh"]);
    this.#oneOf(fence, "when", ["auto", "button"]);
    this.#oneOf(fence, "optional", ["true", "false"]);
    this.#oneOf(fence, "discover", ["true", "false"]);
    this.#checks.push(id);
    const read = isScript ? this.#script(fence) : this.#condition(fence);
    const title = values.get("title") ?? read?.title;
    if (title === undefined)
      this.#problems.error(place, {
        read: "`check` without a title",
        expected: 'title="What is asked"',
        remedy: "Say what is to be reached; it stands in the learner's list.",
      });
    if (values.get("discover") === "true" || read?.discover === true) this.#discovered.add(id);
    if (read === undefined || title === undefined) return [];
    const check: Check = {
      id,
      title: this.#text(title, place),
      isOptional: values.get("optional") === "true",
      when: values.get("when") === "button" ? "button" : "auto",
      goal: read.goal,
      otherwise: read.otherwise,
    };
    return [{ kind: "check", check }];
  }

  #script({
    info,
    body,
    place,
  }: Fence): { goal: Predicate; otherwise: Check["otherwise"]; title?: string; discover?: boolean } | undefined {
    const { values } = info;
    const user = values.get("user");
    const path = values.get("script");
    const version = values.get("in");
    if (version !== undefined && version !== "booted" && version !== "next-boot" && version !== "previous") {
      this.#problems.unknown(place, "`in=` with", version, ["booted", "next-boot", "previous"]);
      return undefined;
    }
    const script = path === undefined ? body : this.#source.scripts?.get(path);
    if (path !== undefined && script === undefined)
      this.#problems.unknown(
        place,
        "the script",
        path,
        [...(this.#source.scripts?.keys() ?? [])],
        "Put it into the folder `checks` beside the lesson.",
      );
    else if (path !== undefined && body.trim() !== "")
      this.#problems.error(place, {
        read: "a script here and one in a file",
        expected: "one of the two",
        remedy: "Empty the fence, or take `script=` out.",
      });
    else if ((script ?? "").trim() === "")
      this.#problems.error(place, {
        read: "a check with no script",
        expected: "commands; exit status 0 is true",
        remedy: "Write the script into the fence.",
      });
    if (script === undefined) return undefined;
    return {
      goal: { sh: { script, ...(user === undefined ? {} : { user }), ...(version === undefined ? {} : { in: version }) } },
      otherwise: [],
    };
  }

  #condition(fence: Fence): { goal: Predicate; otherwise: Check["otherwise"]; title?: string; discover?: boolean } | undefined {
    const yaml = this.#body(fence);
    const body = yaml && validate(checkBody, yaml, this.#problems);
    if (yaml === undefined || body === undefined) return undefined;
    const { title, discover, otherwise = [], ...goal } = body as typeof body & { readonly otherwise?: Check["otherwise"] };
    this.#patterns([goal as Predicate, ...otherwise.flatMap((each) => each.if ?? [])], () => fence.place);
    for (const [index, each] of otherwise.slice(0, -1).entries())
      if (each.if === undefined)
        this.#problems.error(yaml.placeOf(["otherwise", index + 1]), {
          read: "a reason after one without `if`",
          expected: "the one without `if` last",
          remedy: "Nobody would see this one: move it up.",
        });
    return {
      goal: goal as Predicate,
      otherwise: otherwise.map(({ if: condition, say }, index) => ({
        ...(condition === undefined ? {} : { if: condition }),
        say: this.#text(say, yaml.placeOf(["otherwise", index, "say"])),
      })),
      ...(title === undefined ? {} : { title: title as string }),
      discover: discover === true,
    };
  }

  /** A fence's YAML; undefined when it is empty. */
  #body({ name, body, place }: Fence): YamlText | undefined {
    if (body.trim() !== "") return new YamlText(body, place.line + 1, this.#problems);
    this.#problems.error(place, {
      read: `\`${name}\` with nothing in it`,
      expected: "its YAML",
      remedy: name === "check" ? "Write the condition, as `command: {ran: '^rpm-ostree status'}`." : "Write question: and options:.",
    });
    return undefined;
  }

  #predict(fence: Fence, id: string): Piece[] {
    allowKeys(fence.info, "`predict`", ["id"], this.#problems);
    const yaml = this.#body(fence);
    const body = yaml && validate(predictBody, yaml, this.#problems);
    if (yaml === undefined || body === undefined) return [];
    this.#patterns(
      body.options.map(({ holds }) => holds),
      (index) => yaml.placeOf(["options", index, "holds"]),
    );
    const acts = body.do === undefined ? [] : readActs(body.do, yaml.textLineOf(["do"]), this.#problems, this.#machineName);
    const predict: Predict = {
      id,
      question: this.#text(body.question, yaml.placeOf(["question"])),
      acts,
      options: body.options.map(({ say, holds, because }, index) => ({
        html: this.#text(say, yaml.placeOf(["options", index, "say"])),
        holds,
        ...(because === undefined ? {} : { because: this.#text(because, yaml.placeOf(["options", index, "because"])) }),
      })),
    };
    return [{ kind: "predict", predict }];
  }

  #quiz(fence: Fence, id: string): Piece[] {
    allowKeys(fence.info, "`quiz`", ["id"], this.#problems);
    const yaml = this.#body(fence);
    const body = yaml && validate(quizBody, yaml, this.#problems);
    if (yaml === undefined || body === undefined) return [];
    const right = body.options.filter((option) => option.right === true).length;
    if (right === 0 || (right > 1 && body.multiple !== true))
      this.#problems.error(yaml.placeOf(["options"]), {
        read: right === 0 ? "no right option" : `${right} right options`,
        expected: body.multiple === true ? "at least one option with `right: true`" : "one option with `right: true`",
        remedy: right === 0 ? "Write `right: true` into the one that is." : "Take all but one away, or write `multiple: true`.",
      });
    const quiz: Quiz = {
      id,
      question: this.#text(body.question, yaml.placeOf(["question"])),
      isMultiple: body.multiple === true,
      options: body.options.map(({ say, right, because }, index) => ({
        html: this.#text(say, yaml.placeOf(["options", index, "say"])),
        isRight: right === true,
        ...(because === undefined ? {} : { because: this.#text(because, yaml.placeOf(["options", index, "because"])) }),
      })),
    };
    return [{ kind: "quiz", quiz }];
  }

  #solution(fence: Fence, id: string): Solution {
    const { info, place } = fence;
    allowKeys(info, "`solution`", ["id", "title", "pass", "fail"], this.#problems);
    const names = (key: string): string[] => (info.values.get(key) ?? "").split(",").filter((name) => name !== "");
    const [pass, fail] = [names("pass"), names("fail")];
    for (const each of [...pass, ...fail]) this.#references.push({ what: "check", id: each, place });
    const title = info.values.get("title") ?? (id === "main" ? "A solution" : id);
    return {
      id,
      title: this.#text(title, place),
      acts: this.#acts(fence),
      ...(pass.length + fail.length === 0 ? {} : { expect: { pass, fail } }),
    };
  }

  #acts({ name, body, place }: Fence): Act[] {
    const acts = readActs(body, place.line + 1, this.#problems, this.#machineName);
    if (body.trim() === "")
      this.#problems.error(place, {
        read: `\`${name}\` with nothing in it`,
        expected: "lines that begin with `$ ` or `:`",
        remedy: "Write what is typed.",
      });
    return acts;
  }

  #try(fence: Fence, id: string): WrongTry[] {
    const { info, place } = fence;
    allowKeys(info, "`try`", ["id", "coach", "check", "says", "output"], this.#problems);
    const { values } = info;
    const [coach, check, output, text = ""] = [values.get("coach"), values.get("check"), values.get("output"), values.get("says")];
    const acts = this.#acts(fence);
    if ([coach, check, output].filter((each) => each !== undefined).length !== 1) {
      this.#problems.error(place, {
        read: "`try` that does not say who speaks",
        expected: 'coach=ID, or check=ID says="…", or output="…"',
        remedy: "Name exactly one of coach, check, output.",
      });
      return [];
    }
    if (coach !== undefined) this.#references.push({ what: "coach", id: coach, place });
    if (check !== undefined) this.#references.push({ what: "check", id: check, place });
    if (check !== undefined && text === "")
      this.#problems.error(place, {
        read: "`try` with `check=` but no `says=`",
        expected: 'says="some words of the reason"',
        remedy: "Write some words of what the check's `otherwise` says then.",
      });
    if (output !== undefined) this.#pattern(output, place);
    return [{ id, acts, says: coach !== undefined ? { coach } : check !== undefined ? { check, text } : { output: output ?? "" } }];
  }

  #oneOf({ info, place }: Fence, key: string, known: readonly string[]): void {
    const value = info.values.get(key);
    if (value !== undefined && !known.includes(value)) this.#problems.unknown(place, `\`${key}=\` with`, value, known);
  }

  /** `coach`: undefined when the front matter could not be read, which is told already. */
  #checkReferences(coach: readonly string[] | undefined): void {
    for (const { what, id, place } of this.#references) {
      const known = what === "check" ? this.#checks : coach;
      if (known?.includes(id) === false) this.#problems.unknown(place, what === "check" ? "the check" : "the coach rule", id, known);
    }
  }

  /** Every regular expression in conditions is one that the engine, which is linear in time, can read. */
  #patterns(predicates: readonly Predicate[], placeOf: (index: number) => Place): void {
    for (const [index, predicate] of predicates.entries())
      for (const pattern of patternsIn(predicate)) this.#pattern(pattern, placeOf(index));
  }

  #pattern(pattern: string, place: Place): void {
    try {
      RE2JS.compile(pattern, RE2JS.MULTILINE);
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      this.#problems.error(place, {
        read: `the pattern \`${pattern.slice(0, 60)}\` (${why})`,
        expected: "a regular expression as RE2 has them",
        remedy: /\(\?[=!<]/.test(pattern)
          ? "There is no look-ahead or look-behind; use `all` and `not`."
          : "Put a backslash before signs that stand for themselves: \\( \\) \\[ \\* \\+ \\?",
      });
    }
  }

  #files(): Act[] {
    const files = [...(this.#source.files ?? [])];
    if (files.length === 0) return [];
    const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
    const lines = files.flatMap(([path, text]) => {
      const [folder, owner] = [path.replace(/\/[^/]*$/, "") || "/", /^\/(?:var\/)?home\/([^/]+)\//.exec(path)?.[1]];
      const make = [`mkdir -p ${quote(folder)}`, `printf %s ${quote(text)} > ${quote(path)}`];
      const mode = text.startsWith("#!") ? [`chmod 755 ${quote(path)}`] : [];
      return [...make, ...mode, ...(owner === undefined ? [] : [`chown ${owner}: ${quote(path)}`])];
    });
    return [rootScript(lines.join("\n"))];
  }
}

/** Every regular expression in a condition. */
function patternsIn(predicate: Predicate): string[] {
  if ("all" in predicate) return predicate.all.flatMap(patternsIn);
  if ("any" in predicate) return predicate.any.flatMap(patternsIn);
  if ("not" in predicate) return patternsIn(predicate.not);
  if ("command" in predicate) return [predicate.command.ran];
  if ("output" in predicate) return [predicate.output.matches];
  if ("file" in predicate) return predicate.file.matches === undefined ? [] : [predicate.file.matches];
  if ("version" in predicate) return predicate.version.matches === undefined ? [] : [predicate.version.matches];
  return [];
}
