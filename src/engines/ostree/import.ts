/** Fetching from a repository on the same machine: `ostree pull-local`, and a remote whose address begins with `file://`. */
import type { Checksum, ObjectKind } from "../../image/ostree-objects.ts";
import { isSysError } from "../../vfs/errno.ts";
import { step, type Update } from "../update-step.ts";
import { OstreeError } from "./errors.ts";
import { reachableObjects } from "./reachable.ts";
import type { Repository } from "./repo.ts";
import { Transaction } from "./transaction.ts";

export interface ImportRequest {
  /** Of the source; empty: all. */
  readonly refs: readonly string[];
  /** A commit instead of what the refs point to: then they are left as they are. */
  readonly commit?: Checksum;
  /** The refs go under this remote's name; undefined: as they are. */
  readonly remote: string | undefined;
  readonly bootId: string;
}

export interface ImportResult {
  /** What the refs lead to, in order. */
  readonly commits: readonly Checksum[];
  readonly metadata: number;
  readonly content: number;
}

/** Copies what the refs of `from` need, by hard links where both are bare and on one mount. */
export function* importRefs(from: Repository, to: Repository, request: ImportRequest): Update<ImportResult> {
  yield step("resolve");
  const refs = request.refs.length > 0 ? request.refs : [...from.refs().keys()].filter((ref) => !ref.includes(":"));
  const commits = request.commit === undefined ? refs.map((ref) => commitOf(from, ref)) : [request.commit];
  const transaction = new Transaction(to, request.bootId);
  let isWritten = false;
  try {
    const walk = reachableObjects(from, commits);
    let names: Set<string> | undefined;
    while (names === undefined) {
      const next = walk.next();
      if (next.done === true) names = next.value;
      else yield step("resolve");
    }
    for (const name of names) {
      const [checksum, kind] = name.replace("/", "").split(".") as [Checksum, ObjectKind];
      importObject(from, to, transaction, checksum, kind);
      yield step("import");
    }
    yield step("commit-objects");
    for (const _ of transaction.commitSteps()) yield step("commit-objects");
    isWritten = true;
  } finally {
    if (!isWritten) transaction.abandon();
  }
  yield step("ref");
  if (request.commit === undefined)
    refs.forEach((ref, i) => to.setRef(request.remote === undefined ? ref : `${request.remote}:${ref}`, commits[i] as Checksum));
  return { commits, metadata: transaction.metadata, content: transaction.content };
}

function commitOf(from: Repository, ref: string): Checksum {
  const found = from.resolveIfThere(ref);
  if (found === undefined) throw new OstreeError(`Refspec '${ref}' not found`);
  return found;
}

function importObject(from: Repository, to: Repository, transaction: Transaction, checksum: Checksum, kind: ObjectKind): void {
  if (transaction.has(checksum, kind)) return;
  const path = from.objectPath(checksum, kind);
  if (!from.hasObject(checksum, kind)) throw new OstreeError(`No such ${kind === "file" ? "file" : "metadata"} object ${checksum}.${kind}`);
  if (from.mode === to.mode) {
    try {
      transaction.link(checksum, kind, path);
      return;
    } catch (error) {
      if (!isSysError(error, "EXDEV", "EPERM", "EACCES", "EMLINK")) throw error;
    }
  }
  if (kind === "file") transaction.writeFile(from.readFile(checksum));
  else if (kind === "commit" || kind === "dirtree" || kind === "dirmeta")
    transaction.writeMetadata(from.readMetadata(checksum, kind), kind);
}
