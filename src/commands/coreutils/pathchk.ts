import type { Command } from "../command.ts";
import { reason, warn } from "../complain.ts";
import { someOperands } from "../operands.ts";
import { curly, quote, quoteFile } from "../quote.ts";
import { utf8Length } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";

/** pathchk(1). */
export const pathchk: Command = {
  name: "pathchk",
  package: "coreutils",
  style: "gnu",
  usage: ["pathchk [OPTION]... NAME..."],
  about: "Diagnose invalid or non-portable file names.",
  options: [
    { name: "p", short: "p", long: false, help: "check for most POSIX systems" },
    { name: "P", short: "P", long: false, help: 'check for empty names and leading "-"' },
    { name: "portability", help: "check for all POSIX systems (equivalent to -p -P)" },
  ],
  completes: "files",
  *run(proc, options) {
    const portable = options.has("p") || options.has("portability");
    const strict = options.has("P") || options.has("portability");
    let status = 0;
    for (const name of someOperands(options.operands)) {
      const problem = problemOf(name, portable, strict, () => {
        try {
          proc.sys.lstat(name);
        } catch (error) {
          if (!isSysError(error, "ENOENT")) return reason(error);
        }
        return undefined;
      });
      if (problem === undefined) continue;
      yield* warn(proc, problem);
      status = 1;
    }
    return status;
  },
};

function problemOf(name: string, portable: boolean, strict: boolean, look: () => string | undefined): string | undefined {
  const parts = name.split("/");
  if (strict && parts.some((part) => part.startsWith("-"))) return `leading '-' in a component of file name ${quote(name)}`;
  if ((portable || strict) && name === "") return "empty file name";
  if (portable) {
    const odd = [...name].find((character) => !/[A-Za-z0-9._/-]/.test(character));
    if (odd !== undefined) return `non-portable character ${curly(odd)} in file name ${quote(name)}`;
  } else {
    const trouble = look();
    if (trouble !== undefined) return `${quoteFile(name)}: ${trouble}`;
    if (name === "") return "'': No such file or directory";
  }
  const [most, longest] = portable ? [256, 14] : [4096, 255];
  if (utf8Length(name) >= most)
    return `limit ${String(most - 1)} exceeded by length ${String(utf8Length(name))} of file name ${quote(name)}`;
  const long = parts.find((part) => utf8Length(part) > longest);
  if (long !== undefined)
    return `limit ${String(longest)} exceeded by length ${String(utf8Length(long))} of file name component ${curly(long)}`;
  return undefined;
}
