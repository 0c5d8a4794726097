/**
 * The journal: what the kernel and the services said, kept in files.
 *
 * As with the real one, entries go to /run/log/journal first and move to /var/log/journal once that may be written.
 * @simplified The files are lines of JSON rather than journald's own binary format, and hold no fields but those below.
 * A line that was torn by a power cut is passed over when reading.
 */
import { compareTimestamps, type Timestamp } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O } from "../vfs/types.ts";
import { exists, readTextIfThere } from "./read-text.ts";

/** syslog(3). */
export const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;

export interface JournalEntry {
  readonly time: Timestamp;
  /** 32 hexadecimal digits, new at each boot. */
  readonly boot: string;
  readonly hostname: string;
  /** Index in `PRIORITIES`. */
  readonly priority: number;
  readonly transport: "kernel" | "journal" | "stdout" | "syslog";
  /** SYSLOG_IDENTIFIER, e.g. "systemd". */
  readonly identifier: string;
  readonly pid: number | undefined;
  /** The unit that it is about or comes from. */
  readonly unit: string | undefined;
  readonly message: string;
  /** Further fields, by name. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a writer says; the rest is filled in. */
export interface LogMessage {
  readonly identifier: string;
  readonly message: string;
  /** 6, "info", unless said. */
  readonly priority?: number;
  readonly pid?: number;
  readonly unit?: string;
  readonly transport?: JournalEntry["transport"];
  readonly fields?: JournalEntry["fields"];
}

const RUNTIME = "/run/log/journal";
const PERSISTENT = "/var/log/journal";
const FILE = "system.journal";
/** A file that grew beyond is put aside at the next boot, and the one put aside before is deleted. */
const ROTATE_BYTES = 256 * 1024;
/** `wheel`, which real journals admit by an access list. */
const READERS_GID = 10;

export interface JournalState {
  readonly path: string;
  readonly hasHeader: boolean;
}

/** The writing half: one per running system. */
export class Journal {
  readonly boot: string;
  readonly #sys: Sys;
  #hostname: string;
  #path: string;
  #hasHeader = false;
  #pending: string[] = [];

  /** `sys` is pid 1's. Nothing is written before `open`. */
  constructor(sys: Sys, boot: string, hostname: string, saved?: JournalState) {
    this.#sys = sys;
    this.boot = boot;
    this.#hostname = hostname;
    this.#path = saved?.path ?? "";
    this.#hasHeader = saved?.hasHeader ?? false;
  }

  get state(): JournalState {
    return { path: this.#path, hasHeader: this.#hasHeader };
  }

  set hostname(name: string) {
    if (name === this.#hostname) return;
    this.#hostname = name;
    this.#hasHeader = false;
  }

  /** Takes an entry. It is in the file after `commit`. */
  log(message: LogMessage): void {
    if (!this.#hasHeader) {
      this.#pending.push(JSON.stringify({ boot: this.boot, host: this.#hostname }));
      this.#hasHeader = true;
    }
    const { sec, nsec } = this.#sys.now();
    const line: StoredEntry = {
      t: `${sec}.${String(Math.floor(nsec / 1000)).padStart(6, "0")}`,
      p: message.priority ?? 6,
      id: message.identifier,
      ...(message.pid === undefined ? {} : { pid: message.pid }),
      ...(message.unit === undefined ? {} : { u: message.unit }),
      ...(message.transport === undefined || message.transport === "journal" ? {} : { k: message.transport }),
      m: message.message,
      ...(message.fields === undefined ? {} : { f: message.fields }),
    };
    this.#pending.push(JSON.stringify(line));
  }

  /** Begins the file in /run. */
  open(machineId: string): void {
    this.#path = `${RUNTIME}/${machineId}/${FILE}`;
    makeDirectories(this.#sys, this.#path);
    this.commit();
  }

  /** Moves what was kept in /run to /var, as systemd-journal-flush.service does. Stays in /run where /var has no directory for it or cannot be written. */
  flush(machineId: string): void {
    this.commit();
    const target = `${PERSISTENT}/${machineId}/${FILE}`;
    const text = readTextIfThere(this.#sys, this.#path);
    if (this.#path === target || text === undefined || !exists(this.#sys, PERSISTENT)) return;
    try {
      makeDirectories(this.#sys, target);
      rotate(this.#sys, target);
      append(this.#sys, target, text);
    } catch (error) {
      if (isSysError(error)) return;
      throw error;
    }
    this.#sys.unlink(this.#path);
    this.#path = target;
  }

  /** One write for all that was logged since the last. */
  commit(): void {
    if (this.#pending.length === 0 || this.#path === "") return;
    const text = `${this.#pending.join("\n")}\n`;
    try {
      append(this.#sys, this.#path, text);
      this.#pending = [];
    } catch (error) {
      // A full or read-only disk loses log lines, never more.
      if (!isSysError(error)) throw error;
      this.#pending = [];
    }
  }
}

interface StoredEntry {
  readonly t: string;
  readonly p: number;
  readonly id: string;
  readonly pid?: number;
  readonly u?: string;
  readonly k?: JournalEntry["transport"];
  readonly m: string;
  readonly f?: JournalEntry["fields"];
}

/** All entries that `sys` may read, oldest first, and how many files it was not allowed to open. */
export function readJournal(sys: Sys): { readonly entries: readonly JournalEntry[]; readonly refused: number } {
  let refused = 0;
  const entries: JournalEntry[] = [];
  for (const base of [PERSISTENT, RUNTIME]) {
    for (const machine of names(sys, base)) {
      const files = names(sys, `${base}/${machine}`).filter((name) => name.endsWith(".journal"));
      // "system@…" sorts before "system.journal" by hand: what was put aside is older.
      files.sort((left, right) => Number(left === FILE) - Number(right === FILE) || (left < right ? -1 : 1));
      for (const file of files) {
        const text = readTextIfThere(sys, `${base}/${machine}/${file}`);
        if (text === undefined) refused++;
        else entries.push(...parseJournal(text));
      }
    }
  }
  entries.sort((left, right) => compareTimestamps(left.time, right.time));
  return { entries, refused };
}

/** The entries of one file. */
export function parseJournal(text: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  let boot = "";
  let hostname = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    let value: Partial<StoredEntry> & { readonly boot?: string; readonly host?: string };
    try {
      value = JSON.parse(line) as typeof value;
    } catch {
      continue;
    }
    if (typeof value.boot === "string") {
      boot = value.boot;
      hostname = value.host ?? "";
      continue;
    }
    const time = /^(\d+)\.(\d{6})$/.exec(value.t ?? "");
    if (!time || typeof value.m !== "string") continue;
    entries.push({
      time: { sec: Number(time[1]), nsec: Number(time[2]) * 1000 },
      boot,
      hostname,
      priority: value.p ?? 6,
      transport: value.k ?? "journal",
      identifier: value.id ?? "unknown",
      pid: value.pid,
      unit: value.u,
      message: value.m,
      fields: value.f ?? {},
    });
  }
  return entries;
}

/** The boots in a journal, oldest first. */
export function bootsOf(entries: readonly JournalEntry[]): { readonly id: string; readonly first: Timestamp; readonly last: Timestamp }[] {
  const boots = new Map<string, { id: string; first: Timestamp; last: Timestamp }>();
  for (const entry of entries) {
    const known = boots.get(entry.boot);
    if (known) known.last = entry.time;
    else boots.set(entry.boot, { id: entry.boot, first: entry.time, last: entry.time });
  }
  return [...boots.values()];
}

function append(sys: Sys, path: string, text: string): void {
  const isNew = !isThere(sys, path);
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o640);
  try {
    if (isNew) sys.fchown(fd, 0, READERS_GID);
    const bytes = encodeUtf8(text);
    for (let done = 0; done < bytes.length;) done += sys.write(fd, bytes.subarray(done)) ?? 0;
  } finally {
    sys.close(fd);
  }
}

function rotate(sys: Sys, path: string): void {
  if (!isThere(sys, path) || sys.stat(path).size < ROTATE_BYTES) return;
  sys.rename(path, path.replace(/\.journal$/, "@1.journal"));
}

function isThere(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch (error) {
    if (isSysError(error, "ENOENT")) return false;
    throw error;
  }
}

function makeDirectories(sys: Sys, file: string): void {
  const parts = file.split("/").slice(1, -1);
  for (let i = 1; i <= parts.length; i++) {
    const directory = `/${parts.slice(0, i).join("/")}`;
    if (!isThere(sys, directory)) sys.mkdir(directory, 0o755);
  }
}

function names(sys: Sys, directory: string): string[] {
  try {
    return sys
      .readdir(directory)
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
