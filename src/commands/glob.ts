/** Shell patterns against one name, as fnmatch(3): find -name, ls -I, grep --include. */

/** A pattern as an expression that matches whole names. Pure text to text: what it makes is small and runs on short names. */
export function globToPattern(glob: string, options: { readonly ignoreCase?: boolean; readonly slashes?: boolean } = {}): RegExp {
  let source = "";
  const any = options.slashes === false ? "[^/]" : "[^]";
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i] ?? "";
    if (character === "*") {
      while (glob[i + 1] === "*") i++;
      source += `${any}*`;
    } else if (character === "?") source += `(?:[\\ud800-\\udbff][\\udc00-\\udfff]|${any})`;
    else if (character === "\\" && i + 1 < glob.length) source += literal(glob[++i] ?? "");
    else if (character === "[") {
      const set = bracket(glob, i);
      if (set === undefined) source += "\\[";
      else {
        source += set.source;
        i = set.end;
      }
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, options.ignoreCase ? "i" : "");
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~",
  xdigit: "0-9A-Fa-f",
  cntrl: "\\x00-\\x1f\\x7f",
  print: "\\x20-\\x7e",
  graph: "\\x21-\\x7e",
};

function bracket(glob: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1;
  const negated = glob[at] === "!" || glob[at] === "^";
  if (negated) at++;
  const first = at;
  let inside = "";
  for (; at < glob.length; at++) {
    const character = glob[at] ?? "";
    if (character === "]" && at > first) return { source: `[${negated ? "^" : ""}${inside}]`, end: at };
    if (character === "[" && glob[at + 1] === ":") {
      const close = glob.indexOf(":]", at);
      const name = close < 0 ? undefined : CLASSES[glob.slice(at + 2, close)];
      if (name !== undefined) {
        inside += name;
        at = close + 1;
        continue;
      }
    }
    if (character === "\\" && at + 1 < glob.length) inside += setLiteral(glob[++at] ?? "");
    else if (character === "-" && at > first && glob[at + 1] !== "]") inside += "-";
    else inside += setLiteral(character);
  }
  return undefined;
}

function setLiteral(character: string): string {
  return character.replace(/[\\^\]-]/, "\\$&");
}
