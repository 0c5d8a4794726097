/**
 * UTF-8 without the platform's TextEncoder, which ES2023 does not have.
 *
 * Linux names, arguments and variables are bytes. Here they are strings, and the mapping loses nothing:
 * a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, as in Python's
 * "surrogateescape", and turns into that byte again when encoded.
 */

const ESCAPE = 0xdc00;

/** Number of bytes that `encodeUtf8(text)` has. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isPairAt(text, i)) {
      bytes += 4;
      i++;
    } else bytes += isEscape(unit) ? 1 : 3;
  }
  return bytes;
}

/** The bytes of `text`; escaped bytes come out as they went in. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) out[at++] = unit;
    else if (unit < 0x800) {
      out[at++] = 0xc0 | (unit >> 6);
      out[at++] = 0x80 | (unit & 63);
    } else if (isPairAt(text, i)) {
      const point = text.codePointAt(i) ?? 0;
      out[at++] = 0xf0 | (point >> 18);
      out[at++] = 0x80 | ((point >> 12) & 63);
      out[at++] = 0x80 | ((point >> 6) & 63);
      out[at++] = 0x80 | (point & 63);
      i++;
    } else if (isEscape(unit)) out[at++] = unit - ESCAPE;
    else {
      out[at++] = 0xe0 | (unit >> 12);
      out[at++] = 0x80 | ((unit >> 6) & 63);
      out[at++] = 0x80 | (unit & 63);
    }
  }
  return out;
}

/** `text` as a locale without UTF-8 sees it: every byte of what is not ASCII is a character of its own. */
export function bytewise(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (character) => String.fromCharCode(...[...encodeUtf8(character)].map((byte) => ESCAPE + byte)));
}

/** The text of `bytes`; bytes that are not valid UTF-8 come as escapes. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let units: number[] = [];
  for (let i = 0; i < bytes.length;) {
    if (units.length > 8000) {
      parts.push(String.fromCharCode(...units));
      units = [];
    }
    const byte = bytes[i] ?? 0;
    if (byte < 0x80) {
      units.push(byte);
      i++;
      continue;
    }
    const length = sequenceLength(bytes, i);
    if (length === 0) {
      units.push(ESCAPE + byte);
      i++;
      continue;
    }
    let point = byte & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] ?? 0) & 63);
    if (point >= 0x10000) units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
    else units.push(point);
    i += length;
  }
  parts.push(String.fromCharCode(...units));
  return parts.length === 1 ? (parts[0] ?? "") : parts.join("");
}

/** Length of the valid sequence that starts at `at`, or 0. Overlong forms, surrogates and points above U+10FFFF are not valid. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let k = 1; k < length; k++) if (((bytes[at + k] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  if (lead === 0xe0 && second < 0xa0) return 0;
  if (lead === 0xed && second > 0x9f) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  if (lead === 0xf4 && second > 0x8f) return 0;
  return length;
}

function isPairAt(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}

function isEscape(unit: number): boolean {
  return unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff;
}
