/** Bits back to LZMA symbols and bytes. Source: the LZMA specification that comes with 7-Zip's SDK. */
import {
  afterLiteral,
  afterMatch,
  afterRep,
  afterShortRep,
  ALIGN_BITS,
  at,
  byteAt,
  DISTANCE_ALIGN,
  DISTANCE_SLOT,
  DISTANCE_SPECIAL,
  distanceState,
  FIRST_DIRECT_SLOT,
  FIRST_FOOTED_SLOT,
  freshProbabilities,
  IS_MATCH,
  IS_REP,
  IS_REP0,
  IS_REP0_LONG,
  IS_REP1,
  IS_REP2,
  isAfterLiteral,
  LENGTH_HIGH,
  LENGTH_LOW,
  LENGTH_MIDDLE,
  LITERAL,
  LITERAL_SIZE,
  MATCH_LENGTH,
  REP_LENGTH,
  SHORTEST_MATCH,
  SLOT_BITS,
  type Cells,
  type Properties,
} from "./lzma-model.ts";

/** Bytes that no encoder writes. */
export class CorruptData extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CorruptData";
  }
}

/** Bytes in the order in which they come out, to be looked back at. */
export class Window {
  #bytes = new Uint8Array(4096);
  length = 0;

  push(byte: number): void {
    if (this.length === this.#bytes.length) {
      const larger = new Uint8Array(this.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.length++] = byte;
  }

  /** The byte that lies `distance` back; 0 before there was any. */
  back(distance: number): number {
    return byteAt(this.#bytes, this.length - distance);
  }

  contents(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}

class RangeDecoder {
  readonly #bytes: Uint8Array;
  #position = 0;
  #range = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    // The encoder's carry had room here, and never needs it.
    if (this.#next() !== 0) throw new CorruptData("the bits do not begin with a zero");
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  /** Whether it came out as it must where all was read. */
  get isFinished(): boolean {
    if (this.#range < 2 ** 24) this.#normalise();
    return this.#code === 0 && this.#position === this.#bytes.length;
  }

  bit(probabilities: Cells, index: number): 0 | 1 {
    if (this.#range < 2 ** 24) this.#normalise();
    const probability = at(probabilities, index);
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((2048 - probability) >>> 5);
      return 0;
    }
    this.#code -= bound;
    this.#range -= bound;
    probabilities[index] = probability - (probability >>> 5);
    return 1;
  }

  tree(probabilities: Cells, start: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(probabilities, start + node);
    return node - (1 << bits);
  }

  reverseTree(probabilities: Cells, start: number, bits: number): number {
    let node = 1;
    let symbol = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, start + node);
      node = (node << 1) | bit;
      symbol |= bit << i;
    }
    return symbol;
  }

  direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      if (this.#range < 2 ** 24) this.#normalise();
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
    }
    return value;
  }

  #normalise(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    const byte = this.#bytes[this.#position++];
    if (byte === undefined) throw new CorruptData("the bits end too early");
    return byte;
  }
}

/** Everything that is forgotten where a chunk begins anew. */
export class LzmaDecoder {
  readonly #properties: Properties;
  readonly #window: Window;
  readonly #probabilities: Cells;
  #state = 0;
  #reps: readonly [number, number, number, number] = [0, 0, 0, 0];

  constructor(properties: Properties, window: Window) {
    this.#properties = properties;
    this.#window = window;
    this.#probabilities = freshProbabilities(properties);
  }

  /** Decodes `length` bytes, for which `chunk` is all there is. Throws `CorruptData`. */
  *decode(chunk: Uint8Array, length: number): Generator<void, void, void> {
    const range = new RangeDecoder(chunk);
    const end = this.#window.length + length;
    for (let symbols = 0; this.#window.length < end; symbols++) {
      if (symbols % 4096 === 4095) yield;
      this.#decodeSymbol(range, end);
    }
    if (!range.isFinished) throw new CorruptData("the bits do not end with the bytes");
  }

  #decodeSymbol(range: RangeDecoder, end: number): void {
    const probabilities = this.#probabilities;
    const window = this.#window;
    const position = window.length & ((1 << this.#properties.position) - 1);
    const state = this.#state;
    if (range.bit(probabilities, IS_MATCH + (state << 4) + position) === 0) {
      window.push(this.#literal(range));
      this.#state = afterLiteral(state);
      return;
    }
    const [first, second, third] = this.#reps;
    let length = 1;
    if (range.bit(probabilities, IS_REP + state) === 0) {
      length = this.#length(range, MATCH_LENGTH, position);
      this.#reps = [this.#distance(range, length), first, second, third];
      this.#state = afterMatch(state);
    } else {
      const isShort =
        range.bit(probabilities, IS_REP0 + state) === 0
          ? range.bit(probabilities, IS_REP0_LONG + (state << 4) + position) === 0
          : (this.#recall(range, state), false);
      if (!isShort) length = this.#length(range, REP_LENGTH, position);
      this.#state = isShort ? afterShortRep(state) : afterRep(state);
    }
    const back = this.#reps[0] + 1;
    if (back > window.length || window.length + length > end) throw new CorruptData("a match lies outside");
    for (; length > 0; length--) window.push(window.back(back));
  }

  /** One of the older distances becomes the newest. */
  #recall(range: RangeDecoder, state: number): void {
    const [first, second, third, fourth] = this.#reps;
    if (range.bit(this.#probabilities, IS_REP1 + state) === 0) this.#reps = [second, first, third, fourth];
    else if (range.bit(this.#probabilities, IS_REP2 + state) === 0) this.#reps = [third, first, second, fourth];
    else this.#reps = [fourth, first, second, third];
  }

  #literal(range: RangeDecoder): number {
    const probabilities = this.#probabilities;
    const window = this.#window;
    const { literalContext, literalPosition } = this.#properties;
    const place = window.length & ((1 << literalPosition) - 1);
    const start = LITERAL + LITERAL_SIZE * ((place << literalContext) + (window.back(1) >>> (8 - literalContext)));
    if (isAfterLiteral(this.#state)) return range.tree(probabilities, start, 8);
    let compared = window.back(this.#reps[0] + 1);
    let offset = 0x100;
    let symbol = 1;
    while (symbol < 0x100) {
      compared <<= 1;
      const beside = compared & offset;
      const bit = range.bit(probabilities, start + offset + beside + symbol);
      symbol = (symbol << 1) | bit;
      offset &= bit === 1 ? beside : ~beside;
    }
    return symbol & 0xff;
  }

  #length(range: RangeDecoder, start: number, position: number): number {
    const probabilities = this.#probabilities;
    if (range.bit(probabilities, start) === 0) return SHORTEST_MATCH + range.tree(probabilities, start + LENGTH_LOW + (position << 3), 3);
    if (range.bit(probabilities, start + 1) === 0)
      return SHORTEST_MATCH + 8 + range.tree(probabilities, start + LENGTH_MIDDLE + (position << 3), 3);
    return SHORTEST_MATCH + 16 + range.tree(probabilities, start + LENGTH_HIGH, 8);
  }

  #distance(range: RangeDecoder, length: number): number {
    const probabilities = this.#probabilities;
    const slot = range.tree(probabilities, DISTANCE_SLOT + (distanceState(length) << SLOT_BITS), SLOT_BITS);
    if (slot < FIRST_FOOTED_SLOT) return slot;
    const bits = (slot >>> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < FIRST_DIRECT_SLOT) return base + range.reverseTree(probabilities, DISTANCE_SPECIAL + base - slot - 1, bits);
    const high = range.direct(bits - ALIGN_BITS) * 2 ** ALIGN_BITS;
    return base + high + range.reverseTree(probabilities, DISTANCE_ALIGN, ALIGN_BITS);
  }
}
