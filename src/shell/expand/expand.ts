/** Expansion of words, in bash's order: tilde, parameters, commands, arithmetic; then splitting, file names, quote removal. */
import { inLocale } from "../characters.ts";
import { append } from "../../base/append.ts";
import type { WordPart, Word } from "unbash";
import { TICK, type Run } from "../../machine/program.ts";
import { holdWords } from "../allocation.ts";
import { evaluateText } from "../arithmetic-expansion.ts";
import { ShellError } from "../errors.ts";
import { Pattern } from "../pattern.ts";
import type { Shell } from "../shell.ts";
import { SourceText } from "../source.ts";
import { parseAsHereDoc } from "../syntax.ts";
import { substituteCommand } from "./command.ts";
import { FieldBuilder, type Field } from "./fields.ts";
import { glob } from "./glob.ts";
import { expandParameter } from "./parameter.ts";
import { substituteProcess } from "./process.ts";
import { piecesOfHereDoc, templateOf, templatesOf, templateWithoutBraces, type Piece, type Reading } from "./template.ts";
import { handleSignals } from "../traps.ts";
import { tilde } from "./tilde.ts";

/** The default of IFS, and what counts while it is unset. */
const DEFAULT_SEPARATORS = " \t\n";

/** More than a command usually has. */
const WORDS_PER_TICK = 512;

/** Characters of an expansion that are split at once. */
const SPLIT_PER_TICK = 32768;

/** IFS as it stands. */
export function separators(shell: Shell): string {
  return shell.variables.scalar("IFS") ?? DEFAULT_SEPARATORS;
}

/** Command arguments: every expansion. */
export function* expandWords(shell: Shell, words: readonly Word[]): Run<string[]> {
  const out: string[] = [];
  const memory = { held: 0, counted: 0 };
  try {
    for (const word of words) yield* expandArgument(shell, word, out, memory);
  } finally {
    shell.proc.hold(-memory.held);
  }
  return out;
}

/** Memory for words of one command on their way: how many bytes are held, and for how many words. */
interface WordMemory {
  held: number;
  counted: number;
}

/** Every so many words: their memory is asked for, and somebody else may run. */
function* pause(shell: Shell, out: readonly string[], memory: WordMemory, maker: "braces" | "expansion"): Run<void> {
  const count = out.length - memory.counted;
  if (count < WORDS_PER_TICK) return;
  memory.held += holdWords(shell, count, out.at(-1) ?? "", maker);
  memory.counted = out.length;
  yield TICK;
  if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
}

function* expandArgument(shell: Shell, word: Word, out: string[], memory: WordMemory): Run<void> {
  const templates = shell.options.has("braceexpand") ? templatesOf(word, "argument") : [templateWithoutBraces(word)];
  for (const { pieces, constant } of templates) {
    yield* pause(shell, out, memory, "braces");
    if (constant !== undefined) {
      // An alternative of braces that is nothing, not even quotes, is no word.
      if (constant !== "" || pieces.some((piece) => piece.kind === "double" || piece.kind === "quoted")) out.push(constant);
      continue;
    }
    const builder = new FieldBuilder(separators(shell));
    yield* emit(shell, pieces, builder, { quoted: false, splitsLiterals: false });
    for (const field of builder.end()) {
      yield* addFileNames(shell, field, out);
      yield* pause(shell, out, memory, "expansion");
    }
  }
}

function* addFileNames(shell: Shell, field: Field, out: string[]): Run<void> {
  const { options } = shell;
  if (options.has("noglob") || !field.isPattern(options.shopt("extglob"))) {
    out.push(field.text);
    return;
  }
  const found = yield* glob(shell, field.pattern);
  if (found.length > 0) append(out, found);
  else if (options.shopt("failglob")) throw new ShellError(`no match: ${field.text}`, "line");
  else if (!options.shopt("nullglob")) out.push(field.text);
}

/** A word as one field: no splitting, no file names. */
export function* expandToField(shell: Shell, word: Word, reading: Exclude<Reading, "argument">): Run<Field> {
  const builder = new FieldBuilder(undefined);
  yield* emit(shell, templateOf(word, reading).pieces, builder, { quoted: reading === "operand", splitsLiterals: false });
  return builder.single();
}

/** A word as one string: the value of an assignment, the word of `case`, the target of a redirection. */
export function* expandToText(shell: Shell, word: Word, reading: Exclude<Reading, "argument"> = "word"): Run<string> {
  const { constant } = templateOf(word, reading);
  return constant ?? (yield* expandToField(shell, word, reading)).text;
}

/** A word as a pattern under the options of the moment: `case`, `[[ x == … ]]` (which knows extended patterns always), `${x#…}`. */
export function* expandToPattern(shell: Shell, word: Word, extglob = shell.options.shopt("extglob")): Run<Pattern> {
  return new Pattern(inLocale(shell, (yield* expandToField(shell, word, "word")).pattern), {
    extglob,
    ignoreCase: shell.options.shopt("nocasematch"),
  });
}

/** The body of a here-document, or any text with `$` active and quotes not: arithmetic, prompts. */
export function* expandHereDoc(shell: Shell, parts: readonly WordPart[]): Run<string> {
  const builder = new FieldBuilder(undefined);
  yield* emit(shell, piecesOfHereDoc(parts), builder, { quoted: true, splitsLiterals: false });
  return builder.single().text;
}

/** As `expandHereDoc`, for text that comes up at run time: arithmetic, PS1, `${x@P}`. */
export function* expandText(shell: Shell, text: string): Run<string> {
  if (!/[$`\\]/.test(text)) return text;
  const fragment = shell.fragments.get(text, parseAsHereDoc);
  const outer = shell.source;
  shell.source = new SourceText(fragment.text, shell.line - 1);
  try {
    return yield* expandHereDoc(shell, fragment.parts);
  } finally {
    shell.source = outer;
  }
}

interface Context {
  /** Inside double quotes: nothing is split and nothing is a pattern. */
  readonly quoted: boolean;
  /** Text of the script counts as the result of an expansion: the operand of an unquoted `${x:-a b}`. */
  readonly splitsLiterals: boolean;
}

/** Expands `pieces` into `out`. */
export function* emit(shell: Shell, pieces: readonly Piece[], out: FieldBuilder, context: Context): Run<void> {
  for (const piece of pieces) {
    switch (piece.kind) {
      case "literal":
        if (context.quoted) out.quoted(piece.text);
        else if (context.splitsLiterals) yield* addExpansion(shell, out, piece.text);
        else out.literal(piece.text);
        break;
      case "quoted":
        out.quoted(piece.text);
        break;
      case "double": {
        const before = out.emptyLists;
        yield* emit(shell, piece.pieces, out, { ...context, quoted: true });
        if (out.emptyLists === before) out.touch();
        break;
      }
      case "tilde":
        out.quoted(tilde(shell, piece.user));
        break;
      case "command":
        yield* add(shell, out, context, yield* substituteCommand(shell, piece.node));
        break;
      case "arithmetic":
        yield* add(shell, out, context, String(yield* evaluateText(shell, piece.text)));
        break;
      case "process":
        out.quoted(yield* substituteProcess(shell, piece.operator, piece.node));
        break;
      case "parameter":
        yield* expandParameter(shell, piece, out, context.quoted);
    }
  }
}

function* add(shell: Shell, out: FieldBuilder, context: Context, text: string): Run<void> {
  if (context.quoted) out.quoted(text);
  else yield* addExpansion(shell, out, text);
}

/** Puts the result of an unquoted expansion into `out`, a part at a time: there may be megabytes to split. */
export function* addExpansion(shell: Shell, out: FieldBuilder, text: string): Run<void> {
  if (!out.splits || text.length <= SPLIT_PER_TICK) return out.expansion(text);
  let held = 0;
  try {
    for (let at = 0; at < text.length; at += SPLIT_PER_TICK) {
      const before = out.count;
      out.expansion(text.slice(at, at + SPLIT_PER_TICK));
      held += holdWords(shell, out.count - before, "", "expansion");
      yield TICK;
      if (shell.pendingSignals.length > 0) yield* handleSignals(shell);
    }
  } finally {
    // The words are counted once more when the command has them.
    shell.proc.hold(-held);
  }
}
