/** A manual page: from a program's option table or from a few words of ours, and how it looks. */
import type { Command, Option } from "../command.ts";
import { allOptions, longNames, shortNames } from "../options.ts";
import { textWidth } from "../table.ts";

export interface Page {
  readonly name: string;
  readonly section: string;
  /** What it is in a few words, as whatis says it. */
  readonly summary: string;
  readonly sections: readonly PageSection[];
  /** At the foot on the left: the package and its version. */
  readonly source: string;
}

export interface PageSection {
  readonly title: string;
  readonly body: readonly Paragraph[];
}

/** Running text, a line that is not filled, or something explained. */
export type Paragraph = string | { readonly line: string } | { readonly tag: string; readonly text: string };

const TITLES: Readonly<Record<string, string>> = {
  "1": "User Commands",
  "5": "File Formats",
  "7": "Miscellaneous",
  "8": "System Administration",
};

/** `about` as whatis has it: no capital, no full stop, one sentence. */
export function summaryOf(about: string): string {
  const [first = ""] = about.split(/\.(?:\s|$)/);
  return /^[A-Z][a-z]/.test(first) ? first.charAt(0).toLowerCase() + first.slice(1) : first;
}

/** The page of a program. `version` is that of its package. */
export function pageOfCommand(command: Command, section: string, version: string | undefined): Page {
  const options = allOptions(command).filter(({ help }) => help !== "");
  const sections: PageSection[] = [
    { title: "NAME", body: [`${command.name} - ${summaryOf(command.about)}`] },
    { title: "SYNOPSIS", body: command.usage.map((line) => ({ line: line.replace(/^usage: /, "") })) },
    { title: "DESCRIPTION", body: [command.about, ...(command.style === "glib" ? [] : options.map(optionParagraph))] },
  ];
  if (command.style === "glib") sections.push({ title: "OPTIONS", body: options.map(optionParagraph) });
  if (command.subcommands !== undefined)
    sections.push({ title: "COMMANDS", body: command.subcommands.map(({ name, help }) => ({ tag: name, text: help })) });
  if (command.simplified !== undefined) sections.push({ title: "IN IMMUTABLE LAB", body: [sentence(command.simplified)] });
  return { name: command.name, section, summary: summaryOf(command.about), sections, source: `${command.package} ${version ?? ""}`.trim() };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

function optionParagraph(option: Option): Paragraph {
  const { argument } = option;
  const shorts = shortNames(option).map((letter) => `-${letter}`);
  const longs = longNames(option).map((long) => `--${long}`);
  let tag = [...shorts, ...longs].join(", ");
  if (argument !== undefined) {
    if (longs.length > 0) tag += option.optional === true ? `[=${argument}]` : `=${argument}`;
    else tag += option.optional === true ? `[${argument}]` : ` ${argument}`;
  }
  const also = option.fidelity === "unbuilt" ? " (not built in Immutable Lab)" : "";
  return { tag, text: `${option.help}${also}` };
}

/** The page as lines of at most `width` columns; `bold` marks what man shows bold. */
export function renderPage(page: Page, width: number, bold: (text: string) => string): string[] {
  const name = `${page.name.toUpperCase()}(${page.section})`;
  const lines = [heading(name, TITLES[page.section] ?? "", name, width), ""];
  for (const { title, body } of page.sections) {
    lines.push(bold(title));
    for (const [index, paragraph] of body.entries()) {
      if (index > 0 && !(typeof paragraph === "object" && "line" in paragraph)) lines.push("");
      lines.push(...paragraphLines(paragraph, width, bold));
    }
    lines.push("");
  }
  lines.push(heading(page.source, "", name, width));
  return lines;
}

/** Three texts on a line: at the left, in the middle and at the right. */
function heading(left: string, middle: string, right: string, width: number): string {
  const start = Math.max(left.length + 1, Math.floor((width - middle.length) / 2));
  const line = left.padEnd(start) + middle;
  return line.padEnd(Math.max(line.length + 1, width - right.length)) + right;
}

const INDENT = 7;
const DEEPER = 14;

function paragraphLines(paragraph: Paragraph, width: number, bold: (text: string) => string): string[] {
  if (typeof paragraph === "string") return filled(paragraph, width, INDENT);
  if ("line" in paragraph) return [" ".repeat(INDENT) + paragraph.line];
  const text = filled(paragraph.text, width, DEEPER);
  const tag = " ".repeat(INDENT) + bold(paragraph.tag);
  // A short tag has the text beside it.
  if (paragraph.tag.length < DEEPER - INDENT - 1 && text[0] !== undefined)
    return [tag + " ".repeat(DEEPER - INDENT - paragraph.tag.length) + text[0].trimStart(), ...text.slice(1)];
  return [tag, ...text];
}

function filled(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && indent + textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => " ".repeat(indent) + one);
}
