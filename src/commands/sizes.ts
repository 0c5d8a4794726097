/** Sizes in bytes as people read and write them: gnulib's human.c, and SIZE arguments. */

const LETTERS = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"] as const;

/** As `ls -h`, `df -h`, `du -h`: at most three digits, rounded up, e.g. "4.0K", "1.2G". */
export function humanSize(bytes: number, base: 1024 | 1000 = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let power = 0;
  while (value >= base && power < LETTERS.length - 1) {
    value /= base;
    power++;
  }
  let text = value < 10 ? (Math.ceil(value * 10 - 1e-9) / 10).toFixed(1) : String(Math.ceil(value - 1e-9));
  if (text === "10.0") text = "10";
  if (Number(text) >= base && power < LETTERS.length - 1) {
    text = "1.0";
    power++;
  }
  const letter = LETTERS[power] ?? "";
  return text + (base === 1000 && letter === "K" ? "k" : letter);
}

/** What follows a number in a message when {@link isTooLarge}. */
export const TOO_LARGE = "Value too large for defined data type";

/** Whether a SIZE argument is a number that no off_t holds. */
export function isTooLarge(text: string): boolean {
  return (/^[0-9]+(?:[RQ](?:iB|B)?)?$/.test(text) && (/[RQ]/.test(text) || Number(text) >= 2 ** 63)) || (parseSize(text) ?? 0) >= 2 ** 63;
}

/** A size such as 10, 4K, 1MB, 2GiB; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const found = /^([0-9]+)(?:([bcw])|([KkMGTPEZY])(iB|B)?|(B))?$/.exec(text);
  if (found === null) return undefined;
  const [, digits = "", small, letter, suffix] = found;
  const count = Number(digits);
  if (small !== undefined) return count * { b: 512, c: 1, w: 2 }[small as "b" | "c" | "w"];
  if (letter === undefined) return count;
  const power = LETTERS.indexOf(letter.toUpperCase() as (typeof LETTERS)[number]);
  return count * Math.pow(suffix === "B" ? 1000 : 1024, power);
}
