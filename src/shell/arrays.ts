/** The two kinds of array that a variable can hold. */

/** What a value takes beside its text. */
export const ELEMENT_BYTES = 96;

/** `declare -a`: whole numbers from 0, with holes. */
export class IndexedArray {
  readonly #elements: Map<number, string>;
  #sorted = true;
  #last = -1;
  #textBytes = 0;
  /** Declared, and never given anything: `declare -p` shows no value. */
  isUnset = false;

  constructor(elements: Iterable<readonly [number, string]> = []) {
    this.#elements = new Map();
    for (const [index, value] of elements) this.set(index, value);
  }

  static of(values: readonly string[]): IndexedArray {
    return new IndexedArray(values.map((value, index) => [index, value] as const));
  }

  get size(): number {
    return this.#elements.size;
  }

  /** One more than the highest index: where `a+=(x)` goes and what a negative index counts from. */
  get end(): number {
    if (this.#last < 0 && this.#elements.size > 0) this.#last = this.#highest();
    return this.#last + 1;
  }

  #highest(): number {
    let highest = -1;
    for (const index of this.#elements.keys()) highest = Math.max(highest, index);
    return highest;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#textBytes + this.#elements.size * ELEMENT_BYTES;
  }

  get(index: number): string | undefined {
    return this.#elements.get(index);
  }

  set(index: number, value: string): void {
    if (index < this.end && !this.#elements.has(index)) this.#sorted = false;
    this.isUnset = false;
    this.#textBytes += value.length - (this.#elements.get(index)?.length ?? 0);
    this.#elements.set(index, value);
    if (index > this.#last) this.#last = index;
  }

  delete(index: number): void {
    this.#textBytes -= this.#elements.get(index)?.length ?? 0;
    this.#elements.delete(index);
    if (index === this.#last) this.#last = -1;
  }

  entries(): (readonly [number, string])[] {
    const list = [...this.#elements];
    return this.#sorted ? list : list.sort((a, b) => a[0] - b[0]);
  }

  keys(): string[] {
    return this.entries().map(([index]) => String(index));
  }

  values(): string[] {
    return this.entries().map(([, value]) => value);
  }

  clone(): IndexedArray {
    const copy = new IndexedArray(this.entries());
    copy.isUnset = this.isUnset;
    return copy;
  }
}

/** Buckets of bash's table for associative arrays (assoc.h); its order of listing follows from them. */
const BUCKETS = 1024;

/** `declare -A`. Listed in the order in which bash's hash table would. */
export class AssociativeArray {
  readonly #elements: Map<string, string>;
  #textBytes = 0;
  /** As of an indexed array. */
  isUnset = false;

  constructor(elements: Iterable<readonly [string, string]> = []) {
    this.#elements = new Map(elements);
    for (const [key, value] of this.#elements) this.#textBytes += key.length + value.length;
  }

  get size(): number {
    return this.#elements.size;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#textBytes + this.#elements.size * ELEMENT_BYTES;
  }

  get(key: string): string | undefined {
    return this.#elements.get(key);
  }

  set(key: string, value: string): void {
    this.isUnset = false;
    const old = this.#elements.get(key);
    this.#textBytes += value.length - (old?.length ?? -key.length);
    this.#elements.set(key, value);
  }

  delete(key: string): void {
    const old = this.#elements.get(key);
    if (old !== undefined) this.#textBytes -= key.length + old.length;
    this.#elements.delete(key);
  }

  entries(): (readonly [string, string])[] {
    return inHashOrder(this.#elements, BUCKETS);
  }

  keys(): string[] {
    return this.entries().map(([key]) => key);
  }

  values(): string[] {
    return this.entries().map(([, value]) => value);
  }

  clone(): AssociativeArray {
    const copy = new AssociativeArray(this.#elements);
    copy.isUnset = this.isUnset;
    return copy;
  }
}

/** The entries as bash lists a hash table of `buckets` buckets; within a bucket the newest comes first. */
export function inHashOrder<T>(entries: Iterable<readonly [string, T]>, buckets: number): (readonly [string, T])[] {
  return [...entries].reverse().sort((a, b) => bucket(a[0], buckets) - bucket(b[0], buckets));
}

/** FNV-1 over the bytes of the key, as bash's hashlib does. Keys beyond ASCII land by their UTF-16 units. */
function bucket(key: string, buckets: number): number {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 16777619) ^ key.charCodeAt(i)) >>> 0;
  return hash & (buckets - 1);
}
