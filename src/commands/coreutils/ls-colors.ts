/** Colours of ls, from LS_COLORS or as compiled in (dir_colors(5)). */
import type { Stat } from "../../vfs/types.ts";

/** Two letters to the SGR numbers that they mean. */
const COMPILED: ReadonlyMap<string, string> = new Map([
  ["rs", "0"],
  ["di", "01;34"],
  ["ln", "01;36"],
  ["pi", "33"],
  ["so", "01;35"],
  ["bd", "01;33"],
  ["cd", "01;33"],
  ["ex", "01;32"],
  ["su", "37;41"],
  ["sg", "30;43"],
  ["st", "37;44"],
  ["ow", "34;42"],
  ["tw", "30;42"],
]);

const TERMINALS =
  /^(?:Eterm|alacritty|ansi|.*color.*|con[0-9]+x[0-9]+|cons25|console|cygwin|.*direct.*|dtterm|foot|gnome|hurd|jfbterm|konsole|kterm|linux|linux-c|mlterm|putty|rxvt.*|screen.*|st|terminator|tmux.*|vt100|vt220|xterm.*)$/;

/** Without LS_COLORS ls colours only on terminals whose name it knows. */
export function colorsKnown(env: ReadonlyMap<string, string>): boolean {
  return (env.get("LS_COLORS") ?? "") !== "" || (env.get("COLORTERM") ?? "") !== "" || TERMINALS.test(env.get("TERM") ?? "");
}

export class Colors {
  readonly #codes: ReadonlyMap<string, string>;
  readonly #suffixes: readonly (readonly [suffix: string, code: string])[];
  /** Whether something was coloured already: the first time the terminal is set to its default. */
  #used = false;

  constructor(variable: string | undefined) {
    const codes = new Map(COMPILED);
    const suffixes: (readonly [string, string])[] = [];
    for (const entry of (variable ?? "").split(":")) {
      const equals = entry.indexOf("=");
      if (equals < 0) continue;
      const key = entry.slice(0, equals);
      const code = entry.slice(equals + 1);
      if (key.startsWith("*")) suffixes.push([key.slice(1), code]);
      else codes.set(key, code);
    }
    this.#codes = codes;
    this.#suffixes = suffixes.reverse();
  }

  /** `text` in the colour of a file called `name`. `target` is what a link leads to: undefined for a dangling one. */
  paint(text: string, name: string, stat: Stat | undefined, target: Stat | undefined): string {
    const code = this.#codeOf(name, stat, target);
    if (code === undefined || code === "" || code === "0" || code === "00") return text;
    const start = this.#used ? "" : "\x1b[0m";
    this.#used = true;
    return `${start}\x1b[${code}m${text}\x1b[0m`;
  }

  #codeOf(name: string, stat: Stat | undefined, target: Stat | undefined): string | undefined {
    if (stat === undefined) return this.#codes.get("mi");
    if (stat.type === "symlink") {
      if (target === undefined) return this.#codes.get("or") ?? this.#codes.get("ln");
      return this.#codes.get("ln") === "target" ? this.#codeOf(name, target, undefined) : this.#codes.get("ln");
    }
    switch (stat.type) {
      case "dir":
        if (stat.mode & 0o1000 && stat.mode & 0o002 && this.#codes.has("tw")) return this.#codes.get("tw");
        if (stat.mode & 0o002 && this.#codes.has("ow")) return this.#codes.get("ow");
        if (stat.mode & 0o1000 && this.#codes.has("st")) return this.#codes.get("st");
        return this.#codes.get("di");
      case "fifo":
        return this.#codes.get("pi");
      case "socket":
        return this.#codes.get("so");
      case "char":
        return this.#codes.get("cd");
      case "block":
        return this.#codes.get("bd");
      default:
        if (stat.mode & 0o4000 && this.#codes.has("su")) return this.#codes.get("su");
        if (stat.mode & 0o2000 && this.#codes.has("sg")) return this.#codes.get("sg");
        if (stat.mode & 0o111 && this.#codes.has("ex")) return this.#codes.get("ex");
        return this.#suffixes.find(([suffix]) => name.endsWith(suffix))?.[1] ?? this.#codes.get("fi");
    }
  }
}
