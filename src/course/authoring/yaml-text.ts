/** YAML that knows on which line of the lesson each of its words stands. */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Range } from "yaml";
import type { Place, Problems } from "./problem.ts";

export type Path = readonly (string | number)[];

/** More than anybody writes by hand, and too few to blow up. */
const MOST_ALIASES = 20;

const REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BAD_INDENT: "Let what belongs together begin in the same column.",
  BLOCK_AS_IMPLICIT_KEY: 'Put a text that contains ": " into quotation marks.',
  BAD_SCALAR_START: "Put a text that begins with ` @ or % into quotation marks.",
  DUPLICATE_KEY: "Keep one of the two.",
  MISSING_CHAR: "Close the quotation mark or bracket.",
  BAD_ALIAS: "Put a text that begins with * or & into quotation marks.",
  UNRESOLVED_ALIAS: "Put a text that begins with * into quotation marks.",
};

export class YamlText {
  readonly value: unknown;
  readonly isGood: boolean;
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();
  readonly #firstLine: number;

  /** `firstLine`: the line of the file on which `text` begins. */
  constructor(text: string, firstLine: number, problems: Problems) {
    this.#firstLine = firstLine;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, stringKeys: true });
    let isGood = this.#document.errors.length === 0;
    for (const { code, message, pos } of this.#document.errors)
      problems.error(this.#placeAt(pos[0]), {
        read: `YAML that cannot be read: ${message.replace(/\.?$/, "")}`,
        expected: "`key: value` lines, as YAML has them",
        remedy: REMEDIES[code] ?? "Look for a missing colon, space or quotation mark here or a line above.",
      });
    let value: unknown;
    if (isGood) {
      try {
        value = this.#document.toJS({ maxAliasCount: MOST_ALIASES });
      } catch {
        isGood = false;
        problems.error(
          { line: firstLine },
          {
            read: "aliases that repeat each other",
            expected: `at most ${MOST_ALIASES} repetitions`,
            remedy: "Write out what is repeated.",
          },
        );
      }
    }
    this.value = value;
    this.isGood = isGood;
  }

  /** Where the value at `path` stands, or its key in a map; the nearest there is for what is missing. */
  placeOf(path: Path): Place {
    let node: unknown = this.#document.contents;
    let range = this.#rangeOf(node);
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
        if (pair === undefined) break;
        node = pair.value;
        range = this.#rangeOf(pair.key) ?? range;
      } else if (isSeq(node) && typeof step === "number") {
        node = node.items[step];
        range = this.#rangeOf(node) ?? range;
      } else break;
    }
    return range === undefined ? { line: this.#firstLine } : this.#placeAt(range[0]);
  }

  /** The line on which the text of the scalar at `path` begins: that of its first line for `key: |`. */
  textLineOf(path: Path): number {
    const node = this.#document.getIn(path, true);
    const range = this.#rangeOf(node);
    if (range === undefined) return this.placeOf(path).line;
    const isBlock = isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
    return this.#placeAt(range[0]).line + (isBlock ? 1 : 0);
  }

  #rangeOf(node: unknown): Range | undefined {
    return (node as Node | null | undefined)?.range ?? undefined;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: this.#firstLine + Math.max(line, 1) - 1, column: Math.max(col, 1) };
  }
}
