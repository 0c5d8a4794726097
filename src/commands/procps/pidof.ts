import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { baseName } from "../paths.ts";

/** pidof(1). */
export const pidof: Command = {
  name: "pidof",
  package: "procps-ng",
  style: "gnu",
  usage: ["pidof [options] [program [...]]"],
  about: "Find the process ID of a running program.",
  options: [
    { name: "single-shot", short: "s", help: "return one PID only" },
    { name: "check-root", short: "c", help: "omit processes with different root", fidelity: "ignored" },
    { name: "quiet", short: "q", help: "quiet mode, only set the exit code" },
    { name: "with-workers", short: "w", help: "show kernel workers too" },
    { name: "x", short: "x", long: false, help: "also find shells running the named scripts" },
    { name: "omit-pid", short: "o", argument: "PID,...", help: "omit processes with PID" },
    { name: "separator", short: "S", argument: "SEP", help: "use SEP as separator put between PIDs" },
    { name: "help", short: "h", help: "display this help and exit" },
    { name: "version", short: "V", help: "output version information and exit" },
  ],
  usageHint: "help",
  completes: "commands",
  *run(proc, options) {
    const omitted = new Set(
      options
        .values("omit-pid")
        .flatMap((list) => list.split(","))
        .map((pid) => (pid === "%PPID" ? String(proc.parent) : pid)),
    );
    const wanted = options.operands.map(baseName);
    let found = [...proc.kernel.visible()]
      .filter(({ pid, name, argv, state }) => {
        if (state === "zombie" || omitted.has(String(pid))) return false;
        if (wanted.includes(name) || wanted.includes(baseName(argv[0]?.replace(/^-/, "") ?? ""))) return true;
        return options.has("x") && wanted.includes(baseName(argv[1] ?? ""));
      })
      .map(({ pid }) => pid)
      .sort((left, right) => right - left);
    if (options.has("single-shot")) found = found.slice(0, 1);
    if (found.length === 0) return 1;
    if (!options.has("quiet")) yield* stdout(proc).print(`${found.join(options.value("separator") ?? " ")}\n`);
    return 0;
  },
};
