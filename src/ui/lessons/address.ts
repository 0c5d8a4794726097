/**
 * The address of a lesson, and what comes with it for a class: which lessons it has, and what is locked. It all stands in the link and
 * goes along from lesson to lesson. A lock is an agreement with the class, not a wall: whoever shortens the address is out of it.
 */

/** What a class does without. `ways`: solutions. */
export const LOCKS = ["hints", "ways"] as const;
export type Lock = (typeof LOCKS)[number];

export interface ClassTerms {
  /** Ids in their order; none: all lessons of the site. */
  readonly lessons: readonly string[];
  readonly locks: readonly Lock[];
}

export interface LessonPlace {
  /** 1 for the first: a fresh machine is brought there. */
  readonly step?: number;
  /** Shown to a room. */
  readonly isPresented?: boolean;
}

export function readTerms(query: URLSearchParams): ClassTerms {
  const words = (name: string): string[] => (query.get(name) ?? "").split(",").filter((word) => word !== "");
  return { lessons: words("class"), locks: LOCKS.filter((lock) => words("lock").includes(lock)) };
}

/** The query of a lesson's page, from "?" on. */
export function addressOf(lesson: string, { lessons, locks }: ClassTerms, { step, isPresented = false }: LessonPlace = {}): string {
  const parts = [`lesson=${encodeURIComponent(lesson)}`];
  if (lessons.length > 0) parts.push(`class=${lessons.map(encodeURIComponent).join(",")}`);
  if (locks.length > 0) parts.push(`lock=${locks.join(",")}`);
  if (step !== undefined) parts.push(`step=${step}`);
  if (isPresented) parts.push("present");
  return `?${parts.join("&")}`;
}
