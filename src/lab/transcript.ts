/** What a terminal has shown, as bytes, cut to the recent past: enough to paint it again after undo or a reload. */
const LIMIT = 256 * 1024;

export class Transcript {
  #parts: Uint8Array[];
  #length: number;

  constructor(start: Uint8Array = new Uint8Array()) {
    this.#parts = start.length > 0 ? [start] : [];
    this.#length = start.length;
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
    this.#length = whole.length - from;
  }
}
