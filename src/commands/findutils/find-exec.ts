/** Programs run by find: one for each file, or as few as possible. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { complain } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { stdout } from "../output.ts";
import { dirName } from "../paths.ts";
import { curly } from "../quote.ts";
import type { FoundFile } from "./find-types.ts";

/** Characters of arguments that go to one program. */
const MOST_CHARACTERS = 131072;

/** Runs `argv` to its end in `cwd`; the status, or undefined when it could not be run. */
export function* runProgram(proc: Process, argv: readonly string[], cwd: string | undefined): Run<number | undefined> {
  const name = argv[0] ?? "";
  yield* stdout(proc).flush();
  const path = findProgram(proc, name);
  if (path === undefined) {
    yield* complain(proc, `${curly(name)}: No such file or directory`);
    return undefined;
  }
  let child;
  try {
    child = proc.spawn({ argv, program: { path }, ...(cwd === undefined ? {} : { cwd }) });
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* complain(proc, `${curly(name)}: ${error.text}`);
    return undefined;
  }
  const ended = yield* proc.wait(child.pid);
  if (ended?.ending.kind === "exited") return ended.ending.status;
  if (ended?.ending.kind === "killed") yield* complain(proc, `${curly(name)} terminated by signal ${String(SIGNALS[ended.ending.signal])}`);
  return 1;
}

/** -exec … ; and -execdir … ; */
export function* runOnce(proc: Process, argv: readonly string[], file: FoundFile, inDirectory: boolean): Run<boolean> {
  const shown = inDirectory ? `./${file.name}` : file.path;
  const words = argv.map((word) => word.replaceAll("{}", shown));
  return (yield* runProgram(proc, words, inDirectory ? dirName(file.path) : undefined)) === 0;
}

/** -exec … {} +: gathers files and runs when enough have come together, or the directory changes with -execdir. */
export class ExecBatch {
  readonly #proc: Process;
  readonly #argv: readonly string[];
  readonly #inDirectory: boolean;
  #files: string[] = [];
  #characters = 0;
  #directory: string | undefined;
  #ok = true;

  constructor(proc: Process, argv: readonly string[], inDirectory: boolean) {
    this.#proc = proc;
    this.#argv = argv;
    this.#inDirectory = inDirectory;
  }

  *add(file: FoundFile): Run<boolean> {
    const directory = this.#inDirectory ? dirName(file.path) : undefined;
    if (this.#files.length > 0 && (directory !== this.#directory || this.#characters > MOST_CHARACTERS)) yield* this.#run();
    this.#directory = directory;
    const shown = this.#inDirectory ? `./${file.name}` : file.path;
    this.#files.push(shown);
    this.#characters += shown.length + 1;
    return true;
  }

  *finish(): Run<boolean> {
    if (this.#files.length > 0) yield* this.#run();
    return this.#ok;
  }

  *#run(): Run<void> {
    const files = this.#files;
    this.#files = [];
    this.#characters = 0;
    if ((yield* runProgram(this.#proc, [...this.#argv, ...files], this.#directory)) !== 0) this.#ok = false;
  }
}
