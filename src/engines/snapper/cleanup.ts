/** Which snapshots an algorithm removes. Sources: snapper(8), openSUSE/snapper:client/snapper/cleanup.cc. */
import { calendarDate, secondsOf } from "../../base/calendar.ts";
import type { Run } from "../../machine/program.ts";
import { comparison } from "./comparison.ts";
import type { SnapshotInfo } from "./info.ts";
import type { Snapshots } from "./snapshots.ts";

export const ALGORITHMS = ["number", "timeline", "empty-pre-post"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Snapshots to delete, oldest first. @simplified Space limits need quotas, which are not there: of a range of numbers the greater holds. */
export function* disposable(snapshots: Snapshots, algorithm: Algorithm, now: number): Run<SnapshotInfo[]> {
  switch (algorithm) {
    case "number":
      return settled(snapshots, byNumber(snapshots), "NUMBER_MIN_AGE", now);
    case "timeline":
      return settled(snapshots, byTime(snapshots), "TIMELINE_MIN_AGE", now);
    case "empty-pre-post":
      return yield* emptyPairs(snapshots, now);
  }
}

/** Whether a limit of the configuration is a range, which only quotas could make use of. */
export function hasRange({ config: { values } }: Snapshots, algorithm: Algorithm): boolean {
  const prefix = { number: "NUMBER_LIMIT", timeline: "TIMELINE_LIMIT_", "empty-pre-post": "-" }[algorithm];
  return [...values].some(([key, value]) => key.startsWith(prefix) && value.includes("-"));
}

function limit({ config: { values } }: Snapshots, key: string, otherwise: number): number {
  const value = values.get(key)?.split("-").at(-1);
  return value === undefined || !/^\d+$/.test(value) ? otherwise : Number(value);
}

const newestFirst = (infos: readonly SnapshotInfo[]): SnapshotInfo[] => [...infos].sort((a, b) => b.num - a.num);

function byNumber(snapshots: Snapshots): SnapshotInfo[] {
  const most = limit(snapshots, "NUMBER_LIMIT", 50);
  const mostImportant = limit(snapshots, "NUMBER_LIMIT_IMPORTANT", 10);
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

function byTime(snapshots: Snapshots): SnapshotInfo[] {
  const spans = SPANS.map(([key, most, span]) => ({ span, left: limit(snapshots, `TIMELINE_LIMIT_${key}`, most) }));
  const candidates = newestFirst(snapshots.all).filter(({ cleanup }) => cleanup === "timeline");
  return candidates.filter((info, at) => {
    let keep = false;
    for (const counted of spans) {
      if (counted.left === 0 || !isFirst(candidates, at, counted.span)) continue;
      counted.left--;
      keep = true;
    }
    return !keep;
  });
}

/** Whether no candidate of the same span came before; the next one that is older decides. `candidates`: the newest first. */
function isFirst(candidates: readonly SnapshotInfo[], at: number, span: (seconds: number) => string): boolean {
  const date = candidates[at]?.date ?? 0;
  for (const other of candidates.slice(at + 1)) {
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
function settled(snapshots: Snapshots, candidates: readonly SnapshotInfo[], minAge: string, now: number): SnapshotInfo[] {
  const oldest = now - limit(snapshots, minAge, 1800);
  const { active, default: next } = snapshots;
  const may = candidates.filter(({ num, date }) => num !== active && num !== next && (date ?? 0) <= oldest);
  const numbers = new Set(may.map(({ num }) => num));
  return may
    .filter((info) => {
      const other = info.type === "post" ? info.preNum : snapshots.postOf(info)?.num;
      return other === undefined || numbers.has(other) || !snapshots.all.some(({ num }) => num === other);
    })
    .sort((a, b) => a.num - b.num);
}
