import { readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";
import { stdout } from "../output.ts";
import { formatTime } from "../time-format.ts";

/** free(1). */
export const free: Command = {
  name: "free",
  package: "procps-ng",
  style: "gnu",
  usage: ["free [options]"],
  about: "Display amount of free and used memory in the system.",
  options: [
    { name: "bytes", short: "b", help: "show output in bytes" },
    { name: "kibi", short: "k", help: "show output in kibibytes" },
    { name: "mebi", short: "m", help: "show output in mebibytes" },
    { name: "gibi", short: "g", help: "show output in gibibytes" },
    { name: "human", short: "h", help: "show human-readable output" },
    { name: "si", help: "use powers of 1000 not 1024" },
    { name: "total", short: "t", help: "show total for RAM + swap" },
    { name: "wide", short: "w", help: "wide output" },
    { name: "lohi", short: "l", help: "show detailed low and high memory statistics", fidelity: "ignored" },
    { name: "seconds", short: "s", argument: "N", help: "repeat printing every N seconds" },
    { name: "count", short: "c", argument: "N", help: "repeat printing N times, then exit" },
    { name: "help", help: "display this help and exit" },
    { name: "version", short: "V", help: "output version information and exit" },
  ],
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const base = options.has("si") ? 1000 : 1024;
    const unit = options.has("bytes") ? 1 : options.has("mebi") ? base ** 2 : options.has("gibi") ? base ** 3 : base;
    const shown = (kib: number): string => {
      if (!options.has("human")) return String(Math.floor((kib * 1024) / unit));
      let value = kib * 1024;
      let power = 0;
      while (value >= base && power < 6) {
        value /= base;
        power++;
      }
      const letter = "BKMGTPE"[power] ?? "";
      const suffix = power === 0 ? "B" : letter + (options.has("si") ? "" : "i");
      return (value < 10 && power > 0 ? (Math.floor(value * 10) / 10).toFixed(1) : String(Math.floor(value))) + suffix;
    };
    const count = options.value("count");
    const seconds = options.value("seconds");
    if (seconds !== undefined && !(Number(seconds) > 0)) throw new Failure(`seconds argument '${seconds}' failed`);
    let left = count === undefined ? (seconds === undefined ? 1 : Infinity) : Number(count);
    for (; left > 0; left--) {
      const info = memory(proc);
      const of = (name: string): number => info.get(name) ?? 0;
      const total = of("MemTotal");
      const cache = of("Buffers") + of("Cached") + of("SReclaimable");
      const used = total - of("MemAvailable");
      const row = (title: string, values: readonly number[]): string =>
        title.padEnd(9) + values.map((value) => shown(value).padStart(11)).join(" ") + "\n";
      const titles = options.has("wide")
        ? ["total", "used", "free", "shared", "buffers", "cache", "available"]
        : ["total", "used", "free", "shared", "buff/cache", "available"];
      const caches = options.has("wide") ? [of("Buffers"), of("Cached") + of("SReclaimable")] : [cache];
      const swap = [of("SwapTotal"), of("SwapTotal") - of("SwapFree"), of("SwapFree")];
      let text = `${" ".repeat(9)}${titles.map((title) => title.padStart(11)).join(" ")}\n`;
      text += row("Mem:", [total, used, of("MemFree"), of("Shmem"), ...caches, of("MemAvailable")]) + row("Swap:", swap);
      if (options.has("total")) text += row("Total:", [total + (swap[0] ?? 0), used + (swap[1] ?? 0), of("MemFree") + (swap[2] ?? 0)]);
      yield* stdout(proc).print(text);
      if (left > 1) {
        yield* stdout(proc).print("\n");
        yield* stdout(proc).flush();
        yield* proc.sleep(Number(seconds ?? 1));
      }
    }
    return 0;
  },
};

/** uptime(1). */
export const uptime: Command = {
  name: "uptime",
  package: "procps-ng",
  style: "gnu",
  usage: ["uptime [options]"],
  about: "Tell how long the system has been running.",
  options: [
    { name: "container", short: "c", help: "show container uptime", fidelity: "ignored" },
    { name: "pretty", short: "p", help: "show uptime in pretty format" },
    { name: "raw", short: "r", help: "show uptime values in raw format" },
    { name: "since", short: "s", help: "system up since" },
    { name: "help", short: "h", help: "display this help and exit" },
    { name: "version", short: "V", help: "output version information and exit" },
  ],
  usageHint: "help",
  completes: "none",
  *run(proc, options) {
    const { seconds, loads, sessions } = loadOf(proc);
    const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
    if (options.has("raw")) {
      yield* stdout(proc).print(`${String(proc.now().sec)}.000000 ${String(seconds)}.000000 ${String(sessions)} ${loads.join(" ")}\n`);
    } else if (options.has("since"))
      yield* stdout(proc).print(formatTime("%Y-%m-%d %H:%M:%S", { sec: proc.now().sec - seconds, nsec: 0 }) + "\n");
    else if (options.has("pretty")) {
      const parts = [
        days > 0 ? plural(days, "day") : "",
        hours > 0 ? plural(hours, "hour") : "",
        minutes > 0 || seconds < 60 ? plural(minutes, "minute") : "",
      ].filter((part) => part !== "");
      yield* stdout(proc).print(`up ${parts.join(", ")}\n`);
    } else yield* stdout(proc).print(` ${uptimeLine(proc)}\n`);
    return 0;
  },
};

function plural(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

interface Load {
  readonly seconds: number;
  readonly loads: readonly string[];
  readonly sessions: number;
}

function loadOf(proc: Process): Load {
  return {
    seconds: Math.floor(Number((readTextIfThere(proc.sys, "/proc/uptime") ?? "0").split(" ")[0])),
    loads: (readTextIfThere(proc.sys, "/proc/loadavg") ?? "0.00 0.00 0.00").split(" ").slice(0, 3),
    sessions: proc.kernel.visible().filter((process) => process.tty !== undefined && process.session === process.pid).length,
  };
}

/** "12:34:56 up 5 min,  1 user,  load average: 0.00, 0.01, 0.05": what uptime, top and w begin with. */
export function uptimeLine(proc: Process): string {
  const { seconds, loads, sessions } = loadOf(proc);
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const clock = hours > 0 || days > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, "0")}` : `${String(minutes)} min`;
  return `${formatTime("%H:%M:%S", proc.now())} up ${days > 0 ? `${plural(days, "day")}, ` : ""}${clock},  ${String(sessions)} ${sessions > 1 ? "users" : "user"},  load average: ${loads.join(", ")}`;
}

/** KiB by the names of /proc/meminfo. */
export function memory(proc: Process): ReadonlyMap<string, number> {
  const text = readTextIfThere(proc.sys, "/proc/meminfo") ?? "";
  return new Map([...text.matchAll(/^(\S+):\s+([0-9]+)/gm)].map(([, name = "", kib]) => [name, Number(kib)]));
}
