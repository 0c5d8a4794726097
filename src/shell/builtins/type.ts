/** type, hash, enable: what a command name means. */
import { inHashOrder } from "../arrays.ts";
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { singleQuote } from "../escapes.ts";
import { KEYWORDS } from "../keywords.ts";
import { findAll, findCommand, isExecutable } from "../lookup.ts";
import { functionText } from "../print.ts";
import type { Shell } from "../shell.ts";

type Kind = "alias" | "keyword" | "function" | "builtin" | "file";

interface Meaning {
  readonly kind: Kind;
  /** As `type` says it. */
  readonly long: string;
  /** As `command -v` says it. */
  readonly short: string;
  readonly path: string;
}

/** Everything that `name` could mean, in the order in which the shell looks. */
function meanings(
  shell: Shell,
  name: string,
  options: { readonly functions: boolean; readonly all: boolean; readonly path?: string },
): Meaning[] {
  const out: Meaning[] = [];
  const alias = shell.options.shopt("expand_aliases") ? shell.state.aliases.get(name) : undefined;
  if (alias !== undefined)
    out.push({ kind: "alias", long: `${name} is aliased to \`${alias}'`, short: `alias ${name}=${singleQuote(alias)}`, path: "" });
  if (KEYWORDS.includes(name)) out.push({ kind: "keyword", long: `${name} is a shell keyword`, short: name, path: "" });
  const found = options.functions ? shell.state.functions.get(name) : undefined;
  if (found !== undefined) out.push({ kind: "function", long: `${name} is a function\n${functionText(found)}`, short: name, path: "" });
  const builtin = shell.state.disabledBuiltins.has(name) ? undefined : shell.interpreter.builtins.get(name);
  if (builtin !== undefined) {
    const special = builtin.special === true && shell.options.has("posix") ? "special " : "";
    out.push({ kind: "builtin", long: `${name} is a ${special}shell builtin`, short: name, path: "" });
  }
  const hashed = shell.state.hash.get(name);
  if (hashed !== undefined && !options.all && out.length === 0) {
    // Looking counts as a hit.
    hashed.hits++;
    return [{ kind: "file", long: `${name} is hashed (${hashed.path})`, short: hashed.path, path: hashed.path }];
  }
  for (const path of files(shell, name, options.path)) out.push({ kind: "file", long: `${name} is ${path}`, short: path, path });
  return out;
}

function files(shell: Shell, name: string, path = shell.variables.scalar("PATH")): string[] {
  if (name.includes("/")) return isExecutable(shell.proc.sys, name) ? [name] : [];
  return findAll(shell.proc.sys, name, path);
}

/** For `command -v` and `-V`. */
export function describeCommand(shell: Shell, name: string, length: "long" | "short", path?: string): string | undefined {
  return meanings(shell, name, { functions: true, all: false, ...(path === undefined ? {} : { path }) })[0]?.[length];
}

const type: OrdinaryBuiltin = {
  name: "type",
  usage: "type [-afptP] name [name ...]",
  summary: "Display information about command type.",
  *run(shell, args) {
    const options = parseOptions(args, "afptP");
    if (typeof options === "string") return yield* usageError(shell, type, options);
    let status = 0;
    for (const name of options.operands) {
      const all = meanings(shell, name, { functions: !options.has("f"), all: options.has("a") });
      const wanted = options.has("P") ? files(shell, name).map((path): Meaning => ({ kind: "file", long: path, short: path, path })) : all;
      const shown = options.has("a") ? wanted : wanted.slice(0, 1);
      if (shown.length === 0) {
        status = 1;
        if (!options.has("t") && !options.has("p") && !options.has("P")) yield* shell.complain(`type: ${name}: not found`);
      }
      for (const meaning of shown) {
        if (options.has("t")) yield* shell.proc.print(`${meaning.kind}\n`);
        else if (options.has("p") || options.has("P")) yield* shell.proc.print(meaning.path === "" ? "" : `${meaning.path}\n`);
        else yield* shell.proc.print(`${meaning.long}\n`);
      }
    }
    return status;
  },
};

/** Of the table of commands found so far. */
const COMMAND_BUCKETS = 256;

const hash: OrdinaryBuiltin = {
  name: "hash",
  usage: "hash [-lr] [-p pathname] [-dt] [name ...]",
  summary: "Remember or display program locations.",
  *run(shell, args) {
    const options = parseOptions(args, "lrp:dt");
    if (typeof options === "string") return yield* usageError(shell, hash, options);
    const table = shell.state.hash;
    if (options.has("r")) table.clear();
    const { operands } = options;
    if (operands.length === 0) {
      if (options.given.length > 0 && !options.has("l")) return 0;
      if (table.size === 0) {
        yield* shell.proc.print(options.has("l") ? "" : "hash: hash table empty\n");
        return 0;
      }
      if (!options.has("l")) yield* shell.proc.print("hits\tcommand\n");
      for (const [name, { path, hits }] of inHashOrder(table, COMMAND_BUCKETS))
        yield* shell.proc.print(options.has("l") ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`);
      return 0;
    }
    let status = 0;
    for (const name of operands) {
      const given = options.argument("p");
      if (options.has("d")) {
        if (!table.delete(name)) status = yield* fail(shell, "hash", `${name}: not found`);
      } else if (options.has("t")) {
        const found = table.get(name);
        if (found === undefined) status = yield* fail(shell, "hash", `${name}: not found`);
        else {
          found.hits++;
          yield* shell.proc.print(operands.length > 1 ? `${name}\t${found.path}\n` : `${found.path}\n`);
        }
      } else if (!name.includes("/") && !shell.interpreter.builtins.has(name) && !shell.state.functions.has(name)) {
        const path = given ?? findCommand(shell, name);
        if (path === undefined) status = yield* fail(shell, "hash", `${name}: not found`);
        else table.set(name, { path, hits: 0 });
      }
    }
    return status;
  },
};

const enable: OrdinaryBuiltin = {
  name: "enable",
  usage: "enable [-a] [-dnps] [-f filename] [name ...]",
  summary: "Enable and disable shell builtins.",
  *run(shell, args) {
    const options = parseOptions(args, "adnpsf:");
    if (typeof options === "string") return yield* usageError(shell, enable, options);
    const { disabledBuiltins } = shell.state;
    if (options.operands.length === 0) {
      for (const [name, builtin] of shell.interpreter.builtins) {
        const isDisabled = disabledBuiltins.has(name);
        if (options.has("s") && builtin.special !== true) continue;
        if (options.has("a") || isDisabled === options.has("n")) yield* shell.proc.print(`enable ${isDisabled ? "-n " : ""}${name}\n`);
      }
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      if (!shell.interpreter.builtins.has(name)) status = yield* fail(shell, "enable", `${name}: not a shell builtin`);
      else if (options.has("n")) disabledBuiltins.add(name);
      else disabledBuiltins.delete(name);
    }
    return status;
  },
};

export const typeBuiltins = [type, hash, enable];
