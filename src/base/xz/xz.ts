/**
 * Files that end in .xz: a block of LZMA2 with a checksum, and an index behind it.
 *
 * @simplified Of several blocks, streams and filters only the first stream's blocks with LZMA2 alone are read.
 * Source: "The .xz File Format" (tukaani.org/xz/xz-file-format.txt).
 */
import { crc32, crc64 } from "./crc.ts";
import { CorruptData } from "./lzma-decoder.ts";
import { byteAt } from "./lzma-model.ts";
import { decodeLzma2, encodeLzma2, joined } from "./lzma2.ts";

export { CorruptData };

const MAGIC = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00);
const FOOTER_MAGIC = Uint8Array.of(0x59, 0x5a);
const CHECK_CRC64 = 4;
const FLAGS = Uint8Array.of(0, CHECK_CRC64);
/** The bytes of each kind of check. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
/** One filter, LZMA2, with a dictionary of 32 MiB. */
const BLOCK_HEADER = withCrc(Uint8Array.of(2, 0, 0x21, 1, 0x1a, 0, 0, 0));
const LZMA2_FILTER = 0x21;

/** These are no bytes of an .xz file at all. */
export class NotXz extends Error {
  constructor() {
    super("no magic number");
    this.name = "NotXz";
  }
}

/** As liblzma's easy encoder does with preset 8 and CRC-64, byte for byte. Yields so that nobody waits long. */
export function* encodeXz(bytes: Uint8Array): Generator<void, Uint8Array, void> {
  const header = joined([MAGIC, withCrc(FLAGS)]);
  const blocks: Uint8Array[] = [];
  const records: BlockRecord[] = [];
  if (bytes.length > 0) {
    const packed = yield* encodeLzma2(bytes);
    blocks.push(BLOCK_HEADER, padded(packed), crc64(bytes));
    records.push({ packed: BLOCK_HEADER.length + packed.length + 8, unpacked: bytes.length });
  }
  return joined([header, ...blocks, ending(records, CHECK_CRC64)]);
}

/** How long a block is without what fills it up, and what is in it. */
interface BlockRecord {
  readonly packed: number;
  readonly unpacked: number;
}

/** The index of all blocks, and the end of a file, which says how long the index is. */
function ending(records: readonly BlockRecord[], check: number): Uint8Array {
  const sizes = records.flatMap(({ packed, unpacked }) => [...varint(packed), ...varint(unpacked)]);
  const index = withCrc(padded(Uint8Array.of(0, ...varint(records.length), ...sizes)));
  const footer = joined([little(index.length / 4 - 1), Uint8Array.of(0, check)]);
  return joined([index, little(crc32(footer)), footer, FOOTER_MAGIC]);
}

/** What follows the end is not looked at. Throws `NotXz` and `CorruptData`. */
export function* decodeXz(file: Uint8Array): Generator<void, Uint8Array, void> {
  if (!MAGIC.every((byte, i) => file[i] === byte)) throw new NotXz();
  const kind = byteAt(file, 7) & 15;
  if (file.length < 12 || !isEqual(file.subarray(8, 12), little(crc32(file.subarray(6, 8))))) throw new CorruptData("a damaged header");
  const pieces: Uint8Array[] = [];
  const records: BlockRecord[] = [];
  let position = 12;
  while (byteAt(file, position) !== 0) {
    const headerSize = (byteAt(file, position) + 1) * 4;
    const header = file.subarray(position, position + headerSize);
    requireLzma2(header);
    const { bytes, end } = yield* decodeLzma2(file, position + headerSize);
    const size = CHECK_SIZES[kind] ?? 0;
    records.push({ packed: end - position + size, unpacked: bytes.length });
    // The block is filled up to a whole number of words.
    position += Math.ceil((end - position) / 4) * 4;
    if (file.subarray(end, position).some((byte) => byte !== 0)) throw new CorruptData("a damaged end of a block");
    if (kind === CHECK_CRC64 && !isEqual(file.subarray(position, position + size), crc64(bytes))) throw new CorruptData("a damaged block");
    position += size;
    pieces.push(bytes);
  }
  const end = ending(records, kind);
  if (!isEqual(file.subarray(position, position + end.length), end)) throw new CorruptData("a damaged end");
  return joined(pieces);
}

/** A header may have both sizes of its block before its filter. */
function requireLzma2(header: Uint8Array): void {
  const flags = byteAt(header, 1);
  let position = 2;
  for (const size of [0x40, 0x80]) if ((flags & size) !== 0) while (byteAt(header, position++) >= 0x80);
  if ((flags & 3) !== 0 || byteAt(header, position) !== LZMA2_FILTER) throw new CorruptData("another filter");
  if (!isEqual(withCrc(header.subarray(0, -4)), header)) throw new CorruptData("a damaged block header");
}

function withCrc(bytes: Uint8Array): Uint8Array {
  return joined([bytes, little(crc32(bytes))]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return joined([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);
}

function little(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 0x80);
  }
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
