/** Files as an archive repository keeps them: with their owner and mode before them, deflated as zlib does. */
import { concat, filezHeader, type ArchivedFile } from "../../image/ostree-objects.ts";

/** So short that codes of its own would not make a text shorter, and of bytes whose fixed code has eight bits. */
const SHORT = /^[\0-\x8f]{0,32}$/;
/** zlib does not repeat less than this. */
const THREE_AGAIN = /(?=([^]{3}))[^]+\1/;
const STORED_MAX = 0xffff;

/**
 * A `.filez` object.
 *
 * @simplified Texts of up to 32 bytes in which nothing comes again are zlib's bytes (level 6); others are blocks of bytes as they are: valid, but
 * not smaller.
 */
export function encodeFilez(file: ArchivedFile): Uint8Array {
  const header = filezHeader(file);
  return file.kind === "symlink" ? header : concat([header, deflate(file.contents)]);
}

function deflate(contents: Uint8Array): Uint8Array {
  const text = String.fromCharCode(...contents.subarray(0, 33));
  return SHORT.test(text) && !THREE_AGAIN.test(text) ? literals(contents) : stored(contents);
}

/** A last block of fixed codes, three bits, and seven for its end. */
function literals(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 2).fill(3, 0, 1);
  let at = 3;
  for (const byte of bytes)
    for (let bit = 128; bit > 0; bit >>= 1, at++) if ((byte + 0x30) & bit) out[at >> 3] = (out[at >> 3] ?? 0) | (1 << (at & 7));
  return out;
}

function stored(contents: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < contents.length; at += STORED_MAX) {
    const block = contents.subarray(at, at + STORED_MAX);
    const { length } = block;
    const isLast = at + STORED_MAX >= contents.length;
    blocks.push(Uint8Array.of(isLast ? 1 : 0, length, length >> 8, ~length, ~length >> 8), block);
  }
  return concat(blocks);
}
