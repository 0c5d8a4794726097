/** Command substitution. */
import type { Command, Script } from "unbash";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import { TICK, type Run } from "../../machine/program.ts";
import { ending } from "../jobs.ts";
import { holdOutput } from "../allocation.ts";
import type { Shell } from "../shell.ts";
import { SourceText } from "../source.ts";
import { startSubshell } from "../subshell.ts";
import { parseScript } from "../syntax.ts";
import { diagnose } from "../syntax-errors.ts";
import { expandToText } from "./expand.ts";
import type { ScriptExpansion } from "./nodes.ts";

/** The output of a command, without its last newlines. Sets the status that a bare assignment ends with. */
export function* substituteCommand(shell: Shell, node: ScriptExpansion): Run<string> {
  const script = node.script;
  if (script === undefined) return "";
  const source = script.source === undefined ? shell.source : new SourceText(script.source, shell.line);
  if (script.errors !== undefined && script.errors.length > 0) return yield* complainOfScript(shell, node);
  const parts = isFileRead(script) ? [yield* readWholeFile(shell, script)] : yield* capture(shell, script, source);
  const { text, hasNul } = yield* decodeParts(parts);
  if (hasNul) yield* shell.complain("warning: command substitution: ignored null byte in input");
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** The parts as one text without NULs; a part takes a tick. */
function* decodeParts(parts: readonly Uint8Array[]): Run<{ readonly text: string; readonly hasNul: boolean }> {
  let text = "";
  let hasNul = false;
  /** Of a character that the end of a part cut. */
  let cut = new Uint8Array();
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    const joined = cut.length === 0 ? part : new Uint8Array([...cut, ...part]);
    const end = isLast ? joined.length : joined.length - cutLength(joined);
    cut = joined.slice(end);
    const bytes = joined.subarray(0, end);
    const isClean = !bytes.includes(0);
    hasNul ||= !isClean;
    text += decodeUtf8(isClean ? bytes : bytes.filter((byte) => byte !== 0));
    if (!isLast) yield TICK;
  }
  return { text, hasNul };
}

/** How many bytes at the end begin a character that is not whole. */
function cutLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** Backquotes are read when they are run: their errors leave an empty result. */
function* complainOfScript(shell: Shell, node: ScriptExpansion): Run<string> {
  const text = node.text.startsWith("`") ? node.text.slice(1, -1) : node.text.slice(2, -1);
  const problem = diagnose(text, parseScript(text));
  const line = shell.line + (problem?.countedAt === "end" ? 1 : 0);
  const prefix = `${shell.scriptName()}: command substitution: line ${line}: `;
  yield* shell.writeError(`${prefix}${problem?.message ?? "syntax error"}\n`);
  if (problem?.showsLine === true) yield* shell.writeError(`${prefix}\`${text}'\n`);
  shell.substitutionStatus = shell.state.status = 2;
  return "";
}

function* capture(shell: Shell, script: Script, source: SourceText): Run<readonly Uint8Array[]> {
  const { sys } = shell.proc;
  const [reader, writer] = sys.pipe();
  const fds = shell.descriptorsForChild();
  fds.delete(reader);
  fds.delete(writer);
  fds.set(1, writer);
  const child = yield* startSubshell(shell, { fds, background: false }, (inner) => {
    inner.source = source;
    inner.traceDepth++;
    if (!inner.options.shopt("inherit_errexit") && !inner.options.has("posix")) inner.options.set("errexit", false);
    return inner.interpreter.runScript(inner, script, source, { last: true });
  });
  sys.close(writer);
  const output = yield* readAll(shell, reader);
  sys.close(reader);
  const status = yield* ending(shell, child.pid);
  shell.substitutionStatus = status;
  shell.state.status = status;
  // The line is given up: nobody will look at what there is.
  return shell.interactive && shell.pendingSignals.includes("INT") && !shell.state.traps.has("INT") ? [] : output;
}

/** As proc.readToEnd, but goes on after a signal that was caught. */
function* readAll(shell: Shell, fd: number): Run<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    let part: Uint8Array;
    try {
      part = yield* shell.proc.read(fd, 65536);
    } catch (error) {
      if (isSysError(error, "EINTR")) continue;
      throw error;
    }
    if (part.length === 0) break;
    parts.push(part);
    length += part.length;
    holdOutput(shell, part.length, length);
  }
  holdOutput(shell, -length, length);
  return parts;
}

/** `$(< file)`. */
function isFileRead(script: Script): boolean {
  return fileRead(script) !== undefined;
}

function fileRead(script: Script): Command["redirects"][number] | undefined {
  const command = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (command?.type !== "Command" || command.name !== undefined || command.prefix.some((part) => part.type === "Assignment"))
    return undefined;
  const redirect = command.redirects.length === 1 ? command.redirects[0] : undefined;
  return redirect?.type === "Redirect" && redirect.operator === "<" && redirect.descriptor === undefined ? redirect : undefined;
}

function* readWholeFile(shell: Shell, script: Script): Run<Uint8Array> {
  const redirect = fileRead(script);
  if (redirect?.type !== "Redirect" || redirect.target === undefined) return new Uint8Array();
  const path = yield* expandToText(shell, redirect.target);
  try {
    const bytes = yield* shell.proc.readFile(path);
    shell.substitutionStatus = shell.state.status = 0;
    return bytes;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* shell.complain(`${path}: ${error.text}`);
    shell.substitutionStatus = shell.state.status = 1;
    return new Uint8Array();
  }
}
