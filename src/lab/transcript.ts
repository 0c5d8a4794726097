/** What a terminal has shown, as bytes, cut to the recent past: enough to paint it again after undo or a reload. */
const LIMIT = 256 * 1024;

export class Transcript {
  #parts: Uint8Array[];
  #length: number;

  /** Bytes that were shown before those that are kept. */
  #dropped: number;

  constructor(start: Uint8Array = new Uint8Array(), dropped = 0) {
    this.#parts = start.length > 0 ? [start] : [];
    this.#length = start.length;
    this.#dropped = dropped;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes shown so far, those that are not kept any more included. */
  get end(): number {
    return this.#dropped + this.#length;
  }

  /** What is kept of all that was shown after the first `position` bytes. */
  since(position: number): Uint8Array {
    return this.bytes().subarray(Math.max(0, position - this.#dropped));
  }

  append(data: Uint8Array): void {
    this.#parts.push(data);
    this.#length += data.length;
    if (this.#length > 2 * LIMIT) this.#trim();
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = whole.length > 0 ? [whole] : [];
    return whole;
  }

  /** Drops the oldest whole lines. */
  #trim(): void {
    const whole = this.bytes();
    const from = whole.indexOf(0x0a, whole.length - LIMIT) + 1;
    this.#parts = [whole.slice(from)];
    this.#dropped += from;
    this.#length = whole.length - from;
  }
}
