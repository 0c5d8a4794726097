import { bytewise, decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, knowsAsciiOnly, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { curly } from "../quote.ts";
import { readWhole } from "../text-io.ts";
import { Executor } from "./executor.ts";
import { Input } from "./input.ts";
import { parseScript, ScriptError, type ScriptPart } from "./script.ts";

/** What sed(1) tells whoever calls it wrongly, and --help. */
const HELP = `
  -n, --quiet, --silent
                 suppress automatic printing of pattern space
      --debug
                 annotate program execution
  -e script, --expression=script
                 add the script to the commands to be executed
  -f script-file, --file=script-file
                 add the contents of script-file to the commands to be executed
  --follow-symlinks
                 follow symlinks when processing in place
  -i[SUFFIX], --in-place[=SUFFIX]
                 edit files in place (makes backup if SUFFIX supplied)
  -l N, --line-length=N
                 specify the desired line-wrap length for the \`l' command
  --posix
                 disable all GNU extensions.
  -E, -r, --regexp-extended
                 use extended regular expressions in the script
                 (for portability use POSIX -E).
  -s, --separate
                 consider files as separate rather than as a single,
                 continuous long stream.
      --sandbox
                 operate in sandbox mode (disable e/r/w commands).
  -u, --unbuffered
                 load minimal amounts of data from the input files and flush
                 the output buffers more often
  -z, --null-data
                 separate lines by NUL characters
      --help     display this help and exit
      --version  output version information and exit

If no -e, --expression, -f, or --file option is given, then the first
non-option argument is taken as the sed script to interpret.  All
remaining arguments are names of input files; if no input files are
specified, then the standard input is read.

GNU sed home page: <https://www.gnu.org/software/sed/>.
General help using GNU software: <https://www.gnu.org/gethelp/>.
`;

/** sed(1). */
export const sed: Command = {
  name: "sed",
  package: "sed",
  unwrittenStatus: 4,
  unwritten: (why) => `couldn't ${why.startsWith("Bad") ? "close" : "flush"} stdout: ${why}`,
  style: "gnu",
  usage: ["sed [OPTION]... {script-only-if-no-other-script} [input-file]..."],
  about: "Edit text as a stream of lines.",
  options: [
    { name: "quiet", short: "n", alsoLong: ["silent"], help: "suppress automatic printing of pattern space" },
    { name: "debug", help: "annotate program execution" },
    { name: "expression", short: "e", argument: "script", help: "add the script to the commands to be executed" },
    { name: "file", short: "f", argument: "script-file", help: "add the contents of script-file to the commands to be executed" },
    { name: "binary", short: "b", help: "open files in binary mode (CR+LFs are not processed specially)", fidelity: "ignored" },
    { name: "follow-symlinks", help: "follow symlinks when processing in place" },
    { name: "in-place", short: "i", argument: "SUFFIX", optional: true, help: "edit files in place (makes backup if SUFFIX supplied)" },
    { name: "line-length", short: "l", argument: "N", help: "specify the desired line-wrap length for the `l' command" },
    { name: "posix", help: "disable all GNU extensions", fidelity: "simplified" },
    { name: "regexp-extended", short: "E", alsoShort: ["r"], help: "use extended regular expressions in the script" },
    { name: "separate", short: "s", help: "consider files as separate rather than as a single, continuous long stream" },
    { name: "sandbox", help: "operate in sandbox mode (disable e/r/w commands)" },
    { name: "unbuffered", short: "u", help: "load minimal amounts of data from the input files and flush the output buffers more often" },
    { name: "null-data", short: "z", help: "separate lines by NUL characters" },
  ],
  usageHint: "help",
  helpBody: HELP,
  completes: "files",
  *run(proc, options) {
    const parts: ScriptPart[] = [];
    let files = options.operands;
    for (const { name, value } of options.order) {
      if (name === "expression")
        parts.push({ text: value ?? "", name: `-e expression #${String(parts.filter((part) => !part.isFile).length + 1)}`, isFile: false });
      else if (name === "file") {
        try {
          parts.push({ text: decodeUtf8(yield* readWhole(proc, value ?? "")).replace(/\n$/, ""), name: value ?? "", isFile: true });
        } catch (error) {
          throw new Failure(`couldn't open file ${value ?? ""}: ${reason(error)}`, 4);
        }
      }
    }
    if (parts.length === 0) {
      const [script, ...rest] = files;
      if (script === undefined) throw new UsageError("");
      parts.push({ text: script, name: "-e expression #1", isFile: false });
      files = rest;
    }
    const length = options.value("line-length");
    if (length !== undefined && !/^[0-9]+$/.test(length)) throw new Failure(`invalid line length: ${curly(length)}`);
    const inPlace = options.has("in-place")
      ? { suffix: options.value("in-place") ?? "", followLinks: options.has("follow-symlinks") }
      : undefined;
    const separate = options.has("separate") || inPlace !== undefined;
    if (inPlace !== undefined && files.length === 0) throw new Failure("no input files", 4);
    const delimiter = options.has("null-data") ? "\0" : "\n";
    try {
      const bytes = knowsAsciiOnly(proc);
      const script = bytes ? parts.map((part) => ({ ...part, text: bytewise(part.text) })) : parts;
      const commands = parseScript(script, {
        extended: options.has("regexp-extended"),
        bytes,
        posix: options.has("posix"),
        sandbox: options.has("sandbox"),
      });
      // "#n" on the first line is -n.
      const quiet = options.has("quiet") || /^#n(?:\n|$)/.test(parts[0]?.text ?? "");
      const input = new Input(proc, files.length === 0 ? ["-"] : files, { delimiter, separate, inPlace });
      const executor = new Executor(
        proc,
        commands,
        {
          quiet,
          separate,
          delimiter,
          unbuffered: options.has("unbuffered"),
          lineLength: Number(length ?? 70),
          debug: options.has("debug"),
        },
        input,
      );
      const status = yield* executor.run();
      return status === 0 ? input.status : status;
    } catch (error) {
      if (error instanceof ScriptError) throw new Failure(error.message, error.status);
      if (isSysError(error) && error.syscall === "open") throw new Failure(`couldn't open file ${error.path}: ${error.text}`, 4);
      throw error;
    }
  },
};
