/**
 * Command lines as orchid's cmdr makes them, which is cobra with a usage text of its own: a tree of commands, each with its flags.
 * Source: Vanilla-OS/orchid:cmdr.
 *
 * @simplified Without `completion`, `docs` and `man`, and without cobra's guesses what may have been meant.
 */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { say } from "../abroot/pterm.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { FlagError, parseFlags } from "../go-flags.ts";

export interface Node {
  readonly name: string;
  /** Another name for it. */
  readonly alias?: string;
  readonly about: string;
  readonly options?: readonly Option[];
  readonly children?: readonly Node[];
  /** How many operands there must be. */
  readonly atLeast?: number;
  /** Flags behind the first operand belong to it. */
  readonly keepsFlags?: boolean;
  /** Throws `Told` for what cobra then says. */
  run?(proc: Process, options: ParsedOptions): Run<number>;
}

/** What a command gave back as an error. */
export class Told extends Error {}

/** Runs `root` with what the program was called with; `failure` is its status after an error. */
export function* runTree(proc: Process, root: Node, version: string, failure: number): Run<number> {
  const path = [root];
  const words = proc.argv.slice(1);
  for (;;) {
    const at = words.findIndex((word) => !word.startsWith("-"));
    const child = path.at(-1)?.children?.find(({ name, alias }) => [name, alias].includes(words[at] ?? ""));
    if (child === undefined) break;
    path.push(child);
    words.splice(at, 1);
  }
  const node = path.at(-1) ?? root;
  try {
    const options = parseFlags(flagsOf(node, root, version), words, node.keepsFlags !== true);
    if (node === root && options.operands.length > 0)
      throw new UnknownCommand(`unknown command "${options.operands[0] ?? ""}" for "${root.name}"`);
    if (node === root && options.has("version")) {
      yield* proc.print(`${root.name} version ${version}\n`);
      return 0;
    }
    if (options.has("help") || node.run === undefined) {
      yield* proc.print(`${node.about}\n\n${usage(path, version)}`);
      return 0;
    }
    const count = options.operands.length;
    if (count < (node.atLeast ?? 0)) throw new FlagError(`requires at least ${node.atLeast ?? 0} arg(s), only received ${count}`);
    return yield* node.run(proc, options);
  } catch (error) {
    if (!(error instanceof Told) && !(error instanceof FlagError)) throw error;
    const told = error instanceof UnknownCommand ? `Run '${root.name} --help' for usage.\n` : `${usage(path, version)}\n`;
    yield* proc.printError(`Error: ${error.message}\n${told}`);
    yield* say(proc, "error", error.message);
    return failure;
  }
}

class UnknownCommand extends FlagError {}

function flagsOf(node: Node, root: Node, version: string): readonly Option[] {
  const help = node === root ? `Show help for ${root.name}.` : `help for ${node.name}`;
  const all: readonly Option[] = [
    ...(node.options ?? []),
    { name: "help", short: "h", help },
    ...(node === root && version !== "" ? [{ name: "version", short: "v", help: `Show version for ${root.name}.` }] : []),
  ];
  return [...all].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** As the template has it, in which nobody fills in the last line. */
function usage(path: readonly Node[], version: string): string {
  const [root] = path;
  const node = path.at(-1);
  if (root === undefined || node === undefined) return "";
  const name = path.map((each) => each.name).join(" ");
  const children = [...(node.children ?? []), ...(node === root ? [HELP] : [])].sort((left, right) => (left.name < right.name ? -1 : 1));
  const runnable = node.run === undefined ? "" : `\n  ${name} [flags]`;
  const width = Math.max(MIN_PADDING, ...children.map((each) => each.name.length));
  const commands = children.map((each) => `\n  ${each.name.padEnd(width)} ${each.about}`).join("");
  return (
    `Usage:${runnable}${node.children === undefined ? "" : `\n  ${name} [command]`}` +
    (node.alias === undefined ? "" : `\n\nAliases:\n  ${node.name}, ${node.alias}`) +
    (node.children === undefined ? "" : `\n\nAvailable Commands:${commands}`) +
    `\n\nFlags:\n${flagLines(flagsOf(node, root, version))}` +
    (node.children === undefined ? "" : `\n\nUse %s for more information about a command.`) +
    "\n"
  );
}

const HELP: Node = { name: "help", about: "Help about any command" };
const MIN_PADDING = 11;

function flagLines(options: readonly Option[]): string {
  const left = options.map(
    ({ name, short, argument }) =>
      `  ${short === undefined ? "    " : `-${short}, `}--${name}${argument === undefined ? "" : ` ${argument}`}`,
  );
  const width = Math.max(...left.map((text) => text.length));
  return options.map(({ help }, at) => `${(left[at] ?? "").padEnd(width)}   ${help}`).join("\n");
}

/** A line of what is typed; undefined at the end. */
export function* scanLine(proc: Process): Run<string | undefined> {
  const line: number[] = [];
  for (;;) {
    const [byte] = yield* proc.read(0, 1);
    if (byte === undefined && line.length === 0) return undefined;
    if (byte === undefined || byte === NEWLINE) return decodeUtf8(Uint8Array.from(line));
    line.push(byte);
  }
}

const NEWLINE = 10;

/** A line of what is typed, as fmt.Scanln takes its one word. */
export function* scanWord(proc: Process): Run<string> {
  return ((yield* scanLine(proc)) ?? "").trim().split(/\s+/, 1)[0] ?? "";
}
