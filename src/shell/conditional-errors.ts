/** What bash's reader of `[[ … ]]` says of one that makes no sense, read as it reads: a token at a time. Source: bash:parse.y (`cond_term`). */

/** What went wrong, in bash's words, and where it had read to. */
export interface ConditionalError {
  /** Empty where bash has no words of its own. */
  readonly message: string;
  readonly end: number;
}

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = /^(?:=|==|!=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;
const WORD = /^(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|`[^`]*`|[^\s;&|()<>'"\\`])+/s;
/** The right side of `=~`, where parentheses and bars are its own. */
const REGEX = /^(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\([^()\n]*\)|[^\s()])+/s;
const OPERATOR = /^(?:&&|\|\||;;|\n|[;&|()<>])/;

interface Token {
  readonly kind: "word" | "operator" | "end";
  readonly text: string;
}

/** The first error of the condition whose `[[` stands at `open`; undefined when there is none, "unfinished" when it may still come to be one. */
export function conditionalError(text: string, open: number): ConditionalError | "unfinished" | undefined {
  const reader = new Reader(text, open + 2);
  try {
    reader.either();
    if (reader.last.kind === "end") return undefined;
    const token = reader.last.kind === "word" ? "" : `: unexpected token \`${named(reader.last)}'`;
    return { message: `syntax error in conditional expression${token}`, end: reader.at };
  } catch (error) {
    if (error instanceof EndOfText) return "unfinished";
    if (error instanceof Refusal) return { message: error.message, end: reader.at };
    throw error;
  }
}

/** The word that bash shows of the line it was reading when it had read to `at`. Source: parse.y (`error_token_from_text`). */
export function tokenBeforeEnd(text: string, at: number): string {
  const from = text.lastIndexOf("\n", Math.max(0, at - 1)) + 1;
  const line = text.slice(from).split("\n", 1)[0] ?? "";
  let i = Math.min(at - from, line.length);
  if (i > 0 && i === line.length) i--;
  while (i > 0 && /\s/.test(line[i] ?? "")) i--;
  const end = i + 1;
  while (i > 0 && !/[\s;|&]/.test(line[i] ?? "")) i--;
  while (i < end && /\s/.test(line[i] ?? "")) i++;
  return line.slice(i, end);
}

class Refusal extends Error {}
class EndOfText extends Error {}

function named({ text }: Token): string {
  return text === "\n" ? "newline" : text;
}

class Reader {
  readonly #text: string;
  /** Where the next token begins. */
  at: number;
  last: Token = { kind: "word", text: "" };

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  either(): void {
    this.#both();
    if (this.#isOperator("||")) this.either();
  }

  #both(): void {
    this.#term();
    if (this.#isOperator("&&")) this.#both();
  }

  #term(): void {
    const token = this.#nextBeyondLines();
    if (token.kind === "end") throw new Refusal("");
    if (token.text === "(" && token.kind === "operator") {
      this.either();
      if (!this.#isOperator(")"))
        throw new Refusal(this.last.kind === "word" ? "expected `)'" : `unexpected token \`${named(this.last)}', expected \`)'`);
      this.#nextBeyondLines();
    } else if (token.kind === "operator") throw new Refusal(`unexpected token \`${named(token)}' in conditional command`);
    else if (token.text === "!") this.#term();
    else if (UNARY.test(token.text)) this.#argument("unary");
    else this.#comparison();
  }

  #comparison(): void {
    const { kind, text } = this.#next();
    if (kind === "end" || (kind === "operator" && ["&&", "||", ")"].includes(text))) return;
    const isOperator = kind === "word" ? text === "=~" || BINARY.test(text) : text === "<" || text === ">";
    if (!isOperator)
      throw new Refusal(`${kind === "word" ? "" : `unexpected token \`${named(this.last)}', `}conditional binary operator expected`);
    this.#argument("binary", text === "=~" ? REGEX : WORD);
  }

  #argument(kind: "unary" | "binary", word = WORD): void {
    const token = this.#next(word);
    if (token.kind !== "word") throw new Refusal(`unexpected argument \`${named(token)}' to conditional ${kind} operator`);
    this.#nextBeyondLines();
  }

  #isOperator(text: string): boolean {
    return this.last.kind === "operator" && this.last.text === text;
  }

  #nextBeyondLines(): Token {
    let token = this.#next();
    while (token.text === "\n") {
      if (this.at >= this.#text.length) throw new EndOfText();
      token = this.#next();
    }
    return token;
  }

  #next(word = WORD): Token {
    const blanks = /^(?:[ \t]|\\\n)*/.exec(this.#text.slice(this.at))?.[0].length ?? 0;
    const rest = this.#text.slice(this.at + blanks);
    const found = word.exec(rest)?.[0];
    const text = found ?? OPERATOR.exec(rest)?.[0] ?? "\n";
    this.at = Math.min(this.#text.length, this.at + blanks + text.length);
    return (this.last = { kind: found === "]]" ? "end" : found === undefined ? "operator" : "word", text });
  }
}
