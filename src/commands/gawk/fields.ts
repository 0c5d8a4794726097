/** The record: $0, its fields and NF, each made from the other when it is asked for. */
import { Fatal, Input, type Scalar } from "./values.ts";
import type { Splitter } from "./splitter.ts";

/** Fields that a record may have; beyond them memory would end. */
const MOST_FIELDS = 10_000_000;

export class Fields {
  /** How the next record is split; one that was read keeps what held then. */
  splitter: Splitter;
  outputSeparator = " ";
  readonly #text: (value: Scalar) => string;
  #record: Scalar;
  #recordIsOld = false;
  #fields: Scalar[] | undefined = [];
  #ownSplitter: Splitter;

  /** `text` is how numbers are written when $0 is put together. */
  constructor(splitter: Splitter, text: (value: Scalar) => string) {
    this.splitter = splitter;
    this.#ownSplitter = splitter;
    this.#text = text;
  }

  set record(value: Scalar) {
    this.#record = value;
    this.#recordIsOld = false;
    this.#fields = undefined;
    this.#ownSplitter = this.splitter;
  }

  get record(): Scalar {
    if (this.#recordIsOld) {
      this.#record = new Input((this.#fields ?? []).map(this.#text).join(this.outputSeparator));
      this.#recordIsOld = false;
    }
    return this.#record;
  }

  get #split(): Scalar[] {
    return (this.#fields ??= this.#ownSplitter(this.#text(this.#record)).pieces.map((piece) => new Input(piece)));
  }

  get count(): number {
    return this.#split.length;
  }

  set count(value: number) {
    if (value < 0) throw new Fatal("NF set to negative value");
    if (value > MOST_FIELDS) throw new Fatal(`cannot set NF to ${String(value)}: Cannot allocate memory`);
    const fields = this.#split;
    while (fields.length < value) fields.push(undefined);
    fields.length = value;
    this.#recordIsOld = true;
  }

  get(index: number): Scalar {
    if (index === 0) return this.record;
    if (index < 0) throw new Fatal(`attempt to access field ${String(index)}`);
    return this.#split[index - 1];
  }

  set(index: number, value: Scalar): void {
    if (index === 0) this.record = value;
    else {
      if (index < 0) throw new Fatal(`attempt to access field ${String(index)}`);
      if (index > this.#split.length) this.count = index;
      this.#split[index - 1] = value;
      this.#recordIsOld = true;
    }
  }
}
