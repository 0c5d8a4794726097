/** What is wrong with a text, in bash's words, from unbash's positions. */
import { conditionalError, tokenBeforeEnd } from "./conditional-errors.ts";
import { forEachChild, type ParsedScript, type SyntaxNode } from "unbash";

export interface SyntaxProblem {
  /** What the shell's status becomes. */
  readonly status: number;
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
  /** It is inside `$(…)`, whose reader gives up the whole shell. */
  readonly isFatal?: true;
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
  if (error === undefined) return strayParenthesis(text, script);
  const open = OPEN.find(([message]) => message === error.message);
  const operator = isArray(text, error.pos) ? operatorInArray(text, error.pos + 2) : undefined;
  if (operator !== undefined) return wrong(operator, `syntax error near unexpected token \`${tokenAt(text, operator)}'`, true, 1);
  if (open !== undefined) {
    const [, close, usual] = open;
    // `$((` is tried as arithmetic, which is read as a string is.
    const countedAt = text.startsWith("$((", error.pos) ? "position" : usual;
    return {
      isUnfinished: true,
      pos: error.pos,
      message: `unexpected EOF while looking for matching \`${close}'`,
      showsLine: false,
      countedAt,
      status: isArray(text, error.pos) ? 1 : 2,
    };
  }
  if (error.message.startsWith("expected three arithmetic")) {
    const header = /\(\([^)]*\)\)?/.exec(text.slice(text.lastIndexOf("((", error.pos)))?.[0] ?? "";
    return wrong(error.pos, `syntax error: arithmetic expression required\nsyntax error: \`${header}'`, false);
  }
  const before = tokenBefore(text, error);
  if (before !== undefined) return wrong(before.pos, `syntax error near unexpected token \`${before.token}'`);
  const at = skipBlank(text, error.pos);
  if (isOfConditional(text, error)) return ofConditional(text, error);
  if (at >= text.length) {
    if (needsWordOnLine(text, error.message)) return wrong(error.pos, "syntax error near unexpected token `newline'");
    return {
      isUnfinished: true,
      pos: error.pos,
      message: "syntax error: unexpected end of file",
      showsLine: false,
      countedAt: "end",
      status: 2,
    };
  }
  if (error.message === "expected redirect target" && /\n/.test(text.slice(error.pos, at)))
    return wrong(error.pos, "syntax error near unexpected token `newline'");
  return wrong(
    at,
    `syntax error near unexpected token \`${tokenAt(text, at)}'`,
    true,
    error.message.endsWith("in array assignment") ? 1 : 2,
  );
}

/** An error that no further input could mend. */
export function wrong(pos: number, message: string, showsLine = true, status = 2): SyntaxProblem {
  return { isUnfinished: false, pos, message, showsLine, countedAt: "position", status };
}

/** Whether an unfinished construct at `pos` is the list of an array's assignment, which bash reads with a status of its own. */
function isArray(text: string, pos: number): boolean {
  return text.startsWith("=(", pos);
}

interface Located {
  readonly message: string;
  readonly pos: number;
}

/** The error bash would meet first. An unterminated inner construct comes after the outer one in unbash's list, and first for bash. */
function innermost(script: ParsedScript): Located | undefined {
  const errors = script.errors ?? [];
  const first = errors[0];
  // Of an empty group, what stands where its first command should.
  if (first !== undefined && /^expected command in (subshell|brace group)/.test(first.message))
    return { message: first.message, pos: first.pos + 1 };
  if (first?.message.startsWith("unterminated") !== true) return first;
  return errors.filter((error) => error.message.startsWith("unterminated")).reduce((a, b) => (b.pos > a.pos ? b : a), first);
}

/** Where unbash points behind the token at fault, that token. */
function tokenBefore(text: string, error: Located): { readonly token: string; readonly pos: number } | undefined {
  const head = text.slice(0, error.pos);
  const word = /(\S+)\s*$/.exec(head)?.[1] ?? "";
  const found = (token: string) => ({ token, pos: head.lastIndexOf(token) });
  // The brace of what is around an open construct comes too early.
  if (/^expected '(fi|done|esac)' to close/.test(error.message) && /(?:^|[\n;&])[ \t]*\}$/.test(head)) return found("}");
  if (/^expected '(do|then)'/.test(error.message)) {
    if (CLOSERS.has(word)) return found(word);
    // Nothing at all between `if` or `while` and the semicolon.
    const empty = /(?:^|[\s;&|])(?:if|elif|while|until)\s*(;)[^;\n]*$/.exec(head);
    if (empty !== null) return { token: ";", pos: empty.index + empty[0].indexOf(";", 1) };
    const header =
      /\b(?:for|select)\s+[^\s;]+\s+(?!in\b|do\b)([^\s;]+)\s*$/.exec(head) ?? /\b(?:for|select)\s+[^;\n]*[;\n]\s*([^\s;]+)\s*$/.exec(head);
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
  return undefined;
}

/** Whether what is missing at the end must stand on the same line, so that the newline itself is the error. */
function needsWordOnLine(text: string, message: string): boolean {
  if (message === "expected redirect target" || message.startsWith("expected word after") || message.includes("coproc")) return true;
  // A pattern of case without its parenthesis.
  if (message.startsWith("expected 'esac'") && /(?:;;&?|;&|\sin)\s+\(?[^\s();&|]+$/.test(text)) return true;
  const keyword = /(?:^|[\s;&|])(for|case|select|function)\s*$/.exec(text)?.[1];
  switch (keyword) {
    case "for":
    case "select":
      return message === "expected 'do'";
    case "case":
      return message.startsWith("expected 'in'");
    default:
      return keyword === "function" && message.includes("function body");
  }
}

function isOfConditional(text: string, { message, pos }: Located): boolean {
  if (message.includes("']]'") || message.includes("test group")) return true;
  const open = text.lastIndexOf("[[", pos);
  return open >= 0 && !text.slice(open, pos).includes("]]");
}

/** `f( echo`: a parenthesis after the first word of a command makes a function, or nothing that is right. */
function strayParenthesis(text: string, script: ParsedScript): SyntaxProblem | undefined {
  if (!/[^\s$<>=?*+@!;&|(){}]\(/.test(text)) return undefined;
  let problem: SyntaxProblem | undefined;
  const visit = (node: SyntaxNode): void => {
    if (problem !== undefined) return;
    if (node.type === "Command" && node.name !== undefined) {
      const blank = /^[ \t]*\([ \t]*/.exec(text.slice(node.name.end))?.[0];
      if (blank !== undefined && text.slice(node.name.pos, node.name.end) === node.name.text) {
        const at = node.name.end + blank.length;
        problem = wrong(node.name.end, `syntax error near unexpected token \`${tokenAt(text, at)}'`);
      }
    }
    // What stands in quotes and backquotes has positions of its own.
    if (node.type !== "CommandExpansion" || node.script?.source === undefined) forEachChild(node, visit);
  };
  visit(script);
  return problem;
}

/** The first operator among the elements of `name=(…`, which has none. */
function operatorInArray(text: string, from: number): number | undefined {
  const token = /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$?\((?:[^()]|\([^()]*\))*\)|`[^`]*`|#[^\n]*|[;&|<>(]/gs;
  token.lastIndex = from;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) if (/^[;&|<>(]$/.test(found[0])) return found.index;
  return undefined;
}

/** Errors inside `[[ … ]]`: what bash's own reader of conditions says, then near what. */
function ofConditional(text: string, error: Located): SyntaxProblem {
  const open = text.lastIndexOf("[[", error.pos);
  const found = conditionalError(text, open);
  if (found === undefined || found === "unfinished")
    return {
      isUnfinished: true,
      pos: open,
      message: "unexpected EOF while looking for `]]'",
      showsLine: false,
      countedAt: "position",
      status: 2,
    };
  const near = `syntax error near \`${tokenBeforeEnd(text, found.end)}'`;
  return wrong(found.end - 1, found.message === "" ? near : `${found.message}\n${near}`);
}

/** The offset of the next token at or after `pos`: blanks, newlines, joined lines and comments are skipped. */
function skipBlank(text: string, pos: number): number {
  const skipped = /^(?:\s|\\\n|#[^\n]*)*/.exec(text.slice(pos))?.[0].length ?? 0;
  return pos + skipped;
}

function tokenAt(text: string, pos: number): string {
  const rest = text.slice(pos);
  if (rest.startsWith("\n") || rest === "") return "newline";
  return (
    (/^(?:&&|\|\||;;&|;;|;&|\|&|<<<|<<-|<<|>>|<&|>&|<>|>\||&>>|&>|[;&|()<>])/.exec(rest) ?? /^[^\s;&|()<>]+/.exec(rest))?.[0] ??
    rest.charAt(0)
  );
}
