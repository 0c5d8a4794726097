/**
 * LZMA symbols to bits: literals, matches and repetitions, with what their choice has to know: state, distances, prices.
 *
 * Source: tukaani-project/xz:src/liblzma/lzma/lzma_encoder.c.
 */
import {
  afterLiteral,
  afterMatch,
  afterRep,
  afterShortRep,
  ALIGN_BITS,
  at,
  DISTANCE_ALIGN,
  DISTANCE_SLOT,
  DISTANCE_SPECIAL,
  DISTANCE_STATES,
  distanceState,
  FIRST_DIRECT_SLOT,
  FIRST_FOOTED_SLOT,
  freshProbabilities,
  FULL_DISTANCES,
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
  REPS,
  SHORTEST_MATCH,
  SLOT_BITS,
  type Cells,
  type Properties,
} from "./lzma-model.ts";
import { DICTIONARY_SIZE, NICE_LENGTH } from "./match-finder.ts";
import { bitPrice, reverseTreePrice, treePrice } from "./prices.ts";
import type { RangeEncoder } from "./range-encoder.ts";

/** Those of preset 8. */
export const PROPERTIES: Properties = { literalContext: 3, literalPosition: 0, position: 2 };
export const POSITION_MASK = (1 << PROPERTIES.position) - 1;
/** Instead of a distance: the byte as it is. */
export const AS_LITERAL = -1;

/** Lengths that have a price. */
const PRICED_LENGTHS = NICE_LENGTH + 1 - SHORTEST_MATCH;
const SLOTS = 2 * Math.log2(DICTIONARY_SIZE);
/** Prices of distances are computed anew after so many matches, those of their lowest bits after so many far ones. */
const STALE_MATCHES = 128;
const STALE_ALIGNMENTS = 1 << ALIGN_BITS;

/** Two bits fewer than the distance has, with the one below the highest. */
export function slotOf(distance: number): number {
  if (distance < 2) return distance;
  const highest = 31 - Math.clz32(distance);
  return 2 * highest + ((distance >>> (highest - 1)) & 1);
}

class Lengths {
  readonly #probabilities: Cells;
  readonly #start: number;
  readonly #prices = new Int32Array(PRICED_LENGTHS << PROPERTIES.position);
  readonly #left = new Int32Array(1 << PROPERTIES.position);

  constructor(probabilities: Cells, start: number) {
    this.#probabilities = probabilities;
    this.#start = start;
    for (let position = 0; position <= POSITION_MASK; position++) this.#updatePrices(position);
  }

  price(length: number, position: number): number {
    return at(this.#prices, position * PRICED_LENGTHS + length - SHORTEST_MATCH);
  }

  encode(range: RangeEncoder, length: number, position: number): void {
    const left = at(this.#left, position) - 1;
    this.#left[position] = left;
    // Before the bits below change what things cost.
    if (left === 0) this.#updatePrices(position);
    const probabilities = this.#probabilities;
    const start = this.#start;
    const symbol = length - SHORTEST_MATCH;
    range.bit(probabilities, start, symbol < 8 ? 0 : 1);
    if (symbol < 8) range.tree(probabilities, start + LENGTH_LOW + (position << 3), 3, symbol);
    else {
      range.bit(probabilities, start + 1, symbol < 16 ? 0 : 1);
      if (symbol < 16) range.tree(probabilities, start + LENGTH_MIDDLE + (position << 3), 3, symbol - 8);
      else range.tree(probabilities, start + LENGTH_HIGH, 8, symbol - 16);
    }
  }

  #updatePrices(position: number): void {
    const probabilities = this.#probabilities;
    const start = this.#start;
    this.#left[position] = PRICED_LENGTHS;
    const long = bitPrice(at(probabilities, start), 1);
    const low = bitPrice(at(probabilities, start), 0);
    const middle = long + bitPrice(at(probabilities, start + 1), 0);
    const high = long + bitPrice(at(probabilities, start + 1), 1);
    for (let symbol = 0; symbol < PRICED_LENGTHS; symbol++) {
      this.#prices[position * PRICED_LENGTHS + symbol] =
        symbol < 8
          ? low + treePrice(probabilities, start + LENGTH_LOW + (position << 3), 3, symbol)
          : symbol < 16
            ? middle + treePrice(probabilities, start + LENGTH_MIDDLE + (position << 3), 3, symbol - 8)
            : high + treePrice(probabilities, start + LENGTH_HIGH, 8, symbol - 16);
    }
  }
}

/** Everything that is forgotten where a chunk begins anew. */
export class LzmaCoder {
  readonly #probabilities = freshProbabilities(PROPERTIES);
  readonly matchLengths = new Lengths(this.#probabilities, MATCH_LENGTH);
  readonly repLengths = new Lengths(this.#probabilities, REP_LENGTH);
  state = 0;
  /** The last distances, less one each, the newest first. */
  readonly reps = new Int32Array(REPS);
  readonly #slotPrices = new Int32Array(DISTANCE_STATES << SLOT_BITS);
  readonly #nearPrices = new Int32Array(DISTANCE_STATES * FULL_DISTANCES);
  readonly #alignPrices = new Int32Array(1 << ALIGN_BITS);
  #matches = Infinity;
  #alignments = Infinity;

  // ——— what things would cost

  /** To be called when nothing was looked at ahead. */
  refreshPrices(): void {
    if (this.#matches >= STALE_MATCHES) this.#priceDistances();
    if (this.#alignments >= STALE_ALIGNMENTS) {
      for (let bits = 0; bits < 1 << ALIGN_BITS; bits++)
        this.#alignPrices[bits] = reverseTreePrice(this.#probabilities, DISTANCE_ALIGN, ALIGN_BITS, bits);
      this.#alignments = 0;
    }
  }

  /** A match or not. `bit` 1 for a match. */
  matchPrice(state: number, position: number, bit: number): number {
    return bitPrice(at(this.#probabilities, IS_MATCH + (state << 4) + position), bit);
  }

  /** A known distance or not. */
  repPrice(state: number, bit: number): number {
    return bitPrice(at(this.#probabilities, IS_REP + state), bit);
  }

  literalPrice(state: number, before: number, beside: number, byte: number): number {
    const probabilities = this.#probabilities;
    const start = literalStart(before);
    if (isAfterLiteral(state)) return treePrice(probabilities, start, 8, byte);
    let price = 0;
    let offset = 0x100;
    let compared = beside;
    for (let symbol = byte + 0x100; symbol < 0x10000;) {
      compared <<= 1;
      price += bitPrice(at(probabilities, start + offset + (compared & offset) + (symbol >>> 8)), (symbol >>> 7) & 1);
      symbol <<= 1;
      offset &= ~(compared ^ symbol);
    }
    return price;
  }

  shortRepPrice(state: number, position: number): number {
    const probabilities = this.#probabilities;
    return bitPrice(at(probabilities, IS_REP0 + state), 0) + bitPrice(at(probabilities, IS_REP0_LONG + (state << 4) + position), 0);
  }

  /** Which of the distances it is, without the length. */
  whichRepPrice(rep: number, state: number, position: number): number {
    const probabilities = this.#probabilities;
    const first = at(probabilities, IS_REP0 + state);
    if (rep === 0) return bitPrice(first, 0) + bitPrice(at(probabilities, IS_REP0_LONG + (state << 4) + position), 1);
    const second = at(probabilities, IS_REP1 + state);
    if (rep === 1) return bitPrice(first, 1) + bitPrice(second, 0);
    return bitPrice(first, 1) + bitPrice(second, 1) + bitPrice(at(probabilities, IS_REP2 + state), rep - 2);
  }

  distancePrice(distance: number, length: number, position: number): number {
    const state = distanceState(length);
    const price =
      distance < FULL_DISTANCES
        ? at(this.#nearPrices, state * FULL_DISTANCES + distance)
        : at(this.#slotPrices, (state << SLOT_BITS) + slotOf(distance)) + at(this.#alignPrices, distance & 15);
    return price + this.matchLengths.price(length, position);
  }

  #priceDistances(): void {
    const probabilities = this.#probabilities;
    for (let state = 0; state < DISTANCE_STATES; state++) {
      const start = state << SLOT_BITS;
      for (let slot = 0; slot < SLOTS; slot++) {
        const direct = slot < FIRST_DIRECT_SLOT ? 0 : (slot >>> 1) - 1 - ALIGN_BITS;
        this.#slotPrices[start + slot] = treePrice(probabilities, DISTANCE_SLOT + start, SLOT_BITS, slot) + direct * 16;
      }
    }
    for (let distance = 0; distance < FULL_DISTANCES; distance++) {
      const slot = slotOf(distance);
      const { base, bits } = footer(slot);
      const price =
        slot < FIRST_FOOTED_SLOT ? 0 : reverseTreePrice(probabilities, DISTANCE_SPECIAL + base - slot - 1, bits, distance - base);
      for (let state = 0; state < DISTANCE_STATES; state++)
        this.#nearPrices[state * FULL_DISTANCES + distance] = price + at(this.#slotPrices, (state << SLOT_BITS) + slot);
    }
    this.#matches = 0;
  }

  // ——— coding

  /** The first byte of all: nothing else can come first, and the state is not told. */
  encodeFirst(range: RangeEncoder, byte: number): void {
    range.bit(this.#probabilities, IS_MATCH, 0);
    range.tree(this.#probabilities, LITERAL, 8, byte);
  }

  encodeLiteral(range: RangeEncoder, position: number, before: number, beside: number, byte: number): void {
    const probabilities = this.#probabilities;
    range.bit(probabilities, IS_MATCH + (this.state << 4) + position, 0);
    const start = literalStart(before);
    if (isAfterLiteral(this.state)) range.tree(probabilities, start, 8, byte);
    else {
      let offset = 0x100;
      let compared = beside;
      for (let symbol = byte + 0x100; symbol < 0x10000;) {
        compared <<= 1;
        range.bit(probabilities, start + offset + (compared & offset) + (symbol >>> 8), (symbol >>> 7) & 1);
        symbol <<= 1;
        offset &= ~(compared ^ symbol);
      }
    }
    this.state = afterLiteral(this.state);
  }

  /** `rep`: which of the last distances. A single byte of the last one is a match, too. */
  encodeRep(range: RangeEncoder, position: number, rep: number, length: number): void {
    const probabilities = this.#probabilities;
    const { reps, state } = this;
    range.bit(probabilities, IS_MATCH + (state << 4) + position, 1);
    range.bit(probabilities, IS_REP + state, 1);
    range.bit(probabilities, IS_REP0 + state, rep === 0 ? 0 : 1);
    if (rep === 0) range.bit(probabilities, IS_REP0_LONG + (state << 4) + position, length === 1 ? 0 : 1);
    else {
      range.bit(probabilities, IS_REP1 + state, rep === 1 ? 0 : 1);
      if (rep > 1) range.bit(probabilities, IS_REP2 + state, rep - 2);
      const distance = at(reps, rep);
      reps.copyWithin(1, 0, rep);
      reps[0] = distance;
    }
    if (length > 1) this.repLengths.encode(range, length, position);
    this.state = length === 1 ? afterShortRep(state) : afterRep(state);
  }

  encodeMatch(range: RangeEncoder, position: number, distance: number, length: number): void {
    const probabilities = this.#probabilities;
    range.bit(probabilities, IS_MATCH + (this.state << 4) + position, 1);
    range.bit(probabilities, IS_REP + this.state, 0);
    this.matchLengths.encode(range, length, position);
    const slot = slotOf(distance);
    range.tree(probabilities, DISTANCE_SLOT + (distanceState(length) << SLOT_BITS), SLOT_BITS, slot);
    if (slot >= FIRST_FOOTED_SLOT) {
      const { base, bits } = footer(slot);
      if (slot < FIRST_DIRECT_SLOT) range.reverseTree(probabilities, DISTANCE_SPECIAL + base - slot - 1, bits, distance - base);
      else {
        range.direct((distance - base) >>> ALIGN_BITS, bits - ALIGN_BITS);
        range.reverseTree(probabilities, DISTANCE_ALIGN, ALIGN_BITS, distance & 15);
        this.#alignments++;
      }
    }
    this.reps.copyWithin(1, 0, REPS - 1);
    this.reps[0] = distance;
    this.#matches++;
    this.state = afterMatch(this.state);
  }
}

function literalStart(before: number): number {
  return LITERAL + LITERAL_SIZE * (before >>> (8 - PROPERTIES.literalContext));
}

/** How many bits follow the slot, and the least distance that has it. */
function footer(slot: number): { readonly bits: number; readonly base: number } {
  const bits = Math.max(0, (slot >>> 1) - 1);
  return { bits, base: (2 | (slot & 1)) << bits };
}
