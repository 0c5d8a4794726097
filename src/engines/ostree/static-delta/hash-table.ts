/**
 * GLib's hash table of strings, whose order hangs on what came before, what went and when it grew.
 *
 * Source: GNOME/glib:glib/ghash.c.
 */
import { stringHash } from "../hash-order.ts";

const SMALLEST_SHIFT = 3;

/** What a place holds. Gone ones are still in the way of a search. */
type Place = { readonly key: string; readonly hash: number } | "unused" | "gone";

/** A set of strings in the order of GLib's, which hangs on what came before and what went. */
export class HashTable {
  readonly #hashOf: (key: string) => number;
  #places: Place[] = Array.from({ length: 1 << SMALLEST_SHIFT }, () => "unused");
  #modulus = primeBelow(1 << SMALLEST_SHIFT);
  /** Keys, and places that are not unused. */
  #keys = 0;
  #occupied = 0;

  constructor(hashOf: (key: string) => number = stringHash) {
    this.#hashOf = hashOf;
  }

  get size(): number {
    return this.#keys;
  }

  has(key: string): boolean {
    return this.#isKey(this.#find(key), key);
  }

  add(key: string): void {
    const index = this.#find(key);
    if (this.#isKey(index, key)) return;
    const wasUnused = this.#places[index] === "unused";
    this.#places[index] = { key, hash: real(this.#hashOf(key)) };
    this.#keys++;
    if (!wasUnused) return;
    this.#occupied++;
    this.#resizeIfNeeded();
  }

  /** While its keys are gone through (`isWalk`) a table stays as large as it is. */
  delete(key: string, isWalk = false): void {
    const index = this.#find(key);
    if (!this.#isKey(index, key)) return;
    this.#places[index] = "gone";
    this.#keys--;
    if (!isWalk) this.#resizeIfNeeded();
  }

  keys(): string[] {
    return this.#places.flatMap((place) => (typeof place === "string" ? [] : [place.key]));
  }

  #isKey(index: number, key: string): boolean {
    const place = this.#places[index];
    return typeof place === "object" && place.key === key;
  }

  /** Where it is, or else where it is to be. */
  #find(key: string): number {
    let index = this.#home(real(this.#hashOf(key)));
    let gone: number | undefined;
    for (let step = 1; this.#places[index] !== "unused"; step++) {
      if (this.#isKey(index, key)) return index;
      if (this.#places[index] === "gone") gone ??= index;
      index = this.#next(index, step);
    }
    return gone ?? index;
  }

  #home(hash: number): number {
    return (Math.imul(hash, 11) >>> 0) % this.#modulus;
  }

  #next(index: number, step: number): number {
    return (index + step) & (this.#places.length - 1);
  }

  #resizeIfNeeded(): void {
    const size = this.#places.length;
    const isSparse = size > this.#keys * 4 && size > 1 << SMALLEST_SHIFT;
    if (isSparse || size <= this.#occupied + Math.floor(this.#occupied / 16)) this.#resize();
  }

  /** Every key moves to its new home, and whom it finds there moves on. */
  #resize(): void {
    const wanted = Math.trunc(this.#keys * 1.333);
    const shift = Math.max(SMALLEST_SHIFT, wanted === 0 ? 0 : 32 - Math.clz32(wanted));
    const size = 1 << shift;
    this.#modulus = primeBelow(size);
    const before = this.#places.length;
    const places = this.#places;
    while (places.length < size) places.push("unused");
    const isMoved = new Set<number>();
    for (let index = 0; index < before; index++) {
      let moving = places[index] ?? "unused";
      if (typeof moving === "string") places[index] = "unused";
      if (typeof moving === "string" || isMoved.has(index)) continue;
      places[index] = "unused";
      while (typeof moving === "object") {
        let home = this.#home(moving.hash);
        for (let step = 1; isMoved.has(home); step++) home = (home + step) & (size - 1);
        isMoved.add(home);
        const evicted: Place = places[home] ?? "unused";
        places[home] = moving;
        moving = evicted;
      }
    }
    places.length = size;
    this.#occupied = this.#keys;
  }
}

/** 0 and 1 mean something else in the table. */
function real(hash: number): number {
  return Math.max(2, hash);
}

/** The largest one. */
function primeBelow(limit: number): number {
  let prime = limit - 1;
  for (let divisor = 2; divisor * divisor <= prime; divisor++)
    if (prime % divisor === 0) {
      prime--;
      divisor = 1;
    }
  return prime;
}
