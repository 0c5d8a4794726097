/** abroot(1): full immutability and atomicity by transacting between two root partitions. */
import { readConfig } from "../../engines/abroot/config.ts";
import { AbrootError } from "../../engines/abroot/error.ts";
import type { Servers } from "../../engines/abroot/registry.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option } from "../command.ts";
import { FlagError, parseFlags } from "../go-flags.ts";
import type { Verb } from "./call.ts";
import { say } from "./pterm.ts";
import { ROOT_REQUIRED, VERBS } from "./verbs.ts";

const ABOUT = "ABRoot provides full immutability and atomicity by performing transactions between 2 root partitions (A<->B)";
const VERSION = "2.6.0";
const GLOBAL: readonly Option[] = [
  { name: "help", short: "h", help: "Show help for abroot." },
  { name: "verbose", short: "v", help: "show more detailed output" },
];

export function abrootCommand(servers: Servers): Command {
  return {
    name: "abroot",
    package: "abroot",
    style: "raw",
    usage: ["abroot [command]"],
    about: ABOUT,
    options: [...GLOBAL, { name: "version", help: "Show version for abroot." }],
    subcommands: VERBS.map(({ name, about, options }) => ({ name, help: about, options, completes: "none" })),
    operandsFor: (_, [verb, ...words]) => (words.length > 0 ? undefined : VERBS.find(({ name }) => name === verb)?.operands?.split("|")),
    simplified: "Progress is shown as lines, not as pterm's animated bars; a dumped status is not compressed.",
    run: (proc) => run(proc, servers),
  };
}

function* run(proc: Process, servers: Servers): Run<ExitStatus> {
  const args = proc.argv.slice(1);
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const verb = VERBS.find(({ name }) => name === args[at]);
  try {
    if (verb === undefined) {
      if (at >= 0) throw new FlagError(`unknown command "${args[at] ?? ""}" for "abroot"`);
      const options = parseFlags([...GLOBAL, { name: "version", help: "" }], args);
      yield* proc.print(options.has("version") ? `abroot version ${VERSION}\n` : helpText());
      return 0;
    }
    const options = parseFlags([...GLOBAL, ...verb.options], [...args.slice(0, at), ...args.slice(at + 1)]);
    if (options.has("help")) {
      yield* proc.print(verbHelp(verb));
      return 0;
    }
    const { exactly, atLeast = 0 } = verb.operandCount ?? {};
    const count = options.operands.length;
    if (exactly !== undefined && count !== exactly) throw new FlagError(`accepts ${exactly} arg(s), received ${count}`);
    if (count < atLeast) throw new FlagError(`requires at least ${atLeast} arg(s), only received ${count}`);
    const unknown = options.operands.find((word) => verb.name === "kargs" && !verb.operands?.split("|").includes(word));
    if (unknown !== undefined) throw new FlagError(`invalid argument "${unknown}" for "abroot ${verb.name}"`);
    if (verb.needsRoot && !proc.sys.credentials.privileged) {
      yield* say(proc, "error", ROOT_REQUIRED);
      return 0; // the real one's status, too
    }
    return yield* verb.run({ proc, options, config: readConfig(proc.sys), servers });
  } catch (error) {
    if (error instanceof FlagError) {
      yield* proc.printError(`Error: ${error.message}\n`);
      yield* say(proc, "error", error.message);
      return 0;
    }
    if (!(error instanceof AbrootError) && !isSysError(error)) throw error;
    yield* say(proc, "error", error instanceof AbrootError ? error.message : goText(error));
    return 1;
  }
}

/** As Go's os.PathError reads. */
function goText(error: { readonly call?: string; readonly text: string }): string {
  return error.text.charAt(0).toLowerCase() + error.text.slice(1);
}

function helpText(): string {
  const width = Math.max(...VERBS.map(({ name }) => name.length));
  const commands = VERBS.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}\n`).join("");
  return `${ABOUT}\n\nUsage:\n  abroot [command]\n\nAvailable Commands:\n${commands}\nFlags:\n${flags([...GLOBAL, { name: "version", help: "Show version for abroot." }])}\nUse "abroot [command] --help" for more information about a command.\n`;
}

function verbHelp({ name, about, operands, options, example }: Verb): string {
  const line = ["abroot", name, operands ?? "", "[flags]"].filter((word) => word !== "").join(" ");
  return `${about}\n\nUsage:\n  ${line}\n${example === undefined ? "" : `\nExamples:\n${example}\n`}\nFlags:\n${flags([...options, ...GLOBAL])}`;
}

function flags(options: readonly Option[]): string {
  const left = options.map(({ name, short }) => `  ${short === undefined ? "    " : `-${short}, `}--${name}`);
  const width = Math.max(...left.map((text) => text.length));
  return options.map(({ help }, at) => `${(left[at] ?? "").padEnd(width)}   ${help}\n`).join("");
}
