import { calendarDate } from "../../base/calendar.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { ownName } from "../complain.ts";
import { helpText } from "../help.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName } from "../paths.ts";
import { padEnd, padStart, textWidth } from "../table.ts";
import { formatTime } from "../time-format.ts";
import { commandLine, cpuPercent, cpuSeconds, RESIDENT, stateOf, terminalOf, VIRTUAL } from "./processes.ts";
import { printVersion } from "../version.ts";

interface Context {
  readonly self: Process;
  readonly accounts: Accounts;
  readonly prefix: (process: KernelProcess) => string;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  readonly value: (process: KernelProcess, context: Context) => string;
}

function column(title: string, width: number, right: boolean, value: Column["value"]): Column {
  return { title, width, right, value };
}

const user: Column["value"] = (process, { accounts }) => {
  const { uid } = process.owner;
  const name = accounts.userById(uid)?.name ?? String(uid);
  return name.length > 8 ? `${name.slice(0, 7)}+` : name;
};
const time: Column["value"] = (process) => {
  const seconds = cpuSeconds(process);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
};
/** BSD's minutes and seconds. */
const bsdTime: Column["value"] = (process) => {
  const seconds = cpuSeconds(process);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, "0")}`;
};
/** Since when: the hour today, the date before. */
const start: Column["value"] = (process, { self }) => {
  const [then, now] = [calendarDate(process.startedAt.sec), calendarDate(self.now().sec)];
  const today = then.year === now.year && then.dayOfYear === now.dayOfYear;
  return formatTime(today ? "%H:%M" : then.year === now.year ? "%b%d" : "%Y", process.startedAt);
};

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: column("PID", 7, true, (process) => String(process.pid)),
  ppid: column("PPID", 7, true, (process) => String(process.parent)),
  pgid: column("PGID", 7, true, (process) => String(process.processGroup)),
  sid: column("SID", 7, true, (process) => String(process.session)),
  tty: column("TTY", 8, false, terminalOf),
  time: column("TIME", 8, true, time),
  bsdtime: column("TIME", 6, true, bsdTime),
  comm: column(
    "COMMAND",
    15,
    false,
    (process, { prefix }) => prefix(process) + process.name + (process.state === "zombie" ? " <defunct>" : ""),
  ),
  args: column("COMMAND", 27, false, (process, { prefix }) => prefix(process) + commandLine(process)),
  user: column("USER", 8, false, user),
  ruser: column("RUSER", 8, false, user),
  uid: column("UID", 5, true, (process) => String(process.owner.uid)),
  gid: column("GID", 5, true, (process) => String(process.owner.gid)),
  group: column("GROUP", 8, false, (process, { accounts }) => accounts.groupById(process.owner.gid)?.name ?? String(process.owner.gid)),
  pcpu: column("%CPU", 4, true, (process, { self }) => cpuPercent(process, self.now())),
  pmem: column("%MEM", 4, true, (process) => ((RESIDENT * 1024 * 100) / process.kernel.memoryBytes).toFixed(1)),
  vsz: column("VSZ", 6, true, () => String(VIRTUAL)),
  rss: column("RSS", 5, true, () => String(RESIDENT)),
  stat: column("STAT", 4, false, (process, { self }) => stateOf(process, self)),
  s: column("S", 1, false, (process, { self }) => stateOf(process, self)[0] ?? ""),
  start: column("START", 5, false, start),
  stime: column("STIME", 5, true, start),
  lstart: column("STARTED", 24, true, (process) => formatTime("%a %b %e %H:%M:%S %Y", process.startedAt)),
  etime: column("ELAPSED", 11, true, (process, { self }) => elapsed(self.now().sec - process.startedAt.sec)),
  etimes: column("ELAPSED", 7, true, (process, { self }) => String(self.now().sec - process.startedAt.sec)),
  c: column("C", 2, true, (process, { self }) => String(Math.floor(Number(cpuPercent(process, self.now()))))),
  ni: column("NI", 3, true, ({ niceness }) => String(niceness)),
  pri: column("PRI", 3, true, ({ niceness }) => String(19 - niceness)),
  nlwp: column("NLWP", 4, true, () => "1"),
  wchan: column("WCHAN", 6, false, () => "-"),
  f: column("F", 1, true, () => "0"),
  sz: column("SZ", 5, true, () => String(Math.floor(VIRTUAL / 4))),
  addr: column("ADDR", 4, false, () => "-"),
};
const ALIASES: Readonly<Record<string, string>> = {
  cmd: "args",
  command: "args",
  ucmd: "comm",
  ucomm: "comm",
  tt: "tty",
  tname: "tty",
  "%cpu": "pcpu",
  "%mem": "pmem",
  state: "s",
  euser: "user",
  uname: "user",
  euid: "uid",
  start_time: "stime",
  bsdstart: "start",
  cputime: "time",
  rssize: "rss",
  vsize: "vsz",
  pgrp: "pgid",
  sess: "sid",
  session: "sid",
  nice: "ni",
  cp: "c",
};

function elapsed(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${days > 0 ? `${String(days)}-` : ""}${days > 0 || hours > 0 ? `${two(hours)}:` : ""}${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

interface Selection {
  all: boolean;
  /** BSD's a and x: of everybody, without a terminal. */
  bsdAll: boolean;
  bsdDetached: boolean;
  /** -a, -d: leaders of sessions left out. */
  noLeaders: boolean;
  pids: number[];
  parents: number[];
  names: string[];
  users: string[];
  terminals: string[];
}

/** ps(1). */
export const ps: Command = {
  name: "ps",
  package: "procps-ng",
  style: "raw",
  usage: ["ps [options]"],
  about: "Report a snapshot of the current processes.",
  options: [
    { name: "A", short: "A", alsoShort: ["e"], long: false, help: "all processes" },
    { name: "f", short: "f", long: false, help: "full-format, including command lines" },
    { name: "p", short: "p", long: false, argument: "PID", help: "process id" },
    { name: "u", short: "u", long: false, argument: "UID", help: "effective user id or name" },
    { name: "C", short: "C", long: false, argument: "COMMAND", help: "command name" },
    { name: "o", short: "o", long: false, argument: "FORMAT", help: "user-defined format", values: Object.keys(COLUMNS) },
    { name: "sort", argument: "KEY", help: "specify sort order", values: Object.keys(COLUMNS) },
    { name: "forest", help: "ascii art process tree" },
  ],
  completes: "pids",
  simplified: "memory sizes are the same for all processes",
  *run(proc, { operands }) {
    try {
      return yield* show(proc, operands);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      yield* proc.printError(`error: ${error.message}\n\n${usageOf(baseName(ownName(proc)))}`);
      return 1;
    }
  },
};

/** What follows a complaint. */
function usageOf(name: string): string {
  return `Usage:
 ${name} [options]

 Try '${name} --help <simple|list|output|threads|misc|all>'
  or '${name} --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
`;
}

function* show(proc: Process, operands: readonly string[]): Run<number> {
  if (operands.includes("--help")) {
    yield* stdout(proc).print(helpText(ps));
    return 0;
  }
  if (operands.includes("--version") || operands.includes("-V")) {
    yield* printVersion(proc, ps);
    return 0;
  }
  yield* proc.tick();
  const request = parse(operands);
  const accounts = readAccounts(proc.sys);
  let processes = select(proc, request.selection, accounts);
  const prefixes = new Map<number, string>();
  if (request.forest) processes = forest(processes, prefixes);
  const context: Context = { self: proc, accounts, prefix: (process) => prefixes.get(process.pid) ?? "" };
  for (const key of request.sort.toReversed()) {
    const name = key.replace(/^[-+]/, "");
    const by = COLUMNS[ALIASES[name] ?? name];
    if (by === undefined) throw new UsageError("unknown sort specifier");
    const order = (a: KernelProcess, b: KernelProcess): number => {
      const [left, right] = [by.value(a, context), by.value(b, context)];
      const numeric = Number(left) - Number(right);
      return (Number.isNaN(numeric) ? (left < right ? -1 : left > right ? 1 : 0) : numeric) * (key.startsWith("-") ? -1 : 1);
    };
    processes = [...processes].sort(order);
  }
  const { columns } = request;
  const rows = processes.map((process) => columns.map(({ column: one }) => one.value(process, context)));
  const hasTitles = columns.some(({ title }) => title !== "") && !request.noHeader;
  const widths = columns.map(({ column: one, title }, index) =>
    index === columns.length - 1 && !one.right
      ? 0
      : Math.max(one.width, textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (columns[index]?.column.right === true ? padStart(cell, widths[index] ?? 0) : padEnd(cell, widths[index] ?? 0)))
      .join(" ")
      .trimEnd();
  const limit = proc.sys.isatty(1) && !request.wide ? (proc.tty?.columns ?? 80) : Infinity;
  if (hasTitles) yield* stdout(proc).print(line(columns.map(({ title }) => title)).slice(0, limit) + "\n");
  for (const row of rows) yield* stdout(proc).print(line(row).slice(0, limit) + "\n");
  return processes.length === 0 ? 1 : 0;
}

interface Request {
  readonly selection: Selection;
  readonly columns: readonly { readonly column: Column; readonly title: string }[];
  readonly sort: readonly string[];
  readonly forest: boolean;
  readonly wide: boolean;
  readonly noHeader: boolean;
}

const FORMATS = {
  plain: "pid,tty,time,comm=CMD",
  full: "user=UID,pid,ppid,c,stime,tty,time,args=CMD",
  long: "f,s,uid,pid,ppid,c,pri,ni,addr,sz,wchan,tty,time,comm=CMD",
  bsd: "pid,tty,stat,bsdtime,args",
  bsdUser: "user,pid,pcpu,pmem,vsz,rss,tty,stat,start,bsdtime,args",
  jobs: "pid,pgid,sid,tty,time,comm=CMD",
} as const;

function parse(words: readonly string[]): Request {
  const selection: Selection = {
    all: false,
    bsdAll: false,
    bsdDetached: false,
    noLeaders: false,
    pids: [],
    parents: [],
    names: [],
    users: [],
    terminals: [],
  };
  let format: string = FORMATS.plain;
  const own: string[] = [];
  const sort: string[] = [];
  let [forestWanted, wide, noHeader, isBsd] = [false, false, false, false];
  const list = (text: string): string[] => text.split(/[, ]+/).filter((part) => part !== "");
  const numbers = (text: string): number[] =>
    list(text).map((part) => {
      if (!/^[0-9]+$/.test(part)) throw new UsageError("process ID list syntax error");
      return Number(part);
    });
  const takes: Readonly<Record<string, (value: string) => void>> = {
    p: (value) => selection.pids.push(...numbers(value)),
    q: (value) => selection.pids.push(...numbers(value)),
    u: (value) => selection.users.push(...list(value)),
    U: (value) => selection.users.push(...list(value)),
    C: (value) => selection.names.push(...list(value)),
    t: (value) => selection.terminals.push(...list(value).map((name) => name.replace(/^\/dev\//, ""))),
    o: (value) => own.push(value),
    O: (value) => own.push(`pid,${value},s,tty,time,command`),
    "--pid": (value) => selection.pids.push(...numbers(value)),
    "--ppid": (value) => selection.parents.push(...numbers(value)),
    "--user": (value) => selection.users.push(...list(value)),
    "--sort": (value) => sort.push(...value.split(",")),
    "--format": (value) => own.push(value),
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const next = (): string => {
      const value = words[++i];
      if (value === undefined) throw new UsageError("list of process IDs must follow -p");
      return value;
    };
    if (/^[0-9]+(?:,[0-9]+)*$/.test(word)) {
      selection.pids.push(...numbers(word));
      continue;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word : word.slice(0, equals);
      if (takes[name] !== undefined) takes[name](equals < 0 ? next() : word.slice(equals + 1));
      else if (name === "--forest") forestWanted = true;
      else if (name === "--no-headers" || name === "--no-heading" || name === "--noheaders") noHeader = true;
      else if (name === "--headers") noHeader = false;
      else throw new UsageError("unknown gnu long option");
      continue;
    }
    const unix = word.startsWith("-");
    const letters = unix ? word.slice(1) : word;
    if (!unix) isBsd = true;
    for (let k = 0; k < letters.length; k++) {
      const letter = letters[k] ?? "";
      if (unix && takes[letter] !== undefined) {
        takes[letter](letters.slice(k + 1) || next());
        break;
      }
      if (!unix && (letter === "o" || letter === "p" || letter === "U" || letter === "t")) {
        takes[letter]?.(letters.slice(k + 1) || next());
        break;
      }
      if (unix) {
        if (letter === "e" || letter === "A") selection.all = true;
        else if (letter === "a" || letter === "d") selection.noLeaders = true;
        else if (letter === "f") format = FORMATS.full;
        else if (letter === "l") format = FORMATS.long;
        else if (letter === "F") format = FORMATS.full;
        else if (letter === "j") format = FORMATS.jobs;
        else if (letter === "H") forestWanted = true;
        else if (letter === "w") wide = true;
        else throw new UsageError("unsupported SysV option");
      } else if (letter === "a") selection.bsdAll = true;
      else if (letter === "x") selection.bsdDetached = true;
      else if (letter === "u") format = FORMATS.bsdUser;
      else if (letter === "f") forestWanted = true;
      else if (letter === "w") wide = true;
      else if (letter === "e") continue;
      else if (letter === "h") noHeader = true;
      else if (letter === "l") format = FORMATS.long;
      else throw new UsageError("unsupported option (BSD syntax)");
    }
  }
  if (isBsd && format === FORMATS.plain) format = FORMATS.bsd;
  if (isBsd && !selection.bsdAll && !selection.bsdDetached && selection.pids.length === 0 && !selection.all) selection.bsdDetached = false;
  return { selection, columns: columnsOf(own.length > 0 ? own : [format]), sort, forest: forestWanted, wide, noHeader };
}

/** `pid,comm=NAME`: the last one in a word may have a title with commas. */
function columnsOf(formats: readonly string[]): Request["columns"] {
  return formats.flatMap((format) =>
    format
      .split(/[, ]+/)
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        const name = (equals < 0 ? part : part.slice(0, equals)).toLowerCase();
        const found = COLUMNS[ALIASES[name] ?? name];
        if (found === undefined) throw new UsageError(`unknown user-defined format specifier "${name}"`);
        const title = equals >= 0 ? part.slice(equals + 1) : name === "cmd" ? "CMD" : name === "tt" ? "TT" : found.title;
        return { column: found, title };
      }),
  );
}

function select(proc: Process, selection: Selection, accounts: Accounts): KernelProcess[] {
  const processes = proc.kernel.visible().toSorted((a, b) => a.pid - b.pid);
  const { pids, parents, names, users, terminals } = selection;
  if (pids.length + parents.length + names.length + users.length + terminals.length > 0) {
    return processes.filter(
      (process) =>
        selection.all ||
        pids.includes(process.pid) ||
        parents.includes(process.parent) ||
        names.includes(process.name) ||
        terminals.includes(terminalOf(process)) ||
        users.some((name) => process.owner.uid === (accounts.userByName(name)?.uid ?? (/^[0-9]+$/.test(name) ? Number(name) : -1))),
    );
  }
  if (selection.all || (selection.bsdAll && selection.bsdDetached)) return processes;
  const { uid } = proc.sys.credentials;
  if (selection.noLeaders) return processes.filter((process) => process.tty !== undefined && process.session !== process.pid);
  if (selection.bsdAll) return processes.filter((process) => process.tty !== undefined);
  if (selection.bsdDetached) return processes.filter((process) => process.owner.uid === uid);
  return processes.filter((process) => process.owner.uid === uid && process.tty === proc.tty);
}

/** Children behind their parents, with the lines of the tree. */
function forest(processes: readonly KernelProcess[], prefixes: Map<number, string>): KernelProcess[] {
  const out: KernelProcess[] = [];
  const pids = new Set(processes.map((process) => process.pid));
  const visit = (process: KernelProcess, prefix: string, indent: string): void => {
    prefixes.set(process.pid, prefix);
    out.push(process);
    const children = processes.filter((child) => child.parent === process.pid);
    children.forEach((child, index) => visit(child, `${indent} \\_ `, `${indent} ${index < children.length - 1 ? "|  " : "   "}`));
  };
  for (const process of processes) if (!pids.has(process.parent)) visit(process, "", "");
  return out;
}
