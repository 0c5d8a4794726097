import type { Command, Option } from "../command.ts";
import { ownName } from "../complain.ts";
import { parseOptions, UsageError } from "../options.ts";
import { stdout } from "../output.ts";

/** Exit statuses of getopt(1). */
const BAD_OPTION = 1;
const BAD_USE = 2;
const ENHANCED = 4;

const OWN: readonly Option[] = [
  { name: "alternative", short: "a", help: "allow long options starting with single -" },
  { name: "longoptions", short: "l", argument: "longopts", help: "the long options to be recognized" },
  { name: "name", short: "n", argument: "progname", help: "the name under which errors are reported" },
  { name: "options", short: "o", argument: "optstring", help: "the short options to be recognized" },
  { name: "quiet", short: "q", help: "disable error reporting by getopt(3)" },
  { name: "quiet-output", short: "Q", help: "no normal output" },
  {
    name: "shell",
    short: "s",
    argument: "shell",
    help: "set quoting conventions to those of <shell>",
    values: ["sh", "bash", "csh", "tcsh"],
  },
  { name: "test", short: "T", help: "test for getopt(1) version" },
  { name: "unquoted", short: "u", help: "do not quote the output" },
  { name: "help", short: "h", help: "display this help" },
  { name: "version", short: "V", help: "display version" },
];

/** getopt(1): a script's options in a form that it can read. */
export const getopt: Command = {
  name: "getopt",
  package: "util-linux",
  style: "gnu-posix",
  usage: [
    "getopt <optstring> <parameters>",
    "getopt [options] [--] <optstring> <parameters>",
    "getopt [options] -o|--options <optstring> [options] [--] <parameters>",
  ],
  about: "Parse command options.",
  options: OWN,
  usageStatus: BAD_USE,
  completes: "none",
  simplified: "long options behind a single dash (-a) are not built",
  *run(proc, options) {
    if (options.has("test")) return ENHANCED;
    const given = options.value("options");
    const [first, ...rest] = options.operands;
    if (given === undefined && first === undefined) throw new UsageError("missing optstring argument");
    const letters = given ?? first ?? "";
    let parameters = given === undefined ? rest : options.operands;
    if (parameters[0] === "--") parameters = parameters.slice(1);
    // The oldest way to call it: the letters and nothing else.
    const isOld = options.order.length === 0 && given === undefined;
    const style = letters.startsWith("+") || proc.env.has("POSIXLY_CORRECT") ? "gnu-posix" : "gnu";
    const table = [...shortOptions(letters.replace(/^[+-]/, "")), ...options.values("longoptions").flatMap(longOptions)];
    const name = options.value("name") ?? ownName(proc);
    const quoted = options.has("unquoted") || isOld ? (text: string) => text : (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    let out = "";
    let status = 0;
    let left = parameters;
    // What is wrong is told, and the rest is read all the same.
    for (;;) {
      try {
        const parsed = parseOptions({ options: [...table, ...HIDDEN], style }, left);
        for (const { name: option, value } of parsed.order) {
          const { argument } = table.find((one) => one.name === option) ?? {};
          out += ` ${option}${argument === undefined ? "" : ` ${quoted(value ?? "")}`}`;
        }
        out += ` --${parsed.operands.map((operand) => ` ${quoted(operand)}`).join("")}`;
        break;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        if (!options.has("quiet")) yield* proc.printError(`${name}: ${error.message}\n`);
        status = BAD_OPTION;
        const next = withoutFault(left, table, style);
        if (next === undefined) {
          out += " --";
          break;
        }
        left = next;
      }
    }
    if (!options.has("quiet-output")) yield* stdout(proc).print(`${out}\n`);
    return status;
  },
};

/** Nothing is known of itself in a table of a script's options. */
const HIDDEN: readonly Option[] = [
  { name: "help", long: false, help: "" },
  { name: "version", long: false, help: "" },
];

function option(spelled: string, dashes: string, marks: string): Option {
  const base = dashes === "-" ? { short: spelled, long: false as const } : { long: spelled };
  return {
    name: dashes + spelled,
    ...base,
    help: "",
    ...(marks === "" ? {} : { argument: "X" }),
    ...(marks === "::" ? { optional: true as const } : {}),
  };
}

function shortOptions(letters: string): Option[] {
  return [...letters.matchAll(/([^:])(:{0,2})/g)].map(([, letter = "", marks = ""]) => option(letter, "-", marks));
}

function longOptions(list: string): Option[] {
  return list
    .split(/[, ]+/)
    .filter((word) => word !== "")
    .map((word) => option(word.replace(/:+$/, ""), "--", /:{0,2}$/.exec(word)?.[0] ?? ""));
}

/** The parameters without the first that makes trouble: a whole word, or one letter of a bundle. */
function withoutFault(parameters: readonly string[], table: readonly Option[], style: "gnu" | "gnu-posix"): readonly string[] | undefined {
  const isRight = (words: readonly string[]): boolean => {
    try {
      parseOptions({ options: [...table, ...HIDDEN], style }, words);
      return true;
    } catch {
      return false;
    }
  };
  for (const [index, word] of parameters.entries()) {
    const rest = parameters.slice(index + 1);
    if (isRight(parameters.slice(0, index + 1)) || (index === parameters.length - 1 && word === "--")) continue;
    // An option that waits for its argument is right once it has it.
    if (rest.length > 0 && isRight(parameters.slice(0, index + 2))) continue;
    if (/^-[^-]./.test(word)) {
      const bad = [...word].findIndex((letter, at) => at > 0 && !table.some(({ short }) => short === letter));
      if (bad > 0) return [...parameters.slice(0, index), word.slice(0, bad) + word.slice(bad + 1), ...rest];
    }
    return [...parameters.slice(0, index), ...rest];
  }
  return undefined;
}
