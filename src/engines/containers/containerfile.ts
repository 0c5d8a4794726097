/** Containerfile(5): instructions, one a line, with continuations, comments and variables. */

export interface Instruction {
  /** Upper case, e.g. "RUN". */
  readonly name: string;
  readonly argument: string;
  /** As it is shown: "RUN dnf install htop". */
  readonly text: string;
}

/** Throws RangeError with podman's words when there is nothing to build from. */
export function parseContainerfile(text: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let line = "";
  for (const raw of text.split("\n")) {
    if (/^\s*#/.test(raw) || (line === "" && raw.trim() === "")) continue;
    if (/\\\s*$/.test(raw)) {
      line += raw.replace(/\\\s*$/, "");
      continue;
    }
    line += raw;
    const [, name = "", argument = ""] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(line) ?? [];
    const upper = name.toUpperCase();
    instructions.push({ name: upper, argument, text: `${upper} ${argument}`.trim() });
    line = "";
  }
  const first = instructions.findIndex(({ name }) => name === "FROM");
  if (first < 0 || instructions.slice(0, first).some(({ name }) => name !== "ARG")) throw new RangeError("no FROM statement found");
  return instructions;
}

/** `$NAME`, `${NAME}`, `${NAME:-otherwise}` replaced; a backslash keeps a dollar. */
export function substitute(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g,
    (whole, braced: string | undefined, kind: string | undefined, word: string | undefined, plain: string | undefined) => {
      if (whole === "\\$") return "$";
      const value = values.get(braced ?? plain ?? "");
      if (kind === "-") return value === undefined || value === "" ? (word ?? "") : value;
      if (kind === "+") return value === undefined || value === "" ? "" : (word ?? "");
      return value ?? "";
    },
  );
}

/** `KEY=VALUE KEY="VALUE"…`, or the old `KEY VALUE`. */
export function parsePairs(argument: string): readonly (readonly [name: string, value: string])[] {
  const old = /^(\w[\w.-]*)\s+([^=]*)$/s.exec(argument);
  if (old !== null) return [[old[1] ?? "", old[2] ?? ""]];
  return [...argument.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/gs)].map(
    (match) => [match[1] ?? "", unquoted(match[2] ?? "")] as const,
  );
}

function unquoted(text: string): string {
  const body = /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
  return body.replace(/\\(.)/gs, "$1");
}

/** The words of CMD, ENTRYPOINT and RUN: a JSON list, or a line for the shell. */
export function commandWords(argument: string): readonly string[] {
  if (argument.startsWith("[")) {
    try {
      const words: unknown = JSON.parse(argument);
      if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return ["/bin/sh", "-c", argument];
}
