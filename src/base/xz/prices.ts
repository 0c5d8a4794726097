/** What a bit costs that is coded with some probability, in sixteenths of a bit. Source: tukaani-project/xz:src/liblzma/rangecoder/price_tablegen.c. */
import { at, type Cells } from "./lzma-model.ts";

/** More than anything costs. */
export const INFINITE_PRICE = 1 << 30;

const PRICES = Int32Array.from({ length: 128 }, (_, index) => {
  let power = index * 16 + 8;
  let bits = 0;
  for (let round = 0; round < 4; round++) {
    power *= power;
    bits *= 2;
    for (; power >= 65536; power = Math.floor(power / 2)) bits++;
  }
  return 11 * 16 - 15 - bits;
});

export function bitPrice(probability: number, bit: number): number {
  return at(PRICES, (bit === 0 ? probability : probability ^ 2047) >>> 4);
}

export function treePrice(probabilities: Cells, start: number, bits: number, symbol: number): number {
  let price = 0;
  for (let node = symbol + (1 << bits); node > 1; node >>>= 1) price += bitPrice(at(probabilities, start + (node >>> 1)), node & 1);
  return price;
}

export function reverseTreePrice(probabilities: Cells, start: number, bits: number, symbol: number): number {
  let price = 0;
  let node = 1;
  for (let done = 0; done < bits; done++) {
    const bit = (symbol >>> done) & 1;
    price += bitPrice(at(probabilities, start + node), bit);
    node = (node << 1) + bit;
  }
  return price;
}
