/** clear(1) */
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { capability, isKnownTerminal } from "./capabilities.ts";

export const clear: Command = {
  name: "clear",
  package: "ncurses",
  style: "gnu",
  usage: ["clear [options]"],
  usageHint: "usage",
  about: "Clear the terminal screen.",
  completes: "none",
  options: [
    { name: "T", short: "T", long: false, argument: "TERM", help: "use this instead of $TERM" },
    { name: "V", short: "V", long: false, help: "print curses-version" },
    { name: "x", short: "x", long: false, help: "do not try to clear scrollback" },
  ],
  *run(proc, options) {
    const out = stdout(proc);
    if (options.has("V")) {
      yield* out.print("ncurses 6.5.20240629\n");
      return 0;
    }
    const type = options.value("T") ?? proc.env.get("TERM") ?? "";
    if (type === "") {
      yield* proc.printError("TERM environment variable not set.\n");
      return 1;
    }
    if (!isKnownTerminal(type)) {
      yield* proc.printError(`'${type}': unknown terminal type.\n`);
      return 1;
    }
    const sequence = (name: string): string => {
      const found = capability(name, []);
      return found?.kind === "string" ? found.text : "";
    };
    yield* out.print(sequence("clear") + (options.has("x") ? "" : sequence("E3")));
    return 0;
  },
};
