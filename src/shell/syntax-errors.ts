/** What is wrong with a text, in bash's words, from unbash's positions. */
import type { ParsedScript } from "unbash";

export interface SyntaxProblem {
  /** More input could make it right: a prompt asks for it, the end of a file is an error. */
  readonly isUnfinished: boolean;
  /** Where bash's parser stopped. */
  readonly pos: number;
  /** After the prefix, e.g. "syntax error near unexpected token `fi'". */
  readonly message: string;
  /** Whether bash then shows the line it was reading. */
  readonly showsLine: boolean;
  /** Where the line number is counted: at `pos`, or at the end of the text. */
  readonly countedAt: "position" | "end";
}

/** The closing mark that "unexpected EOF while looking for matching" names, by unbash's message. */
const OPEN: readonly (readonly [message: string, close: string, countedAt: "position" | "end"])[] = [
  ["unterminated single quote", "'", "position"],
  ["unterminated ANSI-C quote", "'", "position"],
  ["unterminated double quote", '"', "position"],
  ["unterminated backtick", "`", "position"],
  ["unterminated parameter expansion", "}", "position"],
  ["unterminated command substitution", ")", "end"],
  ["unterminated process substitution", ")", "end"],
  ["unterminated arithmetic expansion", ")", "position"],
  ["unterminated arithmetic command", ")", "position"],
  ["unterminated arithmetic for header", ")", "position"],
  ["unterminated extended glob", ")", "position"],
  ["unterminated array subscript", "]", "position"],
];

/** Words that end or go on with a construct: never what a missing word could be. */
const CLOSERS = new Set(["done", "fi", "esac", "do", "then", "else", "elif", "}"]);

/** The first problem of `script`, or undefined. */
export function diagnose(text: string, script: ParsedScript): SyntaxProblem | undefined {
  const error = innermost(script);
  if (error === undefined) return undefined;
  const open = OPEN.find(([message]) => message === error.message);
  if (open !== undefined) {
    const [, close, countedAt] = open;
    return { isUnfinished: true, pos: error.pos, message: `unexpected EOF while looking for matching \`${close}'`, showsLine: false, countedAt };
  }
  if (error.message.startsWith("expected three arithmetic")) {
    const header = /\(\([^)]*\)\)?/.exec(text.slice(text.lastIndexOf("((", error.pos)))?.[0] ?? "";
    return wrong(error.pos, `syntax error: arithmetic expression required\n\`${header}'`, false);
  }
  const before = tokenBefore(text, error);
  if (before !== undefined) return wrong(before.pos, `syntax error near unexpected token \`${before.token}'`);
  const at = skipBlank(text, error.pos);
  if (at >= text.length) {
    if (needsWordOnLine(text, error.message)) return wrong(error.pos, "syntax error near unexpected token `newline'");
    if (error.message.includes("]]") || error.message.includes("test group")) {
      const message = /\]\]\s*$/.test(text) ? "unexpected token `]]'" : "unexpected EOF while looking for `]]'";
      return { isUnfinished: !/\]\]\s*$/.test(text), pos: error.pos, message, showsLine: false, countedAt: "position" };
    }
    return { isUnfinished: true, pos: error.pos, message: "syntax error: unexpected end of file", showsLine: false, countedAt: "end" };
  }
  if (error.message === "expected redirect target" && /\n/.test(text.slice(error.pos, at))) return wrong(error.pos, "syntax error near unexpected token `newline'");
  const conditional = inConditional(text, error);
  if (conditional !== undefined) return wrong(at, conditional);
  return wrong(at, `syntax error near unexpected token \`${tokenAt(text, at)}'`);
}

function wrong(pos: number, message: string, showsLine = true): SyntaxProblem {
  return { isUnfinished: false, pos, message, showsLine, countedAt: "position" };
}

interface Located {
  readonly message: string;
  readonly pos: number;
}

/** The error bash would meet first. An unterminated inner construct comes after the outer one in unbash's list, and first for bash. */
function innermost(script: ParsedScript): Located | undefined {
  const errors = script.errors ?? [];
  const first = errors[0];
  if (first?.message.startsWith("unterminated") !== true) return first;
  return errors.filter((error) => error.message.startsWith("unterminated")).reduce((a, b) => (b.pos > a.pos ? b : a), first);
}

/** Where unbash points behind the token at fault, that token. */
function tokenBefore(text: string, error: Located): { readonly token: string; readonly pos: number } | undefined {
  const head = text.slice(0, error.pos);
  const word = /(\S+)\s*$/.exec(head)?.[1] ?? "";
  const found = (token: string) => ({ token, pos: head.lastIndexOf(token) });
  if (/^expected '(do|then)'/.test(error.message)) {
    if (CLOSERS.has(word)) return found(word);
    const header = /\b(?:for|select)\s+[^\s;]+\s+(?!in\b|do\b)([^\s;]+)\s*$/.exec(head) ?? /\b(?:for|select)\s+[^;\n]*[;\n]\s*([^\s;]+)\s*$/.exec(head);
    if (header?.[1] !== undefined) return found(header[1]);
  }
  if (error.message.startsWith("expected 'in'")) {
    const stray = /\bcase\s+\S+\s+(\S+)\s*$/.exec(head)?.[1];
    if (stray !== undefined) return found(stray);
  }
  if (error.message === "unexpected token ')'") {
    // `echo (a)`: bash stops at the word after the parenthesis.
    const inner = /[^\s;&|(){}]\s*\(\s*([^\s;&|()]+)\s*$/.exec(head)?.[1];
    if (inner !== undefined) return found(inner);
  }
  if (error.message === "expected command in subshell") {
    const close = text.indexOf(")", error.pos);
    if (close >= 0) return { token: ")", pos: close };
  }
  if (error.message === "expected command in brace group") {
    const at = skipBlank(text, error.pos + 1);
    if (at < text.length) return { token: tokenAt(text, at), pos: at };
  }
  return undefined;
}

/** Whether what is missing at the end must stand on the same line, so that the newline itself is the error. */
function needsWordOnLine(text: string, message: string): boolean {
  return message === "expected redirect target" || /(^|[\s;&|])(for|case|select|coproc|function)\s*$/.test(text) || message.startsWith("expected word after");
}

function inConditional(text: string, error: Located): string | undefined {
  const open = text.lastIndexOf("[[", error.pos);
  if (open < 0 || text.slice(open, error.pos).includes("]]")) return undefined;
  const token = tokenAt(text, skipBlank(text, error.pos));
  if (error.message.startsWith("expected operand")) return `unexpected argument \`${token}' to conditional unary operator\nsyntax error near \`${token}'`;
  if (error.message.startsWith("unexpected argument")) return `unexpected argument \`${token}' to conditional binary operator\nsyntax error near \`${token}'`;
  if (error.message.startsWith("unexpected token")) return `conditional binary operator expected\nsyntax error near \`${token}'`;
  return undefined;
}

/** The offset of the next token at or after `pos`: blanks, newlines, joined lines and comments are skipped. */
function skipBlank(text: string, pos: number): number {
  const skipped = /^(?:\s|\\\n|#[^\n]*)*/.exec(text.slice(pos))?.[0].length ?? 0;
  return pos + skipped;
}

function tokenAt(text: string, pos: number): string {
  const rest = text.slice(pos);
  if (rest.startsWith("\n") || rest === "") return "newline";
  return (/^(?:&&|\|\||;;&|;;|;&|\|&|<<<|<<-|<<|>>|<&|>&|<>|>\||&>>|&>|[;&|()<>])/.exec(rest) ?? /^[^\s;&|()<>]+/.exec(rest))?.[0] ?? rest.charAt(0);
}
