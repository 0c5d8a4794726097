/** strftime(3) in the C locale and UTC, for prompts and `printf %(…)T`. */
import { calendarDate, MONTHS, twoDigits, WEEKDAYS } from "../base/calendar.ts";
import type { Timestamp } from "../base/timestamp.ts";

export function formatTime(moment: Timestamp, format: string): string {
  return format.replace(/%[-0_^]?([A-Za-z%+])/g, (whole, letter: string) => field(moment, letter) ?? whole);
}

function field(moment: Timestamp, letter: string): string | undefined {
  const date = calendarDate(moment.sec);
  const weekday = WEEKDAYS[date.weekday] ?? "";
  const month = MONTHS[date.month - 1] ?? "";
  const hour12 = date.hour % 12 === 0 ? 12 : date.hour % 12;
  switch (letter) {
    case "a":
      return weekday.slice(0, 3);
    case "A":
      return weekday;
    case "b":
    case "h":
      return month.slice(0, 3);
    case "B":
      return month;
    case "c":
      return formatTime(moment, "%a %b %e %H:%M:%S %Y");
    case "C":
      return twoDigits(Math.floor(date.year / 100));
    case "d":
      return twoDigits(date.day);
    case "D":
    case "x":
      return formatTime(moment, "%m/%d/%y");
    case "e":
      return String(date.day).padStart(2);
    case "F":
      return formatTime(moment, "%Y-%m-%d");
    case "H":
      return twoDigits(date.hour);
    case "I":
      return twoDigits(hour12);
    case "j":
      return String(date.dayOfYear).padStart(3, "0");
    case "k":
      return String(date.hour).padStart(2);
    case "l":
      return String(hour12).padStart(2);
    case "m":
      return twoDigits(date.month);
    case "M":
      return twoDigits(date.minute);
    case "n":
      return "\n";
    case "p":
      return date.hour < 12 ? "AM" : "PM";
    case "r":
      return formatTime(moment, "%I:%M:%S %p");
    case "R":
      return formatTime(moment, "%H:%M");
    case "s":
      return String(moment.sec);
    case "S":
      return twoDigits(date.second);
    case "t":
      return "\t";
    case "T":
    case "X":
      return formatTime(moment, "%H:%M:%S");
    case "u":
      return String(date.weekday === 0 ? 7 : date.weekday);
    case "U":
      return twoDigits(Math.floor((date.dayOfYear + 6 - date.weekday) / 7));
    case "W":
      return twoDigits(Math.floor((date.dayOfYear + 6 - ((date.weekday + 6) % 7)) / 7));
    case "w":
      return String(date.weekday);
    case "y":
      return twoDigits(date.year % 100);
    case "Y":
      return String(date.year);
    case "z":
      return "+0000";
    case "Z":
      return "UTC";
    case "%":
      return "%";
    default:
      return undefined;
  }
}
