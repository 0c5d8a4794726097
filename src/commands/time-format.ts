/** Moments as text and text as moments: strftime(3), and the dates that date(1) and touch(1) read. UTC only. */
import { calendarDate, MONTHS, secondsOf, twoDigits, WEEKDAYS, type CalendarDate } from "../base/calendar.ts";
import { timestamp, type Timestamp } from "../base/timestamp.ts";

/** strftime(3) with GNU's %N, %s, %:z and flags `-`, `_`, `0`, `^`. */
export function formatTime(format: string, moment: Timestamp): string {
  const date = calendarDate(moment.sec);
  return format.replace(
    /%([-_0^#+]*)([0-9]*)(:{0,3}[EO]?)([a-zA-Z%+])/g,
    (whole, flags: string, width: string, _modifier: string, letter: string) => {
      const field = fieldOf(letter, date, moment, _modifier);
      if (field === undefined) return whole;
      let { text } = field;
      const pad = flags.includes("_") ? " " : flags.includes("0") ? "0" : field.pad;
      if (letter === "N") return width === "" ? text : text.slice(0, Number(width));
      if (field.width > 0) text = flags.includes("-") ? text : text.padStart(width === "" ? field.width : Number(width), pad);
      else if (width !== "") text = text.padStart(Number(width), flags.includes("0") ? "0" : " ");
      // "#" turns the case: capitals for names, and small letters for what is in capitals.
      if (flags.includes("#")) return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
      return flags.includes("^") ? text.toUpperCase() : text;
    },
  );
}

interface Field {
  readonly text: string;
  readonly width: number;
  readonly pad: "0" | " ";
}

function fieldOf(letter: string, date: CalendarDate, moment: Timestamp, colons: string): Field | undefined {
  const number = (value: number, width = 2, pad: "0" | " " = "0"): Field => ({ text: String(value), width, pad });
  const text = (value: string): Field => ({ text: value, width: 0, pad: " " });
  const again = (format: string): Field => text(formatTime(format, moment));
  const hour12 = date.hour % 12 === 0 ? 12 : date.hour % 12;
  switch (letter) {
    case "%":
      return text("%");
    case "n":
      return text("\n");
    case "t":
      return text("\t");
    case "a":
      return text(WEEKDAYS[date.weekday]?.slice(0, 3) ?? "");
    case "A":
      return text(WEEKDAYS[date.weekday] ?? "");
    case "b":
    case "h":
      return text(MONTHS[date.month - 1]?.slice(0, 3) ?? "");
    case "B":
      return text(MONTHS[date.month - 1] ?? "");
    case "c":
      return again("%a %b %e %H:%M:%S %Y");
    case "C":
      return number(Math.floor(date.year / 100));
    case "d":
      return number(date.day);
    case "D":
    case "x":
      return again("%m/%d/%y");
    case "e":
      return number(date.day, 2, " ");
    case "F":
      return again("%Y-%m-%d");
    case "g":
      return number(isoWeek(date).year % 100);
    case "G":
      return text(String(isoWeek(date).year));
    case "H":
      return number(date.hour);
    case "I":
      return number(hour12);
    case "j":
      return number(date.dayOfYear, 3);
    case "k":
      return number(date.hour, 2, " ");
    case "l":
      return number(hour12, 2, " ");
    case "m":
      return number(date.month);
    case "M":
      return number(date.minute);
    case "N":
      return text(String(moment.nsec).padStart(9, "0"));
    case "p":
      return text(date.hour < 12 ? "AM" : "PM");
    case "P":
      return text(date.hour < 12 ? "am" : "pm");
    case "q":
      return text(String(Math.ceil(date.month / 3)));
    case "r":
      return again("%I:%M:%S %p");
    case "R":
      return again("%H:%M");
    case "s":
      return text(String(moment.sec));
    case "S":
      return number(date.second);
    case "T":
    case "X":
      return again("%H:%M:%S");
    case "u":
      return text(String(date.weekday === 0 ? 7 : date.weekday));
    case "U":
      return number(Math.floor((date.dayOfYear + 6 - date.weekday) / 7));
    case "V":
      return number(isoWeek(date).week);
    case "w":
      return text(String(date.weekday));
    case "W":
      return number(Math.floor((date.dayOfYear + 6 - ((date.weekday + 6) % 7)) / 7));
    case "y":
      return number(((date.year % 100) + 100) % 100);
    case "Y":
      return number(date.year, 1);
    case "z":
      return text(colons === "::" ? "+00:00:00" : colons === ":" ? "+00:00" : "+0000");
    case "Z":
      return text("UTC");
    default:
      return undefined;
  }
}

function isoWeek(date: CalendarDate): { readonly year: number; readonly week: number } {
  const monday = (date.weekday + 6) % 7;
  const week = Math.floor((date.dayOfYear - monday + 9) / 7);
  if (week < 1) return isoWeek(calendarDate(secondsOf(date.year - 1, 12, 31)));
  const thursday = secondsOf(date.year, date.month, date.day) + (3 - monday) * 86400;
  return { year: calendarDate(thursday).year, week: calendarDate(thursday).year === date.year ? week : 1 };
}

const UNITS: Readonly<Record<string, "month" | "second">> = {
  sec: "second",
  second: "second",
  min: "second",
  minute: "second",
  hour: "second",
  day: "second",
  week: "second",
  fortnight: "second",
  month: "month",
  year: "month",
};
const LENGTHS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86400,
  week: 604800,
  fortnight: 1209600,
  month: 1,
  year: 12,
};

const ORDINALS: Readonly<Record<string, number>> = {
  last: -1,
  this: 0,
  next: 1,
  first: 1,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
  eleventh: 11,
  twelfth: 12,
};

/**
 * A date in the words of parse_datetime(3): "@0", "2020-01-01 12:30", "Jan 2 2024", "yesterday", "2 days ago", "now + 1 hour", …
 * Undefined when it is none. @simplified The zones known are UTC, GMT, Z and numbers.
 */
export function parseDate(text: string, now: Timestamp): Timestamp | undefined {
  const epoch = /^\s*@(-?[0-9]+)(?:[.,]([0-9]+))?\s*$/.exec(text);
  if (epoch) return timestamp(Number(epoch[1]), Number((epoch[2] ?? "").padEnd(9, "0").slice(0, 9)));
  const today = calendarDate(now.sec);
  let date: { year: number; month: number; day: number } | undefined;
  let time: { hour: number; minute: number; second: number; nsec: number } | undefined;
  let zone = 0;
  let months = 0;
  let seconds = 0;
  let weekday: number | undefined;
  let weeks = 0;
  let relative = false;
  let rest = text
    .trim()
    .toLowerCase()
    .replace(/\([^)]*\)/g, " ");
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length).replace(/^[\s,]+/, "");
    return found;
  };
  const monthOf = (name: string | undefined): number =>
    MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name?.slice(0, 3)) + 1;
  const fullYear = (year: string): number =>
    year.length > 2 ? Number(year) : Number(year) < 69 ? 2000 + Number(year) : 1900 + Number(year);
  rest = rest.replace(/^[\s,]+/, "");
  while (rest !== "") {
    let found: RegExpExecArray | null;
    if ((found = take(/^(\d{4,})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?![\d:]))/)))
      date = { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) };
    else if ((found = take(/^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?(?!\d)/))) {
      date = { year: found[3] === undefined ? today.year : fullYear(found[3]), month: Number(found[1]), day: Number(found[2]) };
    } else if (
      (found = take(/^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap])\.?m\.?/)) ||
      (found = take(/^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?/))
    ) {
      const half = found[5];
      const hour = half === undefined ? Number(found[1]) : (Number(found[1]) % 12) + (half === "p" ? 12 : 0);
      time = { hour, minute: Number(found[2]), second: Number(found[3] ?? 0), nsec: Number((found[4] ?? "").padEnd(9, "0").slice(0, 9)) };
      const offset = take(/^([+-])(\d{2}):?(\d{2})?(?!\d)/);
      if (offset) zone = (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60);
    } else if ((found = take(/^(\d{1,2})\s*([ap])\.?m\.?(?![a-z])/)))
      time = { hour: (Number(found[1]) % 12) + (found[2] === "p" ? 12 : 0), minute: 0, second: 0, nsec: 0 };
    else if (date !== undefined && time === undefined && (found = take(/^([01]\d|2[0-3])([0-5]\d)(?!\d)/)))
      time = { hour: Number(found[1]), minute: Number(found[2]), second: 0, nsec: 0 };
    else if ((found = take(/^(\d{8})(?!\d)/)))
      date = { year: Number(found[1]?.slice(0, 4)), month: Number(found[1]?.slice(4, 6)), day: Number(found[1]?.slice(6)) };
    else if ((found = take(/^(?:utc|gmt|z)(?![a-z])/))) zone = 0;
    else if ((found = take(/^(?:now|today)(?![a-z])/))) relative = true;
    else if ((found = take(/^(yesterday|tomorrow)(?![a-z])/))) {
      seconds += found[1] === "tomorrow" ? 86400 : -86400;
      relative = true;
    } else if (
      (found = take(
        /^(?:(next|last|this|[+-]?\s*\d+|an?)\s*)?(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(?![a-z])(\s*ago(?![a-z]))?/,
      ))
    ) {
      const word = (found[1] ?? "1").replace(/\s/g, "");
      const count = word === "next" ? 1 : word === "last" ? -1 : word === "this" ? 0 : word.startsWith("a") ? 1 : Number(word);
      const amount = count * (LENGTHS[found[2] ?? ""] ?? 0) * (found[3] === undefined ? 1 : -1);
      if (UNITS[found[2] ?? ""] === "month") months += amount;
      else seconds += amount;
      relative = true;
    } else if ((found = take(/^(\d{1,2})[\s-]+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:[\s,-]+(\d{4})(?!:))?/))) {
      date = {
        year: found[3] === undefined ? (date?.year ?? today.year) : Number(found[3]),
        month: monthOf(found[2]),
        day: Number(found[1]),
      };
    } else if (
      (found = take(/^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?![\d:])(?:[\s,]+(\d{4})(?![\d:]))?/))
    ) {
      date = {
        year: found[3] === undefined ? (date?.year ?? today.year) : Number(found[3]),
        month: monthOf(found[1]),
        day: Number(found[2]),
      };
    } else if (
      (found = take(
        /^(?:(last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*\.?/,
      ))
    ) {
      weekday = WEEKDAYS.findIndex((day) => day.toLowerCase().startsWith(found?.[2] ?? "?"));
      weeks = ORDINALS[found[1] ?? "this"] ?? 0;
    } else if (date !== undefined && (found = take(/^(\d{4})(?![\d:])/))) date = { ...date, year: Number(found[1]) };
    else if (time === undefined && (found = take(/^(\d{1,2})(\d{2})?(?![\d:])/)))
      time = { hour: Number(found[1]), minute: Number(found[2] ?? 0), second: 0, nsec: 0 };
    else return undefined;
  }
  if (
    text.trim() !== "" &&
    date === undefined &&
    time === undefined &&
    weekday === undefined &&
    !relative &&
    zone === 0 &&
    !/utc|gmt|z/i.test(text)
  )
    return undefined;
  if (date && (date.month < 1 || date.month > 12 || date.day < 1 || date.day > daysIn(date.year, date.month))) return undefined;
  if (time && (time.hour > 24 || time.minute > 59 || time.second > 60)) return undefined;
  const midnight = { hour: 0, minute: 0, second: 0, nsec: 0 };
  const clock =
    time ??
    (date !== undefined || weekday !== undefined || !relative
      ? midnight
      : { hour: today.hour, minute: today.minute, second: today.second, nsec: now.nsec });
  const base = date ?? today;
  const month = base.month - 1 + months;
  let sec =
    secondsOf(base.year + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, base.day, clock.hour, clock.minute, clock.second) -
    zone +
    seconds;
  // A date says which day it is, whatever the weekday.
  if (weekday !== undefined && date === undefined) {
    const days = (weekday - today.weekday + 7) % 7;
    sec += (days + 7 * (weeks - (weeks > 0 && days > 0 ? 1 : 0))) * 86400;
  }
  return timestamp(sec, clock.nsec);
}

function daysIn(year: number, month: number): number {
  return Math.round((secondsOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - secondsOf(year, month, 1)) / 86400);
}

/** `[[CC]YY]MMDDhhmm[.ss]` of `touch -t`; undefined when it is none. */
export function parseStamp(text: string, now: Timestamp): Timestamp | undefined {
  const found = /^(\d{2})?(\d{2})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, a, b, month = "", day = "", hour = "", minute = "", second = "0"] = found;
  const year = a === undefined ? calendarDate(now.sec).year : b === undefined ? (Number(a) < 69 ? 2000 : 1900) + Number(a) : Number(a + b);
  if (
    Number(month) < 1 ||
    Number(month) > 12 ||
    Number(day) < 1 ||
    Number(day) > daysIn(year, Number(month)) ||
    Number(hour) > 23 ||
    Number(minute) > 59
  )
    return undefined;
  return timestamp(secondsOf(year, Number(month), Number(day), Number(hour), Number(minute), Number(second)));
}

/** "2024-01-02 03:04:05.000000000 +0000", as stat(1) and diff(1) print. */
export function fullTime(moment: Timestamp): string {
  return formatTime("%Y-%m-%d %H:%M:%S.%N %z", moment);
}

/** "2024-01-02 03:04". */
export function longIso(moment: Timestamp): string {
  const date = calendarDate(moment.sec);
  return `${date.year}-${twoDigits(date.month)}-${twoDigits(date.day)} ${twoDigits(date.hour)}:${twoDigits(date.minute)}`;
}
