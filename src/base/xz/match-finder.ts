/**
 * Where the bytes that come stood before: a binary tree for each beginning of four bytes, the newest place at its root ("bt4").
 *
 * Source: tukaani-project/xz:src/liblzma/lz/lz_encoder_mf.c, with the sizes of preset 8, so that the same matches are found.
 */
import { CRC32_TABLE } from "./crc.ts";
import { at, byteAt, LONGEST_MATCH } from "./lzma-model.ts";

/** A match as long as this is taken without looking further. */
export const NICE_LENGTH = 64;
/** How far back a match may lie. */
export const DICTIONARY_SIZE = 2 ** 25;

/** How many places are looked at. */
const DEPTH = 16 + NICE_LENGTH / 2;
const CYCLE = DICTIONARY_SIZE + 1;
/** No place: so far back that it is out of reach. */
const NOWHERE = 0;

/** The number of equal bytes at `left` and `right`, of which `known` are, up to `limit`. */
export function commonLength(bytes: Uint8Array, left: number, right: number, known: number, limit: number): number {
  let length = known;
  while (length < limit && bytes[left + length] === bytes[right + length]) length++;
  return length;
}

export class MatchFinder {
  readonly bytes: Uint8Array;
  /** The next byte to be looked at. */
  position = 0;
  /** How many bytes were looked at and are not coded yet. */
  ahead = 0;
  /** What the last `find` found, each longer than the one before. */
  readonly lengths = new Int32Array(LONGEST_MATCH + 1);
  /** How far back each lies, less one. */
  readonly distances = new Int32Array(LONGEST_MATCH + 1);
  count = 0;
  readonly #twos = new Int32Array(1 << 10);
  readonly #threes = new Int32Array(1 << 16);
  /** As a table it would have sixteen million places. */
  readonly #fours = new Map<number, number>();
  readonly #sons: Int32Array;
  #cyclic = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#sons = new Int32Array(2 * Math.min(bytes.length + 1, CYCLE));
  }

  get available(): number {
    return this.bytes.length - this.position;
  }

  /** Looks at the next byte. The length of the longest match, which may be longer than `NICE_LENGTH`; 0 when there is none. */
  find(): number {
    const here = this.position;
    const available = this.available;
    this.count = 0;
    this.#look(true);
    this.ahead++;
    if (this.count === 0) return 0;
    const best = at(this.lengths, this.count - 1);
    if (best < NICE_LENGTH) return best;
    return commonLength(this.bytes, here, here - at(this.distances, this.count - 1) - 1, best, Math.min(available, LONGEST_MATCH));
  }

  /** Looks at that many bytes without caring what is found. */
  skip(amount: number): void {
    for (let left = amount; left > 0; left--) this.#look(false);
    this.ahead += amount;
  }

  #look(isWanted: boolean): void {
    const { bytes, position: here } = this;
    const limit = Math.min(this.available, NICE_LENGTH);
    // Too near the end to begin a match of four.
    if (limit < 4) {
      this.position++;
      return;
    }
    const pair = at(CRC32_TABLE, byteAt(bytes, here)) ^ byteAt(bytes, here + 1);
    const triple = pair ^ (byteAt(bytes, here + 2) << 8);
    const four = (triple ^ (at(CRC32_TABLE, byteAt(bytes, here + 3)) << 5)) & 0xffffff;
    const now = here + CYCLE;
    const byTwo = now - at(this.#twos, pair & 0x3ff);
    const byThree = now - at(this.#threes, triple & 0xffff);
    const root = this.#fours.get(four) ?? NOWHERE;
    this.#twos[pair & 0x3ff] = now;
    this.#threes[triple & 0xffff] = now;
    this.#fours.set(four, now);
    let best = 3;
    if (isWanted) {
      best = Math.max(best, this.#findShort(here, byTwo, byThree, limit));
      if (this.count > 0 && best === limit) isWanted = false;
    }
    this.#descend(here, now, root, limit, isWanted ? best : limit);
    if (++this.#cyclic === CYCLE) this.#cyclic = 0;
    this.position++;
  }

  /** Matches of two and three bytes, the last of them as long as it goes. */
  #findShort(here: number, byTwo: number, byThree: number, limit: number): number {
    const { bytes } = this;
    let best = 1;
    let back = byTwo;
    if (byTwo < CYCLE && bytes[here - byTwo] === bytes[here]) {
      best = 2;
      this.#add(2, byTwo);
    }
    if (byTwo !== byThree && byThree < CYCLE && bytes[here - byThree] === bytes[here]) {
      best = 3;
      this.#add(3, byThree);
      back = byThree;
    }
    if (this.count === 0) return best;
    best = commonLength(bytes, here, here - back, best, limit);
    this.lengths[this.count - 1] = best;
    return best;
  }

  #add(length: number, back: number): void {
    this.lengths[this.count] = length;
    this.distances[this.count++] = back - 1;
  }

  /** Makes this place the root of its tree, and on the way notes what is longer than `best`. */
  #descend(here: number, now: number, root: number, limit: number, best: number): void {
    const { bytes } = this;
    const sons = this.#sons;
    const cyclic = this.#cyclic;
    let larger = cyclic * 2 + 1;
    let smaller = cyclic * 2;
    let largerLength = 0;
    let smallerLength = 0;
    let candidate = root;
    for (let depth = DEPTH; ; depth--) {
      const back = now - candidate;
      if (depth === 0 || back >= CYCLE) {
        sons[larger] = NOWHERE;
        sons[smaller] = NOWHERE;
        return;
      }
      const pair = (cyclic - back + (back > cyclic ? CYCLE : 0)) * 2;
      const there = here - back;
      let length = Math.min(largerLength, smallerLength);
      if (bytes[there + length] === bytes[here + length]) {
        length = commonLength(bytes, there, here, length + 1, limit);
        if (length > best) {
          best = length;
          this.#add(length, back);
        }
        if (length === limit) {
          sons[smaller] = at(sons, pair);
          sons[larger] = at(sons, pair + 1);
          return;
        }
      }
      if (byteAt(bytes, there + length) < byteAt(bytes, here + length)) {
        sons[smaller] = candidate;
        smaller = pair + 1;
        candidate = at(sons, smaller);
        smallerLength = length;
      } else {
        sons[larger] = candidate;
        larger = pair;
        candidate = at(sons, larger);
        largerLength = length;
      }
    }
  }
}
