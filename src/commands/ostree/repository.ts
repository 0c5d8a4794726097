/** How `ostree` finds the repository that a verb is about. */
import { makeSysrootWritable } from "../../engines/ostree/process.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import type { Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import type { Option } from "../command.ts";
import { Misuse, REPOSITORY_OPENED, type Call } from "./goption.ts";

export const REPO: Option = {
  name: "repo",
  argument: "PATH",
  help: "Path to OSTree repository (defaults to current directory or /sysroot/ostree/repo)",
};

const SYSTEM = "/sysroot/ostree/repo";

/** `--repo`, `$OSTREE_REPO`, the current directory when it is one, the system's. Throws `Misuse` when there is none, `OstreeError` when it cannot be opened. */
export function* openRepository(call: Call, isVerbose = call.options.has("verbose")): Run<Repository> {
  const path = repositoryPath(call);
  // The process goes to live in a mount namespace where it may write, as ostree does when nobody names another repository.
  if (path === SYSTEM) makeSysrootWritable(call.proc.sys);
  const repo = Repository.open(call.proc.sys, path);
  // The system's is opened with the sysroot around it, which opens it again.
  if (isVerbose) yield* call.proc.printError(REPOSITORY_OPENED.repeat(path === SYSTEM ? 2 : 1));
  return repo;
}

export function repositoryPath({ proc, options }: Call): string {
  const given = options.value("repo") ?? proc.env.get("OSTREE_REPO");
  if (given !== undefined) return given;
  if (exists(proc.sys, "objects") && exists(proc.sys, "config")) return ".";
  if (exists(proc.sys, SYSTEM)) return SYSTEM;
  throw new Misuse("Command requires a --repo argument", false);
}
