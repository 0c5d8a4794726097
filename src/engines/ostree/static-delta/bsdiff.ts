/**
 * bsdiff: a new file as what it adds to similar pieces of an old one, found with the old one's sorted suffixes.
 *
 * In libostree's bundled form: nothing is packed, and each piece's three numbers stand before its bytes.
 * Source: mendsley/bsdiff:{bsdiff,bspatch}.c; which suffix is found first and where a piece ends must be as there.
 */
import { joined } from "../../../base/xz/lzma2.ts";

/** How many bytes at a time are worked on before others have their turn. */
const PAUSE = 4096;

function cell(cells: Int32Array, index: number): number {
  return cells[index] ?? 0;
}

/** Groups of suffixes that are equal so far, by their first bytes; then by twice as many, and so on (Larsson and Sadakane). */
class Suffixes {
  readonly #order: Int32Array;
  readonly #group: Int32Array;

  constructor(old: Uint8Array) {
    this.#order = new Int32Array(old.length + 1);
    this.#group = new Int32Array(old.length + 1);
    this.#sortByFirst(old);
  }

  /** The starts of all suffixes, the empty one first, in the order of their bytes. */
  *sorted(): Generator<void, Int32Array, void> {
    const order = this.#order;
    const group = this.#group;
    const all = order.length;
    for (let known = 1; cell(order, 0) !== -all; known += known) {
      let done = 0;
      let start = 0;
      while (start < all) {
        if (cell(order, start) < 0) {
          // Sorted ones are kept as the negative of how many they are.
          done -= cell(order, start);
          start -= cell(order, start);
        } else {
          if (done > 0) order[start - done] = -done;
          done = 0;
          const length = cell(group, cell(order, start)) + 1 - start;
          this.#split(start, length, known);
          start += length;
          if (length > 64) yield;
        }
      }
      if (done > 0) order[start - done] = -done;
      yield;
    }
    for (let suffix = 0; suffix < all; suffix++) order[cell(group, suffix)] = suffix;
    return order;
  }

  #sortByFirst(old: Uint8Array): void {
    const order = this.#order;
    const group = this.#group;
    const ends = new Int32Array(256);
    for (const byte of old) ends[byte] = cell(ends, byte) + 1;
    let before = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = cell(ends, byte);
      ends[byte] = before;
      before += count;
    }
    old.forEach((byte, suffix) => {
      const place = cell(ends, byte) + 1;
      ends[byte] = place;
      order[place] = suffix;
    });
    order[0] = old.length;
    old.forEach((byte, suffix) => {
      group[suffix] = cell(ends, byte);
    });
    group[old.length] = 0;
    for (let byte = 1; byte < 256; byte++) if (cell(ends, byte) === cell(ends, byte - 1) + 1) order[cell(ends, byte)] = -1;
    order[0] = -1;
  }

  /** Orders one group by what follows the `known` bytes. */
  #split(start: number, length: number, known: number): void {
    if (length < 16) return this.#splitFew(start, length, known);
    const order = this.#order;
    const key = (place: number): number => cell(this.#group, cell(order, place) + known);
    const pivot = key(start + Math.trunc(length / 2));
    let less = 0;
    let equal = 0;
    for (let i = start; i < start + length; i++) {
      const value = key(i);
      if (value < pivot) less++;
      if (value === pivot) equal++;
    }
    const from = start + less;
    const to = from + equal;
    let i = start;
    let equals = 0;
    let greater = 0;
    while (i < from) {
      const value = key(i);
      if (value < pivot) i++;
      else if (value === pivot) this.#swap(i, from + equals++);
      else this.#swap(i, to + greater++);
    }
    while (from + equals < to) {
      if (key(from + equals) === pivot) equals++;
      else this.#swap(from + equals, to + greater++);
    }
    if (from > start) this.#split(start, from - start, known);
    for (let place = from; place < to; place++) this.#group[cell(order, place)] = to - 1;
    if (from === to - 1) order[from] = -1;
    if (start + length > to) this.#split(to, start + length - to, known);
  }

  #splitFew(start: number, length: number, known: number): void {
    const order = this.#order;
    const key = (place: number): number => cell(this.#group, cell(order, place) + known);
    let equal: number;
    for (let place = start; place < start + length; place += equal) {
      equal = 1;
      let least = key(place);
      for (let i = 1; place + i < start + length; i++) {
        if (key(place + i) < least) {
          least = key(place + i);
          equal = 0;
        }
        if (key(place + i) === least) this.#swap(place + equal++, place + i);
      }
      for (let i = 0; i < equal; i++) this.#group[cell(order, place + i)] = place + equal - 1;
      if (equal === 1) order[place] = -1;
    }
  }

  #swap(left: number, right: number): void {
    const kept = cell(this.#order, left);
    this.#order[left] = cell(this.#order, right);
    this.#order[right] = kept;
  }
}

interface Match {
  readonly length: number;
  /** Where in the old file. */
  readonly position: number;
}

/** What leads from `old` to `fresh`. Yields so that nobody waits long. */
export function* bsdiff(old: Uint8Array, fresh: Uint8Array): Generator<void, Uint8Array, void> {
  const suffixes = yield* new Suffixes(old).sorted();
  const pieces: Uint8Array[] = [];
  let scan = 0;
  let match: Match = { length: 0, position: 0 };
  let lastScan = 0;
  let lastPosition = 0;
  let shift = 0;
  let steps = 0;
  while (scan < fresh.length) {
    let score = 0;
    scan += match.length;
    for (let scored = scan; scan < fresh.length; scan++) {
      if (++steps % PAUSE === 0) yield;
      match = longestMatch(suffixes, old, fresh, scan);
      for (; scored < scan + match.length; scored++) if (isSame(old, scored + shift, fresh, scored)) score++;
      if ((match.length === score && match.length !== 0) || match.length > score + 8) break;
      if (isSame(old, scan + shift, fresh, scan)) score--;
    }
    if (match.length === score && scan !== fresh.length) continue;
    let forward = alikeForward(old, lastPosition, fresh, lastScan, scan);
    let backward = scan < fresh.length ? alikeBackward(old, match.position, fresh, scan, lastScan) : 0;
    const overlap = lastScan + forward - (scan - backward);
    if (overlap > 0) {
      const kept = bestCut(old, fresh, lastPosition + forward - overlap, match.position - backward, lastScan + forward - overlap, overlap);
      forward += kept - overlap;
      backward -= kept;
    }
    const extra = fresh.subarray(lastScan + forward, scan - backward);
    const next = match.position - backward - (lastPosition + forward);
    const differences = new Uint8Array(forward);
    for (let i = 0; i < forward; i++) differences[i] = (fresh[lastScan + i] ?? 0) - (old[lastPosition + i] ?? 0);
    pieces.push(number(forward), number(extra.length), number(next), differences, extra);
    lastScan = scan - backward;
    lastPosition = match.position - backward;
    shift = match.position - scan;
  }
  return joined(pieces);
}

/** Past its end the old file is like nothing. A place before its beginning cannot come up where it counts. */
function isSame(old: Uint8Array, place: number, fresh: Uint8Array, scan: number): boolean {
  return place < old.length && old[place] === fresh[scan];
}

function longestMatch(suffixes: Int32Array, old: Uint8Array, fresh: Uint8Array, scan: number): Match {
  let low = 0;
  let high = old.length;
  while (high - low >= 2) {
    const middle = low + Math.trunc((high - low) / 2);
    if (isLess(old, cell(suffixes, middle), fresh, scan)) low = middle;
    else high = middle;
  }
  const left = matchLength(old, cell(suffixes, low), fresh, scan);
  const right = matchLength(old, cell(suffixes, high), fresh, scan);
  return left > right ? { length: left, position: cell(suffixes, low) } : { length: right, position: cell(suffixes, high) };
}

/** As far as both go: one that is the other's beginning is not less. */
function isLess(old: Uint8Array, position: number, fresh: Uint8Array, scan: number): boolean {
  const length = matchLength(old, position, fresh, scan);
  if (position + length >= old.length || scan + length >= fresh.length) return false;
  return (old[position + length] ?? 0) < (fresh[scan + length] ?? 0);
}

function matchLength(old: Uint8Array, position: number, fresh: Uint8Array, scan: number): number {
  const most = Math.min(old.length - position, fresh.length - scan);
  let length = 0;
  while (length < most && old[position + length] === fresh[scan + length]) length++;
  return length;
}

/** How far from the last piece's place on more than half is alike. */
function alikeForward(old: Uint8Array, position: number, fresh: Uint8Array, from: number, to: number): number {
  let same = 0;
  let best = 0;
  let length = 0;
  for (let i = 0; from + i < to && position + i < old.length;) {
    if (old[position + i] === fresh[from + i]) same++;
    i++;
    if (same * 2 - i > best * 2 - length) {
      best = same;
      length = i;
    }
  }
  return length;
}

/** The same from the new match back. */
function alikeBackward(old: Uint8Array, position: number, fresh: Uint8Array, from: number, to: number): number {
  let same = 0;
  let best = 0;
  let length = 0;
  for (let i = 1; from >= to + i && position >= i; i++) {
    if (old[position - i] === fresh[from - i]) same++;
    if (same * 2 - i > best * 2 - length) {
      best = same;
      length = i;
    }
  }
  return length;
}

/** Both reach over the same `overlap` bytes: how many the first one keeps. */
function bestCut(old: Uint8Array, fresh: Uint8Array, first: number, second: number, scan: number, overlap: number): number {
  let score = 0;
  let best = 0;
  let kept = 0;
  for (let i = 0; i < overlap; i++) {
    if (fresh[scan + i] === old[first + i]) score++;
    if (fresh[scan + i] === old[second + i]) score--;
    if (score > best) {
      best = score;
      kept = i + 1;
    }
  }
  return kept;
}

/** Eight bytes, the lowest first, the sign in the highest bit. */
function number(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  let left = Math.abs(value);
  for (let i = 0; i < 8; i++) {
    bytes[i] = left % 256;
    left = Math.floor(left / 256);
  }
  if (value < 0) bytes[7] = (bytes[7] ?? 0) | 0x80;
  return bytes;
}

/** The new file of `size` bytes; undefined when the patch does not fit. */
export function bspatch(old: Uint8Array, patch: Uint8Array, size: number): Uint8Array | undefined {
  const fresh = new Uint8Array(size);
  let read = 0;
  let position = 0;
  let written = 0;
  while (written < size) {
    const [alike, extra, next] = [numberAt(patch, read), numberAt(patch, read + 8), numberAt(patch, read + 16)];
    read += 24;
    if (alike < 0 || extra < 0 || written + alike + extra > size || read + alike + extra > patch.length) return undefined;
    for (let i = 0; i < alike; i++) fresh[written + i] = (patch[read + i] ?? 0) + (old[position + i] ?? 0);
    fresh.set(patch.subarray(read + alike, read + alike + extra), written + alike);
    read += alike + extra;
    written += alike + extra;
    position += alike + next;
    if (alike + extra === 0 && read >= patch.length) return undefined;
  }
  return fresh;
}

function numberAt(bytes: Uint8Array, index: number): number {
  let value = (bytes[index + 7] ?? 0) & 0x7f;
  for (let i = 6; i >= 0; i--) value = value * 256 + (bytes[index + i] ?? 0);
  return ((bytes[index + 7] ?? 0) & 0x80) === 0 ? value : -value;
}
