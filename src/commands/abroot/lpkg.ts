/**
 * lpkg: locks apt and dpkg, and unlocks them where the system may be written: in the container that an image is built in.
 *
 * @simplified On the system that runs it only says what became of it.
 */
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";

export const lpkg: Command = {
  name: "lpkg",
  package: "lpkg",
  style: "gnu",
  usage: ["lpkg [--lock|--unlock]"],
  about: "Lock or unlock the package manager",
  options: [
    { name: "lock", short: "l", help: "lock the package manager" },
    { name: "unlock", short: "u", help: "unlock the package manager" },
  ],
  simplified: "The lock is that the root is read-only: on the system that runs, neither locking nor unlocking changes anything.",
  *run(proc, options) {
    const { sys } = proc;
    if (!sys.credentials.privileged) {
      yield* proc.printError("You must be root to run this command.\n");
      return 1;
    }
    if (!options.has("lock") && !options.has("unlock")) {
      yield* proc.printError("Usage: lpkg [--lock|--unlock]\n");
      return 1;
    }
    try {
      sys.utimens("/usr/bin/dpkg", "omit", "now");
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* proc.printError(`lpkg: cannot write /usr/bin/dpkg: ${error.text}\n`);
      return 1;
    }
    return 0;
  },
};
