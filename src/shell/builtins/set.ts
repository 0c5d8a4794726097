/** set, shopt, unset, let, getopts. */
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { elementKey, evaluateExpanded } from "../arithmetic-expansion.ts";
import { AssociativeArray } from "../arrays.ts";
import { ReadonlyError, ShellError } from "../errors.ts";
import type { Run } from "../../machine/program.ts";
import { functionText } from "../print.ts";
import { SET_LETTERS, SET_NAMES, SHOPT_NAMES } from "../options.ts";
import type { Shell } from "../shell.ts";
import { isName, parseReference } from "../variables.ts";
import { allAssignments } from "./declare.ts";

/** Sets an option of `set`; false when there is none of that name. */
export function setOption(shell: Shell, name: string, on: boolean): boolean {
  if (!SET_NAMES.includes(name)) return false;
  shell.options.set(name, on);
  return true;
}

function* showOptions(shell: Shell, asCommands: boolean): Run<number> {
  yield* shell.proc.print(
    SET_NAMES.map((name) =>
      asCommands
        ? `set ${shell.options.has(name) ? "-" : "+"}o ${name}\n`
        : `${name.padEnd(15)}\t${shell.options.has(name) ? "on" : "off"}\n`,
    ).join(""),
  );
  return 0;
}

const set: OrdinaryBuiltin = {
  name: "set",
  usage: "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]",
  summary: "Set or unset values of shell options and positional parameters.",
  special: true,
  *run(shell, args) {
    if (args.length === 0) {
      yield* shell.proc.print(allAssignments(shell));
      if (!shell.options.has("posix"))
        for (const each of shell.state.functions.values()) yield* shell.proc.print(`${functionText(each)}\n`);
      return 0;
    }
    let at = 0;
    for (; at < args.length; at++) {
      const arg = args[at] ?? "";
      if (arg === "--" || arg === "-") {
        if (arg === "-") for (const name of ["xtrace", "verbose"]) shell.options.set(name, false);
        shell.state.positional = arg === "--" || at + 1 < args.length ? args.slice(at + 1) : shell.state.positional;
        return 0;
      }
      if (!/^[-+]./.test(arg)) break;
      const on = arg.startsWith("-");
      for (const letter of arg.slice(1)) {
        if (letter === "o") {
          const name = args[at + 1];
          if (name === undefined || (/^[-+]/.test(name) && !SET_NAMES.includes(name))) return yield* showOptions(shell, !on);
          at++;
          if (!setOption(shell, name, on)) return yield* fail(shell, "set", `${name}: invalid option name`, 2);
          continue;
        }
        const name = SET_LETTERS.find(([each]) => each === letter)?.[1];
        if (name === undefined) return yield* usageError(shell, set, `${on ? "-" : "+"}${letter}: invalid option`);
        shell.options.set(name, on);
      }
    }
    if (at < args.length) shell.state.positional = args.slice(at);
    return 0;
  },
};

const shopt: OrdinaryBuiltin = {
  name: "shopt",
  usage: "shopt [-pqsu] [-o] [optname ...]",
  summary: "Set and unset shell options.",
  *run(shell, args) {
    const options = parseOptions(args, "pqsuo");
    if (typeof options === "string") return yield* usageError(shell, shopt, options);
    const usesSet = options.has("o");
    const known = usesSet ? SET_NAMES : SHOPT_NAMES;
    const isOn = (name: string) => (usesSet ? shell.options.has(name) : shell.options.shopt(name));
    const changes = options.has("s") || options.has("u");
    if (options.has("s") && options.has("u")) return yield* fail(shell, "shopt", "cannot set and unset shell options simultaneously");
    const names = options.operands.length > 0 ? options.operands : known.filter((name) => !changes || isOn(name) === options.has("s"));
    let status = 0;
    for (const name of names) {
      if (!known.includes(name)) {
        yield* shell.complain(`shopt: ${name}: invalid ${usesSet ? "" : "shell "}option name`);
        status = 1;
      } else if (changes && options.operands.length > 0) {
        if (usesSet) shell.options.set(name, options.has("s"));
        else shell.options.setShopt(name, options.has("s"));
      } else {
        if (!isOn(name) && options.operands.length > 0) status = 1;
        if (options.has("q")) continue;
        const line = options.has("p")
          ? usesSet
            ? `set ${isOn(name) ? "-" : "+"}o ${name}`
            : `shopt -${isOn(name) ? "s" : "u"} ${name}`
          : `${name.padEnd(15)}\t${isOn(name) ? "on" : "off"}`;
        yield* shell.proc.print(line + "\n");
      }
    }
    return status;
  },
};

const unset: OrdinaryBuiltin = {
  name: "unset",
  usage: "unset [-f] [-v] [-n] [name ...]",
  summary: "Unset values and attributes of shell variables and functions.",
  special: true,
  *run(shell, args) {
    const options = parseOptions(args, "fvn");
    if (typeof options === "string") return yield* usageError(shell, unset, options);
    if (options.has("f") && options.has("v")) return yield* fail(shell, "unset", "cannot simultaneously unset a function and a variable");
    let status = 0;
    for (const text of options.operands) {
      const reference = parseReference(text);
      if (options.has("f")) {
        shell.state.functions.delete(text);
        continue;
      }
      if (reference === undefined) {
        if (!options.has("v") && !options.has("n")) {
          shell.state.functions.delete(text);
          continue;
        }
        yield* shell.complain(`unset: \`${text}': not a valid identifier`);
        status = 1;
        continue;
      }
      try {
        unsetVariable(shell, reference.name, reference.subscript, {
          own: options.has("n"),
          alsoFunction: !options.has("v") && !options.has("n"),
        });
      } catch (error) {
        if (!(error instanceof ShellError) || error.ends !== "command") throw error;
        yield* shell.complain(`unset: ${error.message}`);
        status = 1;
      }
    }
    return status;
  },
};

function unsetVariable(
  shell: Shell,
  name: string,
  subscript: string | undefined,
  options: { readonly own: boolean; readonly alsoFunction: boolean },
): void {
  const { variables } = shell;
  const target = options.own ? name : variables.resolve(name);
  if (subscript === undefined) {
    const reference = parseReference(target);
    if (reference?.subscript !== undefined) variables.unsetElement(reference.name, elementKey(shell, reference.name, reference.subscript));
    else if (variables.own(target) === undefined && options.alsoFunction) shell.state.functions.delete(name);
    else variables.unset(target);
    return;
  }
  if ((subscript === "@" || subscript === "*") && !(variables.value(target) instanceof AssociativeArray)) variables.unset(target);
  else variables.unsetElement(target, elementKey(shell, target, subscript));
}

const letBuiltin: OrdinaryBuiltin = {
  name: "let",
  usage: "let arg [arg ...]",
  summary: "Evaluate arithmetic expressions.",
  *run(shell, words) {
    const args = words[0] === "--" ? words.slice(1) : words;
    if (args.length === 0) return yield* fail(shell, "let", "expression expected");
    try {
      let value = 0n;
      for (const arg of args) value = evaluateExpanded(shell, arg, "let");
      return value === 0n ? 1 : 0;
    } catch (error) {
      if (!(error instanceof ShellError) || error.ends !== "line") throw error;
      yield* shell.complain(error.message);
      return 1;
    }
  },
};

const getopts: OrdinaryBuiltin = {
  name: "getopts",
  usage: "getopts optstring name [arg ...]",
  summary: "Parse option arguments.",
  *run(shell, args) {
    const [letters, name, ...given] = args;
    if (letters === undefined || name === undefined) {
      yield* shell.writeError(`getopts: usage: ${getopts.usage}\n`);
      return 2;
    }
    const words = given.length > 0 ? given : shell.state.positional;
    const { variables, state } = shell;
    let index = Number(variables.scalar("OPTIND") ?? 1) || 1;
    if (index !== state.getoptsIndex) state.getoptsOffset = 0;
    const quiet = letters.startsWith(":") || variables.scalar("OPTERR") === "0";
    const finish = (letter: string, argument: string | undefined, status: number): number => {
      state.getoptsIndex = index;
      variables.assign("OPTIND", String(index));
      if (argument === undefined) variables.unset("OPTARG");
      else variables.assign("OPTARG", argument);
      if (!isName(name)) throw new ShellError(`\`${name}': not a valid identifier`);
      if (variables.find(name)?.readonly === true) throw new ReadonlyError(name, 2);
      variables.assign(name, letter);
      return status;
    };
    const word = words[index - 1];
    if (word === undefined || (state.getoptsOffset === 0 && (!/^-./.test(word) || word === "--"))) {
      if (word === "--") index++;
      state.getoptsOffset = 0;
      return finish("?", undefined, 1);
    }
    const offset = state.getoptsOffset || 1;
    const letter = word.charAt(offset);
    const isLast = offset + 1 >= word.length;
    const advance = () => {
      state.getoptsOffset = isLast ? 0 : offset + 1;
      if (isLast) index++;
    };
    const found = letter === ":" ? -1 : letters.indexOf(letter, letters.startsWith(":") ? 1 : 0);
    if (found < 0) {
      advance();
      if (!quiet)
        yield* shell.writeError(`${shell.interactive ? shell.errorPrefix() : `${shell.state.name}: `}illegal option -- ${letter}\n`);
      return finish("?", letters.startsWith(":") ? letter : undefined, 0);
    }
    if (letters.charAt(found + 1) !== ":") {
      advance();
      return finish(letter, undefined, 0);
    }
    const argument = isLast ? words[index] : word.slice(offset + 1);
    index += isLast && argument !== undefined ? 2 : 1;
    state.getoptsOffset = 0;
    if (argument !== undefined) return finish(letter, argument, 0);
    if (!quiet)
      yield* shell.writeError(
        `${shell.interactive ? shell.errorPrefix() : `${shell.state.name}: `}option requires an argument -- ${letter}\n`,
      );
    return letters.startsWith(":") ? finish(":", letter, 0) : finish("?", undefined, 0);
  },
};

export const setBuiltins = [set, shopt, unset, letBuiltin, getopts];
