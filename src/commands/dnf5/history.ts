/**
 * `dnf history`: what dnf has changed, from the file that it keeps beside the database of packages; on an image that is in /usr, too.
 * Source: rpm-software-management/dnf5:libdnf5-cli/output/transactionlist.cpp.
 *
 * @simplified The file is lines and no SQLite database.
 */
import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { makeDirectories, parentOf, replaceFile } from "../../engines/ostree/files.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { stdout } from "../output.ts";
import { tableLines } from "../table.ts";

const FILE = "/usr/lib/sysimage/libdnf5/transaction_history.sqlite";

/** One line for each: when it began, how many packages it changed, the command line. */
export function noteTransaction(proc: Process, altered: number): void {
  makeDirectories(proc.sys, parentOf(FILE));
  const [program = "", ...words] = proc.argv;
  const line = `${proc.now().sec} ${altered} ${[program.replace(/^.*\//, ""), ...words].join(" ")}\n`;
  replaceFile(proc.sys, FILE, (readTextIfThere(proc.sys, FILE) ?? "") + line);
}

export function* historyList(proc: Process, isReversed: boolean): Run<ExitStatus> {
  const lines = (readTextIfThere(proc.sys, FILE) ?? "").split("\n").filter((line) => line !== "");
  const rows = lines.map((line, i) => {
    const [, seconds, altered = "", command = ""] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    return [String(i + 1), command, stamp(Number(seconds ?? 0)), "", altered];
  });
  if (rows.length === 0) return 0;
  const columns = [
    { title: "ID", align: "right" as const },
    { title: "Command line" },
    { title: "Date and time" },
    { title: "Action(s)" },
    { title: "Altered", align: "right" as const },
  ];
  yield* stdout(proc).print(`${tableLines(columns, isReversed ? rows : rows.reverse()).join("\n")}\n`);
  return 0;
}

/** "2026-01-16 09:00:14". */
export function stamp(seconds: number): string {
  const at = calendarDate(seconds);
  return `${at.year}-${twoDigits(at.month)}-${twoDigits(at.day)} ${twoDigits(at.hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)}`;
}
