import { isSysError } from "../../vfs/errno.ts";
import { Answers } from "../answers.ts";
import type { Command } from "../command.ts";
import { reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { withoutTrailingSlashes } from "../paths.ts";
import { quote } from "../quote.ts";
import { BACKUP_OPTIONS, backupStyle } from "./backup.ts";
import { Copier, type CopyOptions } from "./copy.ts";
import { TARGET_OPTIONS, UPDATE_OPTIONS, updateKind } from "./cp.ts";
import { destinationOf, nameFor } from "./destination.ts";
import { currentUmask } from "./mkdir.ts";

/** mv(1). */
export const mv: Command = {
  name: "mv",
  package: "coreutils",
  style: "gnu",
  usage: ["mv [OPTION]... [-T] SOURCE DEST", "mv [OPTION]... SOURCE... DIRECTORY", "mv [OPTION]... -t DIRECTORY SOURCE..."],
  about: "Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY.",
  options: [
    ...BACKUP_OPTIONS,
    { name: "debug", help: "explain how a file is copied. Implies -v" },
    { name: "exchange", help: "exchange source and destination" },
    { name: "force", short: "f", help: "do not prompt before overwriting" },
    { name: "interactive", short: "i", help: "prompt before overwrite" },
    { name: "no-clobber", short: "n", help: "do not overwrite an existing file" },
    { name: "no-copy", help: "do not copy if renaming fails" },
    { name: "strip-trailing-slashes", help: "remove any trailing slashes from each SOURCE argument" },
    ...TARGET_OPTIONS,
    ...UPDATE_OPTIONS,
    { name: "verbose", short: "v", help: "explain what is being done" },
    { name: "context", short: "Z", help: "set SELinux security context of destination file to default type", fidelity: "ignored" },
  ],
  completes: "files",
  *run(proc, options) {
    const destination = destinationOf(proc, options);
    if (options.has("no-clobber") && (options.has("backup") || options.has("b")))
      throw new UsageError("cannot combine --backup with --exchange, -n, or --update=none-fail");
    let overwrite: CopyOptions["overwrite"] = "always";
    let force = false;
    let update = false;
    for (const { name, value } of options.order) {
      if (name === "force") {
        overwrite = "always";
        force = true;
      } else if (name === "interactive") overwrite = "ask";
      else if (name === "no-clobber") overwrite = "never";
      else if (name === "u") update = true;
      else if (name === "update") {
        const kind = updateKind(value);
        update = kind === "older";
        overwrite = kind === "none" ? "never" : kind === "none-fail" ? "fail" : kind === "all" ? "always" : overwrite;
      }
    }
    const verbose = options.has("verbose") || options.has("debug");
    const copier = new Copier(
      proc,
      {
        recursive: true,
        follow: "none",
        preserveMode: true,
        preserveOwner: true,
        preserveTimes: true,
        preserveLinks: true,
        preserveXattrs: true,
        force,
        removeDestination: false,
        overwrite,
        update,
        makes: "copies",
        attributesOnly: false,
        verbose,
        oneFileSystem: false,
        backup: backupStyle(options, proc.env),
        move: true,
        noCopy: options.has("no-copy"),
        umask: currentUmask(proc),
      },
      new Answers(proc),
    );
    let status = 0;
    for (const operand of destination.sources) {
      const source = options.has("strip-trailing-slashes") ? withoutTrailingSlashes(operand) : operand;
      const name = nameFor(destination, source);
      if (options.has("exchange")) {
        try {
          proc.sys.renameat2(source, name, "EXCHANGE");
          if (verbose) yield* stdout(proc).print(`exchanged ${quote(source)} <-> ${quote(name)}\n`);
        } catch (error) {
          if (!isSysError(error)) throw error;
          yield* warn(proc, `cannot exchange ${quote(source)} and ${quote(name)}: ${reason(error)}`);
          status = 1;
        }
      } else if (!(yield* copier.copy(source, name))) status = 1;
    }
    return status;
  },
};
