/** `--help`, made from a program's option table. */
import type { Command, Option } from "./command.ts";
import { allOptions, longNames, shortNames } from "./options.ts";

/** Column where the explanations start, as in most GNU programs. */
const COLUMN = 29;
const WIDTH = 79;

/** The whole text of `name --help`. */
export function helpText(command: Command, name: string = command.name): string {
  const usage = usageText(command, name);
  if (command.helpBody !== undefined) return usage + command.helpBody;
  const options = allOptions(command).filter((option) => option.help !== "");
  const lines = options.map((option) => optionLine(option, command.style)).join("");
  const subcommands = (command.subcommands ?? []).map((entry) => row(`  ${entry.name}`, entry.help)).join("");
  if (INDENTED.has(command.package)) {
    return `\nUsage:\n${command.usage.map((line) => ` ${calledAs(line, command.name, name)}\n`).join("")}\n${command.about}\n${lines === "" ? "" : `\nOptions:\n${lines}`}`;
  }
  return (
    usage +
    folded(command.about, WIDTH).join("\n") +
    "\n" +
    (subcommands === "" ? "" : "\n" + subcommands) +
    (lines === "" ? "" : "\n" + lines)
  );
}

/** Packages whose programs put the usage under a heading. */
const INDENTED = new Set(["util-linux", "util-linux-core", "procps-ng"]);

/** The usage lines as they stand in help and complaints. A line that begins with "usage:" is taken as it is. */
export function usageText(command: Pick<Command, "usage" | "name">, name: string): string {
  return command.usage
    .map((line, index) =>
      line.startsWith("usage:") ? `${line}\n` : `${index === 0 ? "Usage:" : "  or: "} ${calledAs(line, command.name, name)}\n`,
    )
    .join("");
}

/** The usage line with the program's name as it was called. */
function calledAs(line: string, name: string, called: string): string {
  return line === name || line.startsWith(name + " ") ? called + line.slice(name.length) : line;
}

function optionLine(option: Option, style: Command["style"]): string {
  const shorts = shortNames(option).map((letter) => `-${letter}`);
  const longs = longNames(option).map((long) => `--${long}`);
  const argument = option.argument;
  let spelled = [...shorts, ...longs].join(", ");
  if (shorts.length === 0) spelled = (style === "glib" ? "" : "    ") + spelled;
  if (argument !== undefined) {
    if (longs.length > 0) spelled += option.optional ? `[=${argument}]` : `=${argument}`;
    else spelled += option.optional ? `[${argument}]` : ` ${argument}`;
  }
  return row(`  ${spelled}`, option.help);
}

/** `left`, then `text` from COLUMN on, folded at blanks. */
function row(left: string, text: string): string {
  const lines = folded(text, WIDTH - COLUMN);
  const [first = "", ...rest] = lines;
  const head = left.length + 2 <= COLUMN ? left.padEnd(COLUMN) + first : `${left}\n${" ".repeat(COLUMN)}${first}`;
  return [head, ...rest.map((line) => " ".repeat(COLUMN) + line)].map((line) => line.trimEnd() + "\n").join("");
}

function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
