/** A cache of what was made from a text, which forgets everything when it has grown too large. */
export class BoundedCache<T> {
  readonly #limit: number;
  readonly #made = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(text: string, make: (text: string) => T): T {
    const found = this.#made.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (this.#made.size >= this.#limit) this.#made.clear();
    this.#made.set(text, made);
    return made;
  }
}
