/** Backslash escapes of `$'…'`, `echo -e`, `printf` and `printf %b`, and the quoting that undoes them. */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";

/** Which dialect of escapes is read. `stop` in the result tells of `\c`, after which nothing more is printed. */
export type EscapeDialect = "ansi-c" | "echo" | "printf" | "printf-b";

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["e", "\x1b"],
  ["E", "\x1b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
]);

export function decodeEscapes(text: string, dialect: EscapeDialect): { readonly text: string; readonly stop: boolean } {
  if (!text.includes("\\")) return { text, stop: false };
  let out = "";
  let bytes = false;
  for (let i = 0; i < text.length;) {
    const char = text.charAt(i);
    if (char !== "\\" || i + 1 >= text.length) {
      out += char;
      i++;
      continue;
    }
    const rest = text.slice(i + 1);
    const letter = rest.charAt(0);
    if (letter === "c" && (dialect === "echo" || dialect === "printf-b")) return { text: settle(out, bytes), stop: true };
    const [value, length, isByte] = one(rest, letter, dialect);
    out += value;
    bytes ||= isByte;
    i += 1 + length;
  }
  return { text: settle(out, bytes), stop: false };
}

/** The value of the escape at the start of `rest` (after its backslash), its length, and whether it is a raw byte. */
function one(rest: string, letter: string, dialect: EscapeDialect): readonly [value: string, length: number, isByte: boolean] {
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return [simple, 1, false];
  if ((letter === "'" || letter === '"' || letter === "?") && dialect !== "echo") return [letter, 1, false];
  // echo and %b want a leading zero before up to three digits; %b takes \nnn as well.
  const octal =
    dialect === "echo"
      ? /^0[0-7]{0,3}/.exec(rest)
      : dialect === "printf-b"
        ? /^(?:0[0-7]{0,3}|[1-7][0-7]{0,2})/.exec(rest)
        : /^[0-7]{1,3}/.exec(rest);
  if (octal !== null) return [byte(parseInt(octal[0], 8)), octal[0].length, true];
  const hex = dialect === "ansi-c" ? /^x(?:([0-9a-fA-F]{1,2})|\{([0-9a-fA-F]*)\}?)/.exec(rest) : /^x([0-9a-fA-F]{1,2})/.exec(rest);
  if (hex !== null) return [byte(parseInt(hex[1] ?? hex[2] ?? "", 16) || 0), hex[0].length, true];
  const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
  if (unicode !== null) {
    const point = parseInt(unicode[1] ?? unicode[2] ?? "", 16);
    return [point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd", unicode[0].length, false];
  }
  if (letter === "c" && dialect === "ansi-c" && rest.length > 1) return [String.fromCharCode(rest.charCodeAt(1) & 0x1f), 2, false];
  return ["\\" + letter, 1, false];
}

/** A byte as utf8.ts maps strings: above 127 the lone surrogate that stands for it. */
function byte(value: number): string {
  const code = value & 0xff;
  return code < 0x80 ? String.fromCharCode(code) : String.fromCharCode(0xdc00 + code);
}

/** Bytes that came one by one may make up characters together. */
function settle(text: string, bytes: boolean): string {
  return bytes ? decodeUtf8(encodeUtf8(text)) : text;
}

const CONTROL_NAMES: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [27, "\\E"],
]);

/** `$'…'` around `text`. */
export function ansiQuote(text: string): string {
  let out = "$'";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === "'" || char === "\\") out += "\\" + char;
    else if (needsAnsi(code))
      out += CONTROL_NAMES.get(code) ?? "\\" + (code >= 0xdc00 && code <= 0xdcff ? code - 0xdc00 : code).toString(8).padStart(3, "0");
    else out += char;
  }
  return out + "'";
}

function needsAnsi(code: number): boolean {
  return code < 32 || code === 127 || (code >= 0xdc80 && code <= 0xdcff);
}

/** Whether `text` holds a character that only `$'…'` can show. */
export function hasControls(text: string): boolean {
  for (const char of text) if (needsAnsi(char.codePointAt(0) ?? 0)) return true;
  return false;
}

/** In single quotes, as `alias`, `trap`, `set` and `${x@Q}` print: `it'\''s`. */
export function singleQuote(text: string): string {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

/** As `${x@Q}` prints. */
export function quoteForReuse(text: string): string {
  return hasControls(text) ? ansiQuote(text) : singleQuote(text);
}

/** As `set` and `declare` of functions print values: bare when nothing needs quoting. */
export function quoteIfNeeded(text: string): string {
  if (hasControls(text)) return ansiQuote(text);
  return text === "" || !/[^A-Za-z0-9_@%+:,./=~#-]|^[~#]|[:=]~/.test(text) ? text : singleQuote(text);
}

/** In double quotes, as `declare -p` prints: `$`, `` ` ``, `"` and `\` escaped. */
export function doubleQuote(text: string): string {
  return hasControls(text) ? ansiQuote(text) : '"' + text.replace(/[$`"\\]/g, "\\$&") + '"';
}

/** With backslashes, as `printf %q` prints. */
export function backslashQuote(text: string): string {
  if (text === "") return "''";
  if (hasControls(text)) return ansiQuote(text);
  return text.replace(/[ \t\n'"\\|&;()<>!{}*[\]?^$`,]|^[~#]|(?<=[:=])~/g, "\\$&");
}
