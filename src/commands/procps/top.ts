import { addNanoseconds } from "../../base/timestamp.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { fitted } from "../full-screen.ts";
import { memory, uptimeLine } from "./free.ts";
import { commandLine, RESIDENT, stateOf, TICK, VIRTUAL } from "./processes.ts";

const SHARED = 4200;

/** top(1). */
export const top: Command = {
  name: "top",
  package: "procps-ng",
  style: "gnu",
  usage: ["top [options]"],
  about: "Display Linux processes.",
  options: [
    { name: "batch-mode", short: "b", help: "run in batch mode, for sending output to other programs or to a file" },
    { name: "cmdline-toggle", short: "c", help: "show the command line instead of the program's name" },
    { name: "delay", short: "d", argument: "SECS", help: "delay between screen updates" },
    { name: "iterations", short: "n", argument: "NUMBER", help: "end after this many iterations" },
    { name: "pid", short: "p", argument: "PIDLIST", help: "monitor only processes with these PIDs" },
    { name: "sort-override", short: "o", argument: "FIELD", help: "sort by this field", values: ["%CPU", "%MEM", "PID", "TIME+", "USER"] },
    { name: "filter-any-user", short: "U", argument: "USER", help: "show only processes of this user" },
    { name: "filter-only-euser", short: "u", argument: "USER", help: "show only processes of this user" },
    { name: "idle-toggle", short: "i", help: "leave out processes that used no processor time" },
    { name: "width", short: "w", argument: "COLUMNS", help: "width of the output" },
    { name: "help", short: "h", help: "display this help and exit" },
    { name: "version", short: "V", help: "output version information and exit" },
  ],
  usageHint: "help",
  completes: "none",
  simplified: "of the keys q, space, P, M, N, T and c work; memory of processes is made up",
  *run(proc, options) {
    const delay = options.value("delay") ?? "3";
    if (!/^[0-9]*\.?[0-9]+$/.test(delay)) throw new Failure(`bad delay interval '${delay}'`);
    const count = options.value("iterations") ?? "";
    if (!/^[0-9]*$/.test(count)) throw new Failure(`bad iterations argument '${count}'`);
    const user = options.value("filter-only-euser") ?? options.value("filter-any-user");
    if (user !== undefined && readAccounts(proc.sys).userByName(user) === undefined && !/^[0-9]+$/.test(user))
      throw new Failure("Invalid user");
    const view = new View(proc, options);
    const times = count === "" ? Infinity : Number(count);
    if (options.has("batch-mode")) {
      for (let time = 1; time <= times; time++) {
        yield* proc.print(`${view.lines().join("\n")}\n`);
        if (time < times) {
          yield* proc.print("\n");
          yield* proc.sleep(Number(delay));
        }
      }
      return 0;
    }
    return yield* interactive(proc, view, Number(delay), times);
  },
};

function* interactive(proc: Process, view: View, delay: number, times: number): Run<ExitStatus> {
  const { tty } = proc;
  if (tty === undefined || !proc.sys.isatty(0)) throw new Failure("failed tty get");
  const settings = tty.getAttributes();
  tty.setAttributes({ ...settings, echo: false, icanon: false });
  proc.onSignal("INT", () => undefined);
  try {
    for (let time = 1; time <= times; time++) {
      const lines = view.lines().slice(0, tty.rows);
      yield* proc.print(
        `\x1b[?25l\x1b[H${lines.map((line, index) => `${index === view.titleRow ? "\x1b[7m" : ""}${fitted(line, tty.columns).padEnd(index === view.titleRow ? tty.columns : 0)}\x1b[m\x1b[K`).join("\r\n")}\x1b[J`,
      );
      if (time === times) break;
      if (!(yield* view.pause(delay))) break;
    }
  } catch (error) {
    if (!isSysError(error, "EINTR")) throw error;
  } finally {
    tty.setAttributes(settings);
  }
  yield* proc.print(`\x1b[?25h\x1b[${String(tty.rows)};1H\r\x1b[K`);
  return 0;
}

type Order = (left: Row, right: Row) => number;

interface Row {
  readonly process: KernelProcess;
  /** Per cent of the processor since the last look. */
  readonly cpu: number;
}

const ORDERS: Readonly<Record<string, Order>> = {
  "%CPU": (left, right) => right.cpu - left.cpu || left.process.pid - right.process.pid,
  "%MEM": (left, right) => left.process.pid - right.process.pid,
  PID: (left, right) => right.process.pid - left.process.pid,
  "TIME+": (left, right) => right.process.ticksUsed - left.process.ticksUsed,
  USER: (left, right) => right.process.owner.uid - left.process.owner.uid,
};
/** The keys that choose an order. */
const KEYS: Readonly<Record<string, string>> = { P: "%CPU", M: "%MEM", N: "PID", T: "TIME+" };

class View {
  readonly titleRow = 6;
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #accounts: Accounts;
  #order: string;
  #showsCommandLines: boolean;
  #ticks = new Map<number, number>();
  #lookedAt: number | undefined;

  constructor(proc: Process, options: ParsedOptions) {
    this.#proc = proc;
    this.#options = options;
    this.#accounts = readAccounts(proc.sys);
    this.#order = options.value("sort-override")?.replace(/^[-+]/, "") ?? "%CPU";
    if (ORDERS[this.#order] === undefined) throw new Failure(`unrecognized field name '${this.#order}'`);
    this.#showsCommandLines = options.has("cmdline-toggle");
  }

  /** Waits, or does what a key says. False when it is to end. */
  *pause(seconds: number): Run<boolean> {
    const { tty } = this.#proc;
    const deadline = addNanoseconds(this.#proc.now(), Math.round(seconds * 1e9));
    const ready = (): boolean => tty?.readable() ?? false;
    if (!ready()) yield { kind: "until", reason: "read", ready, deadline };
    if (!ready()) return true;
    for (const byte of yield* this.#proc.read(0, 64)) {
      const key = String.fromCharCode(byte);
      if (key === "q" || key === "\x03") return false;
      if (key === "c") this.#showsCommandLines = !this.#showsCommandLines;
      this.#order = KEYS[key] ?? this.#order;
    }
    return true;
  }

  lines(): string[] {
    const proc = this.#proc;
    const now = proc.now().sec + proc.now().nsec / 1e9;
    const all = [...proc.kernel.visible()];
    const rows = all.map((process): Row => {
      const since = this.#lookedAt ?? process.startedAt.sec + process.startedAt.nsec / 1e9;
      const used = process.ticksUsed - (this.#lookedAt === undefined ? 0 : (this.#ticks.get(process.pid) ?? 0));
      return { process, cpu: Math.min(100, (used * TICK) / 1e7 / Math.max(0.01, now - since)) };
    });
    this.#ticks = new Map(all.map((process) => [process.pid, process.ticksUsed]));
    this.#lookedAt = now;
    const busy = Math.min(
      100,
      rows.reduce((sum, { cpu }) => sum + cpu, 0),
    );
    const states = all.map((process) => stateOf(process, proc)[0]);
    const count = (letter: string): string => String(states.filter((state) => state === letter).length).padStart(3);
    const kib = memory(proc);
    const mib = (name: string): string => ((kib.get(name) ?? 0) / 1024).toFixed(1).padStart(8);
    const cache = (kib.get("Buffers") ?? 0) + (kib.get("Cached") ?? 0) + (kib.get("SReclaimable") ?? 0);
    const used = (kib.get("MemTotal") ?? 0) - (kib.get("MemAvailable") ?? 0);
    const swap = (kib.get("SwapTotal") ?? 0) - (kib.get("SwapFree") ?? 0);
    const number = (value: number): string => (value / 1024).toFixed(1).padStart(8);
    return [
      `top - ${uptimeLine(proc)}`,
      `Tasks: ${String(all.length).padStart(3)} total, ${count("R")} running, ${count("S")} sleeping, ${count("T")} stopped, ${count("Z")} zombie`,
      `%Cpu(s): ${busy.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni,${(100 - busy).toFixed(1).padStart(5)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st `,
      `MiB Mem : ${mib("MemTotal")} total, ${mib("MemFree")} free, ${number(used)} used, ${number(cache)} buff/cache     `,
      `MiB Swap: ${mib("SwapTotal")} total, ${mib("SwapFree")} free, ${number(swap)} used. ${mib("MemAvailable")} avail Mem `,
      "",
      "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
      ...this.#shown(rows).map((row) => this.#line(row, kib.get("MemTotal") ?? 1)),
    ];
  }

  #shown(rows: readonly Row[]): Row[] {
    const pids = this.#options.value("pid")?.split(",");
    const user = this.#options.value("filter-only-euser") ?? this.#options.value("filter-any-user");
    const uid = user === undefined ? undefined : (this.#accounts.userByName(user)?.uid ?? Number(user));
    return rows
      .filter(({ process, cpu }) => {
        if (pids !== undefined && !pids.includes(String(process.pid))) return false;
        if (uid !== undefined && process.owner.uid !== uid) return false;
        return !this.#options.has("idle-toggle") || cpu >= 0.05;
      })
      .sort(ORDERS[this.#order]);
  }

  #line({ process, cpu }: Row, total: number): string {
    const { uid } = process.owner;
    const user = this.#accounts.userById(uid)?.name ?? String(uid);
    const hundredths = Math.floor((process.ticksUsed * TICK) / 1e7);
    const time = `${String(Math.floor(hundredths / 6000))}:${(Math.floor(hundredths / 100) % 60).toString().padStart(2, "0")}.${(hundredths % 100).toString().padStart(2, "0")}`;
    return [
      String(process.pid).padStart(7),
      (user.length > 8 ? `${user.slice(0, 7)}+` : user).padEnd(8),
      `${String(20 + process.niceness).padStart(3)} ${String(process.niceness).padStart(3)}`,
      String(VIRTUAL).padStart(7),
      String(RESIDENT).padStart(6),
      String(SHARED).padStart(6),
      stateOf(process, this.#proc)[0] ?? "S",
      cpu.toFixed(1).padStart(5),
      ((RESIDENT / total) * 100).toFixed(1).padStart(5),
      time.padStart(9),
      this.#showsCommandLines ? commandLine(process) : process.name,
    ].join(" ");
  }
}
