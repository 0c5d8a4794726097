import { bootsOf, PRIORITIES, readJournal } from "../../machine/journal.ts";
import type { Command } from "../command.ts";
import { warnx } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { formatTime } from "../time-format.ts";
import { isAdministrator } from "../../machine/users.ts";

/** dmesg(1). @simplified It reads the kernel's lines of this boot from the journal, as there is no ring buffer. */
export const dmesg: Command = {
  name: "dmesg",
  package: "util-linux-core",
  style: "gnu",
  usage: ["dmesg [options]"],
  about: "Display or control the kernel ring buffer.",
  options: [
    { name: "clear", short: "C", help: "clear the kernel ring buffer", fidelity: "unbuilt" },
    { name: "ctime", short: "T", help: "show human-readable timestamp" },
    {
      name: "color",
      short: "L",
      argument: "when",
      optional: true,
      help: "colorize messages",
      values: ["auto", "always", "never"],
      fidelity: "ignored",
    },
    { name: "decode", short: "x", help: "decode facility and level to readable string" },
    { name: "follow", short: "w", help: "wait for new messages", fidelity: "unbuilt" },
    { name: "human", short: "H", help: "human readable output" },
    { name: "kernel", short: "k", help: "display kernel messages" },
    { name: "level", short: "l", argument: "list", help: "restrict output to defined levels", values: [...PRIORITIES] },
    { name: "nopager", short: "P", help: "do not pipe output into a pager", fidelity: "ignored" },
    { name: "notime", short: "t", help: "don't show any timestamp with messages" },
    { name: "userspace", short: "u", help: "display userspace messages" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "none",
  simplified: "reads the kernel's lines from the journal",
  *run(proc, options) {
    const [extra] = options.operands;
    if (extra !== undefined) throw new UsageError("bad usage");
    yield* proc.tick();
    if (!isAdministrator(proc.sys)) {
      yield* warnx(proc, "read kernel buffer failed: Operation not permitted");
      return 1;
    }
    const { entries } = readJournal(proc.sys);
    const boot = bootsOf(entries).at(-1)?.id;
    const levels = options.value("level")?.split(",");
    for (const level of levels ?? [])
      if (!(PRIORITIES as readonly string[]).includes(level)) throw new UsageError(`unknown level '${level}'`, false);
    const { bootedAt } = proc.kernel.clock;
    for (const entry of entries) {
      if (entry.boot !== boot || entry.transport !== "kernel") continue;
      const level = PRIORITIES[entry.priority] ?? "info";
      if (levels !== undefined && !levels.includes(level)) continue;
      const since = entry.time.sec - bootedAt.sec + (entry.time.nsec - bootedAt.nsec) / 1e9;
      const time = options.has("notime")
        ? ""
        : options.has("ctime") || options.has("human")
          ? `[${formatTime("%a %b %e %H:%M:%S %Y", entry.time)}] `
          : `[${Math.max(0, since).toFixed(6).padStart(12)}] `;
      yield* stdout(proc).print(`${options.has("decode") ? `kern  :${level.padEnd(6)}: ` : ""}${time}${entry.message}\n`);
    }
    return 0;
  },
};
