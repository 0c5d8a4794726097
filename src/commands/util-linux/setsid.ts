import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { UsageError } from "../options.ts";

/** setsid(1). */
export const setsid: Command = {
  name: "setsid",
  package: "util-linux-core",
  style: "gnu-posix",
  usage: ["setsid [options] <program> [arguments ...]"],
  about: "Run a program in a new session.",
  options: [
    { name: "ctty", short: "c", help: "set the controlling terminal to the current one", fidelity: "unbuilt" },
    { name: "fork", short: "f", help: "always fork" },
    { name: "wait", short: "w", help: "wait program to exit, and use the same return" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "commands",
  *run(proc, options) {
    const [name] = options.operands;
    if (name === undefined) throw new UsageError("no command specified");
    // The leader of a group cannot leave it (setsid(2): EPERM), so a child does; any other goes itself.
    const forks = options.has("fork") || proc.pid === proc.processGroup;
    try {
      const path = findProgram(proc, name);
      if (path === undefined) throw new SysError("ENOENT", "execve", name);
      const child = proc.spawn({ argv: options.operands, program: { path }, newSession: true });
      if (forks && !options.has("wait")) return 0;
      const ending = (yield* proc.wait(child.pid))?.ending;
      if (ending?.kind === "exited") return ending.status;
      if (forks) throw new Failure(`child ${String(child.pid)} did not exit normally`);
      if (ending) proc.kill(proc.pid, ending.signal);
      return 1;
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Failure(`failed to execute ${name}: ${error.text}`, isSysError(error, "ENOENT") ? 127 : 126);
    }
  },
};
