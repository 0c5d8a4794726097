/** Which lines of one text must go, and which of another must come, so that the first becomes the second. */
import { diffArrays } from "diff/lib/diff/array.js";

/** Lines `oldStart` to `oldEnd` (not included) are replaced by `newStart` to `newEnd`; counted from 0. */
export interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Lines are the same when their keys are. */
export function editScript(oldKeys: readonly string[], newKeys: readonly string[]): readonly Change[] {
  // What is common at both ends need not be searched.
  let head = 0;
  while (head < oldKeys.length && head < newKeys.length && oldKeys[head] === newKeys[head]) head++;
  let tail = 0;
  while (
    tail < oldKeys.length - head &&
    tail < newKeys.length - head &&
    oldKeys[oldKeys.length - 1 - tail] === newKeys[newKeys.length - 1 - tail]
  )
    tail++;
  const parts = diffArrays(oldKeys.slice(head, oldKeys.length - tail), newKeys.slice(head, newKeys.length - tail));
  // One flag more on either side, never set, ends every run.
  const removed = new Array<boolean>(oldKeys.length + 1).fill(false);
  const added = new Array<boolean>(newKeys.length + 1).fill(false);
  let oldAt = head;
  let newAt = head;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      oldAt += part.count;
      newAt += part.count;
    } else if (part.removed) for (let i = 0; i < part.count; i++) removed[oldAt++] = true;
    else for (let i = 0; i < part.count; i++) added[newAt++] = true;
  }
  settle(oldKeys, removed, added);
  settle(newKeys, added, removed);
  return changesOf(removed, added, oldKeys.length, newKeys.length);
}

function changesOf(removed: readonly boolean[], added: readonly boolean[], oldLength: number, newLength: number): readonly Change[] {
  const changes: Change[] = [];
  let oldAt = 0;
  let newAt = 0;
  while (oldAt < oldLength || newAt < newLength) {
    if (removed[oldAt] === true || added[newAt] === true) {
      const change = { oldStart: oldAt, oldEnd: oldAt, newStart: newAt, newEnd: newAt };
      while (removed[change.oldEnd] === true) change.oldEnd++;
      while (added[change.newEnd] === true) change.newEnd++;
      changes.push(change);
      oldAt = change.oldEnd;
      newAt = change.newEnd;
    }
    oldAt++;
    newAt++;
  }
  return changes;
}

/**
 * Among scripts of the same length diff prefers runs that lie as late as they can, unless that tears them from a run of the
 * other text. A run may slide by one when the line that it leaves equals the one that it takes in; runs that meet become one.
 */
function settle(keys: readonly string[], changed: boolean[], other: readonly boolean[]): void {
  // Where in the other text the same unchanged line stands is found by walking both.
  let at = 0;
  let otherAt = 0;
  const skipOther = (): void => {
    while (other[otherAt] === true) otherAt++;
  };
  for (;;) {
    while (at < keys.length && changed[at] !== true) {
      skipOther();
      otherAt++;
      at++;
    }
    if (at >= keys.length) return;
    let start = at;
    let end = at;
    const extend = (): void => {
      while (changed[end] === true) end++;
      while (start > 0 && changed[start - 1] === true) start--;
    };
    extend();
    skipOther();
    /** The end of the run at the last place where it stood beside a run of the other text. */
    let beside: number | undefined;
    for (let length = -1; length !== end - start;) {
      length = end - start;
      while (start > 0 && keys[start - 1] === keys[end - 1]) {
        changed[--start] = true;
        changed[--end] = false;
        extend();
        do otherAt--;
        while (other[otherAt] === true);
      }
      beside = otherAt > 0 && other[otherAt - 1] === true ? end : undefined;
      while (end < keys.length && keys[start] === keys[end]) {
        changed[start++] = false;
        changed[end++] = true;
        extend();
        otherAt++;
        if (other[otherAt] === true) beside = end;
        while (other[otherAt] === true) {
          otherAt++;
          beside = end;
        }
      }
    }
    while (beside !== undefined && beside < end) {
      changed[--start] = true;
      changed[--end] = false;
      do otherAt--;
      while (other[otherAt] === true);
    }
    at = end;
  }
}
