/** flatpak history: what was changed, as the journal tells it. */
import type { Installation } from "../../engines/flatpak/installation.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { parseRef } from "../../engines/flatpak/ref.ts";
import { calendarDate, MONTHS, secondsOf, twoDigits } from "../../base/calendar.ts";
import { readJournal } from "../../machine/journal.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import { chosenColumns, printTable, type Column } from "./columns.ts";
import { VERBS } from "./option-tables.ts";
import { checkOperands, columnsHelp, openInstallations, type Verb } from "./verb.ts";

export type Change = "deploy install" | "deploy update" | "uninstall" | "add-remote" | "modify-remote" | "remove-remote";

interface Entry {
  readonly change: Change;
  readonly ref?: string;
  readonly remote?: string;
}

/** Each change in the words of its message: what stands before the ref and before the remote. */
const SAID: Readonly<Record<Change, readonly [before: string, between: string]>> = {
  "deploy install": ["Installed ", " from "],
  "deploy update": ["Updated ", " from "],
  uninstall: ["Uninstalled ", " from "],
  "add-remote": ["Added remote ", ""],
  "modify-remote": ["Modified remote ", ""],
  "remove-remote": ["Removed remote ", ""],
};

const JOURNAL_DAEMON = "/usr/lib/systemd/systemd-journald";
const IDENTIFIER = "flatpak";

/** Leaves a line in the journal, where one is kept. */
export function* log(proc: Process, at: Installation, { change, ref, remote }: Entry): Run<void> {
  const journal = exists(proc.sys, JOURNAL_DAEMON) ? managerOf(proc.kernel)?.journal : undefined;
  if (journal === undefined) return;
  const [before, between] = SAID[change];
  const message = `${at.name}: ${before}${ref ?? ""}${ref !== undefined && remote !== undefined ? between : ""}${remote ?? ""}`;
  journal.log({ identifier: at.name === "system" ? "flatpak-system-helper" : IDENTIFIER, message, priority: 5, pid: proc.pid });
  journal.commit();
  yield* proc.tick();
}

interface Row extends Entry {
  readonly seconds: number;
  readonly place: string;
  readonly tool: string;
}

const refOf = ({ ref }: Row) => (ref === undefined ? undefined : parseRef(ref));

const COLUMNS: readonly Column<Row>[] = [
  { name: "time", title: "Time", isDefault: true, cell: ({ seconds }) => shortTime(seconds) },
  { name: "change", title: "Change", isDefault: true, cell: ({ change }) => change.replace("-", " ") },
  { name: "ref", title: "Ref", isDefault: false, cell: ({ ref }) => ref ?? "" },
  { name: "application", title: "Application", isDefault: true, grows: true, cell: (row) => refOf(row)?.id ?? "" },
  { name: "arch", title: "Architecture", isDefault: false, cell: (row) => refOf(row)?.arch ?? "" },
  { name: "branch", title: "Branch", isDefault: true, cell: (row) => refOf(row)?.branch ?? "" },
  { name: "installation", title: "Installation", isDefault: true, cell: ({ place }) => place },
  { name: "remote", title: "Remote", isDefault: true, cell: ({ remote }) => remote ?? "" },
  { name: "commit", title: "Commit", isDefault: false, cell: () => "" },
  { name: "old-commit", title: "Old Commit", isDefault: false, cell: () => "" },
  { name: "url", title: "URL", isDefault: false, cell: () => "" },
  { name: "user", title: "User", isDefault: false, cell: () => "" },
  { name: "tool", title: "Tool", isDefault: false, cell: ({ tool }) => tool },
  { name: "version", title: "Version", isDefault: false, cell: () => "" },
];

/** @simplified The journal keeps the message alone: commits, address, user and version are empty columns. */
export const history: Verb = {
  name: "history",
  *run(call) {
    checkOperands(call, 0);
    const { proc, options } = call;
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS.history.columns));
      return 0;
    }
    const [since = -Infinity, until = Infinity] = (["since", "until"] as const).map((name) => {
      const text = options.value(name);
      return text === undefined ? undefined : momentOf(text, proc.now().sec, name);
    });
    const places = new Set<string>(openInstallations(call).map(({ name }) => name));
    const rows = exists(proc.sys, JOURNAL_DAEMON)
      ? readJournal(proc.sys)
          .entries.flatMap(rowOf)
          .filter(({ place, seconds }) => places.has(place) && seconds >= since && seconds <= until)
      : [];
    if (options.has("reverse")) rows.reverse();
    const columns = chosenColumns(COLUMNS, options.values("columns"), "default", rows);
    if (rows.length === 0) yield* proc.print("\n");
    else yield* printTable(proc, columns, rows);
    return 0;
  },
};

const UNITS: Readonly<Record<string, number>> = { d: 86400, h: 3600, m: 60, s: 1 };

/** Seconds since 1970 of a time of today, of a date, of both, or of so long ago (`1d 2hours`). Throws `OstreeError`. */
function momentOf(text: string, now: number, option: string): number {
  const [, date, clock] = /^(\d{4}-\d{1,2}-\d{1,2})? ?(\d{1,2}:\d{1,2}(?::\d{1,2})?)?$/.exec(text) ?? [];
  const isComplete = date === undefined || clock === undefined || clock.split(":").length === 3;
  if ((date !== undefined || clock !== undefined) && isComplete) {
    const today = calendarDate(now);
    const [year = 0, month = 0, day = 0] = date?.split("-").map(Number) ?? [today.year, today.month, today.day];
    const [hour = 0, minute = 0, second = 0] = clock?.split(":").map(Number) ?? [];
    return secondsOf(year, month, day, hour, minute, second);
  }
  let ago = 0;
  for (const word of text === "" ? [] : text.split(" ")) {
    const [, count, unit = ""] = /^(-?\d+)(d(?:ays?)?|h(?:ours?)?|m(?:inutes?)?|s(?:econds?)?)$/.exec(word) ?? [];
    if (count === undefined) throw new OstreeError(`Failed to parse the --${option} option`);
    ago += Number(count) * (UNITS[unit.charAt(0)] ?? 0);
  }
  return now - ago;
}

function rowOf({
  identifier,
  message,
  time,
}: {
  readonly identifier: string;
  readonly message: string;
  readonly time: { readonly sec: number };
}): Row[] {
  if (!identifier.startsWith(IDENTIFIER)) return [];
  const [, place, said] = /^(user|system): (.*)$/.exec(message) ?? [];
  if (place === undefined || said === undefined) return [];
  for (const [change, [before, between]] of Object.entries(SAID) as [Change, readonly [string, string]][]) {
    if (!said.startsWith(before)) continue;
    const rest = said.slice(before.length);
    const [first = "", second] = between === "" ? [rest] : rest.split(between);
    const what = between === "" ? { remote: first } : { ref: first, ...(second === undefined ? {} : { remote: second }) };
    return [{ change, ...what, place, seconds: time.sec, tool: identifier }];
  }
  return [];
}

function shortTime(seconds: number): string {
  const { month, day, hour, minute, second } = calendarDate(seconds);
  return `${MONTHS[month - 1]?.slice(0, 3) ?? ""} ${String(day).padStart(2)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`;
}
