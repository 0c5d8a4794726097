/** Where the console blocks of a page are: in Markdown, reStructuredText and AsciiDoc. */
import type { Code, Nodes } from "mdast";
import { parseMarkdown } from "../authoring/markdown.ts";
import { readAttributes, type Attributes } from "./console-block.ts";

/** A block that names a machine. */
export interface Block {
  readonly attributes: Attributes;
  /** Of its first line; counts from 1. */
  readonly line: number;
  /** Without what stands before each of them in the file. */
  readonly lines: readonly string[];
  /** What that is: indentation, the marks of a quotation. */
  readonly indent: string;
}

type Reader = (text: string) => readonly Block[];

const READERS: Readonly<Record<string, Reader>> = {
  md: inMarkdown,
  mdx: inMarkdown,
  markdown: inMarkdown,
  rst: inRst,
  adoc: inAsciidoc,
  asciidoc: inAsciidoc,
};

/** The ends of names that are read, without the dot. */
export const DOCS_EXTENSIONS: readonly string[] = Object.keys(READERS);

/** All blocks of a page that name a machine, in order. Undefined: a language that is not read. */
export function blocksOf(extension: string, text: string): readonly Block[] | undefined {
  return READERS[extension]?.(text.replaceAll("\r\n", "\n"));
}

/** Fences: ```` ```console immutable="silverblue" ````. */
function inMarkdown(text: string): readonly Block[] {
  const source = text.split("\n");
  const blocks: Block[] = [];
  const visit = (node: Nodes): void => {
    if (node.type === "code") {
      const attributes = readAttributes(node.meta ?? "");
      if (node.lang !== null && attributes.has("immutable")) blocks.push(fence(node, attributes, source));
    } else if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(parseMarkdown(text));
  return blocks;
}

function fence(node: Code, attributes: Attributes, source: readonly string[]): Block {
  const lines = node.value === "" ? [] : node.value.split("\n");
  const line = (node.position?.start.line ?? 0) + 1;
  const first = source[line - 1] ?? "";
  const opening = /^(.*?)(?:`{3,}|~{3,})/.exec(source[line - 2] ?? "")?.[1] ?? "";
  const own = lines[0] ?? "";
  // In a list the mark stands before the fence, blanks before what is in it.
  const indent = own !== "" && first.endsWith(own) ? first.slice(0, first.length - own.length) : opening.replace(/[^>]/g, " ");
  return { attributes, line, lines, indent };
}

/** `.. immutable-lab:: NAME` with options, and `.. code-block:: console` with `:class: immutable-NAME`. */
function inRst(text: string): readonly Block[] {
  const source = text.split("\n");
  return source.flatMap((line, index) => {
    const [, margin = "", directive = "", argument = ""] =
      /^(\s*(?:(?:[*+-]|\w+\.) +)?)\.\. (immutable-lab|code-block|code|sourcecode)::\s*(.*?)\s*$/.exec(line) ?? [];
    if (directive === "") return [];
    const attributes = new Map<string, string>();
    let at = index + 1;
    for (let option; (option = /^\s+:([\w-]+):\s*(.*?)\s*$/.exec(source[at] ?? "")) !== null; at++)
      attributes.set(option[1] ?? "", option[2] === "" ? "true" : (option[2] ?? ""));
    if (directive === "immutable-lab") attributes.set("immutable", argument || "true");
    else {
      const [, name] = /(?:^|\s)immutable-([\w-]+)/.exec(attributes.get("class") ?? "") ?? [];
      if (name === undefined) return [];
      attributes.clear();
      attributes.set("immutable", name);
    }
    const body = indentedBody(source, at, margin.length);
    return body === undefined ? [] : [{ attributes, ...body }];
  });
}

/** The lines from `at` on that stand further right than `margin`. */
function indentedBody(source: readonly string[], at: number, margin: number): Omit<Block, "attributes"> | undefined {
  let start = at;
  while (start < source.length && source[start]?.trim() === "") start++;
  const indent = /^\s*/.exec(source[start] ?? "")?.[0] ?? "";
  if (indent.length <= margin || start === source.length) return undefined;
  let end = start;
  for (let index = start; index < source.length; index++) {
    if (source[index]?.trim() === "") continue;
    if (!source[index]?.startsWith(indent)) break;
    end = index + 1;
  }
  return { line: start + 1, lines: source.slice(start, end).map((line) => line.slice(indent.length)), indent };
}

/** `[source,console,immutable=NAME]` above a listing, also with a title between the two. */
function inAsciidoc(text: string): readonly Block[] {
  const source = text.split("\n");
  return source.flatMap((line, index) => {
    const attributes = readAttributes(/^\[(.*)\]\s*$/.exec(line)?.[1] ?? "");
    if (!attributes.has("immutable")) return [];
    for (const positional of ["source", "console", "listing"]) attributes.delete(positional);
    const opening = /^\.[^.\s]/.test(source[index + 1] ?? "") ? index + 2 : index + 1;
    const delimiter = source[opening]?.trimEnd() ?? "";
    if (!/^-{4,}$|^\.{4,}$/.test(delimiter)) return [];
    const length = source.slice(opening + 1).findIndex((each) => each.trimEnd() === delimiter);
    return length < 0 ? [] : [{ attributes, line: opening + 2, lines: source.slice(opening + 1, opening + 1 + length), indent: "" }];
  });
}
