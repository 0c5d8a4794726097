/** What a package says of its own history (rpm's CHANGELOGTIME, CHANGELOGNAME, CHANGELOGTEXT). */
import { calendarDate, MONTHS, twoDigits, WEEKDAYS } from "../base/calendar.ts";
import type { Package } from "./package.ts";

export interface ChangelogEntry {
  /** Noon of a day, seconds since 1970, as rpm keeps dates without a time. */
  readonly time: number;
  /** "Name <address> - VERSION-RELEASE". */
  readonly name: string;
  readonly text: string;
}

const DAY = 86_400;
const RELEASE_ENGINEERING = "Fedora Release Engineering <releng@fedoraproject.org>";

/**
 * The newest entry.
 *
 * @simplified A package has that of its last build only, told from its date and version; what really changed is not known here.
 */
export function latestChange(pkg: Pick<Package, "version" | "release" | "buildTime">): ChangelogEntry {
  const isFirst = /^1(\D|$)/.test(pkg.release);
  return {
    time: Math.floor(pkg.buildTime / DAY) * DAY + DAY / 2,
    name: `${RELEASE_ENGINEERING} - ${pkg.version}-${pkg.release.replace(/\.fc\d+$/, "")}`,
    text: isFirst ? `- Update to ${pkg.version}` : "- Rebuilt",
  };
}

/** The entry as rpm and rpm-ostree show it, in two lines; `indent` stands before each. */
export function renderChange({ time, name, text }: ChangelogEntry, indent = ""): string {
  const { weekday, month, day, year } = calendarDate(time);
  const date = `${(WEEKDAYS[weekday] ?? "").slice(0, 3)} ${(MONTHS[month - 1] ?? "").slice(0, 3)} ${twoDigits(day)} ${year}`;
  return `${indent}* ${date} ${name}\n${indent}${text}\n`;
}
