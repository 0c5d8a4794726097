/** The parts of a lesson's file in their order: front matter, introduction, steps with what is in them, the end. */
import type { Code, Definition, Heading, Root, RootContent } from "mdast";
import { readInfo, type Info } from "./info-string.ts";
import { checkBlock, parseMarkdown, placeOf } from "./markdown.ts";
import { nearestOf, type Place, type Problems } from "./problem.ts";
import { slug, textOf } from "./text.ts";

export const FENCES = ["check", "predict", "quiz", "solution", "try"] as const;
export type FenceName = (typeof FENCES)[number];
const CONTAINERS = ["hint", "done"];

/** What a lesson may weigh, in letters. */
const LARGEST = 100_000;
/** Nested deeper than this, nobody can read it. */
const DEEPEST = 20;
/** Marks of Markdown in one paragraph. */
const MOST_MARKS = 1_500;

export interface Fence {
  readonly kind: "fence";
  readonly name: FenceName;
  readonly info: Info;
  readonly body: string;
  /** Of the opening line. */
  readonly place: Place;
}

export type Block =
  | { readonly kind: "prose"; readonly nodes: readonly RootContent[] }
  | Fence
  | { readonly kind: "hint"; readonly info: Info; readonly nodes: readonly RootContent[]; readonly place: Place };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  readonly blocks: Block[];
}

export interface Outline {
  readonly front: { readonly text: string; readonly line: number } | undefined;
  readonly intro: readonly Block[];
  readonly sections: readonly Section[];
  readonly done: readonly RootContent[];
  readonly definitions: readonly Definition[];
}

/** Line ends and the byte order mark as we like them. */
export function normalise(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
}

/** Reads a file's parts; undefined when nothing sensible can be said of them. */
export function outline(written: string, problems: Problems): Outline | undefined {
  const text = normalise(written);
  if (text.length > LARGEST) {
    problems.error({ line: 1 }, { read: `${text.length} letters`, expected: `at most ${LARGEST}`, remedy: "Make several lessons of it." });
    return undefined;
  }
  noBackticksInFences(text, problems);
  const crowded = crowdedLine(text);
  if (crowded !== undefined) {
    problems.error(
      { line: crowded },
      { read: "too many marks or letters without an empty line", expected: "paragraphs", remedy: "Put empty lines between paragraphs." },
    );
    return undefined;
  }
  const deep = text
    .split("\n")
    .findIndex((line) => (/^[\s>*+-]*/.exec(line)?.[0].match(/[>*+-]/g) ?? []).length > DEEPEST && /[^\s*+-]/.test(line));
  if (deep >= 0) {
    problems.error(
      { line: deep + 1 },
      { read: `more than ${DEEPEST} blocks in each other`, expected: "text that can be read", remedy: "Take some of the > and - away." },
    );
    return undefined;
  }
  return new Reader(text, problems).read(parseMarkdown(text));
}

/** The first line of a stretch that Markdown's rules make slow to read, and that nobody writes. */
function crowdedLine(text: string): number | undefined {
  let line = 1;
  for (const stretch of text.split(/\n[ \t]*(?=\n)/)) {
    const marks = stretch.match(/[*_[\]`~!:<>&]/g)?.length ?? 0;
    const isDeep = /^ {60,}[-*+\d]/m.test(stretch);
    if (marks > MOST_MARKS || isDeep) return line;
    line += stretch.split("\n").length;
  }
  return undefined;
}

class Reader {
  readonly #lines: readonly string[];
  readonly #problems: Problems;
  readonly #intro: Block[] = [];
  readonly #sections: Section[] = [];
  #done: readonly RootContent[] = [];

  constructor(text: string, problems: Problems) {
    this.#lines = text.split("\n");
    this.#problems = problems;
  }

  read(root: Root): Outline {
    const definitions: Definition[] = [];
    let front: Outline["front"];
    for (const node of root.children) {
      if (node.type === "yaml") front = { text: node.value, line: placeOf(node).line + 1 };
      else if (node.type === "definition") definitions.push(node);
      else if (node.type === "heading" && node.depth <= 2) this.#heading(node);
      else if (node.type === "containerDirective") this.#container(node);
      else if (node.type === "code" && this.#isFence(node)) this.#fence(node);
      else this.#prose(node);
    }
    if (front === undefined) this.#frontIsMissing();
    return { front, intro: this.#intro, sections: this.#sections, done: this.#done, definitions };
  }

  #frontIsMissing(): void {
    const opens = this.#lines[0]?.trimEnd() === "---";
    this.#problems.error(
      { line: 1 },
      {
        read: opens ? "front matter that does not end" : `\`${(this.#lines[0] ?? "").slice(0, 40)}\` on the first line`,
        expected: "front matter between two lines of ---",
        remedy: opens
          ? "Write a line of --- after the last key."
          : "Begin the file with ---, the keys title, summary, minutes, machine, level, and --- again.",
      },
    );
  }

  get #blocks(): Block[] {
    return this.#sections.at(-1)?.blocks ?? this.#intro;
  }

  #heading(node: Heading): void {
    const place = placeOf(node);
    const [, title = "", braces, id] = /^(.*?)\s*(\{\s*(?:#([\w-]*))?[^}]*\})?\s*$/s.exec(textOf(node)) ?? [];
    if (node.depth === 1) {
      this.#problems.error(place, {
        read: `the heading \`# ${title}\``,
        expected: "## for a step",
        remedy: "The lesson's title stands in the front matter; make a step of it with ##, or take it out.",
      });
      return;
    }
    if (title === "")
      this.#problems.error(place, {
        read: "a step without a title",
        expected: "## Title {#id}",
        remedy: "Write what the step is about behind ##.",
      });
    if (braces !== undefined && !/^\{#[a-z0-9]+(-[a-z0-9]+)*\}$/.test(braces))
      this.#problems.error(place, {
        read: `\`${braces}\``,
        expected: "{#id} of small letters, digits and hyphens",
        remedy: `Write {#${slug(id ?? braces) || "look"}}.`,
      });
    if (this.#done.length > 0)
      this.#problems.error(place, {
        read: "a step after `:::done`",
        expected: "`:::done` after the last step",
        remedy: "Move `:::done` to the end of the file.",
      });
    this.#sections.push({ id: id ?? slug(title), title, place, blocks: [] });
  }

  #prose(node: RootContent): void {
    checkBlock(node, this.#problems);
    this.#misreadFences(node);
    if (this.#done.length > 0 && node.type !== "html")
      this.#problems.error(placeOf(node), {
        read: "text after `:::done`",
        expected: "the end of the file",
        remedy: "Move it into `:::done` or before it.",
      });
    const blocks = this.#blocks;
    const last = blocks.at(-1);
    if (last?.kind === "prose") (last.nodes as RootContent[]).push(node);
    else if (node.type !== "html") blocks.push({ kind: "prose", nodes: [node] });
  }

  /** What was meant for a fence and is none: inside a list, a quotation, or with a backtick in its first line. */
  #misreadFences(node: RootContent): void {
    const { start, end } = node.position ?? {};
    if (start === undefined || end === undefined || node.type === "code") return;
    for (let line = start.line; line <= end.line; line++) {
      const opening = /^([\s>*+-]*)(?:`{3,}|~{3,})\s*(check|predict|quiz|solution|try)\b(.*)$/.exec(this.#lines[line - 1] ?? "");
      if (opening === null) continue;
      const [, before = "", name = "", info = ""] = opening;
      const hasTick = before.trim() === "" && info.includes("`");
      this.#problems.error(
        { line, column: before.length + 1 },
        {
          read: hasTick ? `a backtick in the first line of \`${name}\`` : `\`${name}\` inside another block`,
          expected: hasTick ? "~~~ around it, when its title has backticks" : "the fence at the left margin",
          remedy: hasTick ? `Begin and end it with ~~~ instead of \`\`\`.` : "Move it out, with an empty line before it.",
        },
      );
    }
  }

  #isFence(node: Code): boolean {
    const lang = node.lang ?? "";
    if ((FENCES as readonly string[]).includes(lang)) return true;
    const isMeant = /(^|\s)id=/.test(node.meta ?? "");
    if (!isMeant) return false;
    this.#problems.unknown(placeOf(node), "the fence", lang, FENCES);
    return false;
  }

  #fence(node: Code): void {
    const place = placeOf(node);
    const name = node.lang as FenceName;
    // The line as it was written: what remark hands over has lost its backslashes.
    const written = (this.#lines[place.line - 1] ?? "").replace(/^\s*(`{3,}|~{3,})\s*[\w-]+/, "");
    const close = (this.#lines[(node.position?.end.line ?? place.line) - 1] ?? "").trim();
    if (!/^(`{3,}|~{3,})$/.test(close) || node.position?.end.line === place.line)
      this.#problems.error(place, {
        read: `\`${name}\` that does not end`,
        expected: "``` on a line of its own",
        remedy: "Close the fence with as many signs as it begins with.",
      });
    this.#blocks.push({ kind: "fence", name, info: readInfo(written, place, this.#problems), body: node.value, place });
  }

  #container(node: Extract<RootContent, { type: "containerDirective" }>): void {
    const place = placeOf(node);
    if (!CONTAINERS.includes(node.name)) {
      const fence = nearestOf(node.name, FENCES);
      this.#problems.unknown(
        place,
        "the container",
        `:::${node.name}`,
        CONTAINERS.map((name) => `:::${name}`),
        fence === undefined ? "" : `Write it as a fence: \`\`\`${fence} id=…`,
      );
      return;
    }
    const end = (this.#lines[(node.position?.end.line ?? place.line) - 1] ?? "").trim();
    if (!/^:{3,}$/.test(end) || node.position?.end.line === place.line) {
      this.#problems.error(place, {
        read: `\`:::${node.name}\` that does not end`,
        expected: "::: on a line of its own",
        remedy: "Write ::: on a line of its own after it.",
      });
    }
    const swallowed = node.children.find(
      (child) => child.type === "containerDirective" || (child.type === "code" && (FENCES as readonly string[]).includes(child.lang ?? "")),
    );
    if (swallowed === undefined) for (const child of node.children) checkBlock(child, this.#problems);
    else
      this.#problems.error(place, {
        read: `\`:::${node.name}\` that does not end before line ${placeOf(swallowed).line}`,
        expected: "::: on a line of its own",
        remedy: "Write ::: on a line of its own after it.",
      });
    const values = new Map(Object.entries(node.attributes ?? {}).map(([key, value]) => [key, value ?? ""]));
    const info: Info = { place, values };
    if (node.name === "hint") this.#blocks.push({ kind: "hint", info, nodes: node.children, place });
    else if (this.#done.length > 0)
      this.#problems.error(place, { read: "a second `:::done`", expected: "one at the end", remedy: "Make one of the two." });
    else if (node.children.length === 0)
      this.#problems.error(place, {
        read: "`:::done` with nothing in it",
        expected: "some text",
        remedy: "Say why it passed, and what comes next.",
      });
    else this.#done = node.children;
  }
}

/** Markdown takes "```check title="`/etc`"" for code in a paragraph, and what follows for text. */
function noBackticksInFences(text: string, problems: Problems): void {
  for (const [index, line] of text.split("\n").entries()) {
    const name = /^`{3,}(\w+)[^`]*`/.exec(line)?.[1];
    if (name === undefined || !(FENCES as readonly string[]).includes(name)) continue;
    problems.error(
      { line: index + 1 },
      {
        read: `a backtick behind \`\`\`${name}`,
        expected: "none, or a fence of ~~~",
        remedy: `Write ~~~${name} and end it with ~~~, or take the backticks out of the title.`,
      },
    );
  }
}
