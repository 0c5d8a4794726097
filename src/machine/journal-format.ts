/** What journalctl(1) prints of an entry, in each of its formats. */
import { calendarDate, MONTHS, twoDigits, WEEKDAYS } from "../base/calendar.ts";
import { NANOSECONDS, type Timestamp } from "../base/timestamp.ts";
import type { JournalEntry } from "./journal.ts";

export const JOURNAL_FORMATS = [
  "short",
  "short-precise",
  "short-iso",
  "short-iso-precise",
  "short-full",
  "short-monotonic",
  "short-unix",
  "cat",
  "json",
  "json-pretty",
  "with-unit",
  "verbose",
  "export",
] as const;

export type JournalFormat = (typeof JOURNAL_FORMATS)[number];

/** One entry, with its line end. `bootedAt` is when its boot began, for monotonic stamps. Times are UTC, which this machine's zone is. */
export function formatEntry(entry: JournalEntry, format: JournalFormat, bootedAt: Timestamp): string {
  switch (format) {
    case "cat":
      return `${entry.message}\n`;
    case "json":
      return `${JSON.stringify(fieldsOf(entry, bootedAt))}\n`;
    case "json-pretty":
      return `${JSON.stringify(fieldsOf(entry, bootedAt), undefined, "\t").replaceAll('": "', '" : "')}\n`;
    case "verbose": {
      const fields = Object.entries(fieldsOf(entry, bootedAt)).filter(([name]) => !name.startsWith("__"));
      return `${fullTime(entry.time)}\n${fields.map(([name, value]) => `    ${name}=${value}\n`).join("")}`;
    }
    case "export":
      return `${Object.entries(fieldsOf(entry, bootedAt))
        .map(([name, value]) => `${name}=${value}\n`)
        .join("")}\n`;
    default: {
      const tag = format === "with-unit" ? (entry.unit ?? entry.identifier) : entry.identifier;
      const head = `${stamp(entry.time, format, bootedAt)} ${entry.hostname} ${tag}${entry.pid === undefined ? "" : `[${entry.pid}]`}: `;
      return `${head}${entry.message.replaceAll("\n", `\n${" ".repeat(head.length)}`)}\n`;
    }
  }
}

/** `Mon 2026-01-12 09:14:02 UTC`, as in `--list-boots` and `systemctl status`. */
export function fullTime(time: Timestamp): string {
  const date = calendarDate(time.sec);
  const day = `${date.year}-${twoDigits(date.month)}-${twoDigits(date.day)}`;
  return `${WEEKDAYS[date.weekday]?.slice(0, 3)} ${day} ${twoDigits(date.hour)}:${twoDigits(date.minute)}:${twoDigits(date.second)} UTC`;
}

/** syslog's stamp: `Jan 12 09:14:02`. */
export function shortTime(time: Timestamp): string {
  const date = calendarDate(time.sec);
  return `${MONTHS[date.month - 1]?.slice(0, 3)} ${twoDigits(date.day)} ${twoDigits(date.hour)}:${twoDigits(date.minute)}:${twoDigits(date.second)}`;
}

function stamp(time: Timestamp, format: JournalFormat, bootedAt: Timestamp): string {
  const micro = String(Math.floor(time.nsec / 1000)).padStart(6, "0");
  switch (format) {
    case "short-precise":
      return `${shortTime(time)}.${micro}`;
    case "short-iso":
    case "short-iso-precise": {
      const date = calendarDate(time.sec);
      const clock = `${twoDigits(date.hour)}:${twoDigits(date.minute)}:${twoDigits(date.second)}`;
      return `${date.year}-${twoDigits(date.month)}-${twoDigits(date.day)}T${clock}${format === "short-iso" ? "" : `.${micro}`}+00:00`;
    }
    case "short-full":
    case "with-unit":
      return fullTime(time);
    case "short-monotonic":
      return `[${monotonic(time, bootedAt)}]`;
    case "short-unix":
      return `${time.sec}.${micro}`;
    default:
      return shortTime(time);
  }
}

/** Seconds since boot as the kernel prints them: `    1.234567`. */
export function monotonic(time: Timestamp, bootedAt: Timestamp): string {
  const seconds = time.sec - bootedAt.sec + (time.nsec - bootedAt.nsec) / NANOSECONDS;
  return Math.max(0, seconds).toFixed(6).padStart(12);
}

function fieldsOf(entry: JournalEntry, bootedAt: Timestamp): Record<string, string> {
  const micro = (time: Timestamp) => `${time.sec}${String(Math.floor(time.nsec / 1000)).padStart(6, "0")}`;
  const since = Math.max(0, (entry.time.sec - bootedAt.sec) * 1e6 + Math.floor((entry.time.nsec - bootedAt.nsec) / 1000));
  return {
    __REALTIME_TIMESTAMP: micro(entry.time),
    __MONOTONIC_TIMESTAMP: String(since),
    _BOOT_ID: entry.boot,
    _HOSTNAME: entry.hostname,
    _TRANSPORT: entry.transport,
    PRIORITY: String(entry.priority),
    SYSLOG_IDENTIFIER: entry.identifier,
    ...(entry.pid === undefined ? {} : { _PID: String(entry.pid) }),
    ...(entry.unit === undefined ? {} : entry.pid === 1 ? { UNIT: entry.unit } : { _SYSTEMD_UNIT: entry.unit }),
    MESSAGE: entry.message,
    ...entry.fields,
  };
}
