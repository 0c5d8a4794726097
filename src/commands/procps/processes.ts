/** What ps, pgrep and pkill know of a process. */
import type { Timestamp } from "../../base/timestamp.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import { terminalName } from "../coreutils/system.ts";

/** Virtual nanoseconds of one tick (kernel.ts). */
export const TICK = 20_000;
/** KiB. @simplified The same for every process: none has memory of its own here. */
export const RESIDENT = 6000;
export const VIRTUAL = 11300;

/** "tty1", or "?" without a terminal. */
export function terminalOf(process: KernelProcess): string {
  return process.tty === undefined ? "?" : terminalName(process.kernel.ttys, process.tty).replace("/dev/", "");
}

/** Whole seconds of processor time. */
export function cpuSeconds(process: KernelProcess): number {
  return Math.floor((process.ticksUsed * TICK) / 1e9);
}

export function cpuPercent(process: KernelProcess, now: Timestamp): string {
  const alive = Math.max(1e-3, now.sec - process.startedAt.sec + (now.nsec - process.startedAt.nsec) / 1e9);
  return Math.min(99.9, (process.ticksUsed * TICK) / 1e7 / alive).toFixed(1);
}

/** R, S, T or Z, with `s` for a session's leader and `+` for the terminal's foreground. */
export function stateOf(process: KernelProcess, self: Process): string {
  const letter =
    process.state === "zombie"
      ? "Z"
      : process.state === "stopped"
        ? "T"
        : process.pid === self.pid || process.state === "runnable"
          ? "R"
          : "S";
  const niceness = process.niceness > 0 ? "N" : process.niceness < 0 ? "<" : "";
  const leader = process.session === process.pid ? "s" : "";
  return letter + niceness + leader + (process.tty !== undefined && process.tty.foregroundGroup === process.processGroup ? "+" : "");
}

/** The command line, or the name in brackets for what has none. */
export function commandLine(process: KernelProcess): string {
  if (process.state === "zombie") return `[${process.name}] <defunct>`;
  return process.argv.length === 0 ? `[${process.name}]` : process.argv.join(" ");
}
