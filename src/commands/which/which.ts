import type { Command } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { UsageError } from "../options.ts";
import { findPrograms } from "../find-program.ts";
import { stdout } from "../output.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { readWhole } from "../text-io.ts";
import { invokingUser } from "../invoker.ts";

/** which(1), Carlo Wood's, as Fedora has it. */
export const which: Command = {
  name: "which",
  package: "which",
  style: "gnu",
  usage: ["/usr/bin/which [options] [--] COMMAND [...]"],
  about: "Write the full path of COMMAND(s) to standard output.",
  options: [
    { name: "version", short: "v", alsoShort: ["V"], help: "Print version and exit successfully." },
    { name: "skip-dot", help: "Skip directories in PATH that start with a dot." },
    { name: "skip-tilde", help: "Skip directories in PATH that start with a tilde." },
    { name: "show-dot", help: "Don't expand a dot to current directory in output." },
    { name: "show-tilde", help: "Output a tilde for HOME directory for non-root." },
    { name: "tty-only", help: "Stop processing options on the right if not on tty" },
    { name: "all", short: "a", help: "Print all matches in PATH, not just the first" },
    { name: "read-alias", short: "i", help: "Read list of aliases from stdin." },
    { name: "skip-alias", help: "Ignore option --read-alias; don't read stdin." },
    { name: "read-functions", help: "Read shell functions from stdin." },
    { name: "skip-functions", help: "Ignore option --read-functions; don't read stdin." },
  ],
  completes: "commands",
  usageHint: "usage",
  *run(proc, options) {
    if (options.operands.length === 0) throw new UsageError("");
    const onTerminal = proc.sys.isatty(1);
    // Behind --tty-only options count only when somebody looks.
    const limit = options.order.findIndex((given) => given.name === "tty-only");
    const has = (name: string): boolean =>
      options.order.some((given, index) => given.name === name && (limit < 0 || index < limit || onTerminal));
    const text =
      (has("read-alias") && !has("skip-alias")) || (has("read-functions") && !has("skip-functions"))
        ? decodeUtf8(yield* readWhole(proc, "-"))
        : "";
    const aliases = has("read-alias") && !has("skip-alias") ? text : "";
    let missing = 0;
    for (const name of options.operands) {
      let found = false;
      for (const line of aliases.split("\n")) {
        const alias = /^alias ([^=]+)='(.*)'$/.exec(line) ?? /^alias ([^=]+)=(.*)$/.exec(line);
        if (alias?.[1] !== name) continue;
        yield* stdout(proc).print(`${line}\n`);
        found = true;
        for (const word of (alias[2] ?? "").split(/\s*[|;&]+\s*/).map((command) => command.trim().split(/\s+/)[0] ?? "")) {
          const path = findPrograms(proc, word).next().value;
          if (path !== undefined) yield* stdout(proc).print(`\t${path}\n`);
        }
      }
      if (!found || has("all")) {
        for (const path of findPrograms(proc, name)) {
          if (orUndefined(() => (proc.sys.access(path, "X"), proc.sys.stat(path)))?.type !== "file") continue;
          const home = proc.env.get("HOME");
          const shown =
            has("show-tilde") && home !== undefined && invokingUser(proc).uid !== 0 && path.startsWith(`${home}/`)
              ? `~${path.slice(home.length)}`
              : path;
          yield* stdout(proc).print(`${shown}\n`);
          found = true;
          if (!has("all")) break;
        }
      }
      if (!found) {
        yield* proc.printError(
          `${proc.argv[0]?.includes("/") === true ? proc.argv[0] : "/usr/bin/which"}: no ${name} in (${proc.env.get("PATH") ?? ""})\n`,
        );
        missing++;
      }
    }
    return missing;
  },
};
