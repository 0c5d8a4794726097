/** What a locale's name says. */

/** Whether a locale knows ASCII only, as setlocale(3) finds it for LC_CTYPE; `value` looks up an environment variable. */
export function isAsciiLocale(value: (name: string) => string | undefined): boolean {
  const name = ["LC_ALL", "LC_CTYPE", "LANG"].map(value).find((found) => found !== undefined && found !== "");
  return name === undefined || name === "C" || name === "POSIX";
}
