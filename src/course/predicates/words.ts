/** Words that evidence is made of. */
import type { Version } from "../lesson.ts";

/** As in "htop is not in …". */
export function versionInWords(version: Version = "booted"): string {
  switch (version) {
    case "booted":
      return "the running system";
    case "next-boot":
      return "the system that the next boot brings";
    case "previous":
      return "the version before this one";
  }
}

/** "once", "3 times". */
export function timesInWords(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** At most so much of what was seen is told. */
const SHOWN = 60;

export function quoted(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  const isWhole = line === text.trim() && line.length <= SHOWN;
  return `“${line.slice(0, SHOWN)}${isWhole ? "" : "…"}”`;
}
