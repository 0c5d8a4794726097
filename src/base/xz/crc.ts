/** The checksums of .xz: CRC-32 as Ethernet's, and the CRC-64 of ECMA-182. */

const POLYNOMIAL_32 = 0xedb88320;
const POLYNOMIAL_64 = { high: 0xc96c5795, low: 0xd7870f42 };

/** Of each byte. */
export const CRC32_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1 ? POLYNOMIAL_32 : 0) ^ (crc >>> 1);
  return crc;
});

/** The two halves of each byte's, high and low. */
const CRC64_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (isOdd) {
      high ^= POLYNOMIAL_64.high;
      low ^= POLYNOMIAL_64.low;
    }
  }
  return [high, low] as const;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC32_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** As it is stored: eight bytes, the lowest first. */
export function crc64(bytes: Uint8Array): Uint8Array {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const [tableHigh, tableLow] = CRC64_TABLE[(low ^ byte) & 0xff] ?? [0, 0];
    low = ((low >>> 8) | (high << 24)) ^ tableLow;
    high = (high >>> 8) ^ tableHigh;
  }
  const stored = new Uint8Array(8);
  const view = new DataView(stored.buffer);
  view.setUint32(0, ~low >>> 0, true);
  view.setUint32(4, ~high >>> 0, true);
  return stored;
}
