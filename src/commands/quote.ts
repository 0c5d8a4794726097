/** How GNU programs put names into messages and listings: gnulib's quotearg, in a UTF-8 locale. */

const C_ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Characters that make a shell word need quotes wherever they stand. */
const SPECIAL = new Set(" !\"$&'()*;<=>[^`|?\\");
/** Characters that mean the same inside "…" in C and in the shell. */
const SAME_IN_DOUBLE_QUOTES = /^(?:[ %+,\-./0-9:A-Z\]_a-z']|[^\x00-\x7f])$/u;

/** A name in a message, as `'x'`: quotes always, `"it's"`, `'a'$'\n''b'`. */
export function quote(name: string): string {
  return shellQuoted(name);
}

/** A name as ls writes it to a terminal: quoted only where a shell would need it. */
export function quoteIfNeeded(name: string): string {
  return needsQuotes(name) ? shellQuoted(name) : name;
}

/** A name before the colon of a message: quoted also where it has a colon itself. */
export function quoteFile(name: string): string {
  return needsQuotes(name) || name.includes(":") ? shellQuoted(name) : name;
}

/** An operand that is read, `-` by what it means. */
export function quoteInput(name: string): string {
  return name === "-" ? quote("standard input") : quoteFile(name);
}

export function needsQuotes(name: string): boolean {
  if (name === "" || name === "{" || name === "}") return true;
  if (name.startsWith("~") || name.startsWith("#")) return true;
  for (const character of name) if (SPECIAL.has(character) || !isPrintable(character)) return true;
  return false;
}

/** A word in a message, as `‘x’`: what mkdir, install, mktemp and complaints about arguments use. */
export function curly(name: string): string {
  let out = "‘";
  for (const character of name) {
    if (character === "’" || character === "\\") out += "\\" + character;
    else out += isPrintable(character) ? character : escaped(character);
  }
  return out + "’";
}

/** A name with control characters as C escapes and no quotes around it, as `ls -b`. */
export function cEscaped(name: string): string {
  let out = "";
  for (const character of name) {
    if (character === "\\" || character === " ") out += "\\" + character;
    else out += isPrintable(character) ? character : escaped(character);
  }
  return out;
}

/** A name in C's double quotes, as `ls -Q`. */
export function cQuoted(name: string): string {
  let out = '"';
  for (const character of name) {
    if (character === "\\" || character === '"') out += "\\" + character;
    else out += isPrintable(character) ? character : escaped(character);
  }
  return out + '"';
}

/** Whether a terminal shows `character` as itself: not a control character and not a byte that is no UTF-8. */
export function isPrintable(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20 || point === 0x7f) return false;
  return !(point >= 0x80 && point < 0xa0) && !(point >= 0xd800 && point < 0xe000) && point !== 0x2028 && point !== 0x2029;
}

/** `\n` and its like, or `\ooo` for each byte. */
function escaped(character: string): string {
  const known = C_ESCAPES[character];
  if (known !== undefined) return known;
  const point = character.codePointAt(0) ?? 0;
  const bytes = point >= 0xdc80 && point <= 0xdcff ? [point - 0xdc00] : point < 0x80 ? [point] : [0xc0 | (point >> 6), 0x80 | (point & 63)];
  return bytes.map((byte) => "\\" + byte.toString(8).padStart(3, "0")).join("");
}

function shellQuoted(name: string): string {
  if (name.includes("'") && [...name].every((character) => SAME_IN_DOUBLE_QUOTES.test(character) && isPrintable(character)))
    return `"${name}"`;
  let out = "'";
  let inEscape = false;
  for (const character of name) {
    if (character === "'") {
      out += "'\\''";
      inEscape = false;
    } else if (isPrintable(character)) {
      if (inEscape) out += "''";
      inEscape = false;
      out += character;
    } else {
      if (!inEscape) out += "'$'";
      inEscape = true;
      out += escaped(character);
    }
  }
  return out + "'";
}
