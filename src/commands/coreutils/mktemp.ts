import type { Process } from "../../machine/process.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { curly } from "../quote.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** `template` with its last run of X replaced by letters, a name that is free. */
export function temporaryName(proc: Process, template: string): string {
  const found = /X+(?=[^X]*$)/.exec(template);
  if (found === null) return template;
  for (let attempt = 0; attempt < 100; attempt++) {
    let letters = "";
    for (let i = 0; i < found[0].length; i++) letters += LETTERS[proc.kernel.random.below(LETTERS.length)] ?? "a";
    const name = template.slice(0, found.index) + letters + template.slice(found.index + found[0].length);
    if (orUndefined(() => proc.sys.lstat(name)) === undefined) return name;
  }
  throw new SysError("EEXIST", "open", template);
}

/** mktemp(1). */
export const mktemp: Command = {
  name: "mktemp",
  package: "coreutils",
  style: "gnu",
  usage: ["mktemp [OPTION]... [TEMPLATE]"],
  about: "Create a temporary file or directory, safely, and print its name.",
  options: [
    { name: "directory", short: "d", help: "create a directory, not a file" },
    { name: "dry-run", short: "u", help: "do not create anything; merely print a name (unsafe)" },
    { name: "quiet", short: "q", help: "suppress diagnostics about file/dir-creation failure" },
    { name: "suffix", argument: "SUFF", help: "append SUFF to TEMPLATE" },
    {
      name: "tmpdir",
      short: "p",
      argument: "DIR",
      optional: true,
      help: "interpret TEMPLATE relative to DIR; if DIR is not specified, use $TMPDIR if set, else /tmp",
    },
    { name: "t", short: "t", long: false, help: "interpret TEMPLATE as a single file name component, relative to a directory" },
  ],
  completes: "files",
  rewrite: (args) =>
    args.flatMap((arg, index) =>
      arg === "-p" && args[index + 1] !== undefined ? [] : args[index - 1] === "-p" ? [`--tmpdir=${arg}`] : [arg],
    ),
  *run(proc, options) {
    if (options.operands.length > 1) throw new UsageError("too many templates");
    const given = options.operands[0];
    const template = (given ?? "tmp.XXXXXXXXXX") + (options.value("suffix") ?? "");
    const xs = /X+(?=[^X]*$)/.exec(given ?? template);
    if (xs === null || xs[0].length < 3) throw new Failure(`too few X's in template ${curly(given ?? template)}`);
    const suffix = options.value("suffix");
    if (suffix !== undefined && given !== undefined && !given.endsWith("X"))
      throw new Failure(`with --suffix, template ${curly(given)} must end in X`);
    const tail = suffix ?? (given ?? "").slice(xs.index + xs[0].length);
    if (tail.includes("/")) throw new Failure(`invalid suffix ${curly(tail)}, contains directory separator`);
    if (options.has("t") && given?.includes("/")) throw new Failure(`invalid template, ${curly(given)}, contains directory separator`);
    const environment = proc.env.get("TMPDIR");
    const inDirectory = given === undefined || options.has("tmpdir") || options.has("t");
    const directory = options.value("tmpdir") ?? (environment !== undefined && environment !== "" ? environment : "/tmp");
    if (inDirectory && given?.startsWith("/"))
      throw new Failure(`invalid template, ${curly(given)}; with --tmpdir, it may not be absolute`);
    const path = inDirectory ? join(directory, template) : template;
    yield* proc.tick();
    try {
      const name = temporaryName(proc, path);
      if (!options.has("dry-run")) {
        if (options.has("directory")) proc.sys.mkdir(name, 0o700);
        else proc.sys.close(proc.sys.open(name, O.RDWR | O.CREAT | O.EXCL, 0o600));
      }
      yield* stdout(proc).print(name + "\n");
      return 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (options.has("quiet")) return 1;
      throw new Failure(
        `failed to create ${options.has("directory") ? "directory" : "file"} via template ${curly(path)}: ${reason(error)}`,
      );
    }
  },
};
