import { expect, test } from "vitest";
import { blocksOf } from "./blocks.ts";

interface Case {
  readonly name: string;
  readonly extension: string;
  readonly text: readonly string[];
  /** Line, attributes, lines, indentation. */
  readonly blocks: readonly (readonly [number, Readonly<Record<string, string>>, readonly string[], string])[];
}

const CASES: readonly Case[] = [
  {
    name: "a fence",
    extension: "md",
    text: ["text", '```console immutable="silverblue" session="page"', "$ ls", "", "a", "```", "```console", "$ other", "```"],
    blocks: [[3, { immutable: "silverblue", session: "page" }, ["$ ls", "", "a"], ""]],
  },
  {
    name: "a fence in a list",
    extension: "md",
    text: ["- ~~~console immutable=debian", "  $ ls", "  ~~~", "- x", "", "  ```console immutable", "  $ pwd", "  ```"],
    blocks: [
      [2, { immutable: "debian" }, ["$ ls"], "  "],
      [7, { immutable: "true" }, ["$ pwd"], "  "],
    ],
  },
  {
    name: "a fence in a quotation",
    extension: "md",
    text: ["> ```console immutable=debian", "> $ ls", "> a", "> ```"],
    blocks: [[2, { immutable: "debian" }, ["$ ls", "a"], "> "]],
  },
  {
    name: "a fence in another is text",
    extension: "md",
    text: ["````md", "```console immutable=debian", "$ ls", "```", "````"],
    blocks: [],
  },
  {
    name: "a directive with options",
    extension: "rst",
    text: [
      "Title",
      "",
      ".. immutable-lab:: microos",
      "   :session: page",
      "   :new_tab:",
      "",
      "   $ ls",
      "",
      "   a",
      "     b",
      "",
      "Text",
      "",
      ".. immutable-lab:: debian",
      "",
      "After",
    ],
    blocks: [[7, { immutable: "microos", session: "page", new_tab: "true" }, ["$ ls", "", "a", "  b"], "   "]],
  },
  {
    name: "a code block of a class in a list",
    extension: "rst",
    text: [
      "* .. code-block:: console",
      "     :class: wide immutable-kinoite",
      "",
      "     $ ls",
      "",
      ".. code-block:: console",
      "",
      "   $ x",
    ],
    blocks: [[4, { immutable: "kinoite" }, ["$ ls"], "     "]],
  },
  {
    name: "a code block of a class in a quotation",
    extension: "rst",
    text: [
      "  .. code-block:: console",
      "     :class: wide immutable-kinoite",
      "",
      "     $ ls",
      "",
      ".. code-block:: console",
      "",
      "   $ x",
    ],
    blocks: [[4, { immutable: "kinoite" }, ["$ ls"], "     "]],
  },
  {
    name: "listings",
    extension: "adoc",
    text: [
      "[source,console,immutable=silverblue,session=page]",
      ".A title",
      "----",
      "$ ls",
      "a",
      "----",
      '[listing,immutable="vanilla",run="cd /etc"]',
      "....",
      "$ x",
      "....",
      "[source,console]",
      "----",
      "$ y",
      "----",
      "[source,console,immutable=debian]",
      "----",
      "$ never closed",
    ],
    blocks: [
      [4, { immutable: "silverblue", session: "page" }, ["$ ls", "a"], ""],
      [9, { immutable: "vanilla", run: "cd /etc" }, ["$ x"], ""],
    ],
  },
];

test.each(CASES)("$extension: $name", ({ extension, text, blocks }) => {
  const read = blocksOf(extension, text.join("\n")) ?? [];
  expect(read.map(({ line, attributes, lines, indent }) => [line, Object.fromEntries(attributes), lines, indent])).toEqual(blocks);
});

test("other languages are not read", () => {
  expect(blocksOf("txt", "$ ls")).toBeUndefined();
});
