import { bytewise, decodeUtf8 } from "../../base/utf8.ts";
import type { Command, Option } from "../command.ts";
import { Failure, knowsAsciiOnly, ownName, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { baseName } from "../paths.ts";
import { readWhole } from "../text-io.ts";
import { AwkSyntaxError, type Source } from "./lexer.ts";
import { Interpreter } from "./interpreter.ts";
import { parseProgram } from "./parser.ts";

const OPTIONS: readonly Option[] = [
  { name: "file", short: "f", argument: "progfile", help: "read the program from progfile" },
  { name: "field-separator", short: "F", argument: "fs", help: "use fs for the input field separator" },
  { name: "assign", short: "v", argument: "var=val", help: "assign val to the variable var before the program begins" },
  { name: "characters-as-bytes", short: "b", help: "treat all input data as single-byte characters", fidelity: "ignored" },
  { name: "traditional", short: "c", help: "run without GNU extensions", fidelity: "ignored" },
  { name: "source", short: "e", argument: "program-text", help: "use program-text as program source" },
  { name: "exec", short: "E", argument: "file", help: "like -f, the last option read" },
  { name: "lint", short: "L", argument: "fatal|invalid|no-ext", optional: true, help: "warn of dubious constructs", fidelity: "ignored" },
  { name: "bignum", short: "M", help: "arithmetic of any precision", fidelity: "unbuilt" },
  { name: "use-lc-numeric", short: "N", help: "use the locale's decimal point", fidelity: "ignored" },
  { name: "non-decimal-data", short: "n", help: "read octal and hexadecimal numbers in input", fidelity: "unbuilt" },
  { name: "optimize", short: "O", help: "optimize the program", fidelity: "ignored" },
  { name: "posix", short: "P", help: "run without GNU extensions, and stricter", fidelity: "ignored" },
  { name: "re-interval", short: "r", help: "interval expressions in regular expressions", fidelity: "ignored" },
  { name: "no-optimize", short: "s", help: "do not optimize the program", fidelity: "ignored" },
  { name: "sandbox", short: "S", help: "no system(), redirections or extensions", fidelity: "unbuilt" },
];

/** gawk(1), which Fedora's awk is. */
export const gawk: Command = {
  name: "gawk",
  package: "gawk",
  style: "gnu-posix",
  usage: ["gawk [POSIX or GNU style options] -f progfile [--] file ...", "gawk [POSIX or GNU style options] [--] 'program' file ..."],
  about: "Scan files for patterns, and process what matches.",
  options: OPTIONS,
  usageHint: "usage",
  completes: "files",
  simplified:
    "extensions, namespaces, coprocesses (|&), indirect calls and sort functions of one's own are not built; rand() gives other numbers for a seed",
  *run(proc, options) {
    const name = baseName(ownName(proc));
    const sources: Source[] = [];
    for (const given of options.order) {
      const value = given.value ?? "";
      if (given.name === "source") sources.push({ name: "cmd. line", text: value });
      else if (given.name === "file" || given.name === "exec") {
        try {
          sources.push({ name: value, text: decodeUtf8(yield* readWhole(proc, value === "/dev/stdin" ? "-" : value)) });
        } catch (error) {
          yield* proc.printError(`${name}: fatal: cannot open source file \`${value}' for reading: ${reason(error)}\n`);
          return 2;
        }
      }
    }
    let files = options.operands;
    if (sources.length === 0) {
      const [text, ...rest] = files;
      if (text === undefined) throw new UsageError("");
      sources.push({ name: "cmd. line", text });
      files = rest;
    }
    const assignments: (readonly [string, string])[] = [];
    const separator = options.value("field-separator");
    if (separator !== undefined) assignments.push(["FS", separator]);
    for (const text of options.values("assign")) {
      const equals = text.indexOf("=");
      if (equals < 0) throw new UsageError(`\`${text}' argument to \`-v' not in \`var=value' form\n`);
      assignments.push([text.slice(0, equals), text.slice(equals + 1)]);
      if (!/^[A-Za-z_][A-Za-z_0-9]*$/.test(text.slice(0, equals)))
        throw new Failure(`fatal: \`${text.slice(0, equals)}' is not a legal variable name`, 2);
    }
    try {
      const program = parseProgram(knowsAsciiOnly(proc) ? sources.map((source) => ({ ...source, text: bytewise(source.text) })) : sources);
      for (const warning of program.warnings) yield* proc.printError(`${name}: ${warning}\n`);
      return yield* new Interpreter(proc, program, { name, argv: [name, ...files], assignments }).run();
    } catch (error) {
      if (!(error instanceof AwkSyntaxError)) throw error;
      yield* proc.printError(error.message.replace(/^/gm, `${name}: `) + "\n");
      return 1;
    }
  },
};
