/**
 * The order in which a GLib hash table of strings gives its keys: of refs that are checked, of places and variables that flatpak writes
 * (glib/ghash.c).
 *
 * @simplified As if the table had been as large as it is from the beginning: see static-delta/hash-table.ts.
 */
import { encodeUtf8 } from "../../base/utf8.ts";

/** GLib's primes: the largest below each power of two, from 2^3 on. */
const MODULI = [7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381];
const SMALLEST = 8;

/** `keys` by their places in the table. Of keys that want one place the earlier has it. */
export function hashOrder(keys: readonly string[]): string[] {
  let size = SMALLEST;
  let shift = 0;
  while (size <= keys.length + Math.floor(keys.length / 16)) {
    size *= 2;
    shift++;
  }
  const modulus = MODULI[shift] ?? size;
  const places = new Map<number, string>();
  for (const key of keys) {
    let place = Math.imul(Math.max(2, stringHash(key)), 11) >>> 0;
    place %= modulus;
    for (let step = 1; places.has(place); step++) place = (place + step) & (size - 1);
    places.set(place, key);
  }
  return [...places].sort(([left], [right]) => left - right).map(([, key]) => key);
}

/** g_str_hash. */
export function stringHash(text: string): number {
  let hash = 5381;
  for (const byte of encodeUtf8(text)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0;
  return hash;
}
