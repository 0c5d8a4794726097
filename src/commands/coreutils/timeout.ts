import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { addNanoseconds } from "../../base/timestamp.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, warn } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { signalOf } from "../signal-names.ts";
import { parseDuration } from "./system.ts";

/** timeout(1). */
export const timeout: Command = {
  name: "timeout",
  package: "coreutils",
  style: "gnu-posix",
  usage: ["timeout [OPTION]... DURATION COMMAND [ARG]..."],
  about: "Start COMMAND, and kill it if still running after DURATION.",
  options: [
    { name: "foreground", short: "f", help: "allow COMMAND to read from the TTY and get TTY signals" },
    {
      name: "kill-after",
      short: "k",
      argument: "DURATION",
      help: "also send a KILL signal if COMMAND is still running this long after the initial signal was sent",
    },
    { name: "preserve-status", short: "p", help: "exit with the same status as COMMAND, even when the command times out" },
    { name: "signal", short: "s", argument: "SIGNAL", help: "specify the signal to be sent on timeout" },
    { name: "verbose", short: "v", help: "diagnose to stderr any signal sent upon timeout" },
  ],
  usageStatus: 125,
  completes: "commands",
  *run(proc, options) {
    const [durationText, name, ...args] = options.operands;
    if (durationText === undefined || name === undefined) throw new UsageError("");
    const duration = (text: string): number => {
      const seconds = parseDuration(text);
      if (seconds === undefined) throw new UsageError(`invalid time interval ${curly(text)}`);
      return seconds;
    };
    const seconds = duration(durationText);
    const killAfter = options.value("kill-after");
    const signalText = options.value("signal") ?? "TERM";
    const signal = signalOf(signalText);
    if (signal === undefined) throw new UsageError(`${curly(signalText)}: invalid signal`);
    const path = findProgram(proc, name);
    if (path === undefined) {
      yield* warn(proc, `failed to run command ${curly(name)}: No such file or directory`);
      return 127;
    }
    yield* stdout(proc).flush();
    let child;
    try {
      child = proc.spawn({ argv: [name, ...args], program: { path } });
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Failure(`failed to run command ${curly(name)}: ${error.text}`, isSysError(error, "ENOENT") ? 127 : 126);
    }
    let ended = yield* waitUntil(proc, child.pid, seconds);
    if (ended !== undefined) return ended;
    if (options.has("verbose")) yield* warn(proc, `sending signal ${signal} to command ${curly(name)}`);
    proc.kill(child.pid, signal);
    proc.kill(child.pid, "CONT");
    if (signal === "KILL" && !options.has("foreground")) {
      yield* proc.wait(child.pid);
      yield* dieOfOwnSignal(proc);
    }
    if (killAfter !== undefined) {
      ended = yield* waitUntil(proc, child.pid, duration(killAfter));
      if (ended === undefined) {
        if (options.has("verbose")) yield* warn(proc, `sending signal KILL to command ${curly(name)}`);
        proc.kill(child.pid, "KILL");
        yield* proc.wait(child.pid);
        if (!options.has("foreground")) yield* dieOfOwnSignal(proc);
        return 137;
      }
    } else ended = yield* waitUntil(proc, child.pid, 0);
    return options.has("preserve-status") ? (ended ?? 124) : signal === "KILL" ? 137 : 124;
  },
};

/** SIGKILL goes to the whole group, and nobody survives it. */
function* dieOfOwnSignal(proc: Process): Run<void> {
  proc.kill(proc.pid, "KILL");
  yield* proc.tick();
}

/** The child's status, or undefined when `seconds` went by; 0 waits for ever. */
function* waitUntil(proc: Process, pid: number, seconds: number): Run<number | undefined> {
  const deadline = seconds === 0 || seconds === Infinity ? undefined : addNanoseconds(proc.now(), Math.round(seconds * 1e9));
  for (;;) {
    const changed = yield* proc.wait(pid, { nohang: true });
    if (changed !== undefined) return changed.ending.kind === "exited" ? changed.ending.status : 128 + SIGNALS[changed.ending.signal];
    const now = proc.now();
    if (deadline !== undefined && (now.sec > deadline.sec || (now.sec === deadline.sec && now.nsec >= deadline.nsec))) return undefined;
    if (deadline === undefined) {
      const ending = yield* proc.wait(pid);
      if (ending !== undefined) return ending.ending.kind === "exited" ? ending.ending.status : 128 + SIGNALS[ending.ending.signal];
    } else yield* proc.sleep(Math.min(0.05, deadline.sec - now.sec + (deadline.nsec - now.nsec) / 1e9));
  }
}
