/** `set -o` and `shopt`: names, letters, defaults. Values are kept as sets of the names that are on. */

/** Letters of `set`, in the order in which `$-` shows them. */
export const SET_LETTERS: readonly (readonly [letter: string, name: string])[] = [
  ["a", "allexport"],
  ["b", "notify"],
  ["e", "errexit"],
  ["f", "noglob"],
  ["h", "hashall"],
  ["k", "keyword"],
  ["m", "monitor"],
  ["n", "noexec"],
  ["p", "privileged"],
  ["t", "onecmd"],
  ["u", "nounset"],
  ["v", "verbose"],
  ["x", "xtrace"],
  ["B", "braceexpand"],
  ["C", "noclobber"],
  ["E", "errtrace"],
  ["H", "histexpand"],
  ["P", "physical"],
  ["T", "functrace"],
];

/** Every name of `set -o`, in the order in which it lists them. */
export const SET_NAMES: readonly string[] = [
  "allexport",
  "braceexpand",
  "emacs",
  "errexit",
  "errtrace",
  "functrace",
  "hashall",
  "histexpand",
  "history",
  "ignoreeof",
  "interactive-comments",
  "keyword",
  "monitor",
  "noclobber",
  "noexec",
  "noglob",
  "nolog",
  "notify",
  "nounset",
  "onecmd",
  "physical",
  "pipefail",
  "posix",
  "privileged",
  "verbose",
  "vi",
  "xtrace",
];

const SET_DEFAULTS = ["braceexpand", "hashall", "interactive-comments"];
const SET_INTERACTIVE = ["emacs", "histexpand", "history", "monitor"];

/** Every name of `shopt`, in the order in which it lists them. */
export const SHOPT_NAMES: readonly string[] = [
  "autocd",
  "assoc_expand_once",
  "cdable_vars",
  "cdspell",
  "checkhash",
  "checkjobs",
  "checkwinsize",
  "cmdhist",
  "compat31",
  "compat32",
  "compat40",
  "compat41",
  "compat42",
  "compat43",
  "compat44",
  "complete_fullquote",
  "direxpand",
  "dirspell",
  "dotglob",
  "execfail",
  "expand_aliases",
  "extdebug",
  "extglob",
  "extquote",
  "failglob",
  "force_fignore",
  "globasciiranges",
  "globskipdots",
  "globstar",
  "gnu_errfmt",
  "histappend",
  "histreedit",
  "histverify",
  "hostcomplete",
  "huponexit",
  "inherit_errexit",
  "interactive_comments",
  "lastpipe",
  "lithist",
  "localvar_inherit",
  "localvar_unset",
  "login_shell",
  "mailwarn",
  "no_empty_cmd_completion",
  "nocaseglob",
  "nocasematch",
  "noexpand_translation",
  "nullglob",
  "patsub_replacement",
  "progcomp",
  "progcomp_alias",
  "promptvars",
  "restricted_shell",
  "shift_verbose",
  "sourcepath",
  "varredir_close",
  "xpg_echo",
];

const SHOPT_DEFAULTS = [
  "checkwinsize",
  "cmdhist",
  "complete_fullquote",
  "extquote",
  "force_fignore",
  "globasciiranges",
  "globskipdots",
  "hostcomplete",
  "interactive_comments",
  "patsub_replacement",
  "progcomp",
  "promptvars",
  "sourcepath",
];

/** What POSIX mode turns on besides. */
const SHOPT_POSIX = ["expand_aliases", "inherit_errexit", "interactive_comments", "shift_verbose", "sourcepath"];

/** The options of one shell. */
export class Options {
  readonly #on: Set<string>;

  constructor(on: Iterable<string> = [...SET_DEFAULTS, ...SHOPT_DEFAULTS.map(shoptKey)]) {
    this.#on = new Set(on);
  }

  /** Turns on what an interactive shell starts with. `monitor` only where there is a terminal. */
  becomeInteractive(hasTerminal: boolean): void {
    for (const name of SET_INTERACTIVE) if (name !== "monitor" || hasTerminal) this.#on.add(name);
    this.#on.add(shoptKey("expand_aliases"));
  }

  /** An option of `set -o`. */
  has(name: string): boolean {
    return this.#on.has(name);
  }

  set(name: string, on: boolean): void {
    if (on) this.#on.add(name);
    else this.#on.delete(name);
    if (on && name === "posix") for (const each of SHOPT_POSIX) this.#on.add(shoptKey(each));
    if (on && name === "vi") this.#on.delete("emacs");
    if (on && name === "emacs") this.#on.delete("vi");
  }

  /** An option of `shopt`. */
  shopt(name: string): boolean {
    return this.#on.has(shoptKey(name));
  }

  setShopt(name: string, on: boolean): void {
    this.set(shoptKey(name), on);
  }

  /** The letters of `$-` that options give. */
  letters(): string {
    return SET_LETTERS.filter(([, name]) => this.#on.has(name))
      .map(([letter]) => letter)
      .join("");
  }

  /** `$SHELLOPTS` or `$BASHOPTS`. */
  list(kind: "set" | "shopt"): string {
    return (kind === "set" ? SET_NAMES.filter((name) => this.has(name)) : [...SHOPT_NAMES].sort().filter((name) => this.shopt(name))).join(
      ":",
    );
  }

  clone(): Options {
    return new Options(this.#on);
  }

  save(): string[] {
    return [...this.#on];
  }
}

/** Both families have names of their own; the prefix keeps them apart in one set. */
function shoptKey(name: string): string {
  return `shopt:${name}`;
}
