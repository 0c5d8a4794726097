/**
 * `systemctl list-timers` and `list-jobs`. Source: systemd/systemd:src/systemctl/systemctl-list-units.c, systemctl-list-jobs.c (257).
 *
 * @simplified Timers never fire: they have no last time, and what waits for one, or should have come already, has no next.
 */
import type { SystemManager } from "../../machine/systemd/manager.ts";
import type { Unit } from "../../machine/systemd/unit.ts";
import { formatTime } from "../time-format.ts";
import { tableLines } from "../table.ts";
import { nextElapse } from "./calendar.ts";
import { matches, type ListOptions } from "./list.ts";
import { painter } from "./paint.ts";
import { ago } from "./status.ts";

export function listTimers(manager: SystemManager, options: ListOptions): string {
  const now = manager.init.now();
  const names = options.all ? manager.unitFiles().filter((name) => !name.includes("@.")) : manager.knownUnits();
  const timers = [...new Set([...names, ...manager.knownUnits()])]
    .filter((name) => name.endsWith(".timer") && manager.load(name).load === "loaded")
    .filter((name) => options.all || manager.state(name).active === "active")
    .filter(
      (name) =>
        options.patterns.length === 0 ||
        options.patterns.some((pattern) => matches(pattern.replace(/\.timer$/, ""), name.replace(/\.timer$/, ""))),
    ) // prettier-ignore
    .map((name) => ({ name, unit: manager.load(name), next: nextOf(manager, manager.load(name)) }))
    .sort((left, right) => (left.next ?? Infinity) - (right.next ?? Infinity) || (left.name < right.name ? -1 : 1));
  const rows = timers.map(({ name, unit, next }) => [
    next === undefined ? "-" : formatTime("%a %Y-%m-%d %H:%M:%S %Z", { sec: next, nsec: 0 }),
    next === undefined ? "-" : ago(now, { sec: next, nsec: 0 }),
    "-",
    "-",
    name,
    activated(unit),
  ]);
  const columns = ["NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"];
  const right = new Set(["LEFT", "PASSED"]);
  const lines = tableLines(
    columns.map((title) => ({ title, align: right.has(title) ? ("right" as const) : ("left" as const) })),
    rows,
    { titles: options.legend },
  );
  const paint = painter(options.colour);
  const body = lines.map((line, index) => `${options.legend && index === 0 ? paint.underline(line) : line}\n`).join("");
  if (!options.legend) return body;
  const count = `${rows.length} timers listed.`;
  const hint = options.all ? "" : "Pass --all to see loaded but inactive timers, too.\n";
  return `${body}\n${rows.length > 0 ? paint.bold(count) : paint.red(count)}\n${hint}`;
}

/** The unit that a timer starts. */
function activated(timer: Unit): string {
  return timer.sections.last("Timer", "Unit") ?? timer.name.replace(/\.timer$/, ".service");
}

/** Seconds since 1970; undefined when a timer waits for nothing that comes. */
function nextOf(manager: SystemManager, timer: Unit): number | undefined {
  const now = manager.init.now();
  const state = manager.state(timer.name);
  if (state.active !== "active") return undefined;
  const booted = manager.init.kernel.clock.bootedAt.sec;
  const service = manager.state(activated(timer));
  const bases: readonly (readonly [setting: string, from: number | undefined])[] = [
    ["OnActiveSec", state.activeSince?.sec],
    ["OnBootSec", booted],
    ["OnStartupSec", booted],
    ["OnUnitActiveSec", service.activeSince?.sec],
    ["OnUnitInactiveSec", service.active === "inactive" && service.since.sec > 0 ? service.since.sec : undefined],
  ];
  const moments = bases.flatMap(([setting, from]) => {
    const span = seconds(timer.sections.last("Timer", setting));
    return span === undefined || from === undefined ? [] : [from + span];
  });
  const calendar = timer.sections.last("Timer", "OnCalendar");
  const elapses = calendar === undefined ? undefined : nextElapse(calendar, now);
  const coming = [...moments.filter((moment) => moment > now.sec), ...(elapses === undefined ? [] : [elapses])];
  return coming.length === 0 ? undefined : Math.min(...coming);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86400, w: 7 * 86400 };

/** "15min", "1h 30min", "1 day" in seconds. */
function seconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\s*\d+\s*[a-z]*)+\s*$/i.test(text)) return undefined;
  let sum = 0;
  for (const [, count = "", unit = ""] of text.matchAll(/(\d+)\s*([a-z]*)/gi)) {
    const scale = unit === "" ? 1 : (UNITS[unit] ?? UNITS[unit.slice(0, 1)]);
    if (scale === undefined) return undefined;
    sum += Number(count) * scale;
  }
  return sum;
}

/** @simplified Jobs are numbered in the order in which they wait. */
export function listJobs(manager: SystemManager, options: ListOptions): string {
  const jobs = manager.pendingJobs.filter(
    ({ unit }) => options.patterns.length === 0 || options.patterns.some((each) => matches(each, unit)),
  );
  const paint = painter(options.colour);
  if (jobs.length === 0)
    return options.legend ? `${paint.green(`No jobs ${manager.pendingJobs.length > 0 ? "listed" : "running"}.`)}\n` : "";
  const rows = jobs.map(({ unit, verb }, index) => [String(index + 1), unit, verb, index === 0 ? "running" : "waiting"]);
  const titles = [{ title: "JOB", align: "right" as const }, { title: "UNIT" }, { title: "TYPE" }, { title: "STATE" }];
  const body = tableLines(titles, rows, { titles: options.legend }).join("\n");
  return options.legend ? `${body}\n\n${paint.bold(`${jobs.length} jobs listed`)}.\n` : `${body}\n`;
}
