import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { fitted } from "../full-screen.ts";
import { UsageError } from "../options.ts";
import { formatTime } from "../time-format.ts";
import { findProgram } from "../find-program.ts";

/** watch(1). */
export const watch: Command = {
  name: "watch",
  package: "procps-ng",
  style: "gnu-posix",
  usage: ["watch [options] command"],
  about: "Execute a program periodically, showing output fullscreen.",
  options: [
    { name: "beep", short: "b", help: "beep if command has a non-zero exit" },
    { name: "color", short: "c", help: "interpret ANSI color and style sequences" },
    { name: "no-color", short: "C", help: "do not interpret ANSI color and style sequences" },
    { name: "differences", short: "d", argument: "permanent", optional: true, help: "highlight changes between updates" },
    { name: "errexit", short: "e", help: "exit if command has a non-zero exit" },
    { name: "chgexit", short: "g", help: "exit when output from command changes" },
    { name: "equexit", short: "q", argument: "cycles", help: "exit when output from command does not change" },
    { name: "interval", short: "n", argument: "secs", help: "seconds to wait between updates" },
    { name: "precise", short: "p", help: "attempt run command in precise intervals", fidelity: "ignored" },
    { name: "no-title", short: "t", help: "turn off header" },
    { name: "no-wrap", short: "w", help: "turn off line wrapping" },
    { name: "exec", short: "x", help: 'pass command to exec instead of "sh -c"' },
    { name: "help", short: "h", help: "display this help and exit" },
    { name: "version", short: "v", help: "output version information and exit" },
  ],
  usageHint: "help",
  completes: "commands",
  *run(proc, options) {
    const words = options.operands;
    if (words.length === 0) throw new UsageError("");
    const text = options.value("interval") ?? proc.env.get("WATCH_INTERVAL") ?? "2";
    if (!/^[0-9]*[.,]?[0-9]+$|^[0-9]+$/.test(text)) throw new Failure(`failed to parse argument: '${text}'`);
    const interval = Math.max(0.1, Number(text.replace(",", ".")));
    // Ctrl-C ends whatever it waits for.
    proc.onSignal("INT", () => undefined);
    yield* proc.print("\x1b[?1049h\x1b[22;0;0t\x1b[H\x1b[2J");
    let status = 0;
    try {
      status = yield* repeat(proc, options, interval);
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
    yield* proc.print("\x1b[?1049l\x1b[23;0;0t");
    return status;
  },
};

/** Runs the program again and again, until one of the options says that it is enough. */
function* repeat(proc: Process, options: ParsedOptions, interval: number): Run<ExitStatus> {
  const words = options.operands;
  const { tty } = proc;
  const size = { columns: tty?.columns ?? 80, rows: tty?.rows ?? 24 };
  let before: string | undefined;
  let same = 0;
  for (;;) {
    const { output, code } = yield* outputOf(proc, words, options.has("exec"));
    const title = options.has("no-title") ? "" : `${header(proc, interval, words.join(" "), size.columns)}\n\n`;
    yield* proc.print(
      `\x1b[H\x1b[2J${title}${screenful(output, size.columns, size.rows - (title === "" ? 0 : 2), options.has("no-wrap"), before, options.has("differences"))}`,
    );
    if (code !== 0 && options.has("beep")) yield* proc.print("\x07");
    if (code !== 0 && options.has("errexit")) return 8;
    if (before !== undefined && output !== before && options.has("chgexit")) return 0;
    same = output === before ? same + 1 : 0;
    const cycles = options.value("equexit");
    if (cycles !== undefined && same >= Number(cycles)) return 0;
    before = output;
    yield* proc.sleep(interval);
  }
}

function* outputOf(proc: Process, words: readonly string[], isExec: boolean): Run<{ readonly output: string; readonly code: number }> {
  const [reader, writer] = proc.sys.pipe();
  const argv = isExec ? words : ["sh", "-c", words.join(" ")];
  const path = isExec ? findProgram(proc, words[0] ?? "") : "/bin/sh";
  if (path === undefined) throw new Failure(`unable to execute '${words[0] ?? ""}': No such file or directory`, 4);
  const child = proc.spawn({
    argv,
    program: { path },
    fds: new Map([
      [0, 0],
      [1, writer],
      [2, writer],
    ]),
  });
  proc.sys.close(writer);
  const output = decodeUtf8(yield* proc.readToEnd(reader));
  proc.sys.close(reader);
  const ended = yield* proc.wait(child.pid);
  return { output, code: ended?.ending.kind === "exited" ? ended.ending.status : 1 };
}

function header(proc: Process, interval: number, command: string, columns: number): string {
  const right = `${proc.kernel.hostname.split(".")[0] ?? ""}: ${formatTime("%a %b %e %H:%M:%S %Y", proc.now())}`;
  const left = `Every ${interval.toFixed(1)}s: `;
  const room = columns - left.length - right.length - 2;
  const shown = room < 4 ? "" : command.length > room ? `${fitted(command, room - 3)}...` : command;
  return (left + shown).padEnd(columns - right.length) + right;
}

/** As many rows as fit, what differs from last time in reverse. */
function screenful(output: string, columns: number, rows: number, isChopped: boolean, before: string | undefined, marks: boolean): string {
  const rowsOf = (text: string): string[] =>
    text.split("\n").flatMap((line) => {
      if (isChopped || line.length <= columns) return [fitted(line, columns)];
      return line.match(new RegExp(`.{1,${String(columns)}}`, "gsu")) ?? [""];
    });
  const shown = rowsOf(output.replaceAll("\t", "        ").replace(/\n$/, "")).slice(0, rows);
  if (!marks || before === undefined) return shown.join("\n");
  const old = rowsOf(before.replaceAll("\t", "        "));
  return shown
    .map((row, index) =>
      Array.from(row, (character, at) => (old[index]?.[at] === character ? character : `\x1b[7m${character}\x1b[m`)).join(""),
    )
    .join("\n");
}
