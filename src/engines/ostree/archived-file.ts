/** Files as an archive repository keeps them: with their owner and mode before them, deflated as zlib does. */
import { concat, filezHeader, type ArchivedFile } from "../../image/ostree-objects.ts";

/** Texts in which no three bytes come again, so short that codes of their own would not help, and of bytes whose fixed code has eight bits. */
const SHORT = /^(?!.*(?=(.{3})).+\1)[\0-\x8f]{0,32}$/s;
const STORED_MAX = 0xffff;

/**
 * A `.filez` object.
 *
 * @simplified Texts of up to 32 bytes in which nothing comes again are zlib's bytes (level 6); others are blocks of bytes as they are: valid, but
 * not smaller.
 */
export function encodeFilez(file: ArchivedFile): Uint8Array {
  const blocks = [filezHeader(file)];
  if (file.kind === "file") {
    const { contents } = file;
    if (SHORT.test(String.fromCharCode(...contents.subarray(0, 33)))) blocks.push(literals(contents));
    else
      for (let at = 0; at < contents.length; at += STORED_MAX) {
        const block = contents.subarray(at, at + STORED_MAX);
        const { length } = block;
        blocks.push(Uint8Array.of(at + STORED_MAX >= contents.length ? 1 : 0, length, length >> 8, ~length, ~length >> 8), block);
      }
  }
  return concat(blocks);
}

/** A last block of fixed codes, their highest bit first: three bits before them, and seven for its end. */
function literals(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 2).fill(3, 0, 1);
  let at = 3;
  for (const byte of bytes)
    for (let bit = 8; bit-- > 0; at++) if (((byte + 0x30) >> bit) & 1) out[at >> 3] = (out[at >> 3] ?? 0) | (1 << (at & 7));
  return out;
}
