/** less's language of prompts, of which man makes use: text, `%x` for values, `?x…:….` for what depends on a value being known. */
export interface PromptFacts {
  /** "" for standard input. */
  readonly file: string;
  /** Number of the line at the top, from 1. */
  readonly topLine: number;
  /** Undefined while not all was read. */
  readonly lines: number | undefined;
  readonly isAtEnd: boolean;
  readonly percent: number | undefined;
}

/** The prompt that `format` stands for. Values that this pager has not are as unknown ones. */
export function promptText(format: string, facts: PromptFacts): string {
  const position = { at: 0 };
  let out = "";
  // A colon or full stop that ends nothing is text.
  while (position.at < format.length) {
    out += part(format, position, facts);
    out += format[position.at++] ?? "";
  }
  return out;
}

/** Reads up to the `:` or `.` that ends the part, or to the end. */
function part(format: string, position: { at: number }, facts: PromptFacts): string {
  let out = "";
  while (position.at < format.length) {
    const character = format[position.at] ?? "";
    if (character === ":" || character === ".") return out;
    position.at++;
    if (character === "\\") out += format[position.at++] ?? "";
    else if (character === "%") out += valueOf(name(format, position), facts) ?? "?";
    else if (character === "?") {
      const isKnown = known(name(format, position), facts);
      const yes = part(format, position, facts);
      let no = "";
      if (format[position.at] === ":") {
        position.at++;
        no = part(format, position, facts);
      }
      if (format[position.at] === ".") position.at++;
      out += isKnown ? yes : no;
    } else out += character;
  }
  return out;
}

/** A value's letter, with a second one that says which line is meant. */
function name(format: string, position: { at: number }): string {
  const letter = format[position.at++] ?? "";
  return "lbpP".includes(letter) && /[tmbBj]/.test(format[position.at] ?? "") ? letter + (format[position.at++] ?? "") : letter;
}

function valueOf(letter: string, facts: PromptFacts): string | undefined {
  switch (letter[0]) {
    case "l":
      return String(facts.topLine);
    case "L":
      return facts.lines === undefined ? undefined : String(facts.lines);
    case "p":
      return facts.percent === undefined ? undefined : `${String(facts.percent)}`;
    case "f":
      return facts.file;
    default:
      return undefined;
  }
}

function known(letter: string, facts: PromptFacts): boolean {
  if (letter === "e") return facts.isAtEnd;
  if (letter === "f") return facts.file !== "";
  return valueOf(letter, facts) !== undefined;
}
