/**
 * What an LZMA encoder and decoder share: twelve states, a probability for every binary decision, and where each of them lies.
 *
 * Source: the LZMA specification that comes with 7-Zip's SDK, and tukaani-project/xz:src/liblzma/lzma/lzma_common.h.
 */

/** All tables are of one kind: an engine knows at once what it reads. */
export type Cells = Int32Array;

/** A cell that is known to be there. */
export function at(cells: Cells, index: number): number {
  return cells[index] ?? 0;
}

/** A byte that is known to be there; 0 before the first one. */
export function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

export const STATES = 12;
/** How many distances are remembered. */
export const REPS = 4;
export const SHORTEST_MATCH = 2;
export const LONGEST_MATCH = 273;
/** Lengths of 2, 3, 4 and of more bytes have distances of their own. */
export const DISTANCE_STATES = 4;
export const SLOT_BITS = 6;
/** Slots from here on have more bits than the slot. */
export const FIRST_FOOTED_SLOT = 4;
/** Slots from here on have bits without a probability. */
export const FIRST_DIRECT_SLOT = 14;
/** Distances below it are coded with probabilities alone. */
export const FULL_DISTANCES = 128;
export const ALIGN_BITS = 4;

// Where the probabilities of each decision begin.
export const IS_MATCH = 0;
export const IS_REP = IS_MATCH + (STATES << 4);
export const IS_REP0 = IS_REP + STATES;
export const IS_REP1 = IS_REP0 + STATES;
export const IS_REP2 = IS_REP1 + STATES;
export const IS_REP0_LONG = IS_REP2 + STATES;
export const DISTANCE_SLOT = IS_REP0_LONG + (STATES << 4);
export const DISTANCE_SPECIAL = DISTANCE_SLOT + (DISTANCE_STATES << SLOT_BITS);
export const DISTANCE_ALIGN = DISTANCE_SPECIAL + FULL_DISTANCES - FIRST_DIRECT_SLOT;
export const MATCH_LENGTH = DISTANCE_ALIGN + (1 << ALIGN_BITS);
/** Of a length coder: two choices, then trees for short, middle and long ones; the first two for each of 16 positions. */
export const LENGTH_LOW = 2;
export const LENGTH_MIDDLE = LENGTH_LOW + (16 << 3);
export const LENGTH_HIGH = LENGTH_MIDDLE + (16 << 3);
export const REP_LENGTH = MATCH_LENGTH + LENGTH_HIGH + 256;
export const LITERAL = REP_LENGTH + LENGTH_HIGH + 256;
/** Probabilities of a literal: without a byte to compare with, and beside one whose bit is 0 or 1. */
export const LITERAL_SIZE = 0x300;

/** How literals and positions are told apart. */
export interface Properties {
  /** Bits of the byte before that a literal looks at. */
  readonly literalContext: number;
  /** Bits of the position that a literal looks at. */
  readonly literalPosition: number;
  /** Bits of the position that all else looks at. */
  readonly position: number;
}

/** All as likely as not. */
export function freshProbabilities({ literalContext, literalPosition }: Properties): Cells {
  return new Int32Array(LITERAL + (LITERAL_SIZE << (literalContext + literalPosition))).fill(1 << 10);
}

export function afterLiteral(state: number): number {
  if (state < 4) return 0;
  return state < 10 ? state - 3 : state - 6;
}

export function afterMatch(state: number): number {
  return state < 7 ? 7 : 10;
}

export function afterRep(state: number): number {
  return state < 7 ? 8 : 11;
}

export function afterShortRep(state: number): number {
  return state < 7 ? 9 : 11;
}

/** Whether the last thing was a literal, so that the next one has nothing to compare itself with. */
export function isAfterLiteral(state: number): boolean {
  return state < 7;
}

/** Which distances belong to a match of that length. */
export function distanceState(length: number): number {
  return Math.min(length - SHORTEST_MATCH, DISTANCE_STATES - 1);
}
