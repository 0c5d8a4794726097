/** `ostree fsck`: every object of every commit read and hashed again. Source: ostreedev/ostree:src/ostree/ot-builtin-fsck.c; outputs recorded. */
import { parseRefspec } from "./origin.ts";
import { checksumBytes, checksumFile, checksumSymlink, objectName, type Checksum, type ObjectKind } from "../../image/ostree-objects.ts";
import { step, type Update } from "../update-step.ts";
import { OstreeError, failureText } from "./errors.ts";
import { readBytes } from "./files.ts";
import { hashOrder } from "./hash-order.ts";
import { entomb } from "./prune.ts";
import type { Repository } from "./repo.ts";
import { refBinding } from "./ref-binding.ts";

export interface FsckOptions {
  readonly quiet: boolean;
  /** Remove what is corrupt and mark its commits. */
  readonly delete: boolean;
  /** Go on after the first corrupt object (`--all`). */
  readonly all?: boolean;
  /** Every ref must be among those that its commit names (`--verify-bindings`). */
  readonly bindings?: boolean;
  /** Commits whose parent is not there are deleted, with tombstones in their place (`--add-tombstones`). */
  readonly tombstones?: boolean;
}

/** What is said, in order: `error` lines go to the standard error. */
export type FsckLine = { readonly stream: "out" | "error"; readonly text: string };

/** Yields lines and, for each object, a step. Throws `OstreeError` at the first corrupt object unless `delete` is set, and at the end when there was one. */
export function* fsck(repo: Repository, options: FsckOptions, say: (line: FsckLine) => void): Update<void> {
  const out = (text: string): void => say({ stream: "out", text });
  if (!options.quiet) out("Validating refs...");
  const refs = repo.refs();
  for (const ref of hashOrder([...refs.keys()])) {
    const checksum = refs.get(ref) ?? "";
    if (!repo.hasObject(checksum, "commit")) {
      say({ stream: "error", text: `Object missing: ${checksum}.commit` });
      throw new OstreeError(`Loading commit for ref ${ref}: No such metadata object ${checksum}.commit`);
    }
    const problem = examine(repo, checksum, "commit");
    if (problem?.kind === "corrupt") throw new OstreeError(problem.text);
    if (options.bindings === true) requireBinding(repo, checksum, ref);
  }
  if (!options.quiet) {
    out("Validating refs in collections...");
    out("Enumerating commits...");
  }
  const all = [...repo.objects()].filter((object) => object.kind === "commit").map((object) => object.checksum);
  const partial = all.filter((commit) => repo.isPartial(commit));
  const commits = all.filter((commit) => !repo.isPartial(commit));
  if (!options.quiet) out(`Verifying content integrity of ${commits.length} commit objects...`);

  const owners = ownersOfObjects(repo, commits);
  let found = false;
  const total = owners.size;
  let checked = 0;
  for (const { checksum, kind, commits: needing } of owners.values()) {
    checked++;
    const problem = examine(repo, checksum, kind);
    if (problem !== undefined) {
      const which = [...needing].join(", ");
      const text =
        problem.kind === "missing" ? `Object missing in commits ${which}: ${checksum}.${kind}` : `In commits ${which}: ${problem.text}`;
      if (problem.kind === "corrupt" && !options.delete && options.all !== true) throw new OstreeError(text);
      found = true;
      say({ stream: "error", text });
      if (problem.kind === "corrupt" && options.delete) repo.sys.unlink(repo.objectPath(checksum, kind));
      // Once it is gone, what needs it is not whole.
      if ((problem.kind === "missing" || options.delete) && kind !== "commit")
        for (const commit of needing) {
          if (repo.isPartial(commit)) continue;
          say({ stream: "error", text: `Marking commit as partial: ${commit}` });
          repo.markPartial(commit, "f");
        }
    }
    yield step("fsck", { done: checked, total });
  }

  if (options.tombstones === true) {
    for (const commit of all) {
      const { parent } = repo.commit(commit);
      if (parent === undefined || repo.hasObject(parent, "commit")) continue;
      out(`Adding tombstone for commit ${commit}`);
      entomb(repo, commit);
    }
  }
  if (found) throw new OstreeError("Repository corruption encountered");
  if (partial.length > 0) {
    out(`${partial.length} partial commits not verified`);
    const bad = partial.filter((commit) => repo.partialBecauseOfFsck(commit)).length;
    if (bad > 0) throw new OstreeError(`${bad} partial commits from fsck-detected corruption`);
  }
  out(`object fsck of ${commits.length} commits completed successfully - no errors found.`);
}

/** Throws `OstreeError` when the commit does not say that it belongs to the ref. @simplified Collections are not looked at. */
export function requireBinding(repo: Repository, commit: Checksum, refspec: string): void {
  const { ref } = parseRefspec(refspec);
  const bound = refBinding(repo.commit(commit));
  if (bound === undefined || bound.includes(ref)) return;
  const names = bound.map((name) => `‘${name}’`).join(", ");
  throw new OstreeError(`Commit ${commit}: Commit has no requested ref ‘${ref}’ in ref binding metadata (${names})`);
}

interface Needed {
  readonly checksum: Checksum;
  readonly kind: ObjectKind;
  readonly commits: Set<Checksum>;
}

/** Every object that `commits` need by name, commits first. Throws `OstreeError` when a listing is missing or unreadable. */
function ownersOfObjects(repo: Repository, commits: readonly Checksum[]): Map<string, Needed> {
  const owners = new Map<string, Needed>();
  for (const commit of commits) {
    const seen = new Set<string>();
    const need = (checksum: Checksum, kind: ObjectKind): boolean => {
      const name = objectName(checksum, kind);
      if (seen.has(name)) return false;
      seen.add(name);
      const known = owners.get(name);
      if (known) known.commits.add(commit);
      else owners.set(name, { checksum, kind, commits: new Set([commit]) });
      return true;
    };
    const visit = (tree: Checksum): void => {
      if (!need(tree, "dirtree")) return;
      const listing = readable(repo, tree, "dirtree", () => repo.dirtree(tree));
      for (const file of listing?.files ?? []) need(file.checksum, "file");
      for (const dir of listing?.dirs ?? []) {
        need(dir.dirmeta, "dirmeta");
        visit(dir.dirtree);
      }
    };
    need(commit, "commit");
    const object = readable(repo, commit, "commit", () => repo.commit(commit));
    if (!object) continue;
    need(object.dirmeta, "dirmeta");
    visit(object.dirtree);
  }
  return owners;
}

/** Undefined for an object that is there and cannot be decoded: `examine` says so in its turn. */
function readable<T>(repo: Repository, checksum: Checksum, kind: ObjectKind, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (failureText(error) !== undefined && repo.hasObject(checksum, kind)) return undefined;
    throw error;
  }
}

type Problem = { readonly kind: "missing" } | { readonly kind: "corrupt"; readonly text: string };

/** What is wrong with an object; undefined when nothing is. */
function examine(repo: Repository, checksum: Checksum, kind: ObjectKind): Problem | undefined {
  if (!repo.hasObject(checksum, kind)) return { kind: "missing" };
  const context = kind === "file" ? `fsck content object ${checksum}` : `fsck ${checksum}.${kind}`;
  try {
    let actual: Checksum;
    if (kind === "file") {
      const file = repo.readFile(checksum);
      actual = file.kind === "file" ? checksumFile(file, file.contents) : checksumSymlink(file, file.target);
    } else actual = checksumBytes(readBytes(repo.sys, repo.objectPath(checksum, kind)));
    if (actual === checksum) return undefined;
    return { kind: "corrupt", text: `${context}: Corrupted ${kind} object; checksum expected='${checksum}' actual='${actual}'` };
  } catch (error) {
    const text = failureText(error);
    if (text === undefined) throw error;
    return { kind: "corrupt", text: `${context}: ${text}` };
  }
}
