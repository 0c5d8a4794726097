/** How `ostree` finds the repository that a verb is about. */
import { Repository } from "../../engines/ostree/repo.ts";
import { exists } from "../../machine/read-text.ts";
import type { Option } from "../command.ts";
import { Misuse, type Call } from "./goption.ts";

export const REPO: Option = {
  name: "repo",
  argument: "PATH",
  help: "Path to OSTree repository (defaults to current directory or /sysroot/ostree/repo)",
};

/** `--repo`, `$OSTREE_REPO`, the current directory when it is one, the system's. Throws `Misuse` when there is none, `OstreeError` when it cannot be opened. */
export function openRepository(call: Call): Repository {
  return Repository.open(call.proc.sys, repositoryPath(call));
}

export function repositoryPath({ proc, options }: Call): string {
  const given = options.value("repo") ?? proc.env.get("OSTREE_REPO");
  if (given !== undefined) return given;
  if (exists(proc.sys, "objects") && exists(proc.sys, "config")) return ".";
  if (exists(proc.sys, "/sysroot/ostree/repo")) return "/sysroot/ostree/repo";
  throw new Misuse("Command requires a --repo argument", false);
}
