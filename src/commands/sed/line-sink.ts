import type { Output } from "../output.ts";

/** Where lines go. A line without its newline gets one if anything follows it. */
export class LineSink {
  readonly output: Output;
  readonly #delimiter: string;
  #owesNewline = false;

  constructor(output: Output, delimiter: string) {
    this.output = output;
    this.#delimiter = delimiter;
  }

  /** `ended`: whether the line has a newline of its own. */
  line(text: string, ended: boolean): void {
    this.raw(text + (ended ? this.#delimiter : ""));
    this.#owesNewline = !ended;
  }

  /** Text or bytes as they are. */
  raw(text: string | Uint8Array): void {
    if (this.#owesNewline) this.output.add(this.#delimiter);
    this.#owesNewline = false;
    this.output.add(text);
  }
}
