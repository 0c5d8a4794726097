/** The command line of bash itself. */
import { baseName } from "./shell.ts";
import { SET_LETTERS, SET_NAMES, SHOPT_NAMES } from "./options.ts";

export interface Invocation {
  readonly isLogin: boolean;
  /** -i */
  readonly isInteractive: boolean;
  /** -s */
  readonly readsInput: boolean;
  /** -c */
  readonly command: string | undefined;
  readonly readsProfile: boolean;
  readonly readsRc: boolean;
  readonly rcFile: string | undefined;
  /** Without --noediting. */
  readonly editsLines: boolean;
  readonly shows: "version" | "help" | undefined;
  /** Options of `set` and `shopt`, in order. */
  readonly settings: readonly { readonly kind: "set" | "shopt"; readonly name: string; readonly on: boolean }[];
  /** Script and arguments, or `$0` and arguments after -c. */
  readonly operands: readonly string[];
}

/** Reads `argv` without its first word. A string is the complaint. */
export function parseInvocation(argv: readonly string[]): Invocation | string {
  const [name = "bash", ...args] = argv;
  const settings: { kind: "set" | "shopt"; name: string; on: boolean }[] = [];
  const flags = new Set<string>();
  let rcFile: string | undefined;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "-" || arg === "--") {
      at++;
      break;
    }
    if (arg.startsWith("--")) {
      const word = arg.slice(2);
      if (word === "rcfile" || word === "init-file") {
        rcFile = args[++at];
        if (rcFile === undefined) return `${arg}: option requires an argument`;
      } else if (!LONG_OPTIONS.includes(word)) return `${arg}: invalid option`;
      else flags.add(word);
      continue;
    }
    if (!/^[-+]./.test(arg)) break;
    const on = arg.startsWith("-");
    for (const letter of arg.slice(1)) {
      if ("cilsrD".includes(letter) && on) flags.add(letter);
      else if (letter === "o" || letter === "O") {
        const option = args[++at];
        if (option === undefined) return `${arg}: option requires an argument`;
        if (letter === "o" && !SET_NAMES.includes(option)) return `line 0: ${baseName(name)}: ${option}: invalid option name`;
        if (letter === "O" && !SHOPT_NAMES.includes(option)) return `line 0: ${option}: invalid shell option name`;
        settings.push({ kind: letter === "o" ? "set" : "shopt", name: option, on });
      } else {
        const option = SET_LETTERS.find(([each]) => each === letter)?.[1];
        if (option === undefined) return `${arg.charAt(0)}${letter}: invalid option`;
        settings.push({ kind: "set", name: option, on });
      }
    }
  }
  let operands = args.slice(at);
  let command: string | undefined;
  if (flags.has("c")) {
    [command, ...operands] = operands;
    if (command === undefined) return "-c: option requires an argument";
  }
  if (flags.has("posix")) settings.push({ kind: "set", name: "posix", on: true });
  if (flags.has("verbose")) settings.push({ kind: "set", name: "verbose", on: true });
  return {
    isLogin: name.startsWith("-") || flags.has("l") || flags.has("login"),
    isInteractive: flags.has("i"),
    readsInput: flags.has("s"),
    command,
    readsProfile: !flags.has("noprofile"),
    readsRc: !flags.has("norc"),
    rcFile,
    editsLines: !flags.has("noediting"),
    shows: flags.has("version") ? "version" : flags.has("help") ? "help" : undefined,
    settings,
    operands,
  };
}

/** The long options, as the usage message lists them. */
export const LONG_OPTIONS = [
  "debug",
  "debugger",
  "dump-po-strings",
  "dump-strings",
  "help",
  "init-file",
  "login",
  "noediting",
  "noprofile",
  "norc",
  "posix",
  "pretty-print",
  "rcfile",
  "restricted",
  "verbose",
  "version",
];
