/** systemd(1) when somebody types it, by its own name or as `init`: pid 1 is another process, which it is not to replace. */
import type { Command } from "../command.ts";
import { ownName } from "../complain.ts";

const NOT_HERE = "Trying to run as user instance, but $XDG_RUNTIME_DIR is not set.";

export const systemd: Command = {
  name: "systemd",
  package: "systemd",
  usage: ["systemd [OPTIONS...]"],
  style: "gnu",
  about: "Starts and monitors system and user services.",
  options: [{ name: "version", help: "Show version" }],
  completes: "none",
  simplified: "there are no user instances",
  *run(proc) {
    const asInit = /(^|\/)init$/.test(ownName(proc));
    yield* proc.printError(`${asInit ? "Couldn't find an alternative telinit implementation to spawn." : NOT_HERE}\n`);
    return 1;
  },
};
