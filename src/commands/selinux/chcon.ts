/** chcon(1) of coreutils: sets security contexts. */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { curly, quote } from "../quote.ts";
import { below, recursive } from "../recursion.ts";
import { canonical, type Selinux } from "./contexts.ts";
import { selinuxOf } from "./enforce.ts";
import { typeOf } from "./policy.ts";

const PARTS = ["user", "role", "type", "range"] as const;

export const chcon: Command = {
  name: "chcon",
  package: "coreutils",
  style: "gnu",
  usage: [
    "chcon [OPTION]... CONTEXT FILE...",
    "chcon [OPTION]... [-u USER] [-r ROLE] [-l RANGE] [-t TYPE] FILE...",
    "chcon [OPTION]... --reference=RFILE FILE...",
  ],
  about:
    "Change the SELinux security context of each FILE to CONTEXT. With --reference, change the security context of each FILE to that of RFILE.",
  options: [
    { name: "dereference", help: "affect the referent of each symbolic link (this is the default), rather than the symbolic link itself" },
    { name: "no-dereference", short: "h", help: "affect symbolic links instead of any referenced file" },
    { name: "user", short: "u", argument: "USER", help: "set user USER in the target security context" },
    { name: "role", short: "r", argument: "ROLE", help: "set role ROLE in the target security context" },
    { name: "type", short: "t", argument: "TYPE", help: "set type TYPE in the target security context" },
    { name: "range", short: "l", argument: "RANGE", help: "set range RANGE in the target security context" },
    { name: "no-preserve-root", help: "do not treat '/' specially (the default)" },
    { name: "preserve-root", help: "fail to operate recursively on '/'" },
    { name: "reference", argument: "RFILE", help: "use RFILE's security context rather than specifying a CONTEXT value" },
    { name: "recursive", short: "R", help: "operate on files and directories recursively" },
    { name: "verbose", short: "v", help: "output a diagnostic for every file processed" },
  ],
  completes: "files",
  *run(proc, options) {
    const selinux = selinuxOf(proc);
    const isPartial = PARTS.some((part) => options.has(part));
    const reference = options.value("reference");
    const files = [...options.operands];
    const given = isPartial || reference !== undefined ? undefined : files.shift();
    if (files.length === 0) {
      if (given === undefined) throw new UsageError("missing operand");
      throw new UsageError(`missing operand after ${curly(given)}`);
    }
    if (reference !== undefined && isPartial) throw new UsageError("conflicting security context specifiers given");
    let wanted = given;
    if (reference !== undefined) {
      try {
        if (selinux === undefined) throw new SysError("ENODATA", "getxattr", reference);
        wanted = selinux.contextOf(proc.sys.realpath(reference));
      } catch (error) {
        throw new Failure(`failed to get security context of ${quote(reference)}: ${reason(error)}`);
      }
    }
    if (wanted !== undefined && selinux !== undefined && !canBe(selinux, wanted))
      throw new Failure(`invalid context: ${curly(wanted)}: Invalid argument`);
    let status = 0;
    for (const file of files) {
      if (options.has("recursive") && options.has("preserve-root") && proc.sys.realpath(file) === "/") {
        yield* warn(proc, `it is dangerous to operate recursively on ${quote(file)}`);
        yield* warn(proc, "use --no-preserve-root to override this failsafe");
        status = 1;
      } else if (!(yield* recursive(change(proc, selinux, options, wanted, file)))) status = 1;
    }
    return status;
  },
};

function canBe(selinux: Selinux, context: string): boolean {
  return /^\w+:\w+:\w+:s\d\S*$/.test(context) && selinux.policy.hasType(typeOf(context));
}

function* change(
  proc: Process,
  selinux: Selinux | undefined,
  options: ParsedOptions,
  wanted: string | undefined,
  file: string,
): Run<boolean> {
  const { sys } = proc;
  yield* proc.tick();
  let isGood = true;
  try {
    const isLink = sys.lstat(file).type === "symlink";
    const path = isLink && !options.has("no-dereference") ? sys.realpath(file) : canonical(sys, file);
    if (selinux === undefined) {
      if (wanted !== undefined) sys.setxattr(file, "security.selinux", encodeUtf8(`${wanted}\0`));
      else isGood = yield* fail(proc, `can't apply partial context to unlabeled file ${quote(file)}`);
    } else {
      const context = wanted ?? edited(selinux.contextOf(path), options);
      if (options.has("verbose")) yield* stdout(proc).print(`changing security context of ${quote(file)}\n`);
      try {
        if (!canBe(selinux, context)) throw new SysError("EINVAL", "setxattr", file);
        if (context !== selinux.contextOf(path)) selinux.setContext(path, context);
      } catch (error) {
        isGood = yield* fail(proc, `failed to change context of ${quote(file)} to ${curly(context)}: ${reason(error)}`);
      }
    }
    if (!options.has("recursive") || isLink || sys.lstat(file).type !== "dir") return isGood;
    for (const { name } of sys.readdir(file)) if (!(yield* below(change(proc, selinux, options, wanted, join(file, name))))) isGood = false;
    return isGood;
  } catch (error) {
    return yield* fail(proc, `cannot access ${quote(file)}: ${reason(error)}`);
  }
}

/** The context with the parts that options give; the range may have colons in it. */
function edited(context: string, options: ParsedOptions): string {
  const [user = "", role = "", type = "", ...range] = context.split(":");
  return PARTS.map((part, at) => options.value(part) ?? [user, role, type, range.join(":")][at] ?? "").join(":");
}

function* fail(proc: Process, message: string): Run<false> {
  yield* warn(proc, message);
  return false;
}
