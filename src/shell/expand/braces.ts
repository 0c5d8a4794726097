/** Brace expansion: `{a,b}`, `{1..5}`, `{a..e..2}`; it comes before all other expansions and knows nothing of them. */
import type { Piece } from "./template.ts";

/** A character of unquoted text, or a piece that braces cannot look into. */
type Atom = string | Piece;

/** More words than this from one brace are a mistake (bash would run out of memory in its own time). */
const MAXIMUM_WORDS = 1_000_000;

export function expandBraces(pieces: readonly Piece[]): Piece[][] {
  const atoms = pieces.flatMap((piece): Atom[] => (piece.kind === "literal" ? Array.from(piece.text) : [piece]));
  return expandAtoms(atoms).map((word) => word.map((atom): Piece => (typeof atom === "string" ? { kind: "literal", text: atom } : atom)));
}

function expandAtoms(atoms: readonly Atom[]): Atom[][] {
  for (let open = 0; open < atoms.length; open++) {
    if (atoms[open] !== "{") continue;
    const close = matchingClose(atoms, open);
    if (close < 0) continue;
    const inner = atoms.slice(open + 1, close);
    const alternatives = splitAtCommas(inner);
    const middles = alternatives.length > 1 ? alternatives.flatMap(expandAtoms) : sequence(inner);
    if (middles === undefined) continue;
    const head = atoms.slice(0, open);
    const tails = expandAtoms(atoms.slice(close + 1));
    if (middles.length * tails.length > MAXIMUM_WORDS) return [[...atoms]];
    return middles.flatMap((middle) => tails.map((tail) => [...head, ...middle, ...tail]));
  }
  return [[...atoms]];
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
function sequence(inner: readonly Atom[]): Atom[][] | undefined {
  if (!inner.every((atom) => typeof atom === "string")) return undefined;
  const text = inner.join("");
  const numbers = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/.exec(text);
  if (numbers !== null) {
    const [, from = "", to = "", by] = numbers;
    const padded = [from, to].some((end) => /^[+-]?0\d/.test(end));
    const width = padded ? Math.max(from.length, to.length) : 0;
    return range(Number(from), Number(to), Number(by ?? 1))?.map((n) => Array.from(pad(n, width)));
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/.exec(text);
  if (letters === null) return undefined;
  const [, from = "", to = "", by] = letters;
  return range(from.charCodeAt(0), to.charCodeAt(0), Number(by ?? 1))?.map((code) => unescaped(String.fromCharCode(code)));
}

/** A backslash among the characters of a sequence is taken away with the quotes. */
function unescaped(char: string): Atom[] {
  return char === "\\" ? [{ kind: "quoted", text: "" }] : [char];
}

function range(from: number, to: number, by: number): number[] | undefined {
  const step = Math.abs(by) || 1;
  if (Math.abs(to - from) / step > MAXIMUM_WORDS) return undefined;
  const out: number[] = [];
  if (from <= to) for (let n = from; n <= to; n += step) out.push(n);
  else for (let n = from; n >= to; n -= step) out.push(n);
  return out;
}

function pad(n: number, width: number): string {
  const digits = String(Math.abs(n));
  return n < 0 ? "-" + digits.padStart(width - 1, "0") : digits.padStart(width, "0");
}
