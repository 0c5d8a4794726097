/** Which snapshots an algorithm removes. Sources: snapper(8), openSUSE/snapper:client/snapper/cleanup.cc. */
import { calendarDate, secondsOf } from "../../base/calendar.ts";
import type { Run } from "../../machine/program.ts";
import { comparison } from "./comparison.ts";
import type { SnapshotInfo } from "./info.ts";
import type { Snapshots } from "./snapshots.ts";

export const ALGORITHMS = ["number", "timeline", "empty-pre-post"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Which number of a range counts. */
export type Bound = "min" | "max";

/** Snapshots to delete, oldest first, so that no more are left than the bounds of their ranges say. */
export function* disposable(snapshots: Snapshots, algorithm: Algorithm, now: number): Run<SnapshotInfo[]> {
  if (algorithm === "empty-pre-post") return yield* emptyPairs(snapshots, now);
  return settled(snapshots, candidates(snapshots, algorithm, "max"), MIN_AGE[algorithm], now);
}

/** What is deleted next, and together, where there is too little space though no range is exceeded; nothing when nothing may be. */
export function nextDisposable(snapshots: Snapshots, algorithm: Algorithm, now: number): readonly SnapshotInfo[] {
  if (algorithm === "empty-pre-post") return [];
  const oldestFirst = candidates(snapshots, algorithm, "min").toReversed();
  for (const at of oldestFirst.keys()) {
    const some = settled(snapshots, oldestFirst.slice(0, at + 1), MIN_AGE[algorithm], now);
    if (some.length > 0) return some;
  }
  return [];
}

const MIN_AGE = { number: "NUMBER_MIN_AGE", timeline: "TIMELINE_MIN_AGE" } as const;

function candidates(snapshots: Snapshots, algorithm: "number" | "timeline", bound: Bound): SnapshotInfo[] {
  return algorithm === "number" ? byNumber(snapshots, bound) : byTime(snapshots, bound);
}

/** Whether a limit of the configuration is a range, so that it depends on space how many are kept. */
export function hasRange({ config: { values } }: Snapshots, algorithm: Algorithm): boolean {
  const prefix = { number: "NUMBER_LIMIT", timeline: "TIMELINE_LIMIT_", "empty-pre-post": "-" }[algorithm];
  return [...values].some(([key, value]) => {
    const [, least, most] = /^(\d+)-(\d+)$/.exec(value) ?? [];
    return key.startsWith(prefix) && least !== undefined && Number(least) !== Number(most);
  });
}

function limit({ config: { values } }: Snapshots, key: string, otherwise: number, bound: Bound = "max"): number {
  const value = values
    .get(key)
    ?.split("-")
    .at(bound === "max" ? -1 : 0);
  return value === undefined || !/^\d+$/.test(value) ? otherwise : Number(value);
}

const newestFirst = (infos: readonly SnapshotInfo[]): SnapshotInfo[] => [...infos].sort((a, b) => b.num - a.num);

function byNumber(snapshots: Snapshots, bound: Bound): SnapshotInfo[] {
  const most = limit(snapshots, "NUMBER_LIMIT", 50, bound);
  const mostImportant = limit(snapshots, "NUMBER_LIMIT_IMPORTANT", 10, bound);
  let kept = 0;
  let keptImportant = 0;
  return newestFirst(snapshots.all).filter((info) => {
    if (info.cleanup !== "number") return false;
    let keep = false;
    if (info.userdata.get("important") === "yes" && keptImportant < mostImportant) {
      keptImportant++;
      keep = true;
    }
    if (kept < most) {
      kept++;
      keep = true;
    }
    return !keep;
  });
}

/** The names of the spans of time, each with what tells two of its moments apart. */
const SPANS: readonly (readonly [key: string, limit: number, span: (seconds: number) => string])[] = [
  ["HOURLY", 10, (seconds) => String(Math.floor(seconds / 3600))],
  ["DAILY", 10, (seconds) => String(Math.floor(seconds / 86400))],
  ["WEEKLY", 0, weekOf],
  ["MONTHLY", 10, (seconds) => `${calendarDate(seconds).year}-${calendarDate(seconds).month}`],
  ["QUARTERLY", 0, (seconds) => `${calendarDate(seconds).year}-${Math.floor((calendarDate(seconds).month - 1) / 3)}`],
  ["YEARLY", 10, (seconds) => String(calendarDate(seconds).year)],
];

/** The day on which the week begins. */
function weekOf(seconds: number): string {
  const { year, month, day, weekday } = calendarDate(seconds);
  return String(secondsOf(year, month, day) / 86400 - ((weekday + 6) % 7));
}

function byTime(snapshots: Snapshots, bound: Bound): SnapshotInfo[] {
  const spans = SPANS.map(([key, most, span]) => ({ span, left: limit(snapshots, `TIMELINE_LIMIT_${key}`, most, bound) }));
  const ofTimeline = newestFirst(snapshots.all).filter(({ cleanup }) => cleanup === "timeline");
  return ofTimeline.filter((info, at) => {
    let keep = false;
    for (const counted of spans) {
      if (counted.left === 0 || !isFirst(ofTimeline, at, counted.span)) continue;
      counted.left--;
      keep = true;
    }
    return !keep;
  });
}

/** Whether none of the same span came before; the next one that is older decides. `all`: the newest first. */
function isFirst(all: readonly SnapshotInfo[], at: number, span: (seconds: number) => string): boolean {
  const date = all[at]?.date ?? 0;
  for (const other of all.slice(at + 1)) {
    if (span(date) !== span(other.date ?? 0)) return true;
    if (date > (other.date ?? 0)) return false;
  }
  return true;
}

function* emptyPairs(snapshots: Snapshots, now: number): Run<SnapshotInfo[]> {
  const empty: SnapshotInfo[] = [];
  for (const pre of snapshots.all) {
    const post = snapshots.postOf(pre);
    if (post === undefined || (yield* comparison(snapshots, pre.num, post.num)).length > 0) continue;
    empty.push(pre, post);
  }
  return settled(snapshots, empty, "EMPTY_PRE_POST_MIN_AGE", now);
}

/** Without those that are young, in use, or whose other half stays. */
function settled(snapshots: Snapshots, some: readonly SnapshotInfo[], minAge: string, now: number): SnapshotInfo[] {
  const oldest = now - limit(snapshots, minAge, 1800);
  const { active, default: next } = snapshots;
  const may = some.filter(({ num, date }) => num !== active && num !== next && (date ?? 0) <= oldest);
  const numbers = new Set(may.map(({ num }) => num));
  return may
    .filter((info) => {
      const other = info.type === "post" ? info.preNum : snapshots.postOf(info)?.num;
      return other === undefined || numbers.has(other) || !snapshots.all.some(({ num }) => num === other);
    })
    .sort((a, b) => a.num - b.num);
}
