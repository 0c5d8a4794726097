/** Process substitution: `<(…)` and `>(…)` as names under /dev/fd. */
import type { Run } from "../../machine/program.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { SourceText } from "../source.ts";
import { startSubshell } from "../subshell.ts";
import { diagnose } from "../syntax-errors.ts";
import type { ScriptExpansion } from "./nodes.ts";

/** bash hands out descriptors from here downwards. */
const HIGHEST = 63;

/** Starts the command and gives the name by which its other end is opened. The shell closes it after the command at hand. */

export function* substituteProcess(shell: Shell, operator: "<" | ">", node: ScriptExpansion): Run<string> {
  const script = node.script;
  if (script === undefined) return "";
  const source = script.source === undefined ? shell.source : new SourceText(script.source, shell.line);
  if (script.errors !== undefined && script.errors.length > 0)
    throw new ShellError(diagnose(source.text, script)?.message ?? "syntax error", "line");
  const { sys } = shell.proc;
  const [reader, writer] = sys.pipe();
  const [ours, theirs] = operator === "<" ? [reader, writer] : [writer, reader];
  const fds = shell.descriptorsForChild();
  fds.delete(reader);
  fds.delete(writer);
  fds.set(operator === "<" ? 1 : 0, theirs);
  const child = yield* startSubshell(shell, { fds, background: true, keepsInput: true }, (inner) =>
    inner.interpreter.runScript(inner, script, source, { last: true }),
  );
  sys.close(theirs);
  const name = freeDescriptor(sys.descriptors());
  sys.dup2(ours, name);
  sys.close(ours);
  shell.substitutions.push(name);
  shell.state.lastBackground = child.pid;
  return `/dev/fd/${name}`;
}

function freeDescriptor(used: readonly number[]): number {
  let fd = HIGHEST;
  while (used.includes(fd)) fd--;
  return fd;
}

/** Closes the descriptors of substitutions made since there were `kept`. */
export function closeSubstitutions(shell: Shell, kept: number): void {
  const ends = shell.substitutions.splice(kept);
  if (!shell.isReplaced) for (const fd of ends) if (shell.proc.sys.descriptors().includes(fd)) shell.proc.sys.close(fd);
}
