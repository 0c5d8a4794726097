/** Checksums as text: 64 lower-case hexadecimal digits, which is how ostree prints them and names files after them. */
const DIGITS = "0123456789abcdef";

/** Lower-case hexadecimal digits of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (DIGITS[byte >> 4] ?? "") + (DIGITS[byte & 15] ?? "");
  return text;
}

/** The bytes that `text` names. Throws `RangeError` when it is not an even number of lower-case hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new RangeError(`not hexadecimal: "${text}"`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(text, 2 * i) << 4) | digit(text, 2 * i + 1);
  return bytes;
}

function digit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  if (unit >= 0x61 && unit <= 0x66) return unit - 0x57;
  throw new RangeError(`not hexadecimal: "${text}"`);
}
