/**
 * The order in which `for (key in array)` goes: POSIX leaves it open, but a script's output shows it, so it is gawk's.
 *
 * gawk keeps text in a table of chains and whole numbers in trees, and lists the former before the latter. Which it is
 * for depends on the first key: an array that began with text keeps numbers as text, too.
 * @simplified Numbers below zero and those far apart are kept as text here; a table does not remember keys that were deleted.
 */
import { encodeUtf8 } from "../../base/utf8.ts";

/** The sizes through which a table grows. */
const SIZES = [13, 127, 1021, 8191, 16381, 32749, 65497, 131101, 262147, 524309, 1048583];
/** Entries per chain, on average, before the table grows. */
const LONGEST = 2;

/** `keys` come in the order in which they were made. */
export function listed(keys: readonly string[]): readonly string[] {
  const [first] = keys;
  if (first === undefined) return [];
  if (!isIndex(first)) return tableOrder(keys);
  const numbers = keys.filter(isIndex).sort((left, right) => Number(left) - Number(right));
  return numbers.length === keys.length ? numbers : [...tableOrder(keys.filter((key) => !isIndex(key))), ...numbers];
}

/** Whether a key is kept as a number. */
function isIndex(key: string): boolean {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(key);
}

/** The chains one after the other, the key that came last at the head of each. */
function tableOrder(keys: readonly string[]): readonly string[] {
  let level = 0;
  let chains = table(level);
  let count = 0;
  const add = (entry: Entry): void => {
    chains[entry.code % chains.length]?.push(entry);
  };
  for (const key of keys) {
    count++;
    if (Math.floor(count / chains.length) > LONGEST && level + 1 < SIZES.length) {
      const old = chains;
      chains = table(++level);
      for (const chain of old) for (const entry of chain.reverse()) add(entry);
    }
    add({ key, code: hash(key) });
  }
  return chains.flatMap((chain) => chain.reverse().map(({ key }) => key));
}

interface Entry {
  readonly key: string;
  readonly code: number;
}

function table(level: number): Entry[][] {
  return Array.from({ length: SIZES[level] ?? 13 }, () => []);
}

/** The sdbm function, on signed bytes. */
function hash(key: string): number {
  let code = 0;
  for (const byte of encodeUtf8(key)) code = (Math.imul(code, 65599) + ((byte << 24) >> 24)) | 0;
  return code >>> 0;
}
