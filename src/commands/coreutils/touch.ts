import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { someOperands } from "../operands.ts";
import { curly, quote } from "../quote.ts";
import { parseDate, parseStamp } from "../time-format.ts";
import { isSysError, type SysError } from "../../vfs/errno.ts";
import { O, type TimeChange } from "../../vfs/types.ts";
import { invalidArgument } from "../operands.ts";

/** touch(1). */
export const touch: Command = {
  name: "touch",
  package: "coreutils",
  style: "gnu",
  usage: ["touch [OPTION]... FILE..."],
  about: "Update the access and modification times of each FILE to the current time.",
  options: [
    { name: "a", short: "a", long: false, help: "change only the access time" },
    { name: "no-create", short: "c", help: "do not create any files" },
    { name: "date", short: "d", argument: "STRING", help: "parse STRING and use it instead of current time" },
    { name: "f", short: "f", long: false, help: "(ignored)", fidelity: "ignored" },
    { name: "no-dereference", short: "h", help: "affect each symbolic link instead of any referenced file" },
    { name: "m", short: "m", long: false, help: "change only the modification time" },
    { name: "reference", short: "r", argument: "FILE", help: "use this file's times instead of current time" },
    { name: "t", short: "t", long: false, argument: "STAMP", help: "use [[CC]YY]MMDDhhmm[.ss] instead of current time" },
    {
      name: "time",
      argument: "WORD",
      help: "change the specified time: access, atime, use; modify, mtime",
      values: ["access", "atime", "use", "modify", "mtime"],
    },
  ],
  completes: "files",
  *run(proc, options) {
    const words = options.values("time");
    for (const word of words) {
      if (!/^(?:access|atime|use|modify|mtime)$/.test(word))
        throw invalidArgument(word, "--time", ["‘atime’, ‘access’, ‘use’", "‘mtime’, ‘modify’"]);
    }
    const access = options.has("a") || words.some((word) => /^(?:access|atime|use)$/.test(word));
    const modify = options.has("m") || words.some((word) => /^(?:modify|mtime)$/.test(word));
    let atime: TimeChange = "now";
    let mtime: TimeChange = "now";
    const reference = options.value("reference");
    const date = options.value("date");
    const stamp = options.value("t");
    if (stamp !== undefined && (date !== undefined || reference !== undefined))
      throw new Failure("cannot specify times from more than one source");
    if (reference !== undefined) {
      try {
        const stat = options.has("no-dereference") ? proc.sys.lstat(reference) : proc.sys.stat(reference);
        atime = stat.atime;
        mtime = stat.mtime;
      } catch (error) {
        throw new Failure(`failed to get attributes of ${quote(reference)}: ${reason(error)}`);
      }
    }
    if (date !== undefined) {
      const moment = parseDate(date, reference === undefined ? proc.now() : typeof mtime === "string" ? proc.now() : mtime);
      if (moment === undefined) throw new Failure(`invalid date format ${curly(date)}`);
      atime = mtime = moment;
    }
    if (stamp !== undefined) {
      const moment = parseStamp(stamp, proc.now());
      if (moment === undefined) throw new Failure(`invalid date format ${curly(stamp)}`);
      atime = mtime = moment;
    }
    if (access && !modify) mtime = "omit";
    if (modify && !access) atime = "omit";
    let status = 0;
    for (const file of someOperands(options.operands, "file operand")) {
      yield* proc.tick();
      const follow = !options.has("no-dereference");
      const create = !options.has("no-create") && follow;
      // The complaint is the one of open(2), if that failed: a read-only system is why nothing can be made there.
      let refusal: SysError | undefined;
      if (create && file !== "-") {
        try {
          proc.sys.close(proc.sys.open(file, O.WRONLY | O.CREAT | O.NONBLOCK | O.NOCTTY, 0o666));
        } catch (error) {
          if (!isSysError(error)) throw error;
          if (error.errno !== "EISDIR") refusal = error;
        }
      }
      try {
        if (file === "-") proc.sys.futimens(1, atime, mtime);
        else proc.sys.utimens(file, atime, mtime, { follow });
      } catch (error) {
        const why = reason(error);
        if (refusal === undefined && options.has("no-create") && isSysError(error, "ENOENT")) continue;
        yield* warn(
          proc,
          refusal === undefined ? `setting times of ${quote(file)}: ${why}` : `cannot touch ${quote(file)}: ${refusal.text}`,
        );
        status = 1;
      }
    }
    return status;
  },
};
