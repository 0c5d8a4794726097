/** `lab docs test`: what documentation shows of a console, typed at the machine it names and held against what that prints. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { blocksOf, DOCS_EXTENSIONS, type Block } from "../course/docs/blocks.ts";
import { around, machineOf, readConsole, type Attributes, type Step } from "../course/docs/console-block.ts";
import { agrees, compare, corrected } from "../course/docs/elision.ts";
import { perform } from "../lab/acts.ts";
import { Lab } from "../lab/lab.ts";
import { atOnce, Budget } from "../lab/settle.ts";
import { bootToPrompt, labOptions } from "./labs.ts";
import { painted } from "./painted.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Ticks that one command may take; a whole upgrade takes a million or two. */
const PATIENCE = 50_000_000;

interface Tally {
  passed: number;
  failed: number;
}

/** Tests the blocks of files, or of all pages below folders. With `--update` what a block shows is rewritten where it does not hold. */
export async function docsTest(args: readonly string[], output: Output): Promise<boolean> {
  const words = readWords(args, { flags: ["update"], values: [] });
  if (words.operands.length === 0) throw new UsageError("docs test: give files or folders");
  const tally = { passed: 0, failed: 0 };
  for (const file of words.operands.flatMap(pagesAt)) await new Page(file, words.flags.has("update"), output, tally).test();
  output.line(`${tally.passed} passed, ${tally.failed} failed`);
  if (tally.passed + tally.failed === 0) output.error('No block names a machine: write ```console immutable="silverblue".');
  return tally.failed === 0 && tally.passed > 0;
}

function pagesAt(path: string): readonly string[] {
  if (!existsSync(path)) throw new UsageError(`docs test: there is no ${path}`);
  if (!statSync(path).isDirectory()) {
    if (!DOCS_EXTENSIONS.includes(extname(path).slice(1)))
      throw new UsageError(`docs test: ${path} is none of ${DOCS_EXTENSIONS.map((each) => `.${each}`).join(" ")}`);
    return [path];
  }
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      return entry.isDirectory() || DOCS_EXTENSIONS.includes(extname(entry.name).slice(1)) ? pagesAt(inside) : [];
    });
}

/** One file: its machines, and what is to be rewritten in it. */
class Page {
  readonly #file: string;
  readonly #updates: boolean;
  readonly #output: Output;
  readonly #tally: Tally;
  /** Machines that several blocks share, by the name of their session. */
  readonly #shared = new Map<string, Lab>();

  constructor(file: string, updates: boolean, output: Output, tally: Tally) {
    this.#file = file;
    this.#updates = updates;
    this.#output = output;
    this.#tally = tally;
  }

  async test(): Promise<void> {
    const text = readFileSync(this.#file, "utf8");
    const lines = text.split("\n");
    // From the last to the first, so that the numbers of earlier lines stay as they are.
    const rewritten: { readonly block: Block; readonly lines: readonly string[] }[] = [];
    for (const block of blocksOf(extname(this.#file).slice(1), text) ?? [])
      rewritten.unshift({ block, lines: await this.#testBlock(block) });
    if (!this.#updates) return;
    for (const { block, lines: now } of rewritten)
      lines.splice(block.line - 1, block.lines.length, ...now.map((line) => (block.indent + line).trimEnd()));
    const updated = lines.join("\n");
    if (updated !== text) writeFileSync(this.#file, updated);
  }

  #fail(line: number, ...message: readonly string[]): void {
    this.#tally.failed++;
    const [first = "", ...more] = message;
    this.#output.line(`${this.#file}:${line}: ${first}`);
    for (const each of more) this.#output.line(`    ${each}`);
  }

  /** Returns what the block should show. */
  async #testBlock(block: Block): Promise<readonly string[]> {
    const console = readConsole(block.lines);
    const { preface, steps } = console;
    if (steps.length === 0) {
      this.#fail(
        block.line,
        `read ${JSON.stringify(preface[0] ?? "")}, expected a prompt: "$ ", "# " or a whole one such as "[learner@silverblue ~]$ "`,
        "Begin what is typed with it; a block of which nothing is to be tried names no machine.",
      );
      return block.lines;
    }
    const lab = this.#labFor(block);
    if (lab === undefined) return block.lines;
    const typist = new Typist(lab);
    const { before, after } = around(console, block.attributes);
    const now = [...preface];
    try {
      for (const line of before) await typist.type(line);
      for (const step of steps) {
        const printed = await typist.type(step.command);
        this.#judge(block, step, printed);
        now.push(...block.lines.slice(step.line, step.line + step.height), ...corrected(step.printed, printed));
      }
      for (const line of after) await typist.type(line);
      return now;
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      const step = steps.find(({ command }) => command === error.line);
      this.#fail(block.line + (step?.line ?? 0), error.message);
      return step === undefined ? block.lines : [...now, ...block.lines.slice(step.line)];
    }
  }

  #judge(block: Block, step: Step, printed: readonly string[]): void {
    if (agrees(step.printed, printed)) {
      this.#tally.passed++;
      return;
    }
    const differences = compare(step.printed, printed);
    if (this.#updates) {
      this.#tally.passed++;
      this.#output.line(`${this.#file}:${block.line + step.line}: updated: ${quoted(step.command)}`);
      return;
    }
    const before = differences.findIndex(({ kind }) => kind !== "same");
    this.#fail(
      block.line + step.line + step.height + Math.max(0, before),
      `${quoted(step.command)} prints something else (- the page, + the machine):`,
      ...differences.map(({ kind, line }) => `${kind === "same" ? " " : kind === "shown" ? "-" : "+"} ${line}`.trimEnd()),
    );
  }

  /** The block's machine, at its prompt; undefined after a complaint. */
  #labFor(block: Block): Lab | undefined {
    const session = block.attributes.get("session");
    const key = session === undefined ? undefined : `${session} ${machineOf(block.attributes) ?? ""}`;
    const shared = key === undefined ? undefined : this.#shared.get(key);
    if (shared !== undefined) return shared;
    try {
      const lab = freshLab(block.attributes);
      if (key !== undefined) this.#shared.set(key, lab);
      return lab;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#fail(Math.max(1, block.line - 1), error.message, "Mend what the block says of its machine.");
      return undefined;
    }
  }
}

/** A machine that has just started up, as a reader of the page gets it. */
function freshLab(attributes: Attributes): Lab {
  const values = new Map([["machine", machineOf(attributes) ?? ""]]);
  for (const name of ["flavour", "seed"]) {
    const value = attributes.get(name);
    if (value !== undefined) values.set(name, value);
  }
  const lab = new Lab(labOptions({ flags: new Set(), values, operands: [] }));
  bootToPrompt(lab);
  return lab;
}

/** A command as messages name it. */
function quoted(command: string): string {
  return `\`${command.replace(/\n[\s\S]*/, " …")}\``;
}

/** A line after which no prompt came. */
class Stuck extends Error {
  readonly line: string;

  constructor(line: string, why: string) {
    super(`${quoted(line)} ${why}`);
    this.line = line;
  }
}

/** Types lines at a console and reads what each of them prints. */
class Typist {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The lines that were printed, as a very wide terminal shows them. Throws `Stuck`. */
  async type(line: string): Promise<readonly string[]> {
    const lab = this.#lab;
    const mark = lab.mark();
    const boot = lab.machine.bootCount;
    const budget = new Budget(PATIENCE);
    for (const part of line.split("\n")) atOnce(perform(lab, [{ kind: "type", line: part }], budget));
    if (budget.isSpent) throw this.#stuck(line, "does not come to an end");
    // A shell inside the login shell waits, as that does, with bracketed paste switched on.
    if (!lab.machine.atPrompt && !(await painted(lab.shownSince(mark))).takesPaste)
      throw this.#stuck(line, lab.machine.power === "off" ? "switches the machine off" : "waits for something to be typed");
    const [command] = lab.commandsSince(mark);
    // What a machine shows on its way down and up is no command's.
    if (lab.machine.bootCount !== boot) return [];
    if (command === undefined) {
      if (line.trim() !== "") throw this.#stuck(line, "is not complete");
      return [];
    }
    const { rows } = await painted(lab.printedBy(command));
    // Of a shell that is still there, or that has gone back to the one around it, the last line is the prompt.
    return command.shownAtEnd === undefined ? rows.slice(0, -1) : rows;
  }

  /** Ctrl-C, so that who types next finds a prompt. */
  #stuck(line: string, why: string): Stuck {
    atOnce(perform(this.#lab, [{ kind: "keys", text: "\u0003" }], new Budget(PATIENCE)));
    return new Stuck(line, why);
  }
}
