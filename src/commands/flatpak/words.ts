/** Sizes and times as flatpak(1) writes them. */
import { calendarDate, twoDigits } from "../../base/calendar.ts";

/** g_format_size in a UTF-8 locale: a no-break space before the unit, a plain one before "bytes". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 1000 && unit < 3) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)}\u00a0${["kB", "MB", "GB", "TB"][unit] ?? ""}`;
}

/** `2026-01-16 09:00:00 +0000`. */
export function dateText(seconds: number): string {
  const { year, month, day, hour, minute, second } = calendarDate(seconds);
  return `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)} +0000`;
}

/** `Label: value` lines, labels right-aligned, those in bold on a terminal. Undefined: an empty line. */
export function labelled(rows: readonly (readonly [label: string, value: string] | undefined)[], isTerminal: boolean): string {
  const width = Math.max(...rows.map((row) => row?.[0].length ?? 0));
  const bold = (text: string): string => (isTerminal ? `\x1b[1m${text}\x1b[22m` : text);
  return rows.map((row) => (row === undefined ? "\n" : `${bold(`${row[0].padStart(width)}:`)} ${row[1]}\n`)).join("");
}
