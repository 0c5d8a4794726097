/** Two outputs of one command line, side by side: which of their lines the other does not have. */
import { diffArrays } from "diff/lib/diff/array.js";

/** For left and right: positions of the lines that the other lacks there. */
export type Difference = readonly [readonly number[], readonly number[]];

/** Compares lines as they are. */
export function compare(left: readonly string[], right: readonly string[]): Difference {
  const only: [number[], number[]] = [[], []];
  const at: [number, number] = [0, 0];
  for (const { added, removed, count } of diffArrays([...left], [...right])) {
    for (let n = 0; n < count; n++) {
      if (removed) only[0].push(at[0]);
      if (added) only[1].push(at[1]);
      if (!added) at[0]++;
      if (!removed) at[1]++;
    }
  }
  return only;
}

/** What has been typed at a prompt, e.g. "ls" of "[learner@silverblue ~]$ ls"; undefined where the line is no prompt. */
export function typedAt(line: string): string | undefined {
  return /^[^#$>]*[#$>](?: (.*))?$/.exec(line.trimEnd())?.slice(1).join("").trim();
}
