/**
 * OnCalendar= expressions: when they elapse next. Source: systemd.time(7).
 *
 * @simplified UTC alone; no last days of a month (`~`) and no fractions of seconds.
 */
import { calendarDate } from "../../base/calendar.ts";
import type { Timestamp } from "../../base/timestamp.ts";

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
};

const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const DAY = 86400;
/** Days that are looked at: a leap day is never further away. */
const HORIZON = 8 * 366;

/** Which numbers a part of an expression means. */
type Part = (value: number) => boolean;

interface Calendar {
  readonly weekday: Part;
  readonly year: Part;
  readonly month: Part;
  readonly day: Part;
  readonly hour: Part;
  readonly minute: Part;
  readonly second: Part;
}

/** The first moment after `now` that `expression` means; undefined where there is none or it is no such expression. */
export function nextElapse(expression: string, now: Timestamp): number | undefined {
  const calendar = parse(expression);
  if (calendar === undefined) return undefined;
  const today = Math.floor(now.sec / DAY) * DAY;
  for (let start = today; start < today + HORIZON * DAY; start += DAY) {
    const { year, month, day, weekday } = calendarDate(start);
    const isDay = calendar.year(year) && calendar.month(month) && calendar.day(day) && calendar.weekday(weekday);
    const moment = isDay ? timeAfter(calendar, start, now.sec) : undefined;
    if (moment !== undefined) return moment;
  }
  return undefined;
}

function timeAfter({ hour, minute, second }: Calendar, start: number, after: number): number | undefined {
  for (let h = 0; h < 24; h++) {
    if (!hour(h) || start + (h + 1) * 3600 <= after) continue;
    for (let m = 0; m < 60; m++) {
      if (!minute(m)) continue;
      for (let s = 0; s < 60; s++) {
        const moment = start + h * 3600 + m * 60 + s;
        if (second(s) && moment > after) return moment;
      }
    }
  }
  return undefined;
}

function parse(text: string): Calendar | undefined {
  const words = (SHORTHANDS[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  if (/^utc$/i.test(words.at(-1) ?? "")) words.pop();
  const days = /^[a-z]/i.test(words[0] ?? "") ? weekdays(words.shift() ?? "") : always;
  const date = words[0]?.includes("-") === true ? words.shift() : undefined;
  const time = words.shift() ?? "00:00:00";
  if (words.length > 0 || days === undefined) return undefined;
  const [dayOfMonth, month, year = "*"] = (date ?? "*-*-*").split("-").reverse();
  const [hour, minute, second = "0"] = time.split(":");
  const parts = [year, month, dayOfMonth, hour, minute, second].map((each) => (each === undefined ? undefined : numbers(each)));
  const [y, mo, d, h, mi, s] = parts;
  if (!y || !mo || !d || !h || !mi || !s) return undefined;
  return { weekday: days, year: y, month: mo, day: d, hour: h, minute: mi, second: s };
}

const always: Part = () => true;

/** `*`, `5`, `1,3`, `1..5`, `0/15`, `*` with a step. */
function numbers(text: string): Part | undefined {
  const parts: Part[] = [];
  for (const each of text.split(",")) {
    const [, from = "", to, step] = /^(\*|\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/.exec(each) ?? [];
    if (from === "") return undefined;
    const low = from === "*" ? 0 : Number(from);
    const high = to !== undefined ? Number(to) : from === "*" || step !== undefined ? Infinity : low;
    const stride = Math.max(1, Number(step ?? 1));
    parts.push((value) => value >= low && value <= high && (value - low) % stride === 0);
  }
  return (value) => parts.some((part) => part(value));
}

/** `Mon`, `Mon,Thu`, `Mon..Fri`. */
function weekdays(text: string): Part | undefined {
  const index = (word: string): number => WEEKDAYS.indexOf(word.slice(0, 3).toLowerCase());
  const parts: Part[] = [];
  for (const each of text.split(",")) {
    const [from = "", to = from] = each.split("..");
    const [low, high] = [index(from), index(to)];
    if (low < 0 || high < 0) return undefined;
    parts.push((value) => (value - low + 7) % 7 <= (high - low + 7) % 7);
  }
  return (value) => parts.some((part) => part(value));
}
