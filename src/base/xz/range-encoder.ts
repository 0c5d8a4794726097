/** The arithmetic coder below LZMA: every bit narrows a range by its probability. Source: tukaani-project/xz:src/liblzma/rangecoder. */
import { at, type Cells } from "./lzma-model.ts";

const TOP = 2 ** 24;

export class RangeEncoder {
  readonly #out: Uint8Array;
  /** Up to 33 bits: the highest is carried into what was held back. */
  #low = 0;
  #range = 0xffffffff;
  #cache = 0;
  #held = 1;
  #length = 0;

  /** `room`: the most that will ever be written. */
  constructor(room: number) {
    this.#out = new Uint8Array(room);
  }

  /** What would be there after `finish`, at most. */
  get length(): number {
    return this.#length + this.#held + 4;
  }

  bit(probabilities: Cells, index: number, bit: number): void {
    if (this.#range < TOP) this.#shift();
    const probability = at(probabilities, index);
    const bound = (this.#range >>> 11) * probability;
    if (bit === 0) {
      this.#range = bound;
      probabilities[index] = probability + ((2048 - probability) >>> 5);
    } else {
      this.#low += bound;
      this.#range -= bound;
      probabilities[index] = probability - (probability >>> 5);
    }
  }

  /** The highest bit first. */
  tree(probabilities: Cells, start: number, bits: number, symbol: number): void {
    let node = 1;
    for (let left = bits - 1; left >= 0; left--) {
      const bit = (symbol >>> left) & 1;
      this.bit(probabilities, start + node, bit);
      node = (node << 1) + bit;
    }
  }

  /** The lowest bit first. */
  reverseTree(probabilities: Cells, start: number, bits: number, symbol: number): void {
    let node = 1;
    for (let done = 0; done < bits; done++) {
      const bit = (symbol >>> done) & 1;
      this.bit(probabilities, start + node, bit);
      node = (node << 1) + bit;
    }
  }

  /** Bits that are as likely as not. */
  direct(value: number, bits: number): void {
    for (let left = bits - 1; left >= 0; left--) {
      if (this.#range < TOP) this.#shift();
      this.#range >>>= 1;
      if ((value >>> left) & 1) this.#low += this.#range;
    }
  }

  /** All that was coded; nothing can be added. */
  finish(): Uint8Array {
    if (this.#range < TOP) this.#shift();
    for (let left = 5; left > 0; left--) this.#shift();
    return this.#out.slice(0, this.#length);
  }

  #shift(): void {
    if (this.#low < 0xff000000 || this.#low > 0xffffffff) {
      const carry = this.#low > 0xffffffff ? 1 : 0;
      for (let byte = this.#cache; this.#held > 0; this.#held--, byte = 0xff) this.#out[this.#length++] = byte + carry;
      this.#cache = (this.#low >>> 24) & 0xff;
    }
    this.#held++;
    this.#low = (this.#low & 0xffffff) * 256;
    this.#range = (this.#range << 8) >>> 0;
  }
}
