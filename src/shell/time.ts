/** The report of `time`. */
import type { Timestamp } from "../base/timestamp.ts";
import type { Run } from "../machine/program.ts";
import type { Shell } from "./shell.ts";

export interface Stopwatch {
  readonly started: Timestamp;
  /** `time -p`. */
  readonly posix: boolean;
}

/**
 * Prints the time since `watch` was started.
 * @simplified User and system time are not kept apart: all of a machine's time that is not waiting counts as real only.
 */
export function* reportTime(shell: Shell, watch: Stopwatch): Run<void> {
  const now = shell.proc.now();
  const real = now.sec - watch.started.sec + (now.nsec - watch.started.nsec) / 1e9;
  const format = watch.posix
    ? "real %2R\nuser %2U\nsys %2S"
    : (shell.variables.scalar("TIMEFORMAT") ?? "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS");
  if (format === "") return;
  yield* shell.writeError(
    format.replace(/%(\d?)(l?)([RUSP%])/g, (_whole, digits: string, long: string, letter: string) =>
      letter === "%"
        ? "%"
        : letter === "P"
          ? "0.00"
          : duration(letter === "R" ? real : 0, digits === "" ? 3 : Math.min(3, Number(digits)), long !== ""),
    ) + "\n",
  );
}

function duration(seconds: number, digits: number, long: boolean): string {
  if (!long) return seconds.toFixed(digits);
  return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(digits)}s`;
}
