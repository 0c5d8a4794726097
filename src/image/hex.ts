/** Checksums as text: 64 lower-case hexadecimal digits, which is how ostree prints them and names files after them. */
const DIGITS = "0123456789abcdef";

/** Lower-case hexadecimal digits of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (DIGITS[byte >> 4] ?? "") + (DIGITS[byte & 15] ?? "");
  return text;
}

/** The bytes that `text` names. Throws `RangeError` when it is not an even number of hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError(`not hexadecimal: "${text}"`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
