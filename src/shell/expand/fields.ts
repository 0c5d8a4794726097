/** Collects what a word expands to: fields, each of quoted and unquoted runs, split at IFS where an expansion was unquoted. */
import { escapePattern, hasPatternCharacters } from "../pattern.ts";

interface TextRun {
  text: string;
  readonly quoted: boolean;
}

/** One field: what it is after quote removal, and as a pattern. */
export class Field {
  #runs: TextRun[] = [];

  add(text: string, quoted: boolean): void {
    if (text === "") return;
    const last = this.#runs.at(-1);
    if (last?.quoted === quoted) last.text += text;
    // Nearly all fields are one run, and there may be millions: an array that is pushed to takes room for many.
    else if (last === undefined) this.#runs = [{ text, quoted }];
    else this.#runs.push({ text, quoted });
  }

  get text(): string {
    return this.#runs.length === 1 ? (this.#runs[0]?.text ?? "") : this.#runs.map((run) => run.text).join("");
  }

  /** With what was quoted escaped. */
  get pattern(): string {
    return this.#runs.map((run) => (run.quoted ? escapePattern(run.text) : run.text)).join("");
  }

  /** Whether pathname expansion has anything to do. */
  isPattern(extglob: boolean): boolean {
    return this.#runs.some((run) => !run.quoted && hasPatternCharacters(run.text, extglob));
  }

  /** The runs, for replacements (`${x/a/[&]}`) and regular expressions, where quoting matters otherwise. */
  get runs(): readonly { readonly text: string; readonly quoted: boolean }[] {
    return this.#runs;
  }
}

/** Builds fields from left to right. `separators` is IFS; undefined: nothing is ever split (assignments, patterns, here-documents). */
export class FieldBuilder {
  readonly #blank: string;
  readonly #other: string;
  readonly #splits: boolean;
  readonly #done: Field[] = [];
  #current: Field | undefined;
  /** What ended the last field: a run of IFS white space, or a separator of another kind. */
  #ended: "" | "blank" | "other" = "";
  /** How many quoted lists (`"$@"`) had no elements: their word may vanish. */
  emptyLists = 0;

  constructor(separators: string | undefined) {
    this.#splits = separators !== undefined;
    this.#blank = [...(separators ?? "")].filter((char) => " \t\n".includes(char)).join("");
    this.#other = [...(separators ?? "")].filter((char) => !" \t\n".includes(char)).join("");
  }

  get splits(): boolean {
    return this.#splits;
  }

  /** Makes sure there is a field, even an empty one. */
  touch(): Field {
    this.#ended = "";
    return (this.#current ??= new Field());
  }

  quoted(text: string): void {
    this.touch().add(text, true);
  }

  /** Unquoted text of the script. */
  literal(text: string): void {
    if (text !== "") this.touch().add(text, false);
  }

  /** The result of an unquoted expansion. */
  expansion(text: string): void {
    if (text === "") return;
    if (!this.#splits || (this.#blank === "" && this.#other === "")) {
      this.touch().add(text, false);
      return;
    }
    let plain = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text.charAt(i);
      const isBlank = this.#blank.includes(char);
      if (!isBlank && !this.#other.includes(char)) continue;
      if (i > plain) this.touch().add(text.slice(plain, i), false);
      plain = i + 1;
      if (isBlank) this.#separateBlank();
      else this.#separateOther();
    }
    if (plain < text.length) this.touch().add(text.slice(plain), false);
  }

  #separateBlank(): void {
    if (this.#current === undefined) return;
    this.#finish();
    this.#ended = "blank";
  }

  #separateOther(): void {
    // White space before another separator belongs to it.
    if (this.#current === undefined && this.#ended === "blank") {
      this.#ended = "other";
      return;
    }
    this.touch();
    this.#finish();
    this.#ended = "other";
  }

  #finish(): void {
    if (this.#current !== undefined) this.#done.push(this.#current);
    this.#current = undefined;
  }

  /** Between two elements of a list: what follows is another field. */
  nextField(): void {
    this.#finish();
    this.#ended = "";
  }

  /** How many fields are finished. */
  get count(): number {
    return this.#done.length;
  }

  /** All fields. */
  end(): readonly Field[] {
    this.#finish();
    return this.#done;
  }

  /** The one field of a builder that does not split. */
  single(): Field {
    return this.end()[0] ?? new Field();
  }
}
