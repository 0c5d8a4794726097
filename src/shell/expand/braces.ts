/** Brace expansion: `{a,b}`, `{1..5}`, `{a..e..2}`; it comes before all other expansions and knows nothing of them. */
import type { Piece } from "./template.ts";

/** A character of unquoted text (of what braces have made, several), or a piece that braces cannot look into. */
type Atom = string | Piece;

/** Braces within braces beyond this are text. @simplified bash goes on, for as long as it takes. */
const DEEPEST = 200;

/** A sequence of more words than an int counts is text, as in bash; before that there is no memory for them. */
const MAXIMUM_WORDS = 2 ** 31 - 3;

/** One word after the other, since there may be millions. */
export function* expandBraces(pieces: readonly Piece[]): Generator<Piece[]> {
  const atoms = pieces.flatMap((piece): Atom[] => (piece.kind === "literal" ? Array.from(piece.text) : [piece]));
  if (depth(atoms) > DEEPEST) yield [...pieces];
  else for (const word of expandAtoms(atoms)) yield joined(word);
}

function depth(atoms: readonly Atom[]): number {
  let deepest = 0;
  let now = 0;
  for (const atom of atoms) {
    if (atom === "{") deepest = Math.max(deepest, ++now);
    else if (atom === "}") now--;
  }
  return deepest;
}

/** Neighbouring text as one piece. */
function joined(word: readonly Atom[]): Piece[] {
  const out: Piece[] = [];
  let text = "";
  for (const atom of word) {
    if (typeof atom === "string") {
      text += atom;
      continue;
    }
    if (text !== "") out.push({ kind: "literal", text });
    text = "";
    out.push(atom);
  }
  if (text !== "") out.push({ kind: "literal", text });
  return out;
}

function* expandAtoms(atoms: readonly Atom[]): Generator<readonly Atom[]> {
  for (let open = 0; open < atoms.length; open++) {
    if (atoms[open] !== "{") continue;
    const close = matchingClose(atoms, open);
    if (close < 0) continue;
    const inner = atoms.slice(open + 1, close);
    const alternatives = splitAtCommas(inner);
    const middles = alternatives.length > 1 ? each(alternatives) : sequence(inner);
    if (middles === undefined) continue;
    const head = atoms.slice(0, open);
    const rest = atoms.slice(close + 1);
    for (const middle of middles) {
      if (rest.length === 0) yield [...head, ...middle];
      else for (const tail of expandAtoms(rest)) yield [...head, ...middle, ...tail];
    }
    return;
  }
  yield atoms;
}

function* each(alternatives: readonly (readonly Atom[])[]): Generator<readonly Atom[]> {
  for (const alternative of alternatives) yield* expandAtoms(alternative);
}

function matchingClose(atoms: readonly Atom[], open: number): number {
  let depth = 0;
  for (let i = open; i < atoms.length; i++) {
    if (atoms[i] === "{") depth++;
    else if (atoms[i] === "}" && --depth === 0) return i;
  }
  return -1;
}

function splitAtCommas(atoms: readonly Atom[]): Atom[][] {
  const out: Atom[][] = [[]];
  let depth = 0;
  for (const atom of atoms) {
    if (atom === "{") depth++;
    else if (atom === "}") depth--;
    if (atom === "," && depth === 0) out.push([]);
    else out.at(-1)?.push(atom);
  }
  return out;
}

/** `1..10`, `01..10..3`, `a..e`; undefined when it is none. */
function sequence(inner: readonly Atom[]): Iterable<readonly Atom[]> | undefined {
  if (!inner.every((atom) => typeof atom === "string")) return undefined;
  const text = inner.join("");
  const numbers = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/.exec(text);
  if (numbers !== null) {
    const [, from = "", to = "", by] = numbers;
    const padded = [from, to].some((end) => /^[+-]?0\d/.test(end));
    const width = padded ? Math.max(from.length, to.length) : 0;
    return range(Number(from), Number(to), Number(by ?? 1), (n) => [pad(n, width)]);
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/.exec(text);
  if (letters === null) return undefined;
  const [, from = "", to = "", by] = letters;
  return range(from.charCodeAt(0), to.charCodeAt(0), Number(by ?? 1), (code) => unescaped(String.fromCharCode(code)));
}

/** A backslash among the characters of a sequence is taken away with the quotes. */
function unescaped(char: string): Atom[] {
  return char === "\\" ? [{ kind: "quoted", text: "" }] : [char];
}

function range(from: number, to: number, by: number, word: (n: number) => Atom[]): Iterable<readonly Atom[]> | undefined {
  const step = Math.abs(by) || 1;
  if (Math.abs(to - from) / step > MAXIMUM_WORDS) return undefined;
  return counted(from, to, step, word);
}

function* counted(from: number, to: number, step: number, word: (n: number) => Atom[]): Generator<readonly Atom[]> {
  if (from <= to) for (let n = from; n <= to; n += step) yield word(n);
  else for (let n = from; n >= to; n -= step) yield word(n);
}

function pad(n: number, width: number): string {
  const digits = String(Math.abs(n));
  return n < 0 ? "-" + digits.padStart(width - 1, "0") : digits.padStart(width, "0");
}
