/** history, help, bind, complete, compgen, compopt, fc: builtins of an interactive shell. */
import { fail, helpText, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { quoteIfNeeded } from "../escapes.ts";
import { isSysError } from "../../vfs/errno.ts";
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
      list.push(options.operands.join(" "));
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

/** @simplified Lists (`fc -l`) only; editing and running again are `↑`'s work here. */
const fc: OrdinaryBuiltin = {
  name: "fc",
  usage: "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]",
  summary: "Display or execute commands from the history list.",
  *run(shell, args) {
    const options = parseOptions(
      args.map((arg) => (/^-\d+$/.test(arg) ? `\u0000${arg}` : arg)),
      "e:lnrs",
    );
    if (typeof options === "string") return yield* usageError(shell, fc, options);
    if (!options.has("l")) return yield* fail(shell, "fc", "only -l is available here");
    const list = shell.state.history;
    const end = list.base + list.length - 1;
    const number = (text: string) => (text.startsWith("-") ? end + Number(text) : Number(text));
    const operands = options.operands.map((each) => each.replace("\u0000", ""));
    const from = Math.max(list.base, operands[0] === undefined ? end - 16 : number(operands[0]));
    const to = operands[1] === undefined ? end - 1 : number(operands[1]);
    for (let i = from; i <= to; i++) yield* shell.proc.print(`${options.has("n") ? "" : String(i)}\t ${list.at(i) ?? ""}\n`);
    return 0;
  },
};

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

  *run() {
    return 0;
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
