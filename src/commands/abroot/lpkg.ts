/** lpkg: locks apt and dpkg, and unlocks them where the system may be written: in the container that an image is built in. */
import { lockBinaries, unlockBinaries } from "../../engines/abroot/lpkg.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { FlagError, parseFlags } from "../go-flags.ts";

const USAGE = `Usage: lpkg [options]

Options:
  -dpath string
    \tSpecify a custom path to search for apt and dpkg binaries
  -lock
    \tLocks apt and dpkg binaries
  -unlock
    \tUnlocks apt and dpkg binaries
  -verbose
    \tEnables verbose output
`;

export const lpkg: Command = {
  name: "lpkg",
  package: "lpkg",
  style: "raw",
  usage: ["lpkg [options]"],
  about: "Lock or unlock the package manager",
  options: [
    { name: "dpath", argument: "string", help: "Specify a custom path to search for apt and dpkg binaries" },
    { name: "lock", help: "Locks apt and dpkg binaries" },
    { name: "unlock", help: "Unlocks apt and dpkg binaries" },
    { name: "verbose", help: "Enables verbose output" },
  ],
  *run(proc, { operands }) {
    // Go's own flags: one dash does as well as two.
    let options;
    try {
      options = parseFlags(
        lpkg.options,
        operands.map((word) => word.replace(/^-(?=[a-z]{2})/, "--")),
        false,
      );
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      const flag = /-+([^ =]+)/.exec(error.message)?.[1] ?? "";
      yield* proc.printError(`${flag === "h" || flag === "help" ? "" : `flag provided but not defined: -${flag}\n`}${USAGE}`);
      return flag === "h" || flag === "help" ? 0 : 2;
    }
    if (options.has("lock") && options.has("unlock")) {
      yield* proc.printError("Error: --lock and --unlock cannot be used together\n");
      return 1;
    }
    if (!options.has("lock") && !options.has("unlock")) {
      yield* proc.printError(USAGE);
      return 1;
    }
    const isLocking = options.has("lock");
    const told: string[] = [];
    const directory = (options.value("dpath") ?? "/usr/bin").replace(/\/$/, "");
    let failure = "";
    let doing = `lstat ${directory}`;
    const tell = (from: string, to: string): void => {
      doing = `rename ${from} ${to}`;
      if (options.has("verbose")) told.push(`${isLocking ? "Locking" : "Unlocking"} ${from}\n`);
    };
    try {
      (isLocking ? lockBinaries : unlockBinaries)(proc.sys, directory, tell);
    } catch (error) {
      if (!isSysError(error)) throw error;
      failure = `Error: ${doing}: ${error.text.toLowerCase()}\n`;
    }
    yield* proc.print(told.join(""));
    if (failure !== "") yield* proc.printError(failure);
    return failure === "" ? 0 : 1;
  },
};
