/**
 * Blocks of a new file that an old one has, too, wherever they are: files are cut where a rolling sum says so, as bup and rsync do.
 *
 * Source: ostreedev/ostree:src/libostree/{bupsplit,ostree-rollsum}.c. Blocks are told apart by the CRC of as many bytes from the file's
 * beginning, not their own: what that does (nothing is found behind a change in the first block) is kept.
 */
import { CRC32_TABLE } from "../../../base/xz/crc.ts";

/** Cut where the thirteen lowest bits of the sum of 64 bytes are all set; no block is larger than 32 KiB. */
const BLOCK_MASK = (1 << 13) - 1;
const WINDOW = 64;
const LARGEST = 8192 * 4;
const OFFSET = 31;

interface Block {
  readonly start: number;
  readonly length: number;
}

export interface BlockMatch {
  readonly length: number;
  /** In the new file, and in the old one. */
  readonly to: number;
  readonly from: number;
}

export interface RollsumMatches {
  /** By their place in the new file. */
  readonly matches: readonly BlockMatch[];
  readonly crcMatches: number;
  /** Blocks of the new file. */
  readonly total: number;
  /** Bytes of all matches. */
  readonly size: number;
}

/** Yields so that nobody waits long. */
export function* rollsumMatches(from: Uint8Array, to: Uint8Array): Generator<void, RollsumMatches, void> {
  const old = yield* blocksByCrc(from);
  const fresh = yield* blocksByCrc(to);
  const matches: BlockMatch[] = [];
  let crcMatches = 0;
  let total = 0;
  for (const [crc, blocks] of fresh) {
    total += blocks.length;
    const candidates = old.get(crc);
    if (!candidates) continue;
    crcMatches++;
    for (const block of blocks) {
      const found = candidates.find((each) => each.length === block.length && isEqual(from, each.start, to, block.start, block.length));
      if (found) matches.push({ length: block.length, to: block.start, from: found.start });
    }
  }
  matches.sort((left, right) => left.to - right.to);
  return { matches, crcMatches, total, size: matches.reduce((sum, { length }) => sum + length, 0) };
}

function* blocksByCrc(bytes: Uint8Array): Generator<void, Map<number, Block[]>, void> {
  const found = new Map<number, Block[]>();
  let isCut = true;
  for (let start = 0; start < bytes.length;) {
    const left = bytes.length - start;
    let length: number = isCut ? cut(bytes, start) : 0;
    isCut = length > 0;
    length = Math.min(isCut ? length : left, LARGEST);
    const crc = crcOf(bytes, length);
    const blocks = found.get(crc);
    if (blocks) blocks.push({ start, length });
    else found.set(crc, [{ start, length }]);
    start += length;
    yield;
  }
  return found;
}

/** How long the block at `start` is; 0 when nothing says where it ends. */
function cut(bytes: Uint8Array, start: number): number {
  let first = WINDOW * OFFSET;
  let second = WINDOW * (WINDOW - 1) * OFFSET;
  for (let i = start; i < bytes.length; i++) {
    const drop = i - WINDOW < start ? 0 : (bytes[i - WINDOW] ?? 0);
    first = (first + (bytes[i] ?? 0) - drop) | 0;
    second = (second + first - WINDOW * (drop + OFFSET)) | 0;
    if ((second & BLOCK_MASK) === BLOCK_MASK) return i + 1 - start;
  }
  return 0;
}

function crcOf(bytes: Uint8Array, length: number): number {
  let crc = -1;
  for (let i = 0; i < length; i++) crc = (CRC32_TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc;
}

function isEqual(left: Uint8Array, leftStart: number, right: Uint8Array, rightStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (left[leftStart + i] !== right[rightStart + i]) return false;
  return true;
}
