/** `glossary.md`: a heading for each term, and what it means. */
import type { Lesson } from "../lesson.ts";
import { checkBlock, parseMarkdown, placeOf, renderBlocks } from "./markdown.ts";
import { normalise } from "./outline.ts";
import { Problems, type Place, type Problem } from "./problem.ts";
import { slug, textOf } from "./text.ts";

type Term = Lesson["glossary"][string];

export interface Glossary {
  readonly terms: ReadonlyMap<string, Term>;
  /** Terms that a term's text points at. */
  readonly mentions: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly Problem[];
}

export const NO_GLOSSARY: Glossary = { terms: new Map(), mentions: new Map(), problems: [] };

/** Terms by the id that `term:` links name: `## Staged deployment` is `staged-deployment`. */
export function readGlossary(file: string, text: string): Glossary {
  const problems = new Problems(file);
  const terms = new Map<string, Term>();
  const mentions = new Map<string, readonly string[]>();
  const root = parseMarkdown(normalise(text));
  const heads = root.children.flatMap((node, index) => (node.type === "heading" && node.depth === 2 ? [index] : []));
  const asked: { readonly name: string; readonly place: Place }[] = [];
  for (const [order, at] of heads.entries()) {
    const heading = root.children[at];
    if (heading?.type !== "heading") continue;
    const place = placeOf(heading);
    const title = textOf(heading).trim();
    const id = slug(title);
    const nodes = root.children.slice(at + 1, heads[order + 1] ?? root.children.length);
    for (const node of nodes) checkBlock(node, problems);
    if (nodes.length === 0)
      problems.error(place, {
        read: `the term \`${title}\` without a text`,
        expected: "what it means",
        remedy: "Write a sentence below the heading.",
      });
    if (terms.has(id))
      problems.error(place, { read: `the term \`${title}\` a second time`, expected: "each term once", remedy: "Make one of the two." });
    const own: string[] = [];
    const html = renderBlocks(nodes, {
      problems,
      term: (name, where) => {
        own.push(name);
        asked.push({ name, place: where });
      },
      lesson: () => undefined,
      image: (_path, where) => {
        problems.error(where, { read: "a picture", expected: "words", remedy: "Put the picture into a lesson." });
        return undefined;
      },
      definitions: [],
    });
    terms.set(id, { title, html });
    mentions.set(id, own);
  }
  for (const { name, place } of asked) if (!terms.has(name)) problems.unknown(place, "the term", name, [...terms.keys()]);
  return { terms, mentions, problems: problems.list };
}

/** The terms of that name and all that they lead to. */
export function termsFor(names: Iterable<string>, { terms, mentions }: Glossary): Lesson["glossary"] {
  const found = new Set(names);
  for (const name of found) for (const more of mentions.get(name) ?? []) found.add(more);
  return Object.fromEntries([...found].sort().flatMap((name) => (terms.has(name) ? [[name, terms.get(name) as Term]] : [])));
}
