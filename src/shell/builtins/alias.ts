/** alias, unalias, trap, caller. */
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { singleQuote } from "../escapes.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { armTrap, fullTrapName, trapName, PSEUDO_SIGNALS } from "../traps.ts";

const alias: OrdinaryBuiltin = {
  name: "alias",
  usage: "alias [-p] [name[=value] ... ]",
  summary: "Define or display aliases.",
  *run(shell, args) {
    const options = parseOptions(args, "p");
    if (typeof options === "string") return yield* usageError(shell, alias, options);
    const { aliases } = shell.state;
    const line = (name: string) => `alias ${name}=${singleQuote(aliases.get(name) ?? "")}\n`;
    if (options.operands.length === 0 || options.has("p"))
      for (const name of [...aliases.keys()].sort()) yield* shell.proc.print(line(name));
    let status = 0;
    for (const operand of options.operands) {
      const at = operand.indexOf("=");
      if (at > 0) {
        const name = operand.slice(0, at);
        if (/[\s/$`=|&;()<>"'\\]/.test(name)) status = yield* fail(shell, "alias", `\`${name}': invalid alias name`);
        else aliases.set(name, operand.slice(at + 1));
      } else if (aliases.has(operand)) yield* shell.proc.print(line(operand));
      else status = yield* fail(shell, "alias", `${operand}: not found`);
    }
    return status;
  },
};

const unalias: OrdinaryBuiltin = {
  name: "unalias",
  usage: "unalias [-a] name [name ...]",
  summary: "Remove each NAME from the list of defined aliases.",
  *run(shell, args) {
    const options = parseOptions(args, "a");
    if (typeof options === "string") return yield* usageError(shell, unalias, options);
    if (options.has("a")) {
      shell.state.aliases.clear();
      return 0;
    }
    if (options.operands.length === 0) {
      yield* shell.writeError(`unalias: usage: ${unalias.usage}\n`);
      return 2;
    }
    let status = 0;
    for (const name of options.operands)
      if (!shell.state.aliases.delete(name)) status = yield* fail(shell, "unalias", `${name}: not found`);
    return status;
  },
};

const trap: OrdinaryBuiltin = {
  name: "trap",
  usage: "trap [-lp] [[arg] signal_spec ...]",
  summary: "Trap signals and other events.",
  special: true,
  *run(shell, args) {
    const options = parseOptions(args, "lp");
    if (typeof options === "string") return yield* usageError(shell, trap, options);
    if (options.has("l")) {
      const kill = shell.interpreter.builtins.get("kill");
      return kill !== undefined && "run" in kill ? yield* kill.run(shell, ["-l"]) : 0;
    }
    const { traps } = shell.state;
    const { operands } = options;
    if (operands.length === 0 || options.has("p")) {
      const order = ["EXIT", ...Object.keys(SIGNALS), ...PSEUDO_SIGNALS.slice(1)];
      const wanted = operands.map(trapName);
      for (const name of order) {
        const command = (shell.state.outerTraps ?? traps).get(name);
        if (command === undefined || (operands.length > 0 && !wanted.includes(name))) continue;
        yield* shell.proc.print(`trap -- ${singleQuote(command)} ${fullTrapName(name)}\n`);
      }
      return 0;
    }
    // With one operand, or a first one that is a number, the signals are reset.
    const resets = operands.length === 1 || operands[0] === "-" || /^\d+$/.test(operands[0] ?? "");
    const specs = resets && operands[0] !== "-" ? operands : operands.slice(1);
    shell.state.outerTraps = undefined;
    let status = 0;
    for (const spec of specs) {
      const name = trapName(spec);
      if (name === undefined) {
        status = yield* fail(shell, "trap", `${spec}: invalid signal specification`);
        continue;
      }
      if (resets) traps.delete(name);
      else traps.set(name, operands[0] ?? "");
      armTrap(shell, name);
    }
    return status;
  },
};

const caller: OrdinaryBuiltin = {
  name: "caller",
  usage: "caller [expr]",
  summary: "Return the context of the current subroutine call.",
  *run(shell, args) {
    const level = Number(args[0] ?? 0);
    // Of a script outside of functions there is the script itself.
    if (args.length === 0 && shell.frames.length === 1 && shell.frames[0]?.file !== "") {
      yield* shell.proc.print("0 NULL\n");
      return 0;
    }
    const frame = shell.frames[shell.frames.length - 1 - level];
    const outer = shell.frames[shell.frames.length - 2 - level];
    if (frame === undefined || outer === undefined) return 1;
    if (args.length > 0 && outer.kind === "main" && outer.file === "") return 1;
    const file = outer.file === "" ? "NULL" : outer.file;
    yield* shell.proc.print(args.length === 0 ? `${frame.callLine} ${file}\n` : `${frame.callLine} ${outer.name} ${file}\n`);
    return 0;
  },
};

export const aliasBuiltins = [alias, unalias, trap, caller];
