/** Builtins of a line or two. */
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { ExitShell, LoopJump, ReturnJump, ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { readLogoutFile } from "../startup-files.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Run } from "../../machine/program.ts";

const colon: OrdinaryBuiltin = {
  name: ":",
  usage: ":",
  summary: "Null command.",
  takesAnyWord: true,
  special: true,

  *run() {
    return 0;
  },
};

const trueBuiltin: OrdinaryBuiltin = { ...colon, name: "true", usage: "true", summary: "Return a successful result.", special: false };

const falseBuiltin: OrdinaryBuiltin = {
  name: "false",
  usage: "false",
  summary: "Return an unsuccessful result.",
  takesAnyWord: true,

  *run() {
    return 1;
  },
};

/** The number that `break`, `continue` and `shift` take. */
function* count(shell: Shell, name: string, args: readonly string[]): Run<number | undefined> {
  const operands = args[0] === "--" ? args.slice(1) : args;
  const [text = "1"] = operands;
  if (!/^[+-]?\d+$/.test(text)) {
    yield* shell.complain(`${name}: ${text}: numeric argument required`);
    if (name === "shift") return undefined;
    throw new ExitShell(128 + shell.state.status);
  }
  if (operands.length > 1) {
    yield* shell.complain(`${name}: too many arguments`);
    return undefined;
  }
  return Number(text);
}

function jump(kind: "break" | "continue"): OrdinaryBuiltin {
  return {
    name: kind,
    usage: `${kind} [n]`,
    summary: kind === "break" ? "Exit for, while, or until loops." : "Resume for, while, or until loops.",
    special: true,
    *run(shell, args) {
      if (shell.loopDepth === 0) {
        if (!shell.options.has("posix")) yield* shell.complain(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
        return 0;
      }
      const levels = yield* count(shell, kind, args);
      if (levels === undefined) return 1;
      if (levels < 1) {
        // It leaves every loop.
        yield* fail(shell, kind, `${levels}: loop count out of range`);
        throw new LoopJump("break", Infinity, 1);
      }
      throw new LoopJump(kind, levels);
    },
  };
}

function* exitStatus(shell: Shell, name: string, args: readonly string[]): Run<number> {
  const [text] = args[0] === "--" ? args.slice(1) : args;
  if (text === undefined) return shell.state.status;
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(BigInt.asUintN(8, BigInt(text.trim().replace(/^\+/, ""))));
  yield* shell.complain(`${name}: ${text}: numeric argument required`);
  return 2;
}

const exit: OrdinaryBuiltin = {
  name: "exit",
  usage: "exit [n]",
  summary: "Exit the shell.",
  special: true,
  *run(shell, args) {
    if (shell.interactive && shell.subshellLevel === 0) yield* shell.writeError(shell.isLogin ? "logout\n" : "exit\n");
    if (shell.interactive && shell.subshellLevel === 0 && shell.hasStoppedJobs() && !shell.warnedOfJobs) {
      shell.warnedOfJobs = true;
      yield* shell.writeError("There are stopped jobs.\n");
      return 1;
    }
    if (args.length > 1) throw new ShellError("exit: too many arguments", "line");
    const status = yield* exitStatus(shell, "exit", args);
    if (!shell.interactive) yield* readLogoutFile(shell);
    throw new ExitShell(status);
  },
};

const logout: OrdinaryBuiltin = {
  name: "logout",
  usage: "logout [n]",
  summary: "Exit a login shell.",
  *run(shell, args) {
    if (!shell.isLogin) return yield* fail(shell, "logout", "not login shell: use `exit'");
    return yield* exit.run(shell, args);
  },
};

const returnBuiltin: OrdinaryBuiltin = {
  name: "return",
  usage: "return [n]",
  summary: "Return from a shell function.",
  special: true,
  *run(shell, args) {
    if (!shell.frames.some((frame) => frame.kind !== "main")) {
      return yield* fail(shell, "return", "can only `return' from a function or sourced script", 2);
    }
    if (args.length > 1) throw new ShellError("return: too many arguments", "line");
    throw new ReturnJump(yield* exitStatus(shell, "return", args));
  },
};

const shift: OrdinaryBuiltin = {
  name: "shift",
  usage: "shift [n]",
  summary: "Shift positional parameters.",
  special: true,
  *run(shell, args) {
    const by = yield* count(shell, "shift", args);
    if (by === undefined) return 1;
    if (by < 0) return yield* fail(shell, "shift", `${by}: shift count out of range`);
    if (by > shell.state.positional.length) {
      if (shell.options.shopt("shift_verbose")) yield* shell.complain(`shift: ${by}: shift count out of range`);
      return 1;
    }
    shell.state.positional = shell.state.positional.slice(by);
    return 0;
  },
};

const umask: OrdinaryBuiltin = {
  name: "umask",
  usage: "umask [-p] [-S] [mode]",
  summary: "Display or set file mode mask.",
  *run(shell, args) {
    const options = parseOptions(args, "pS");
    if (typeof options === "string") return yield* usageError(shell, umask, options);
    const { sys } = shell.proc;
    const mask = currentMask(sys);
    const [text] = options.operands;
    if (text === undefined) {
      const shown = options.has("S") ? symbolic(mask) : mask.toString(8).padStart(4, "0");
      yield* shell.proc.print(`${options.has("p") ? `umask ${options.has("S") ? "-S " : ""}` : ""}${shown}\n`);
      return 0;
    }
    if (/^\d/.test(text)) {
      if (!/^[0-7]+$/.test(text) || parseInt(text, 8) > 0o777) return yield* fail(shell, "umask", `${text}: octal number out of range`);
      sys.umask(parseInt(text, 8));
    } else {
      const changed = applySymbolic(text, mask);
      if (typeof changed === "string") return yield* fail(shell, "umask", changed);
      sys.umask(changed);
    }
    if (options.has("S")) yield* shell.proc.print(`${symbolic(currentMask(sys))}\n`);
    return 0;
  },
};

function currentMask(sys: Sys): number {
  const mask = sys.umask(0);
  sys.umask(mask);
  return mask;
}

function symbolic(mask: number): string {
  const part = (shift: number) => [..."rwx"].filter((_letter, i) => ((mask >> shift) & (4 >> i)) === 0).join("");
  return `u=${part(6)},g=${part(3)},o=${part(0)}`;
}

/** `u=rwx,go-w` on what the mask allows. */
function applySymbolic(text: string, mask: number): number | string {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(",")) {
    const found = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (found === null) {
      const [, operator = "", known = "", next = ""] = /^[ugoa]*([-+=]?)([rwxXst]*)(.?)/s.exec(clause) ?? [];
      const bad = operator === "" ? (known + next).charAt(0) : next;
      return `\`${bad}': invalid symbolic mode ${operator === "" ? "operator" : "character"}`;
    }
    const [, who = "", operator = "", permissions = ""] = found;
    const classes = who === "" || who.includes("a") ? "ugo" : who;
    const bits = [...permissions].reduce((sum, letter) => sum | (letter === "r" ? 4 : letter === "w" ? 2 : 1), 0);
    const spread = [...classes].reduce((sum, letter) => sum | (bits << (letter === "u" ? 6 : letter === "g" ? 3 : 0)), 0);
    const area = [...classes].reduce((sum, letter) => sum | (7 << (letter === "u" ? 6 : letter === "g" ? 3 : 0)), 0);
    allowed = operator === "+" ? allowed | spread : operator === "-" ? allowed & ~spread : (allowed & ~area) | spread;
  }
  return ~allowed & 0o777;
}

const times: OrdinaryBuiltin = {
  name: "times",
  usage: "times",
  summary: "Display process times.",
  special: true,
  *run(shell) {
    yield* shell.proc.print("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    return 0;
  },
};

const suspend: OrdinaryBuiltin = {
  name: "suspend",
  usage: "suspend [-f]",
  summary: "Suspend shell execution.",
  *run(shell, args) {
    if (!shell.options.has("monitor")) return yield* fail(shell, "suspend", "cannot suspend: no job control");
    if (shell.isLogin && !args.includes("-f")) return yield* fail(shell, "suspend", "cannot suspend a login shell");
    shell.proc.kill(shell.proc.pid, "STOP");
    yield* shell.proc.tick();
    return 0;
  },
};

export const simpleBuiltins = [
  colon,
  trueBuiltin,
  falseBuiltin,
  jump("break"),
  jump("continue"),
  exit,
  logout,
  returnBuiltin,
  shift,
  umask,
  times,
  suspend,
];
