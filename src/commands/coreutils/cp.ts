import { Answers } from "../answers.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { orUndefined, reason, warn } from "../complain.ts";
import { argumentIn } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { dirName, join, withoutTrailingSlashes } from "../paths.ts";
import { quote } from "../quote.ts";
import { BACKUP_OPTIONS, backupStyle } from "./backup.ts";
import { Copier, type CopyOptions } from "./copy.ts";
import { destinationOf, nameFor } from "./destination.ts";
import { AncestorError, currentUmask, makeParents } from "./mkdir.ts";

const ATTRIBUTES = ["mode", "timestamps", "ownership", "links", "context", "xattr", "all"] as const;

/** Options that say where things go, of cp, mv, install. */
export const TARGET_OPTIONS: readonly Option[] = [
  { name: "target-directory", short: "t", argument: "DIRECTORY", help: "copy or move all SOURCE arguments into DIRECTORY" },
  { name: "no-target-directory", short: "T", help: "treat DEST as a normal file" },
];

/** -u of cp and mv, which takes an argument only when it is spelled out. */
export const UPDATE_OPTIONS: readonly Option[] = [
  {
    name: "update",
    argument: "UPDATE",
    optional: true,
    help: "control which existing files are updated",
    values: ["all", "none", "none-fail", "older"],
  },
  { name: "u", short: "u", long: false, help: "equivalent to --update[=older]" },
];

/** What --update[=UPDATE] asks for. Throws `UsageError`. */
export function updateKind(value = "older"): string {
  return argumentIn(value, "--update", [["all"], ["none"], ["none-fail"], ["older"]]);
}

/** cp(1). */
export const cp: Command = {
  name: "cp",
  package: "coreutils",
  style: "gnu",
  usage: ["cp [OPTION]... [-T] SOURCE DEST", "cp [OPTION]... SOURCE... DIRECTORY", "cp [OPTION]... -t DIRECTORY SOURCE..."],
  about: "Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.",
  options: [
    { name: "archive", short: "a", help: "same as -dR --preserve=all" },
    { name: "attributes-only", help: "don't copy the file data, just the attributes" },
    ...BACKUP_OPTIONS,
    { name: "copy-contents", help: "copy contents of special files when recursive", fidelity: "ignored" },
    { name: "d", short: "d", long: false, help: "same as --no-dereference --preserve=links" },
    { name: "debug", help: "explain how a file is copied. Implies -v" },
    { name: "force", short: "f", help: "if an existing destination file cannot be opened, remove it and try again" },
    { name: "interactive", short: "i", help: "prompt before overwrite (overrides a previous -n option)" },
    { name: "H", short: "H", long: false, help: "follow command-line symbolic links in SOURCE" },
    { name: "link", short: "l", help: "hard link files instead of copying" },
    { name: "dereference", short: "L", help: "always follow symbolic links in SOURCE" },
    { name: "no-clobber", short: "n", help: "silently skip existing files" },
    { name: "no-dereference", short: "P", help: "never follow symbolic links in SOURCE" },
    { name: "p", short: "p", long: false, help: "same as --preserve=mode,ownership,timestamps" },
    { name: "preserve", argument: "ATTR_LIST", optional: true, help: "preserve the specified attributes", values: [...ATTRIBUTES] },
    { name: "no-preserve", argument: "ATTR_LIST", help: "don't preserve the specified attributes", values: [...ATTRIBUTES] },
    { name: "parents", help: "use full source file name under DIRECTORY" },
    { name: "recursive", short: "r", alsoShort: ["R"], help: "copy directories recursively" },
    {
      name: "reflink",
      argument: "WHEN",
      optional: true,
      help: "control clone/CoW copies",
      values: ["auto", "always", "never"],
    },
    { name: "remove-destination", help: "remove each existing destination file before attempting to open it" },
    {
      name: "sparse",
      argument: "WHEN",
      help: "control creation of sparse files",
      values: ["auto", "always", "never"],
      fidelity: "ignored",
    },
    { name: "strip-trailing-slashes", help: "remove any trailing slashes from each SOURCE argument" },
    { name: "symbolic-link", short: "s", help: "make symbolic links instead of copying" },
    ...TARGET_OPTIONS,
    ...UPDATE_OPTIONS,
    { name: "verbose", short: "v", help: "explain what is being done" },
    { name: "one-file-system", short: "x", help: "stay on this file system" },
    { name: "Z", short: "Z", long: false, help: "set SELinux security context of destination file to default type", fidelity: "ignored" },
    { name: "context", argument: "CTX", optional: true, help: "like -Z", fidelity: "ignored" },
  ],
  completes: "files",
  *run(proc, options) {
    const destination = destinationOf(proc, options);
    const sparse = options.value("sparse");
    if (sparse !== undefined) argumentIn(sparse, "--sparse", [["never"], ["auto"], ["always"]]);
    const reflink = options.value("reflink");
    if (reflink !== undefined) argumentIn(reflink, "--reflink", [["auto"], ["always"], ["never"]]);
    if (clonesOnly(options) && sparse !== undefined && sparse !== "auto")
      throw new UsageError("--reflink can be used only with --sparse=auto");
    if (options.has("parents") && destination.directory === undefined)
      throw new UsageError("with --parents, the destination must be a directory");
    const copier = new Copier(proc, copyOptions(options, currentUmask(proc), proc.env), new Answers(proc));
    let status = 0;
    for (const operand of destination.sources) {
      const source = options.has("strip-trailing-slashes") ? withoutTrailingSlashes(operand) : operand;
      let name = nameFor(destination, source);
      if (options.has("parents") && destination.directory !== undefined) {
        name = join(destination.directory, source.replace(/^\/+/, ""));
        try {
          const into = destination.directory;
          if (orUndefined(() => proc.sys.stat(source)) !== undefined) {
            yield* makeParents(proc, dirName(name), undefined, function* (path) {
              if (options.has("verbose")) yield* stdout(proc).print(`${path.slice(into.length + 1)} -> ${path}\n`);
            });
          }
        } catch (error) {
          if (!(error instanceof AncestorError)) throw error;
          yield* warn(proc, `cannot make directory ${quote(error.ancestor)}: ${reason(error.cause)}`);
          status = 1;
          continue;
        }
      }
      if (!(yield* copier.copy(source, name))) status = 1;
    }
    return status;
  },
};

/** `--reflink` alone is `--reflink=always`. */
function clonesOnly(options: ParsedOptions): boolean {
  return options.has("reflink") && "always".startsWith(options.value("reflink") ?? "always");
}

function copyOptions(options: ParsedOptions, umask: number, env: ReadonlyMap<string, string>): CopyOptions {
  const kept = new Set<string>();
  const keep = (list: string, on: boolean): void => {
    for (const word of list.split(",")) {
      const attribute = argumentIn(
        word,
        on ? "--preserve" : "--no-preserve",
        ATTRIBUTES.map((known) => [known]),
      );
      for (const one of attribute === "all" ? ATTRIBUTES : [attribute]) {
        if (on) kept.add(one);
        else kept.delete(one);
      }
    }
  };
  let follow: CopyOptions["follow"] | undefined;
  let overwrite: CopyOptions["overwrite"] = "always";
  let update = false;
  for (const { name, value } of options.order) {
    if (name === "archive") {
      keep("all", true);
      follow = "none";
    } else if (name === "p") keep("mode,ownership,timestamps", true);
    else if (name === "preserve") keep(value ?? "mode,ownership,timestamps", true);
    else if (name === "no-preserve") keep(value ?? "", false);
    else if (name === "d") {
      keep("links", true);
      follow = "none";
    } else if (name === "dereference") follow = "all";
    else if (name === "no-dereference") follow = "none";
    else if (name === "H") follow = "operands";
    else if (name === "interactive") overwrite = "ask";
    else if (name === "no-clobber") overwrite = "never";
    else if (name === "u") update = true;
    else if (name === "update") {
      const kind = updateKind(value);
      update = kind === "older";
      overwrite = kind === "none" ? "never" : kind === "none-fail" ? "fail" : kind === "all" ? "always" : overwrite;
    }
  }
  const recursive = options.has("recursive") || options.has("archive");
  return {
    recursive,
    follow: follow ?? (recursive || options.has("link") ? "none" : "all"),
    preserveMode: kept.has("mode"),
    dropMode: !kept.has("mode") && options.values("no-preserve").some((list) => /(?:^|,)(?:mode|all)(?:,|$)/.test(list)),
    preserveOwner: kept.has("ownership"),
    preserveTimes: kept.has("timestamps"),
    preserveLinks: kept.has("links"),
    preserveXattrs: kept.has("xattr"),
    force: options.has("force"),
    removeDestination: options.has("remove-destination"),
    overwrite,
    update,
    makes: options.has("link") ? "hard links" : options.has("symbolic-link") ? "symbolic links" : "copies",
    attributesOnly: options.has("attributes-only"),
    cloneOnly: clonesOnly(options),
    verbose: options.has("verbose") || options.has("debug"),
    oneFileSystem: options.has("one-file-system"),
    backup: backupStyle(options, env),
    move: false,
    noCopy: false,
    umask,
  };
}
