/** What is wrong with a file of lessons, said so that its author can mend it without asking anybody. */

/** Where in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column?: number;
}

export interface Problem extends Place {
  /** With an error there is no lesson; a warning is for `lab lesson lint`. */
  readonly severity: "error" | "warning";
  readonly file: string;
  /** What stands there, in few words. */
  readonly read: string;
  readonly expected: string;
  /** The valid word that is most like what was read. */
  readonly nearest?: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a reporter says of a problem; the place and the file come from where it is. */
export type Complaint = Pick<Problem, "read" | "expected" | "remedy" | "nearest">;

/** Collects what is wrong with one file. */
export class Problems {
  readonly #file: string;
  readonly #list: Problem[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get list(): readonly Problem[] {
    return this.#list;
  }

  get hasErrors(): boolean {
    return this.#list.some(({ severity }) => severity === "error");
  }

  error(place: Place, complaint: Complaint): void {
    this.#list.push({ severity: "error", file: this.#file, ...place, ...complaint });
  }

  warning(place: Place, complaint: Complaint): void {
    this.#list.push({ severity: "warning", file: this.#file, ...place, ...complaint });
  }

  /** A word that is not one of `known`. */
  unknown(place: Place, what: string, word: string, known: readonly string[], remedy = ""): void {
    const nearest = nearestOf(word, known);
    this.error(place, {
      read: `${what} \`${word}\``,
      expected: known.length === 0 ? "none" : `one of ${known.join(", ")}`,
      ...(nearest === undefined ? {} : { nearest }),
      remedy: remedy || (nearest === undefined ? `Use one of the words that there are, or take \`${word}\` out.` : `Write \`${nearest}\`.`),
    });
  }
}

/** `FILE:LINE:COLUMN: error: read …, expected …; nearest …`, and the remedy on a line of its own. */
export function problemText({ file, line, column, severity, read, expected, nearest, remedy }: Problem): string {
  const where = `${file}:${line}${column === undefined ? "" : `:${column}`}`;
  const hint = nearest === undefined ? "" : `; nearest: ${nearest}`;
  return `${where}: ${severity}: read ${read}; expected ${expected}${hint}\n    ${remedy}`;
}

/** The word of `known` that is at most a third of its letters away from `word`. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((each) => ({ each, distance: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.max(1, Math.ceil(Math.max(each.length, word.length) / 3)))
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.each;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word the other. */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 12) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = last;
    last = next;
  }
  return last[to.length] ?? Infinity;
}
