/** `systemctl status`: one unit, or the whole system. */
import type { Process } from "../../machine/process.ts";
import { formatEntry, fullTime } from "../../machine/journal-format.ts";
import { readJournal, type JournalEntry } from "../../machine/journal.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import type { Unit } from "../../machine/systemd/unit.ts";
import { unitPath } from "../../machine/systemd/unit-name.ts";
import { exitName, signalNumber } from "../../machine/systemd/services.ts";
import type { UnitState } from "../../machine/systemd/unit-state.ts";
import type { Timestamp } from "../../base/timestamp.ts";
import { fileState, isPreset } from "./install.ts";
import { painter, type Painter } from "./paint.ts";

export interface StatusOptions {
  /** How many lines of the journal follow. */
  readonly lines: number;
  readonly colour: boolean;
}

/** LSB's codes: 0 active, 3 not, 4 unknown. */
export function statusCode(unit: Unit, state: UnitState): number {
  if (unit.load === "not-found" && state.active === "inactive") return 4;
  return state.active === "active" || state.active === "activating" ? 0 : 3;
}

/** The dot before a unit, coloured by what it is doing. */
export function dot(state: UnitState, paint: Painter): string {
  switch (state.active) {
    case "active":
    case "activating":
      return paint.green("●");
    case "failed":
      return paint.red("×");
    default:
      return "○";
  }
}

export function unitStatus(proc: Process, manager: SystemManager, unit: Unit, options: StatusOptions): string {
  const state = manager.state(unit.name);
  const paint = painter(options.colour);
  const lines = [`${dot(state, paint)} ${unit.name}${unit.description === unit.name ? "" : ` - ${unit.description}`}`];
  const row = (label: string, text: string) => lines.push(`${label.padStart(11)}: ${text}`);
  row("Loaded", loadedText(manager, unit));
  for (const [index, file] of unit.dropIns.entries()) {
    const directory = file.slice(0, file.lastIndexOf("/"));
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (index === 0) row("Drop-In", directory);
    lines.push(`             └─${name}`);
  }
  const age = state.since.sec === 0 ? "" : ` since ${fullTime(state.since)}; ${ago(state.since, manager.init.now())} ago`;
  const detail = state.active === "failed" ? ` (Result: ${state.result})` : ` (${state.sub})`;
  row("Active", `${colourOf(state, paint)(`${state.active}${detail}`)}${age}`);
  if (state.unmet !== undefined) {
    row("Condition", `start condition unmet at ${fullTime(state.since)}; ${ago(state.since, manager.init.now())} ago`);
    lines.push(`             └─ ${state.unmet} was not met`);
  }
  if (unit.type === "mount") {
    const mount = manager.init.sys
      .mounts()
      .findLast(({ target }) => target === (unit.sections.last("Mount", "Where") ?? unitPath(unit.name)));
    row("Where", unit.sections.last("Mount", "Where") ?? unitPath(unit.name));
    row("What", mount?.source.replace(/\[.*\]$/, "") ?? unit.sections.last("Mount", "What") ?? "n/a");
  }
  const docs = unit.sections.words("Unit", "Documentation");
  docs.forEach((doc, index) => (index === 0 ? row("Docs", doc) : lines.push(`             ${doc}`)));
  const child = state.mainPid === 0 ? undefined : proc.kernel.process(state.mainPid);
  if (child) {
    row("Main PID", `${child.pid} (${child.name})`);
    row("CGroup", `/system.slice/${unit.name}`);
    lines.push(`             └─${child.pid} ${child.argv.join(" ")}`);
  } else if (state.exit) {
    const how =
      state.exit.kind === "exited"
        ? `code=exited, status=${state.exit.status}/${exitName(state.exit.status)}`
        : `code=killed, signal=${state.exit.signal}, status=${signalNumber(state.exit.signal)}`;
    row("Process", how);
  }
  const entries = recentEntries(proc, manager, unit.name, options.lines);
  if (entries.length > 0) lines.push("", ...entries.map((entry) => formatEntry(entry, "short", entry.time).trimEnd()));
  return `${lines.join("\n")}\n`;
}

function loadedText(manager: SystemManager, unit: Unit): string {
  if (unit.load === "not-found") return `not-found (Reason: Unit ${unit.name} not found.)`;
  if (unit.load === "masked") return `masked (Reason: Unit ${unit.name} is masked.)`;
  if (unit.file === "") return "loaded";
  const source = unit.sections.last("Unit", "SourcePath") ?? unit.file;
  const state = fileState(manager, unit);
  const preset = state === "enabled" || state === "disabled" ? `; preset: ${isPreset(manager, unit.name) ? "enabled" : "disabled"}` : "";
  return `loaded (${source}; ${state}${preset})`;
}

function colourOf(state: UnitState, paint: Painter): (text: string) => string {
  if (state.active === "active") return paint.green;
  if (state.active === "failed") return paint.red;
  return (text) => text;
}

function recentEntries(proc: Process, manager: SystemManager, unit: string, count: number): readonly JournalEntry[] {
  if (count === 0) return [];
  manager.journal.commit();
  const { entries } = readJournal(proc.sys);
  return entries.filter((entry) => entry.unit === unit && entry.boot === manager.journal.boot).slice(-count);
}

/** `systemctl status` without a unit. */
export function systemStatus(proc: Process, manager: SystemManager, colour: boolean): string {
  const paint = painter(colour);
  const state = manager.systemState;
  const failed = manager.knownUnits().filter((name) => manager.state(name).active === "failed").length;
  const started = proc.kernel.clock.bootedAt;
  const lines = [
    `${state === "running" ? paint.green("●") : paint.red("●")} ${proc.kernel.hostname}`,
    `    State: ${state === "running" ? paint.green(state) : paint.red(state)}`,
    `    Units: ${manager.knownUnits().length} loaded (incl. loaded aliases)`,
    `     Jobs: ${manager.pendingJobs.length} queued`,
    `   Failed: ${failed} units`,
    `    Since: ${fullTime(started)}; ${ago(started, proc.now())} ago`,
    "   CGroup: /",
  ];
  for (const process of proc.kernel.processes())
    if (process.state !== "zombie") lines.push(`           ├─${process.pid} ${process.argv.join(" ")}`);
  const last = lines.pop();
  if (last !== undefined) lines.push(last.replace("├", "└"));
  return `${lines.join("\n")}\n`;
}

/** systemd's format_timestamp_relative without the "ago": the two largest units. */
export function ago(since: Timestamp, now: Timestamp): string {
  const seconds = Math.max(0, now.sec - since.sec);
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = seconds % 60;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  if (days > 0) return hours > 0 ? `${plural(days, "day")} ${hours}h` : plural(days, "day");
  if (hours > 0) return `${hours}h${minutes > 0 ? ` ${minutes}min` : ""}`;
  if (minutes > 0) return minutes >= 5 || rest === 0 ? `${minutes}min` : `${minutes}min ${rest}s`;
  if (rest > 0) return `${rest}s`;
  return `${Math.max(0, Math.floor(((now.sec - since.sec) * 1e9 + now.nsec - since.nsec) / 1e6))}ms`;
}
