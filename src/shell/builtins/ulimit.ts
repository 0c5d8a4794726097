/** ulimit: the limits of this process, and so of what it starts. */
import { UNLIMITED, type Resource } from "../../machine/limits.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { fail, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import type { Shell } from "../shell.ts";

interface Row {
  readonly letter: string;
  readonly name: string;
  readonly unit: string;
  /** In which the number is told. */
  readonly factor: number;
  /** A number stands for what is no limit of a process. */
  readonly of: Resource | number;
}

const row = (letter: string, name: string, unit: string, factor: number, of: Resource | number): Row => ({
  letter,
  name,
  unit,
  factor,
  of,
});

/** In the order of `ulimit -a`. */
const ROWS: readonly Row[] = [
  row("R", "real-time non-blocking time", "microseconds", 1, "RTTIME"),
  row("c", "core file size", "blocks", 1024, "CORE"),
  row("d", "data seg size", "kbytes", 1024, "DATA"),
  row("e", "scheduling priority", "", 1, "NICE"),
  row("f", "file size", "blocks", 1024, "FSIZE"),
  row("i", "pending signals", "", 1, "SIGPENDING"),
  row("l", "max locked memory", "kbytes", 1024, "MEMLOCK"),
  row("m", "max memory size", "kbytes", 1024, "RSS"),
  row("n", "open files", "", 1, "NOFILE"),
  row("p", "pipe size", "512 bytes", 512, 8),
  row("q", "POSIX message queues", "bytes", 1, "MSGQUEUE"),
  row("r", "real-time priority", "", 1, "RTPRIO"),
  row("s", "stack size", "kbytes", 1024, "STACK"),
  row("t", "cpu time", "seconds", 1, "CPU"),
  row("u", "max user processes", "", 1, "NPROC"),
  row("v", "virtual memory", "kbytes", 1024, "AS"),
  row("x", "file locks", "", 1, "LOCKS"),
];

interface Wish {
  readonly row: Row;
  readonly value: string | undefined;
}

export const ulimit: OrdinaryBuiltin = {
  name: "ulimit",
  usage: "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]",
  summary: "Modify shell resource limits.",
  *run(shell, args) {
    const wishes: Wish[] = [];
    let flags = "";
    let at = 0;
    for (; at < args.length && /^-./.test(args[at] ?? ""); at++) {
      const word = args[at] ?? "";
      if (word === "--") {
        at++;
        break;
      }
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] ?? "";
        if ("SHa".includes(letter)) {
          flags += letter;
          continue;
        }
        const found = ROWS.find((each) => each.letter === letter);
        if (found === undefined) return yield* usageError(shell, ulimit, `-${letter}: invalid option`);
        // The limit may follow at once or as the next word.
        const attached = word.slice(i + 1);
        const next = args[at + 1];
        const takesNext = attached === "" && next !== undefined && !next.startsWith("-");
        if (takesNext) at++;
        wishes.push({ row: found, value: attached !== "" ? attached : takesNext ? next : undefined });
        break;
      }
    }
    if (flags.includes("a")) {
      yield* shell.proc.print(ROWS.map((each) => label(each) + shown(shell, each, flags) + "\n").join(""));
      return 0;
    }
    if (wishes.length === 0) wishes.push({ row: rowOf("f"), value: args[at] });
    for (const { row, value } of wishes) {
      if (value === undefined) yield* shell.proc.print(`${wishes.length > 1 ? label(row) : ""}${shown(shell, row, flags)}\n`);
      else {
        const status = yield* change(shell, row, value, flags);
        if (status !== 0) return status;
      }
    }
    return 0;
  },
};

function rowOf(letter: string): Row {
  const found = ROWS.find((each) => each.letter === letter);
  if (found === undefined) throw new Error(`internal error: no limit ${letter}`);
  return found;
}

function label({ letter, name, unit }: Row): string {
  return `${name.padEnd(20)} ${(unit === "" ? `(-${letter}) ` : `(${unit}, -${letter}) `).padStart(20)}`;
}

function limitOf(shell: Shell, of: Resource): { readonly soft: number; readonly hard: number } {
  return shell.proc.limits.get(of) ?? { soft: UNLIMITED, hard: UNLIMITED };
}

function shown(shell: Shell, { of, factor }: Row, flags: string): string {
  if (typeof of === "number") return String(of);
  const { soft, hard } = limitOf(shell, of);
  const value = flags.includes("H") && !flags.includes("S") ? hard : soft;
  return value === UNLIMITED ? "unlimited" : String(Math.floor(value / factor));
}

function* change(shell: Shell, { of, factor, name }: Row, text: string, flags: string): Run<number> {
  const refused = (why: string): Run<number> => fail(shell, "ulimit", `${name}: cannot modify limit: ${why}`);
  if (typeof of === "number") return yield* refused("Invalid argument");
  const now = limitOf(shell, of);
  const words: Readonly<Record<string, number>> = { unlimited: UNLIMITED, hard: now.hard, soft: now.soft };
  const value = words[text] ?? (/^\d+$/.test(text) ? Number(text) * factor : undefined);
  if (value === undefined) return yield* fail(shell, "ulimit", `${text}: invalid number`);
  const both = !/[SH]/.test(flags);
  try {
    shell.proc.setLimit(of, {
      soft: both || flags.includes("S") ? value : now.soft,
      hard: both || flags.includes("H") ? value : now.hard,
    });
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* refused(error.text);
  }
  return 0;
}
