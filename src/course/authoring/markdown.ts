/**
 * Markdown to sanitised HTML, with what lessons have besides: `` `command`{run} ``, `[word](term:…)`, `[next](lesson:…)`.
 *
 * - `<button type="button" data-do="run|type|copy|interrupt" data-command="…"><code>…</code></button>` is a command that can be pressed.
 * - `<button type="button" data-term="…">` opens the glossary.
 * - `<a href="?lesson=ID" data-lesson="ID">` goes to a lesson, `<a href="?machine=NAME">` to a machine.
 */
import type { ElementContent } from "hast";
import type { Code, Definition, Image, InlineCode, Link, Node, Nodes, Parent, PhrasingContent, Root, RootContent } from "mdast";
import rehypeSanitize, { type Options as Sanitizing } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkDirective from "remark-directive";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { Place, Problems } from "./problem.ts";
import { slug, textOf } from "./text.ts";

const parser = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm, { singleTilde: false }).use(remarkDirective);

const CLEAN: Sanitizing = {
  tagNames: [
    ...[
      "a",
      "blockquote",
      "br",
      "button",
      "code",
      "del",
      "em",
      "h3",
      "h4",
      "h5",
      "h6",
      "hr",
      "img",
      "li",
      "ol",
      "p",
      "pre",
      "strong",
      "ul",
    ],
    ...["table", "tbody", "td", "th", "thead", "tr"],
  ],
  attributes: {
    a: ["href", "title", "dataLesson", ["rel", "noopener", "noreferrer"], ["target", "_blank"]],
    button: [["type", "button"], ["dataDo", "run", "type", "copy", "interrupt"], "dataCommand", "dataTerm"],
    code: [["className", /^language-[\w-]+$/]],
    img: ["src", "alt", "title"],
    ol: ["start"],
    td: ["align"],
    th: ["align"],
  },
  protocols: { href: ["http", "https", "mailto"], src: ["none"] },
  strip: ["script", "style"],
};

const renderer = unified().use(remarkRehype).use(rehypeSanitize, CLEAN).use(rehypeStringify);

/** The whole text of a lesson as a tree. What directives there may not be in running text becomes text again. */
export function parseMarkdown(text: string): Root {
  const tree = parser.parse(text);
  restoreWords(tree, text);
  return tree;
}

/** `at 10:30` and `docker:latest` are words, whatever remark-directive takes them for. */
function restoreWords(parent: Parent, source: string): void {
  parent.children.forEach((child, index) => {
    const node = child as Nodes;
    if (node.type === "textDirective") {
      const { start, end } = node.position ?? {};
      parent.children[index] = {
        type: "text",
        value: source.slice(start?.offset ?? 0, end?.offset ?? 0),
        position: node.position,
      } as RootContent;
    } else if ("children" in node) restoreWords(node, source);
  });
  // Neighbours that are one text again, so that what follows a command is found in one piece.
  for (let index = parent.children.length - 1; index > 0; index--) {
    const [left, right] = [parent.children[index - 1], parent.children[index]];
    if (left?.type !== "text" || right?.type !== "text") continue;
    left.value += right.value;
    parent.children.splice(index, 1);
  }
}

/** What running text points at. */
export interface Links {
  readonly problems: Problems;
  /** Takes note of a word of the glossary; false when there is none. */
  readonly term: (name: string, place: Place) => void;
  /** Takes note of a link to a lesson. */
  readonly lesson: (id: string, place: Place) => void;
  /** The address of a picture beside the lesson; undefined after a complaint. */
  readonly image: (path: string, place: Place) => string | undefined;
  /** `[name]: address` lines of the whole text. */
  readonly definitions: readonly Definition[];
}

/** HTML of some blocks. Changes the nodes. */
export function renderBlocks(nodes: readonly RootContent[], links: Links): string {
  const tree: Root = { type: "root", children: [...nodes] };
  adapt(tree, links);
  tree.children.push(...links.definitions.filter((each) => !tree.children.includes(each)));
  return renderer.stringify(renderer.runSync(tree)).trim();
}

/** HTML of a text of some lines, as they stand in YAML; one paragraph comes without its `<p>`. */
export function renderText(text: string, place: Place, links: Links): string {
  const tree = parseMarkdown(text);
  for (const child of tree.children) checkBlock(child, links.problems, place);
  moveTo(tree, place);
  const html = renderBlocks(tree.children, links);
  const [only, more] = tree.children;
  return only?.type === "paragraph" && (more === undefined || more.type === "definition")
    ? html.replace(/^<p>([\s\S]*)<\/p>$/, "$1")
    : html;
}

/** Everything below stands, for whoever complains, where the text begins. */
function moveTo(node: Node, place: Place): void {
  const start = { line: place.line, column: place.column ?? 1 };
  node.position = { start, end: start };
  if ("children" in node) for (const child of (node as Parent).children) moveTo(child, place);
}

export function placeOf(node: Node): Place {
  const { line = 1, column = 1 } = node.position?.start ?? {};
  return { line, column };
}

/** Complains about what no lesson may have. */
export function checkBlock(node: Nodes, problems: Problems, fixed?: Place): void {
  const place = fixed ?? placeOf(node);
  if (node.type === "html" && !/^<!--[\s\S]*-->$/.test(node.value.trim()))
    problems.error(place, {
      read: `HTML: \`${node.value.slice(0, 40)}\``,
      expected: "Markdown",
      remedy: "Write it as Markdown, or in `code` if it is to be read.",
    });
  if (node.type === "footnoteReference" || node.type === "footnoteDefinition")
    problems.error(place, { read: "a footnote", expected: "running text", remedy: "Say it in the text, or as a term of the glossary." });
  if (node.type === "leafDirective" || node.type === "containerDirective")
    problems.error(place, {
      read: `\`${node.type === "leafDirective" ? "::" : ":::"}${node.name}\` here`,
      expected: "`:::hint` or `:::done` at the left margin, outside of any other block",
      remedy: node.type === "leafDirective" ? "Checks and the like are fences: ```check id=…" : "Move it out of what it stands in.",
    });
  if (node.type === "heading" && node.depth <= 2)
    problems.error(place, { read: `a heading of level ${node.depth} here`, expected: "### or smaller", remedy: "Add a # or two." });
  if ("children" in node) for (const child of node.children) checkBlock(child, problems, fixed);
}

const ACTION = /^\{(\{)?\s*(run interrupt|exec interrupt|run|type|exec|copy)?\s*\}(?:\})?/;
const ACTIONS: Readonly<Record<string, string>> = {
  run: "run",
  exec: "run",
  "run interrupt": "interrupt",
  "exec interrupt": "interrupt",
  type: "type",
  copy: "copy",
};

function adapt(parent: Parent, links: Links): void {
  parent.children.forEach((child, index) => {
    const node = child as Nodes;
    if (node.type === "inlineCode") adaptCommand(node, parent.children[index + 1] as PhrasingContent | undefined, links.problems);
    else if (node.type === "code") adaptCode(node);
    else if (node.type === "link") adaptLink(node, links);
    else if (node.type === "image") adaptImage(node, links);
    if ("children" in node) adapt(node, links);
  });
}

/** `` `cmd`{run} ``: the braces are taken off the text that follows. */
function adaptCommand(code: InlineCode, next: PhrasingContent | undefined, problems: Problems): void {
  if (next?.type !== "text" || !next.value.startsWith("{")) return;
  const match = ACTION.exec(next.value);
  if (match === null) {
    const word = /^\{+([^}]*)\}*/.exec(next.value)?.[1] ?? "";
    problems.unknown(placeOf(next), "after a command,", `{${word}}`, ["{run}", "{type}", "{copy}", "{run interrupt}"]);
    return;
  }
  next.value = next.value.slice(match[0].length);
  // Killercoda's `{{}}` means: nothing happens when it is pressed.
  if (match[2] !== undefined) code.data = commandButton(code.value, ACTIONS[match[2]] ?? "run");
}

interface Styled {
  hName: string;
  hProperties: Record<string, string>;
  hChildren: ElementContent[];
}

function commandButton(command: string, deed: string): Styled {
  return {
    hName: "button",
    hProperties: { type: "button", dataDo: deed, dataCommand: command },
    hChildren: [{ type: "element", tagName: "code", properties: {}, children: [{ type: "text", value: command }] }],
  };
}

/** A block of commands that can be pressed: `{run}` after the language, as Instruqt's `bash,run`. */
function adaptCode(code: Code): void {
  const words = `${code.lang ?? ""} ${code.meta ?? ""}`;
  const deed = /\{+\s*(run interrupt|exec interrupt|run|type|exec|copy)\s*\}+/.exec(words)?.[1] ?? /^\w+,(run|copy)\b/.exec(words)?.[1];
  if (deed === undefined) return;
  code.data = commandButton(code.value, ACTIONS[deed] ?? "run");
}

function adaptImage(image: Image, links: Links): void {
  const place = placeOf(image);
  if ((image.alt ?? "").trim() === "")
    links.problems.error(place, {
      read: `the picture ${image.url} without words`,
      expected: "![what it shows](…)",
      remedy: "Say between the brackets what it shows.",
    });
  image.url = links.image(image.url, place) ?? "";
}

function adaptLink(link: Link, links: Links): void {
  const place = placeOf(link);
  const [, scheme, name = ""] = /^(term|lesson):(.*)$/.exec(link.url) ?? [];
  if (scheme === "term") {
    const term = slug(name === "" ? textOf(link) : decode(name));
    links.term(term, place);
    link.url = "";
    link.data = { hName: "button", hProperties: { type: "button", dataTerm: term } };
  } else if (scheme === "lesson") {
    links.lesson(name, place);
    link.url = `?lesson=${encodeURIComponent(name)}`;
    link.data = { hProperties: { dataLesson: name } };
  } else if (/^(https?:|mailto:|\?machine=[a-z]+(&beside=[a-z]+)?$)/i.test(link.url)) {
    if (!link.url.startsWith("mailto:")) link.data = { hProperties: { rel: ["noopener"], target: "_blank" } };
  } else {
    links.problems.error(place, {
      read: `a link to \`${link.url.slice(0, 60)}\``,
      expected: "https://…, lesson:ID, term:WORD or ?machine=NAME&beside=NAME",
      remedy: "Write the whole address, or point at a lesson or a term.",
    });
    link.url = "";
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
