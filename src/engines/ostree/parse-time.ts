/** Dates as `--timestamp=` takes them. */
import { secondsOf } from "../../base/calendar.ts";
import { OstreeError } from "./errors.ts";

/** Seconds since 1970 of "@1700000000", "2024-01-01", "2024-01-01 10:00:00 +0100", "2024-01-01T10:00:00Z". Throws `OstreeError`. @simplified The real one knows many more forms. */
export function parseTime(text: string): number {
  const seconds = /^@(\d+)$/.exec(text);
  if (seconds) return Number(seconds[1]);
  const m = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d))?$/.exec(text.trim());
  if (!m) throw new OstreeError(`Could not parse '${text}'`);
  const number = (index: number): number => Number(m[index] ?? 0);
  const offset = (m[8] === "-" ? -1 : 1) * (number(9) * 3600 + number(10) * 60);
  return secondsOf(number(1), number(2), number(3), number(4), number(5), number(6)) - offset;
}
