/** How `ostree` finds the repository that a verb is about. */
import { makeSysrootWritable } from "../../engines/ostree/process.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { exists } from "../../machine/read-text.ts";
import type { Option } from "../command.ts";
import { Misuse, type Call } from "./goption.ts";

export const REPO: Option = {
  name: "repo",
  argument: "PATH",
  help: "Path to OSTree repository (defaults to current directory or /sysroot/ostree/repo)",
};

const SYSTEM = "/sysroot/ostree/repo";

/** `--repo`, `$OSTREE_REPO`, the current directory when it is one, the system's. Throws `Misuse` when there is none, `OstreeError` when it cannot be opened. */
export function openRepository(call: Call): Repository {
  const path = repositoryPath(call);
  // The process goes to live in a mount namespace where it may write, as ostree does when nobody names another repository.
  if (path === SYSTEM) makeSysrootWritable(call.proc.sys);
  return Repository.open(call.proc.sys, path);
}

export function repositoryPath({ proc, options }: Call): string {
  const given = options.value("repo") ?? proc.env.get("OSTREE_REPO");
  if (given !== undefined) return given;
  if (exists(proc.sys, "objects") && exists(proc.sys, "config")) return ".";
  if (exists(proc.sys, SYSTEM)) return SYSTEM;
  throw new Misuse("Command requires a --repo argument", false);
}
