/**
 * Which symbols a text is cut into: of all ways up to some thousand bytes ahead, the cheapest by what bits cost now.
 *
 * Source: tukaani-project/xz:src/liblzma/lzma/lzma_encoder_optimum_normal.c; a choice between equals must be that one's, so that the same
 * bytes come out.
 */
import { AS_LITERAL, POSITION_MASK, type LzmaCoder } from "./lzma-coder.ts";
import { afterLiteral, afterMatch, afterRep, afterShortRep, at, byteAt, LONGEST_MATCH, REPS, SHORTEST_MATCH } from "./lzma-model.ts";
import { commonLength, NICE_LENGTH, type MatchFinder } from "./match-finder.ts";
import { INFINITE_PRICE } from "./prices.ts";

/** How far it looks ahead. */
export const HORIZON = 4096;

/** What comes next: a literal, one of the last distances (0 to 3), or a distance, less one, plus four. */
export interface Symbol {
  readonly back: number;
  readonly length: number;
}

export class LzmaParser {
  readonly #coder: LzmaCoder;
  readonly #finder: MatchFinder;
  // The cheapest way to each place ahead: its price, the place before, the symbol between them.
  readonly #price = new Int32Array(HORIZON);
  readonly #from = new Int32Array(HORIZON);
  readonly #back = new Int32Array(HORIZON);
  /** The symbol is the last distance again, with a literal before it. */
  readonly #literalBefore = new Int32Array(HORIZON);
  /** And before that literal another match, from this place with this symbol. */
  readonly #matchBefore = new Int32Array(HORIZON);
  readonly #from2 = new Int32Array(HORIZON);
  readonly #back2 = new Int32Array(HORIZON);
  readonly #state = new Int32Array(HORIZON);
  readonly #reps = new Int32Array(HORIZON * REPS);
  /** The way that was chosen is still to be gone from here to there. */
  #current = 0;
  #end = 0;
  /** Length of the longest match at the place that was looked at last. */
  #longest = 0;

  constructor(coder: LzmaCoder, finder: MatchFinder) {
    this.#coder = coder;
    this.#finder = finder;
  }

  /** `position`: of the next byte in all that was coded. */
  next(position: number): Symbol {
    if (this.#current !== this.#end) return this.#step(this.#current);
    if (this.#finder.ahead === 0) this.#coder.refreshPrices();
    const begun = this.#begin(position);
    if (typeof begun !== "number") return begun;
    let end = begun;
    let current = 1;
    const reps = Int32Array.from(this.#coder.reps);
    for (; current < end; current++) {
      this.#longest = this.#finder.find();
      if (this.#longest >= NICE_LENGTH) break;
      end = this.#extend(position, current, end, reps);
    }
    this.#turnRound(current);
    return this.#step(0);
  }

  #step(from: number): Symbol {
    const to = at(this.#from, from);
    this.#current = to;
    return { back: at(this.#back, from), length: to - from };
  }

  /** The prices of what can come first, up to a place that is returned; or what is clear at once. */
  #begin(position: number): number | Symbol {
    const coder = this.#coder;
    const finder = this.#finder;
    const { bytes } = finder;
    if (finder.ahead === 0) this.#longest = finder.find();
    const longest = this.#longest;
    const literal = { back: AS_LITERAL, length: 1 };
    const available = Math.min(finder.available + 1, LONGEST_MATCH);
    if (available < 2) return literal;
    const here = finder.position - 1;
    const repLengths = new Int32Array(REPS);
    let best = 0;
    for (let rep = 0; rep < REPS; rep++) {
      const there = here - at(coder.reps, rep) - 1;
      const length = commonLength(bytes, here, there, 0, available);
      repLengths[rep] = length < SHORTEST_MATCH ? 0 : length;
      if (at(repLengths, rep) > at(repLengths, best)) best = rep;
    }
    const bestRep = at(repLengths, best);
    if (bestRep >= NICE_LENGTH) {
      finder.skip(bestRep - 1);
      return { back: best, length: bestRep };
    }
    if (longest >= NICE_LENGTH) {
      const back = at(finder.distances, finder.count - 1) + REPS;
      finder.skip(longest - 1);
      return { back, length: longest };
    }
    const byte = byteAt(bytes, here);
    const beside = byteAt(bytes, here - at(coder.reps, 0) - 1);
    if (longest < SHORTEST_MATCH && byte !== beside && bestRep < SHORTEST_MATCH) return literal;

    const { state } = coder;
    this.#state[0] = state;
    const place = position & POSITION_MASK;
    this.#price[1] = coder.matchPrice(state, place, 0) + coder.literalPrice(state, byteAt(bytes, here - 1), beside, byte);
    this.#setLiteral(1);
    const matchPrice = coder.matchPrice(state, place, 1);
    const repPrice = matchPrice + coder.repPrice(state, 1);
    if (byte === beside) {
      const price = repPrice + coder.shortRepPrice(state, place);
      if (price < at(this.#price, 1)) {
        this.#price[1] = price;
        this.#setShortRep(1);
      }
    }
    const end = Math.max(longest, bestRep);
    if (end < SHORTEST_MATCH) return { back: at(this.#back, 1), length: 1 };
    this.#from[1] = 0;
    this.#reps.set(coder.reps, 0);
    this.#price.fill(INFINITE_PRICE, SHORTEST_MATCH, end + 1);
    for (let rep = 0; rep < REPS; rep++) {
      const price = repPrice + coder.whichRepPrice(rep, state, place);
      for (let length = at(repLengths, rep); length >= SHORTEST_MATCH; length--)
        this.#offer(length, price + coder.repLengths.price(length, place), 0, rep);
    }
    const first = at(repLengths, 0) >= SHORTEST_MATCH ? at(repLengths, 0) + 1 : SHORTEST_MATCH;
    const price = matchPrice + coder.repPrice(state, 0);
    for (let length = first, i = 0; length <= longest; length++) {
      while (length > at(finder.lengths, i)) i++;
      const distance = at(finder.distances, i);
      this.#offer(length, price + coder.distancePrice(distance, length, place), 0, distance + REPS);
    }
    return end;
  }

  /** What can follow at `current`, to which the cheapest way is known. Where the known ways end now. */
  #extend(position: number, current: number, known: number, reps: Int32Array): number {
    const coder = this.#coder;
    const { bytes, available } = this.#finder;
    const state = this.#arrive(current, reps);
    const here = this.#finder.position - 1;
    const room = Math.min(available + 1, HORIZON - 1 - current);
    const byte = byteAt(bytes, here);
    const beside = byteAt(bytes, here - at(reps, 0) - 1);
    const place = (position + current) & POSITION_MASK;
    const next = current + 1;
    const cost = at(this.#price, current);

    const literalPrice = cost + coder.matchPrice(state, place, 0) + coder.literalPrice(state, byteAt(bytes, here - 1), beside, byte);
    let isLiteral = false;
    if (literalPrice < at(this.#price, next)) {
      this.#price[next] = literalPrice;
      this.#from[next] = current;
      this.#setLiteral(next);
      isLiteral = true;
    }
    const matchPrice = cost + coder.matchPrice(state, place, 1);
    const repPrice = matchPrice + coder.repPrice(state, 1);
    if (byte === beside && !(at(this.#from, next) < current && at(this.#back, next) === 0)) {
      const price = repPrice + coder.shortRepPrice(state, place);
      if (price <= at(this.#price, next)) {
        this.#price[next] = price;
        this.#from[next] = current;
        this.#setShortRep(next);
        isLiteral = true;
      }
    }
    if (room < 2) return known;
    const at0 = { current, position: position + current, here, room };
    let end = known;
    if (!isLiteral && byte !== beside) end = this.#literalThenRep(at0, end, state, at(reps, 0), literalPrice);
    const limit = Math.min(room, NICE_LENGTH);
    let start = SHORTEST_MATCH;
    for (let rep = 0; rep < REPS; rep++) {
      const back = at(reps, rep) + 1;
      const length = commonLength(bytes, here, here - back, 0, limit);
      if (length < SHORTEST_MATCH) continue;
      end = this.#reach(end, current + length);
      const price = repPrice + coder.whichRepPrice(rep, state, place);
      for (let each = length; each >= SHORTEST_MATCH; each--)
        this.#offer(current + each, price + coder.repLengths.price(each, place), current, rep);
      if (rep === 0) start = length + 1;
      end = this.#matchThenRep(at0, end, afterRep(state), length, back, price + coder.repLengths.price(length, place), rep);
    }
    return this.#matches(at0, end, state, start, limit, matchPrice + coder.repPrice(state, 0));
  }

  #matches(at0: Place, known: number, state: number, start: number, limit: number, price: number): number {
    const coder = this.#coder;
    const finder = this.#finder;
    let longest = this.#longest;
    if (longest > limit) {
      longest = limit;
      let count = 0;
      while (longest > at(finder.lengths, count)) count++;
      finder.lengths[count] = longest;
      finder.count = count + 1;
    }
    if (longest < start) return known;
    let end = this.#reach(known, at0.current + longest);
    const place = at0.position & POSITION_MASK;
    let i = 0;
    while (start > at(finder.lengths, i)) i++;
    for (let length = start; i < finder.count; length++) {
      const distance = at(finder.distances, i);
      const whole = price + coder.distancePrice(distance, length, place);
      this.#offer(at0.current + length, whole, at0.current, distance + REPS);
      if (length === at(finder.lengths, i)) {
        end = this.#matchThenRep(at0, end, afterMatch(state), length, distance + 1, whole, distance + REPS);
        i++;
      }
    }
    return end;
  }

  /** A literal, and the last distance again. */
  #literalThenRep({ current, position, here, room }: Place, known: number, state: number, rep: number, literalPrice: number): number {
    const length = commonLength(this.#finder.bytes, here, here - rep - 1, 1, Math.min(room, NICE_LENGTH + 1)) - 1;
    if (length < SHORTEST_MATCH) return known;
    const target = current + 1 + length;
    const end = this.#reach(known, target);
    const price = literalPrice + this.#rep0Price(afterLiteral(state), (position + 1) & POSITION_MASK, length);
    if (price < at(this.#price, target)) {
      this.#set(target, price, current + 1, 0);
      this.#literalBefore[target] = 1;
      this.#matchBefore[target] = 0;
    }
    return end;
  }

  /** A match, one byte that differs, and the same distance again. `state` and `price` are those after the match. */
  #matchThenRep(at0: Place, known: number, state: number, length: number, distance: number, price: number, symbol: number): number {
    const { current, position, here, room } = at0;
    const { bytes } = this.#finder;
    const after = length + 1;
    const limit = Math.min(room, after + NICE_LENGTH);
    const again = after < limit ? commonLength(bytes, here, here - distance, after, limit) - after : 0;
    if (again < SHORTEST_MATCH) return known;
    const coder = this.#coder;
    const there = here + length;
    const literalPrice =
      coder.matchPrice(state, (position + length) & POSITION_MASK, 0) +
      coder.literalPrice(state, byteAt(bytes, there - 1), byteAt(bytes, there - distance), byteAt(bytes, there));
    const target = current + after + again;
    const end = this.#reach(known, target);
    const whole = price + literalPrice + this.#rep0Price(afterLiteral(state), (position + after) & POSITION_MASK, again);
    if (whole < at(this.#price, target)) {
      this.#set(target, whole, current + after, 0);
      this.#literalBefore[target] = 1;
      this.#matchBefore[target] = 1;
      this.#from2[target] = current;
      this.#back2[target] = symbol;
    }
    return end;
  }

  #rep0Price(state: number, place: number, length: number): number {
    const coder = this.#coder;
    return (
      coder.matchPrice(state, place, 1) +
      coder.repPrice(state, 1) +
      coder.repLengths.price(length, place) +
      coder.whichRepPrice(0, state, place)
    );
  }

  /** State and distances at `current`, as the cheapest way to it leaves them. */
  #arrive(current: number, reps: Int32Array): number {
    const viaLiteral = at(this.#literalBefore, current) === 1;
    const viaMatch = viaLiteral && at(this.#matchBefore, current) === 1;
    let from = at(this.#from, current);
    let state: number;
    if (viaLiteral) {
      from--;
      if (viaMatch) {
        state = at(this.#state, at(this.#from2, current));
        state = at(this.#back2, current) < REPS ? afterRep(state) : afterMatch(state);
      } else state = at(this.#state, from);
      state = afterLiteral(state);
    } else state = at(this.#state, from);
    if (from === current - 1) state = at(this.#back, current) === 0 ? afterShortRep(state) : afterLiteral(state);
    else {
      let back = at(this.#back, current);
      if (viaMatch) {
        from = at(this.#from2, current);
        back = at(this.#back2, current);
        state = afterRep(state);
      } else state = back < REPS ? afterRep(state) : afterMatch(state);
      const before = this.#reps.subarray(from * REPS, (from + 1) * REPS);
      const newest = back < REPS ? at(before, back) : back - REPS;
      const moved = back < REPS ? back : REPS - 1;
      for (let i = 0; i < REPS; i++) reps[i] = i === 0 ? newest : at(before, i <= moved ? i - 1 : i);
    }
    this.#state[current] = state;
    this.#reps.set(reps, current * REPS);
    return state;
  }

  /** Places up to `target` can be reached now. */
  #reach(known: number, target: number): number {
    for (let place = known + 1; place <= target; place++) this.#price[place] = INFINITE_PRICE;
    return Math.max(known, target);
  }

  #offer(target: number, price: number, from: number, back: number): void {
    if (price >= at(this.#price, target)) return;
    this.#set(target, price, from, back);
    this.#literalBefore[target] = 0;
  }

  #set(target: number, price: number, from: number, back: number): void {
    this.#price[target] = price;
    this.#from[target] = from;
    this.#back[target] = back;
  }

  #setLiteral(target: number): void {
    this.#back[target] = AS_LITERAL;
    this.#literalBefore[target] = 0;
  }

  #setShortRep(target: number): void {
    this.#back[target] = 0;
    this.#literalBefore[target] = 0;
  }

  /** The cheapest way to `end` is known from its end: makes it one that is gone from its beginning. */
  #turnRound(end: number): void {
    this.#end = end;
    let current = end;
    let from = at(this.#from, current);
    let back = at(this.#back, current);
    do {
      if (at(this.#literalBefore, current) === 1) {
        this.#setLiteral(from);
        this.#from[from] = from - 1;
        if (at(this.#matchBefore, current) === 1) {
          this.#literalBefore[from - 1] = 0;
          this.#from[from - 1] = at(this.#from2, current);
          this.#back[from - 1] = at(this.#back2, current);
        }
      }
      const before = from;
      const symbol = back;
      back = at(this.#back, before);
      from = at(this.#from, before);
      this.#back[before] = symbol;
      this.#from[before] = current;
      current = before;
    } while (current !== 0);
    this.#current = 0;
  }
}

/** Somewhere on the way: `current` bytes from where it began, `position` in the whole, `here` in the bytes; `room` for bytes from here. */
interface Place {
  readonly current: number;
  readonly position: number;
  readonly here: number;
  readonly room: number;
}
