/** The interpreter's parts put together. */
import type { Program } from "../machine/program.ts";
import type { Resource } from "../machine/resource.ts";
import { BUILTINS } from "./builtins/table.ts";
import { run } from "./execute.ts";
import { runScript, runText } from "./run.ts";
import type { CompilePattern, Interpreter } from "./shell.ts";
import { dispatch } from "./simple-command.ts";

/** `program` is the shell itself, for scripts without `#!`. */
export function makeInterpreter(program: Program, patterns: Resource<CompilePattern>): Interpreter {
  return { builtins: BUILTINS, runScript, runNode: run, runText, runWords: dispatch, program, patterns };
}
