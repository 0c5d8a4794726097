/** Where in a line the cursor is, as completion needs to know: the command it belongs to, the words before, and the word that is begun. */

export interface Word {
  readonly start: number;
  /** Without quotes and backslashes. */
  readonly text: string;
}

export interface CursorWord extends Word {
  /** The quote that is open at the cursor. */
  readonly quote: "" | "'" | '"';
  /** Where in the line, and in `text`, the last part of the word begins: after `=` or `:` (`dd of=`, `PATH=/bin:`). */
  readonly part: { readonly at: number; readonly textAt: number };
  /** Where the last component of a path begins. */
  readonly name: { readonly at: number; readonly textAt: number };
  /** What follows a `$` or `${` that the cursor is still in, and where that begins; undefined elsewhere. */
  readonly variable: { readonly at: number; readonly name: string; readonly isBraced: boolean } | undefined;
  /** Nothing of the word is quoted. */
  readonly isPlain: boolean;
}

export interface CursorPlace {
  /** The words of the same command before the cursor's, redirections and their files left out. */
  readonly words: readonly Word[];
  readonly current: CursorWord;
  /** The word names a file to read from or write to. */
  readonly isRedirection: boolean;
}

interface Context {
  words: Word[];
  word: OpenWord | undefined;
  isRedirection: boolean;
  quote: "" | "'" | '"';
  /** What ends the context: ")" of `$(`, "`", or nothing. */
  readonly end: "" | ")" | "`";
}

interface OpenWord {
  readonly start: number;
  text: string;
  part: { at: number; textAt: number };
  name: { at: number; textAt: number };
  isPlain: boolean;
}

/** Reads `line` up to `point`; undefined in a comment. */
export function placeOfCursor(line: string, point: number): CursorPlace | undefined {
  const stack: Context[] = [{ words: [], word: undefined, isRedirection: false, quote: "", end: "" }];
  let context = stack[0] as Context;

  const open = (at: number): OpenWord =>
    (context.word ??= { start: at, text: "", part: { at, textAt: 0 }, name: { at, textAt: 0 }, isPlain: true });
  const close = (): void => {
    if (context.word && !context.isRedirection) context.words.push({ start: context.word.start, text: context.word.text });
    if (context.word) context.isRedirection = false;
    context.word = undefined;
  };
  const add = (at: number, character: string, next: number): void => {
    const word = open(at);
    word.text += character;
    const mark = { at: next, textAt: word.text.length };
    if (character === "/") word.name = mark;
    else if ((character === "=" || character === ":") && context.quote === "") {
      word.part = mark;
      word.name = { ...mark };
    }
  };
  const enter = (at: number, end: ")" | "`"): void => {
    open(at).isPlain = false;
    context = { words: [], word: undefined, isRedirection: false, quote: "", end };
    stack.push(context);
  };
  const leave = (): void => {
    if (stack.length < 2) return;
    stack.pop();
    context = stack.at(-1) as Context;
  };
  const openQuote = (at: number, quote: "'" | '"'): void => {
    const word = open(at);
    word.isPlain = false;
    context.quote = quote;
    for (const mark of [word.part, word.name]) if (mark.at === at) mark.at = at + 1;
  };

  for (let at = 0; at < point; at++) {
    const character = line[at] ?? "";
    if (context.quote === "'") {
      if (character === "'") context.quote = "";
      else add(at, character, at + 1);
    } else if (character === "\\") {
      open(at).isPlain = false;
      const next = line[at + 1];
      if (next === undefined || at + 1 >= point) break;
      if (context.quote === '"' && !'"\\$`'.includes(next)) add(at, character, at + 1);
      const word = open(at);
      word.text += next;
      at++;
    } else if (character === "$" && line[at + 1] === "(" && at + 1 < point) {
      enter(at, ")");
      at++;
    } else if (character === "`") {
      if (context.end === "`") leave();
      else enter(at, "`");
    } else if (context.quote === '"') {
      if (character === '"') context.quote = "";
      else add(at, character, at + 1);
    } else if (character === "'" || character === '"') openQuote(at, character);
    else if (character === " " || character === "\t") close();
    else if (character === "\n" || character === ";" || character === "|" || character === "&" || character === "(") {
      close();
      context.words = [];
      context.isRedirection = false;
      if (character === "&" && line[at + 1] === ">") {
        // &> file
        context.isRedirection = true;
        at += line[at + 2] === ">" ? 2 : 1;
      }
    } else if (character === ")") {
      close();
      if (context.end === ")") leave();
      else context.words = [];
    } else if (character === "<" || character === ">") {
      if (context.word && /^\d+$/.test(context.word.text)) context.word = undefined;
      close();
      while (at + 1 < point && "<>&|".includes(line[at + 1] ?? " ")) at++;
      context.isRedirection = true;
    } else if (character === "#" && !context.word) {
      const end = line.indexOf("\n", at);
      if (end < 0 || end >= point) return undefined;
      at = end - 1;
    } else add(at, character, at + 1);
  }

  const word = context.word ?? { start: point, text: "", part: { at: point, textAt: 0 }, name: { at: point, textAt: 0 }, isPlain: true };
  const variable = context.quote === "'" ? null : /\$(\{?)(\w*)$/.exec(line.slice(word.start, point));
  return {
    words: context.words,
    isRedirection: context.isRedirection,
    current: {
      ...word,
      quote: context.quote,
      variable: variable ? { at: point - variable[0].length, name: variable[2] ?? "", isBraced: variable[1] === "{" } : undefined,
    },
  };
}

/** Words after which a command follows. */
const BEFORE_COMMANDS = new Set(["if", "then", "else", "elif", "while", "until", "do", "{", "!", "time", "coproc"]);

/** The words without assignments and reserved words in front of the command. */
export function commandWords(words: readonly Word[]): readonly Word[] {
  let first = 0;
  while (first < words.length) {
    const text = words[first]?.text ?? "";
    if (!BEFORE_COMMANDS.has(text) && !/^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(text)) break;
    first++;
  }
  return words.slice(first);
}
