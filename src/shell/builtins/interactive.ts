/** history, help, bind, complete, compgen, compopt, fc: builtins of an interactive shell. */
import { fail, helpText, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { quoteIfNeeded } from "../escapes.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";
import { KEYWORDS } from "../keywords.ts";
import { glob } from "../expand/glob.ts";
import { escapePattern, Pattern } from "../pattern.ts";

const history: OrdinaryBuiltin = {
  name: "history",
  usage: "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",
  summary: "Display or manipulate the history list.",
  *run(shell, args) {
    const options = parseOptions(args, "cd:anrwps");
    if (typeof options === "string") return yield* usageError(shell, history, options);
    const list = shell.state.history;
    const [operand] = options.operands;
    if (options.has("c")) list.clear();
    const offset = options.argument("d");
    if (offset !== undefined) {
      const number = Number(offset) < 0 ? list.base + list.length + Number(offset) : Number(offset);
      if (!/^-?\d+$/.test(offset) || !list.delete(number)) return yield* fail(shell, "history", `${offset}: history position out of range`);
      return 0;
    }
    if (options.has("s")) {
      list.store(options.operands.join(" "));
      return 0;
    }
    if (options.has("p")) {
      for (const each of options.operands) yield* shell.proc.print(`${each}\n`);
      return 0;
    }
    try {
      const file = operand === undefined ? [] : ([operand] as const);
      if (options.has("a")) yield* list.append(shell.proc, ...file);
      else if (options.has("r") || options.has("n")) yield* list.load(shell.proc, ...file);
      else if (options.has("w")) yield* list.write(shell.proc, ...file);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* fail(shell, "history", `${operand ?? shell.variables.scalar("HISTFILE") ?? ""}: ${error.text}`);
    }
    if (options.given.length > 0) return 0;
    if (operand !== undefined && !/^\d+$/.test(operand)) return yield* fail(shell, "history", `${operand}: numeric argument required`);
    const lines = list.lines;
    const first = operand === undefined ? 0 : Math.max(0, lines.length - Number(operand));
    yield* shell.proc.print(
      lines
        .slice(first)
        .map((line, i) => `${String(list.base + first + i).padStart(5)}  ${line}\n`)
        .join(""),
    );
    return 0;
  },
};

const fc: OrdinaryBuiltin = {
  name: "fc",
  usage: "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]",
  summary: "Display or execute commands from the history list.",
  *run(shell, args) {
    // A negative number is an operand, not letters.
    const options = parseOptions(
      args.map((arg) => (/^-\d+$/.test(arg) ? `\0${arg}` : arg)),
      "e:lnrs",
    );
    if (typeof options === "string") return yield* usageError(shell, fc, options);
    const list = shell.state.history;
    const operands = options.operands.map((each) => each.replace("\0", ""));
    // The line that says fc is itself the newest.
    const last = list.base + list.length - (shell.interactive ? 2 : 1);
    if (last < list.base) return 0;
    if (options.has("s") || options.argument("e") === "-") return yield* runAgain(shell, operands, last);
    const [first, second] = operands.map((each) => numberOf(shell, each, last));
    if (operands.length > 0 && (first === undefined || (operands.length > 1 && second === undefined)))
      return yield* fail(shell, "fc", "history specification out of range");
    const from = first ?? (options.has("l") ? Math.max(list.base, last - 15) : last);
    const to = second ?? (options.has("l") ? last : from);
    const backwards = options.has("r") !== from > to;
    const numbers: number[] = [];
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) numbers.push(i);
    if (backwards) numbers.reverse();
    if (options.has("l")) {
      for (const i of numbers) yield* shell.proc.print(`${options.has("n") ? "" : String(i)}\t ${list.at(i) ?? ""}\n`);
      return 0;
    }
    return yield* editAndRun(
      shell,
      numbers.map((i) => list.at(i) ?? ""),
      options.argument("e") ?? shell.variables.scalar("FCEDIT") ?? shell.variables.scalar("EDITOR") ?? "vi",
    );
  },
};

/** The history number that `text` names: a number, a distance from the end, or the beginning of a line. */
function numberOf(shell: Shell, text: string, last: number): number | undefined {
  const list = shell.state.history;
  if (/^-?\d+$/.test(text)) {
    const number = text.startsWith("-") ? last + 1 + Number(text) : Number(text) || last;
    return Math.min(Math.max(number, list.base), last);
  }
  for (let i = last; i >= list.base; i--) if (list.at(i)?.startsWith(text) === true) return i;
  return undefined;
}

/** `fc -s [pat=rep] [command]`. */
function* runAgain(shell: Shell, operands: readonly string[], last: number): Run<number> {
  const changes = operands.filter((each) => each.includes("="));
  const wanted = operands.find((each) => !each.includes("="));
  const number = wanted === undefined ? last : numberOf(shell, wanted, last);
  if (number === undefined) return yield* fail(shell, "fc", "no command found");
  let line = shell.state.history.at(number) ?? "";
  for (const change of changes) {
    const at = change.indexOf("=");
    line = line.split(change.slice(0, at)).join(change.slice(at + 1));
  }
  return yield* runShown(shell, line);
}

/** Shows a line, keeps it in the place of the `fc` that asked for it, and runs it. */
function* runShown(shell: Shell, text: string): Run<number> {
  yield* shell.writeError(`${text}\n`);
  if (shell.interactive) shell.state.history.replaceLast(text);
  return yield* shell.interpreter.runText(shell, text);
}

function* editAndRun(shell: Shell, lines: readonly string[], editor: string): Run<number> {
  const path = `${shell.variables.scalar("TMPDIR") ?? "/tmp"}/bash-fc.${String(shell.proc.kernel.random.next())}`;
  yield* shell.proc.writeFile(path, lines.map((line) => `${line}\n`).join(""), 0o600);
  const status = yield* shell.interpreter.runText(shell, `${editor} ${path}`);
  const text = decodeUtf8(yield* shell.proc.readFile(path)).replace(/\n$/, "");
  shell.proc.sys.unlink(path);
  return status === 0 ? yield* runShown(shell, text) : status;
}

const help: OrdinaryBuiltin = {
  name: "help",
  usage: "help [-dms] [pattern ...]",
  summary: "Display information about builtin commands.",
  *run(shell, args) {
    const options = parseOptions(args, "dms");
    if (typeof options === "string") return yield* usageError(shell, help, options);
    const all = [...shell.interpreter.builtins.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (options.operands.length === 0) {
      yield* shell.proc.print(
        `GNU bash, version ${shell.variables.scalar("BASH_VERSION") ?? ""} (${shell.variables.scalar("MACHTYPE") ?? ""})\n` +
          "These shell commands are defined internally.  Type `help' to see this list.\nType `help name' to find out more about the function `name'.\n\n" +
          all.map((each) => ` ${each.usage}\n`).join(""),
      );
      return 0;
    }
    let status = 1;
    for (const operand of options.operands) {
      const pattern = new Pattern(operand);
      for (const each of all.filter(({ name }) => name === operand || pattern.matches(name))) {
        status = 0;
        const text = options.has("d")
          ? `${each.name} - ${each.summary}\n`
          : options.has("s")
            ? `${each.name}: ${each.usage}\n`
            : helpText(each);
        yield* shell.proc.print(text);
      }
      if (status !== 0)
        yield* shell.complain(`help: no help topics match \`${operand}'.  Try \`help help' or \`man -k ${operand}' or \`info ${operand}'.`);
    }
    return status;
  },
};

/** @simplified Accepted; keys are as readline's emacs mode has them. */
const bind: OrdinaryBuiltin = {
  name: "bind",
  usage:
    "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
  summary: "Set Readline key bindings and variables.",

  *run(shell, args) {
    if (!shell.interactive) yield* shell.complain("bind: warning: line editing not enabled");
    const options = parseOptions(args, "lpsvPSVXm:f:q:u:r:x:");
    return typeof options === "string" ? yield* usageError(shell, bind, options) : 0;
  },
};

/** @simplified Kept and listed; completion has rules of its own. */
const complete: OrdinaryBuiltin = {
  name: "complete",
  usage:
    "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
  summary: "Specify how arguments are to be completed by Readline.",
  *run(shell, args) {
    const { completions } = shell.state;
    const options = parseOptions(args, "abcdefgjksuvprDEIo:A:G:W:F:C:X:P:S:");
    if (typeof options === "string") return yield* usageError(shell, complete, options);
    if (options.has("r")) {
      if (options.operands.length === 0) completions.clear();
      for (const name of options.operands) completions.delete(name);
      return 0;
    }
    if (args.length === 0 || options.has("p")) {
      const chosen = options.operands.length > 0 ? options.operands : [...completions.keys()];
      for (const name of chosen) {
        const spec = completions.get(name);
        if (spec === undefined) return yield* fail(shell, "complete", `${name}: no completion specification`);
        yield* shell.proc.print(`complete ${spec} ${name}\n`);
      }
      return 0;
    }
    const spec = args
      .slice(0, args.length - options.operands.length)
      .map(quoteIfNeeded)
      .join(" ");
    for (const name of options.operands) completions.set(name, spec);
    return 0;
  },
};

const compopt: OrdinaryBuiltin = {
  name: "compopt",
  usage: "compopt [-o|+o option] [-DEI] [name ...]",
  summary: "Modify or display completion options.",

  *run() {
    return 0;
  },
};

const compgen: OrdinaryBuiltin = {
  name: "compgen",
  usage:
    "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
  summary: "Display possible completions depending on the options.",
  *run(shell, args) {
    const options = parseOptions(args, "abcdefgjksuvo:A:G:W:F:C:X:P:S:");
    if (typeof options === "string") return yield* usageError(shell, compgen, options);
    const [word = ""] = options.operands;
    const wants = (letter: string, action: string) => options.has(letter) || options.argument("A") === action;
    const found: string[] = [];
    if (wants("a", "alias")) found.push(...shell.state.aliases.keys());
    if (wants("b", "builtin")) found.push(...shell.interpreter.builtins.keys());
    if (wants("k", "keyword")) found.push(...KEYWORDS);
    if (wants("v", "variable")) found.push(...shell.variables.names());
    if (options.argument("A") === "function") found.push(...shell.state.functions.keys());
    found.push(...(options.argument("W") ?? "").split(/\s+/).filter((each) => each !== ""));
    if (wants("f", "file") || wants("d", "directory")) {
      for (const path of yield* glob(shell, `${escapePattern(word)}*`))
        if (options.has("f") || shell.proc.sys.stat(path).type === "dir") found.push(path);
    }
    const matching = found.filter((each) => each.startsWith(word));
    yield* shell.proc.print(matching.map((each) => `${options.argument("P") ?? ""}${each}${options.argument("S") ?? ""}\n`).join(""));
    return matching.length > 0 ? 0 : 1;
  },
};

export const interactiveBuiltins = [history, fc, help, bind, complete, compopt, compgen];
