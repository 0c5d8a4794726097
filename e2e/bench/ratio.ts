/** Ratios of two things measured side by side, in turns, so that a slow moment of the computer hits both. */

export interface Spread {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Prints one line: what, the ratio of the medians with the spread of the pairwise ratios, both medians, and the goal. */
export function report(
  name: string,
  ours: readonly number[],
  unit: readonly number[],
  words: { readonly unit: string; readonly goal: string },
): void {
  const ratio = spread(ours.map((value, at) => value / (unit[at] ?? NaN)));
  const figure = (value: number): string => value.toPrecision(3);
  console.log(
    `${name}: ${(spread(ours).median / spread(unit).median).toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}, ${ours.length} pairs); ` +
      `${figure(spread(ours).median)} against ${figure(spread(unit).median)} ${words.unit}; goal ${words.goal}`,
  );
}
