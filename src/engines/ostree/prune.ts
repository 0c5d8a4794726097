/** Removing objects that nothing needs (ostree_repo_prune). */
import type { Catalogue } from "../../image/catalogue.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { encodeGVariant, type Variant } from "../../image/gvariant.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { step, type Update } from "../update-step.ts";
import { isSysError } from "../../vfs/errno.ts";
import { OstreeError } from "./errors.ts";
import { lstat, replaceFile } from "./files.ts";
import { reachableObjects } from "./reachable.ts";
import type { Repository } from "./repo.ts";
import { wholeReleases } from "./whole-releases.ts";

export interface PruneResult {
  readonly removed: number;
  /** Bytes of the removed objects. */
  readonly freed: number;
}

export interface PruneOptions {
  /** Keep only what refs lead to; otherwise every commit that is there is kept with all it needs. */
  readonly refsOnly: boolean;
  /** How many parents of each commit are kept; -1 is all. */
  readonly depth: number;
  readonly dryRun?: boolean;
  /** Leave files and directories alone. */
  readonly commitsOnly?: boolean;
  /** Parents of a ref's commit stay as long as they are not older (seconds since 1970). */
  readonly youngerThan?: number;
  /** Other branches keep all their parents. */
  readonly onlyBranches?: readonly string[];
  /** How many parents certain branches keep. */
  readonly branchDepths?: ReadonlyMap<string, number>;
  /** Whose releases need not be looked through object by object. */
  readonly catalogue?: Catalogue;
}

/** `--delete-commit`: the commit object alone; from now on the repository remembers what it has deleted. Throws `OstreeError` while a ref leads to it. */
export function deleteCommit(repo: Repository, checksum: Checksum): void {
  const ref = [...repo.refs()].find(([, target]) => target === checksum)?.[0];
  if (ref !== undefined) throw new OstreeError(`Commit '${checksum}' is referenced by '${ref}'`);
  entomb(repo, checksum);
}

/** The commit object goes, a tombstone comes in its place. Throws `OstreeError` when it cannot be removed. */
export function entomb(repo: Repository, checksum: Checksum): void {
  if (!keepsTombstones(repo)) {
    const { config } = repo;
    config.set("core", "tombstone-commits", "true");
    repo.writeConfig(config);
  }
  try {
    repo.sys.unlink(repo.objectPath(checksum, "commit"));
  } catch (error) {
    if (isSysError(error))
      throw new OstreeError(`Deleting object ${checksum}.commit: unlinkat(${objectName(checksum, "commit")}): ${error.text}`);
    throw error;
  }
  bury(repo, checksum);
}

function keepsTombstones(repo: Repository): boolean {
  return repo.config.getBoolean("core", "tombstone-commits") === true;
}

/** `….tombstone-commit` in the place of a deleted commit, where the repository keeps such. */
function bury(repo: Repository, commit: Checksum): void {
  if (!keepsTombstones(repo)) return;
  const name: Variant = { type: "ay", value: encodeUtf8(`${commit}\0`) };
  replaceFile(
    repo.sys,
    repo.objectPath(commit, "commit").replace(/commit$/, "tombstone-commit"),
    encodeGVariant("a{sv}", [["commit", name]]),
  );
}

export function* prune(repo: Repository, options: PruneOptions): Update<PruneResult> {
  const roots = new Set<Checksum>();
  const keep = (start: Checksum, depth = options.depth): void => {
    let at: Checksum | undefined = start;
    for (let left = depth; at !== undefined && repo.hasObject(at, "commit"); left--) {
      roots.add(at);
      if (left === 0) break;
      at = repo.commit(at).parent;
    }
  };
  const keepYounger = (start: Checksum, than: number): void => {
    let at: Checksum | undefined = start;
    while (at !== undefined && repo.hasObject(at, "commit") && (at === start || repo.commit(at).timestamp >= than)) {
      roots.add(at);
      at = repo.commit(at).parent;
    }
  };
  for (const [ref, checksum] of repo.refs()) {
    const depth = options.branchDepths?.get(ref) ?? (options.onlyBranches?.includes(ref) === false ? -1 : undefined);
    if (depth !== undefined || options.youngerThan === undefined) keep(checksum, depth);
    else keepYounger(checksum, options.youngerThan);
  }
  if (!options.refsOnly) for (const object of repo.objects()) if (object.kind === "commit") keep(object.checksum);

  yield step("prune");
  const whole = options.catalogue && wholeReleases(repo, roots, options.catalogue);
  const candidates = [...(whole?.rest() ?? repo.objects())];
  const walk = reachableObjects(
    repo,
    [...roots].filter((commit) => whole?.commits.has(commit) !== true),
  );
  let reached: Set<string>;
  for (;;) {
    const next = walk.next();
    if (next.done === true) {
      reached = next.value;
      break;
    }
    yield step("prune");
  }

  let removed = 0;
  let freed = 0;
  for (const { checksum, kind } of candidates) {
    const ofCommit = kind === "commitmeta" || kind === "commitpartial";
    if (ofCommit && whole?.commits.has(checksum) === true) continue;
    if (options.commitsOnly === true && kind !== "commit") continue;
    if (reached.has(objectName(checksum, ofCommit ? "commit" : kind))) continue;
    const path = repo.objectPath(checksum, kind);
    const found = lstat(repo.sys, path);
    removed++;
    freed += found?.type === "symlink" ? 0 : (found?.size ?? 0);
    if (options.dryRun === true) continue;
    repo.sys.unlink(path);
    if (kind === "commit") {
      bury(repo, checksum);
      repo.clearPartial(checksum);
    }
    yield step("prune", { done: removed });
  }
  return { removed, freed };
}
