/** Sizes as btrfs(8) prints them. */
import type { ParsedOptions } from "../command.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;
const SI_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;

export type PrintSize = (bytes: number) => string;

/** How sizes are wanted: two places after the point in the largest unit that leaves something before it, unless told otherwise. */
export function sizePrinter(options: ParsedOptions): PrintSize {
  if (options.has("raw")) return (bytes) => String(bytes);
  const inThousands = options.has("H") || options.has("si");
  const fixed = ["kbytes", "mbytes", "gbytes", "tbytes"].findLastIndex((name) => options.has(name)) + 1;
  const units = inThousands ? SI_UNITS : UNITS;
  const base = inThousands ? 1000 : 1024;
  return (bytes) => {
    let power = fixed;
    if (fixed === 0) while (power < units.length - 1 && bytes / base ** power >= base) power++;
    return `${(bytes / base ** power).toFixed(2)}${units[power] ?? ""}`;
  };
}
