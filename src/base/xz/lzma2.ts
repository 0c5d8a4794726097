/**
 * LZMA2: LZMA in chunks, each with its sizes before it, and bytes as they are where that is shorter.
 *
 * Source: tukaani-project/xz:src/liblzma/lzma/lzma2_{en,de}coder.c.
 */
import { AS_LITERAL, LzmaCoder, POSITION_MASK, PROPERTIES } from "./lzma-coder.ts";
import { CorruptData, LzmaDecoder, Window } from "./lzma-decoder.ts";
import { at, byteAt, LONGEST_MATCH, REPS, type Properties } from "./lzma-model.ts";
import { HORIZON, LzmaParser, type Symbol } from "./lzma-parser.ts";
import { MatchFinder } from "./match-finder.ts";
import { RangeEncoder } from "./range-encoder.ts";

const MOST_BYTES = 2 ** 21;
const MOST_PACKED = 2 ** 16;

const END = 0;
const STORED_AT_FIRST = 1;
const STORED = 2;
const LZMA = 0x80;
/** Of a chunk with LZMA: what is forgotten before it. */
const RESET_STATE = 1 << 5;
const RESET_PROPERTIES = 2 << 5;
const RESET_ALL = 3 << 5;

/** As liblzma does with preset 8, byte for byte. Yields so that nobody waits long. */
export function* encodeLzma2(bytes: Uint8Array): Generator<void, Uint8Array, void> {
  const encoder = new Lzma2Encoder(bytes);
  const chunks: Uint8Array[] = [];
  while (!encoder.isDone) chunks.push(yield* encoder.chunk());
  return joined([...chunks, Uint8Array.of(END)]);
}

class Lzma2Encoder {
  readonly #bytes: Uint8Array;
  readonly #finder: MatchFinder;
  #coder = new LzmaCoder();
  #parser: LzmaParser;
  /** What the next chunk with LZMA begins anew. */
  #reset = RESET_ALL;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#finder = new MatchFinder(bytes);
    this.#parser = new LzmaParser(this.#coder, this.#finder);
  }

  /** How many bytes are coded. */
  get #done(): number {
    return this.#finder.position - this.#finder.ahead;
  }

  get isDone(): boolean {
    return this.#done === this.#bytes.length;
  }

  *chunk(): Generator<void, Uint8Array, void> {
    const start = this.#done;
    const packed = yield* this.#packed(start);
    if (packed.length >= this.#done - start) return this.#stored(start);
    const size = this.#done - start - 1;
    const control = LZMA + this.#reset + (size >>> 16);
    const header = [control, (size >>> 8) & 0xff, size & 0xff, (packed.length - 1) >>> 8, (packed.length - 1) & 0xff];
    if (this.#reset >= RESET_PROPERTIES) header.push(propertiesByte(PROPERTIES));
    this.#reset = 0;
    return joined([Uint8Array.from(header), packed]);
  }

  *#packed(start: number): Generator<void, Uint8Array, void> {
    const finder = this.#finder;
    const range = new RangeEncoder(MOST_PACKED);
    if (finder.position === 0) {
      finder.skip(1);
      finder.ahead = 0;
      this.#coder.encodeFirst(range, byteAt(this.#bytes, 0));
    }
    for (let symbols = 0; !this.isDone; symbols++) {
      if (this.#done >= start + MOST_BYTES - LONGEST_MATCH || range.length >= MOST_PACKED - HORIZON - 1) break;
      if (symbols % 2048 === 2047) yield;
      this.#encode(range, this.#parser.next(this.#done));
    }
    return range.finish();
  }

  #encode(range: RangeEncoder, { back, length }: Symbol): void {
    const here = this.#done;
    const position = here & POSITION_MASK;
    if (back === AS_LITERAL) {
      const beside = byteAt(this.#bytes, here - at(this.#coder.reps, 0) - 1);
      this.#coder.encodeLiteral(range, position, byteAt(this.#bytes, here - 1), beside, byteAt(this.#bytes, here));
    } else if (back < REPS) this.#coder.encodeRep(range, position, back, length);
    else this.#coder.encodeMatch(range, position, back - REPS, length);
    this.#finder.ahead -= length;
  }

  /** The bytes since `start`, and those that were looked at beyond: what was thought of them is forgotten. */
  #stored(start: number): Uint8Array {
    this.#finder.ahead = 0;
    const size = this.#done - start - 1;
    const control = this.#reset === RESET_ALL ? STORED_AT_FIRST : STORED;
    this.#reset = Math.max(RESET_STATE, Math.min(this.#reset, RESET_PROPERTIES));
    this.#coder = new LzmaCoder();
    this.#parser = new LzmaParser(this.#coder, this.#finder);
    return joined([Uint8Array.of(control, size >>> 8, size & 0xff), this.#bytes.subarray(start, this.#done)]);
  }
}

/** What `packed` holds from `start` on, and where it ends. Throws `CorruptData`. */
export function* decodeLzma2(
  packed: Uint8Array,
  start: number,
): Generator<void, { readonly bytes: Uint8Array; readonly end: number }, void> {
  const window = new Window();
  let properties: Properties | undefined;
  let decoder: LzmaDecoder | undefined;
  for (let position = start; ; yield) {
    const control = requireByte(packed, position++);
    if (control === END) return { bytes: window.contents(), end: position };
    const isPacked = control >= LZMA;
    const size = ((isPacked ? control & 0x1f : 0) << 16) + requireShort(packed, position) + 1;
    position += 2;
    if (!isPacked) {
      if (control > STORED) throw new CorruptData("no such chunk");
      for (const byte of piece(packed, position, size)) window.push(byte);
      position += size;
      continue;
    }
    const packedSize = requireShort(packed, position) + 1;
    position += 2;
    const reset = control & RESET_ALL;
    if (reset >= RESET_PROPERTIES) properties = propertiesOf(requireByte(packed, position++));
    if (properties && reset >= RESET_STATE) decoder = new LzmaDecoder(properties, window);
    if (!decoder) throw new CorruptData("a chunk continues nothing");
    yield* decoder.decode(piece(packed, position, packedSize), size);
    position += packedSize;
  }
}

function propertiesByte({ literalContext, literalPosition, position }: Properties): number {
  return (position * 5 + literalPosition) * 9 + literalContext;
}

function propertiesOf(byte: number): Properties {
  const properties = { literalContext: byte % 9, literalPosition: Math.floor(byte / 9) % 5, position: Math.floor(byte / 45) };
  if (properties.position > 4 || properties.literalContext + properties.literalPosition > 4) throw new CorruptData("no such properties");
  return properties;
}

function requireByte(bytes: Uint8Array, index: number): number {
  const byte = bytes[index];
  if (byte === undefined) throw new CorruptData("a chunk is missing");
  return byte;
}

function requireShort(bytes: Uint8Array, index: number): number {
  return (requireByte(bytes, index) << 8) + requireByte(bytes, index + 1);
}

function piece(bytes: Uint8Array, start: number, size: number): Uint8Array {
  if (start + size > bytes.length) throw new CorruptData("a chunk is cut short");
  return bytes.subarray(start, start + size);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, each) => length + each.length, 0));
  let position = 0;
  for (const each of pieces) {
    whole.set(each, position);
    position += each.length;
  }
  return whole;
}
