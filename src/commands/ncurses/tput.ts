/** tput(1): what the terminal can do, for scripts. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { capability, isKnownTerminal, LONG_NAME } from "./capabilities.ts";
import { resetTerminal } from "./reset.ts";

export const tput: Command = {
  name: "tput",
  package: "ncurses",
  style: "gnu-posix",
  usage: ["tput [options] [command]"],
  usageHint: "usage",
  about: "Initialize a terminal or query the terminfo database.",
  completes: "none",
  usageStatus: 2,
  options: [
    { name: "S", short: "S", long: false, help: "read commands from standard input" },
    { name: "T", short: "T", long: false, argument: "TERM", help: "use this instead of $TERM" },
    { name: "V", short: "V", long: false, help: "print curses-version" },
    { name: "x", short: "x", long: false, help: "do not try to clear scrollback" },
  ],
  simplified: "Every terminal type has the capabilities of xterm-256color.",
  *run(proc, options) {
    if (options.has("V")) {
      yield* stdout(proc).print("ncurses 6.5.20240629\n");
      return 0;
    }
    const type = options.value("T") ?? proc.env.get("TERM") ?? "";
    if (type === "") {
      yield* proc.printError("tput: No value for $TERM and no -T specified\n");
      return 2;
    }
    if (!isKnownTerminal(type)) {
      yield* proc.printError(`tput: unknown terminal "${type}"\n`);
      return 3;
    }
    if (!options.has("S")) return yield* one(proc, options.operands, options.has("x"));
    let status: ExitStatus = 0;
    const text = String.fromCharCode(...(yield* proc.readToEnd(0)));
    for (const line of text.split("\n")) if (line.trim() !== "") status = yield* one(proc, line.trim().split(/\s+/), options.has("x"));
    return status;
  },
};

function* one(proc: Process, words: readonly string[], keepsScrollback: boolean): Run<ExitStatus> {
  const out = stdout(proc);
  const [name, ...args] = words;
  if (name === undefined) {
    yield* proc.printError("Usage: tput [options] [command]\n");
    return 2;
  }
  if (name === "cols" || name === "lines") {
    const size = proc.sys.isatty(1) || proc.sys.isatty(2) || proc.sys.isatty(0) ? proc.tty : undefined;
    yield* out.print(`${name === "cols" ? (size?.columns ?? 80) : (size?.rows ?? 24)}\n`);
    return 0;
  }
  if (name === "longname") {
    yield* out.print(LONG_NAME);
    return 0;
  }
  if (name === "reset" || name === "init") {
    yield* resetTerminal(proc, name === "reset");
    return 0;
  }
  const found = capability(
    name,
    args.map((arg) => Number.parseInt(arg, 10) || 0),
  );
  switch (found?.kind) {
    case "string":
      yield* out.print(found.text + (name === "clear" && !keepsScrollback ? "\x1b[3J" : ""));
      return 0;
    case "number":
      yield* out.print(`${found.value}\n`);
      return 0;
    case "flag":
      return found.isSet ? 0 : 1;
    case "absent":
      return 1;
    case undefined:
      yield* out.flush();
      yield* proc.printError(`tput: unknown terminfo capability '${name}'\n`);
      return 4;
  }
}
