/** How far a learner has come in each lesson: for the menu, and to know which is next. In localStorage, which answers at once. */

export interface Mark {
  readonly isDone: boolean;
  readonly step: number;
  readonly steps: number;
}

/** By lesson; the last is the one that was worked on last. */
export type Marks = Readonly<Record<string, Mark>>;

const KEY = "immutable-lab/lessons";

/** As they were left here; none where storage is blocked. */
export function loadMarks(): Marks {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Marks;
  } catch {
    return {};
  }
}

/** Does nothing where storage is blocked or full. What is done once stays done. */
export function saveMark(id: string, mark: Mark): void {
  try {
    const { [id]: before, ...others } = loadMarks();
    localStorage.setItem(KEY, JSON.stringify({ ...others, [id]: { ...mark, isDone: mark.isDone || before?.isDone === true } }));
  } catch {
    // The menu will not know.
  }
}
