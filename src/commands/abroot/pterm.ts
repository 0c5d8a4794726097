/** Output as pterm has it, which ABRoot's interface is built with: a coloured word, then the text. Without colours off a terminal. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

const PREFIXES = {
  info: { word: "INFO", colours: "30;46", text: "96" },
  success: { word: "SUCCESS", colours: "30;42", text: "32" },
  warning: { word: "WARNING", colours: "30;43", text: "33" },
  error: { word: "ERROR", colours: "30;101", text: "91" },
} as const;

/** A line, or several, which are indented below the first; `end` is what comes behind it. */
export function* say(proc: Process, kind: keyof typeof PREFIXES, text: string, end = "\n"): Run<void> {
  const { word, colours, text: colour } = PREFIXES[kind];
  const colourful = proc.sys.isatty(1) && proc.env.get("NO_COLOR") === undefined;
  const [first = "", ...rest] = text.replace(/\n$/, "").split("\n");
  const paint = (codes: string, part: string): string => (colourful ? `\u001b[${codes}m${part}\u001b[0m` : part);
  const indent = " ".repeat(word.length + 3);
  const lines = [`${paint(colours, ` ${word} `)} ${paint(colour, first)}`, ...rest.map((line) => indent + paint(colour, line))];
  yield* proc.print(`${lines.join("\n")}${end}`);
}

export function bold(proc: Process, text: string): string {
  return proc.sys.isatty(1) && proc.env.get("NO_COLOR") === undefined ? `\u001b[1m${text}\u001b[0m` : text;
}

/** A bullet list, one level deep. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => ` • ${item}\n`).join("");
}
