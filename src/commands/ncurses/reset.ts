/** reset(1): a terminal that a program has left in disorder, as new. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { saneTermios } from "../../machine/termios.ts";
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { capability } from "./capabilities.ts";

/** Sends the terminal its reset strings, and for `reset` makes the line discipline sane first. The erase and kill keys stay. */
export function* resetTerminal(proc: Process, isSane: boolean): Run<void> {
  const { tty } = proc;
  if (tty && isSane) {
    const { erase, kill, intr, iutf8 } = tty.getAttributes();
    tty.setAttributes({ ...saneTermios(), brkint: true, erase, kill, intr, iutf8 });
  }
  const out = stdout(proc);
  for (const name of isSane ? ["rs1", "rs2"] : ["is2"]) {
    const found = capability(name, []);
    if (found?.kind === "string") yield* out.print(found.text);
  }
  yield* out.flush();
}

export const reset: Command = {
  name: "reset",
  package: "ncurses",
  style: "gnu",
  usage: ["reset [options] [terminal]"],
  usageHint: "usage",
  about: "Reset a terminal to sane settings.",
  completes: "none",
  options: [
    { name: "c", short: "c", long: false, help: "set control characters" },
    { name: "I", short: "I", long: false, help: "no initialization strings" },
    { name: "Q", short: "Q", long: false, help: "do not output control key settings" },
    { name: "w", short: "w", long: false, help: "set window-size" },
  ],
  *run(proc, options) {
    if (!proc.tty || ![0, 1, 2].some((fd) => proc.sys.isatty(fd))) {
      yield* proc.printError("reset: terminal attributes: No such device or address\n\n");
      return 1;
    }
    if (options.operands.length === 0 && (proc.env.get("TERM") ?? "") === "") {
      yield* proc.printError("reset: unknown terminal type \n");
      return 1;
    }
    yield* resetTerminal(proc, true);
    // As tset(1): the terminal is given time to settle.
    yield* proc.sleep(1);
    return 0;
  },
};
