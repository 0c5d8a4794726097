import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { compareTimestamps, type Timestamp } from "../../base/timestamp.ts";
import { secondsOf } from "../../base/calendar.ts";
import { formatEntry, fullTime, JOURNAL_FORMATS, type JournalFormat } from "../../machine/journal-format.ts";
import { bootsOf, PRIORITIES, readJournal, type JournalEntry } from "../../machine/journal.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import { mangleUnitName } from "../../machine/systemd/unit-name.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { flushBefore, stdout } from "../output.ts";
import { tableLines } from "../table.ts";
import { Refusal, refusable } from "./connect.ts";

/** journalctl(1). */
export const journalctl: Command = {
  name: "journalctl",
  package: "systemd",
  style: "gnu",
  usage: ["journalctl [OPTIONS...] [MATCHES...]"],
  about: "\nQuery the journal.",
  usageHint: "none",
  completes: "none",
  simplified: "Nothing is paged; the journal's files are lines of JSON with the chief fields only; explanations of -x are not there.",
  options: [
    { name: "boot", short: "b", argument: "ID", optional: true, help: "Show current boot or the specified boot" },
    { name: "list-boots", help: "Show terse information about recorded boots" },
    { name: "unit", short: "u", argument: "UNIT", help: "Show logs from the specified unit" },
    { name: "identifier", short: "t", argument: "STRING", help: "Show entries with the specified syslog identifier" },
    { name: "priority", short: "p", argument: "RANGE", help: "Show entries within the specified priority range", values: PRIORITIES },
    { name: "grep", short: "g", argument: "PATTERN", help: "Show entries with MESSAGE matching PATTERN" },
    { name: "dmesg", short: "k", help: "Show kernel message log from the current boot" },
    { name: "since", short: "S", argument: "DATE", help: "Show entries not older than the specified date" },
    { name: "until", short: "U", argument: "DATE", help: "Show entries not newer than the specified date" },
    { name: "output", short: "o", argument: "STRING", help: "Change journal output mode", values: JOURNAL_FORMATS },
    { name: "lines", short: "n", argument: "INTEGER", optional: true, help: "Number of journal entries to show" },
    { name: "reverse", short: "r", help: "Show the newest entries first" },
    { name: "follow", short: "f", help: "Follow the journal" },
    { name: "pager-end", short: "e", help: "Immediately jump to the end in the pager" },
    { name: "catalog", short: "x", help: "Add message explanations where available", fidelity: "simplified" },
    { name: "no-pager", help: "Do not pipe output into a pager", fidelity: "ignored" },
    { name: "no-hostname", help: "Suppress output of hostname field" },
    { name: "no-full", help: "Ellipsize fields", fidelity: "ignored" },
    { name: "all", short: "a", help: "Show all fields, including long and unprintable", fidelity: "ignored" },
    { name: "quiet", short: "q", help: "Do not show info messages and privilege warning" },
    { name: "utc", help: "Express time in Coordinated Universal Time (UTC)", fidelity: "ignored" },
    { name: "merge", short: "m", help: "Show entries from all available journals", fidelity: "ignored" },
    { name: "system", help: "Show the system journal", fidelity: "ignored" },
    { name: "user", help: "Show the user journal for the current user", fidelity: "unbuilt" },
    { name: "disk-usage", help: "Show total disk usage of all journal files" },
    { name: "vacuum-size", argument: "BYTES", help: "Reduce disk usage below specified size", fidelity: "unbuilt" },
    { name: "vacuum-time", argument: "TIME", help: "Remove journal files older than specified time", fidelity: "unbuilt" },
    { name: "verify", help: "Verify journal file consistency", fidelity: "unbuilt" },
    { name: "rotate", help: "Request immediate rotation of the journal files", fidelity: "unbuilt" },
    { name: "sync", help: "Synchronize unwritten journal messages to disk" },
    { name: "flush", help: "Flush all journal data from /run into /var" },
  ],
  rewrite: separateBoot,
  run(proc, options) {
    return refusable(proc, () => query(proc, options));
  },
};

/** `-b -1` and `-n 20` take the next word although their argument is optional, when it looks like one. */
function separateBoot(args: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    const next = args[i + 1];
    if (next !== undefined && /^(?:-[a-z]*b|--boot)$/.test(word) && /^(?:[-+]?\d+|[0-9a-f]{32}|all)$/.test(next)) {
      out.push(word.startsWith("--") ? `--boot=${next}` : word + next);
      i++;
    } else if (next !== undefined && /^(?:-[a-z]*n|--lines)$/.test(word) && /^(?:\+?\d+|all)$/.test(next)) {
      out.push(word.startsWith("--") ? `--lines=${next}` : word + next);
      i++;
    } else out.push(word);
  }
  return out;
}

function* query(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  const manager = managerOf(proc.kernel);
  manager?.journal.commit();
  // Where the files are is pid 1's affair: it has moved them when this service starts.
  if (options.has("sync") || options.has("flush")) return 0;
  const { entries, refused } = readJournal(proc.sys);
  if (refused > 0 && entries.length === 0) {
    if (!options.has("quiet"))
      yield* proc.printError(
        "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal', 'wheel' can see all messages.\n      Pass -q to turn off this notice.\n",
      );
    yield* proc.printError("No journal files were opened due to insufficient permissions.\n");
    return 1;
  }
  const out = stdout(proc);
  const boots = bootsOf(entries);
  if (options.has("disk-usage")) {
    const bytes = entries.length === 0 ? 0 : diskUsage(proc);
    yield* out.print(`Archived and active journals take up ${humanBytes(bytes)} in the file system.\n`);
    return 0;
  }
  if (options.has("list-boots")) {
    const rows = boots.map((boot, index) => [String(index - boots.length + 1), boot.id, fullTime(boot.first), fullTime(boot.last)]);
    const columns = [{ title: "IDX", align: "right" as const }, { title: "BOOT ID" }, { title: "FIRST ENTRY" }, { title: "LAST ENTRY" }];
    yield* out.print(`${tableLines(columns, rows).join("\n")}\n`);
    return 0;
  }
  const format = formatOf(options.value("output") ?? "short");
  const select = selection(proc, options, boots);
  let shown = entries.filter(select);
  const limit = lineLimit(options);
  if (limit !== undefined) shown = shown.slice(Math.max(0, shown.length - limit));
  const starts = new Map(boots.map((boot) => [boot.id, boot.first]));
  if (options.has("reverse")) shown.reverse();
  if (shown.length === 0 && !options.has("quiet") && !options.has("follow")) yield* out.print("-- No entries --\n");
  let previous: JournalEntry | undefined;
  for (const entry of shown) {
    yield* out.print(lineOf(entry, previous, format, starts, options));
    previous = entry;
  }
  if (!options.has("follow")) return 0;
  return yield* follow(proc, entries.length, select, format, starts, options);
}

function lineOf(
  entry: JournalEntry,
  previous: JournalEntry | undefined,
  format: JournalFormat,
  starts: ReadonlyMap<string, Timestamp>,
  options: ParsedOptions,
): string {
  const separator =
    previous && previous.boot !== entry.boot && !options.has("quiet") && !["cat", "json", "json-pretty", "export"].includes(format)
      ? `-- Boot ${entry.boot} --\n`
      : "";
  const shown = options.has("no-hostname") ? { ...entry, hostname: "" } : entry;
  const text = formatEntry(shown, format, starts.get(entry.boot) ?? entry.time);
  return separator + (options.has("no-hostname") ? text.replace("  ", " ") : text);
}

/** Looks again whenever something may have been written, until a signal ends it. */
function* follow(
  proc: Process,
  seen: number,
  select: (entry: JournalEntry) => boolean,
  format: JournalFormat,
  starts: ReadonlyMap<string, Timestamp>,
  options: ParsedOptions,
): Run<ExitStatus> {
  let count = seen;
  for (;;) {
    yield* flushBefore(proc);
    yield* proc.sleep(1);
    managerOf(proc.kernel)?.journal.commit();
    const { entries } = readJournal(proc.sys);
    for (const entry of entries.slice(count))
      if (select(entry)) yield* stdout(proc).print(lineOf(entry, undefined, format, starts, options));
    count = entries.length;
  }
}

function lineLimit(options: ParsedOptions): number | undefined {
  if (options.has("lines")) {
    const value = options.value("lines") ?? "10";
    if (value === "all") return undefined;
    if (!/^\+?\d+$/.test(value)) throw new Refusal(`Failed to parse --lines='${value}'.`);
    return Number(value);
  }
  if (options.has("follow")) return 10;
  return options.has("pager-end") ? 1000 : undefined;
}

function formatOf(name: string): JournalFormat {
  const format = JOURNAL_FORMATS.find((known) => known === name);
  if (!format) throw new Refusal(`Unknown output format '${name}'.`);
  return format;
}

function selection(proc: Process, options: ParsedOptions, boots: readonly { readonly id: string }[]): (entry: JournalEntry) => boolean {
  const tests: ((entry: JournalEntry) => boolean)[] = [];
  if (options.has("boot") || options.has("dmesg")) {
    const asked = options.value("boot") ?? "0";
    if (asked !== "all") {
      const id = findBoot(asked, boots);
      tests.push((entry) => entry.boot === id);
    }
  }
  if (options.has("dmesg")) tests.push((entry) => entry.transport === "kernel");
  if (options.has("unit")) {
    const units = options.values("unit").map(mangleUnitName);
    tests.push((entry) => entry.unit !== undefined && units.some((unit) => matches(unit, entry.unit ?? "")));
  }
  if (options.has("identifier")) tests.push((entry) => options.values("identifier").includes(entry.identifier));
  const priority = options.value("priority");
  if (priority !== undefined) {
    const [from, to] = priorityRange(priority);
    tests.push((entry) => entry.priority >= from && entry.priority <= to);
  }
  const pattern = options.value("grep");
  if (pattern !== undefined) {
    const lower = pattern.toLowerCase();
    // A pattern without capitals matches whatever the case.
    tests.push((entry) => (pattern === lower ? entry.message.toLowerCase() : entry.message).includes(pattern));
  }
  const since = options.value("since");
  if (since !== undefined) {
    const moment = parseMoment(since, proc.now());
    tests.push((entry) => compareTimestamps(entry.time, moment) >= 0);
  }
  const until = options.value("until");
  if (until !== undefined) {
    const moment = parseMoment(until, proc.now());
    tests.push((entry) => compareTimestamps(entry.time, moment) <= 0);
  }
  const alternatives = options.operands.map(matchOf);
  if (alternatives.length > 0) tests.push((entry) => alternatives.every((match) => match(entry)));
  return (entry) => tests.every((holds) => holds(entry));
}

/** `0` the present boot, `-1` the one before, `1` the oldest, or an id. */
function findBoot(asked: string, boots: readonly { readonly id: string }[]): string {
  if (/^[0-9a-f]{32}$/.test(asked)) return asked;
  const number = Number(asked);
  if (!/^[-+]?\d+$/.test(asked)) throw new Refusal(`Failed to parse boot ID: ${asked}`);
  const boot = number > 0 ? boots[number - 1] : boots[boots.length - 1 + number];
  if (!boot)
    throw new Refusal(`Data from the specified boot (${number > 0 ? "+" : ""}${number}) is not available: No such boot ID in journal`);
  return boot.id;
}

function matchOf(word: string): (entry: JournalEntry) => boolean {
  const equals = word.indexOf("=");
  if (equals < 0) {
    if (word.startsWith("/")) return () => false;
    throw new Refusal(`Failed to add match '${word}': Invalid argument`);
  }
  const value = word.slice(equals + 1);
  switch (word.slice(0, equals)) {
    case "_SYSTEMD_UNIT":
    case "UNIT":
      return (entry) => entry.unit === value;
    case "SYSLOG_IDENTIFIER":
    case "_COMM":
      return (entry) => entry.identifier === value;
    case "PRIORITY":
      return (entry) => String(entry.priority) === value;
    case "_PID":
      return (entry) => String(entry.pid) === value;
    case "_BOOT_ID":
      return (entry) => entry.boot === value;
    case "_TRANSPORT":
      return (entry) => entry.transport === value;
    default:
      return () => false;
  }
}

function priorityRange(text: string): readonly [number, number] {
  const number = (word: string): number => {
    const found = /^[0-7]$/.test(word) ? Number(word) : PRIORITIES.findIndex((name) => name === word);
    if (found < 0) throw new Refusal(`Unknown log level ${text}`);
    return found;
  };
  const [from = "", to] = text.split("..");
  if (to === undefined) return [0, number(from)];
  const ends = [number(from), number(to)] as const;
  return [Math.min(...ends), Math.max(...ends)];
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  min: 60,
  m: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86400,
  day: 86400,
  days: 86400,
  week: 604800,
  weeks: 604800,
};

/** The moments of systemd.time(7) that people type: "today", "yesterday", "now", "1 hour ago", "-5min", "2026-01-12 09:14[:02]", "09:14", "@seconds". */
function parseMoment(text: string, now: Timestamp): Timestamp {
  const midnight = now.sec - (now.sec % 86400);
  const fixed: Readonly<Record<string, number>> = {
    now: now.sec,
    today: midnight,
    yesterday: midnight - 86400,
    tomorrow: midnight + 86400,
  };
  const named = fixed[text];
  if (named !== undefined) return { sec: named, nsec: 0 };
  const relative = /^(-)?\s*(\d+)\s*([a-z]+)(\s+ago)?$/.exec(text);
  const unit = UNITS[relative?.[3] ?? ""];
  if (relative && unit !== undefined && (relative[1] !== undefined || relative[4] !== undefined))
    return { sec: now.sec - Number(relative[2]) * unit, nsec: 0 };
  if (/^@\d+$/.test(text)) return { sec: Number(text.slice(1)), nsec: 0 };
  const full = /^(?:(\d{4})-(\d{2})-(\d{2}))?[ T]?(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!full || text.trim() === "") throw new Refusal(`Failed to parse timestamp: ${text}`);
  const [, year, month, day, hour, minute, second] = full;
  const base = year === undefined ? midnight : secondsOf(Number(year), Number(month), Number(day));
  return { sec: base + Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0), nsec: 0 };
}

function matches(pattern: string, name: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === name;
  return new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(name);
}

function diskUsage(proc: Process): number {
  let bytes = 0;
  for (const base of ["/var/log/journal", "/run/log/journal"]) {
    try {
      for (const { name } of proc.sys.readdir(base))
        for (const file of proc.sys.readdir(`${base}/${name}`)) bytes += proc.sys.stat(`${base}/${name}/${file.name}`).size;
    } catch {
      continue;
    }
  }
  return bytes;
}

function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)}K` : `${(bytes / 1024 ** 2).toFixed(1)}M`;
}
