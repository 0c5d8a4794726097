import { decodeUtf8 } from "../../base/utf8.ts";
import { commitTrees, type TreeSource } from "../../engines/ostree/commit-tree.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { parseTime } from "../../engines/ostree/parse-time.ts";
import { bootId, drive, watchNothing } from "../../engines/ostree/process.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { ParsedOptions } from "../command.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const commit: Verb = {
  name: "commit",
  operands: "[PATH]",
  about: "Commit a new revision",
  options: [
    REPO,
    { name: "parent", argument: "COMMIT", help: 'Parent commit checksum, or "none"' },
    { name: "subject", short: "s", argument: "SUBJECT", help: "One line subject" },
    { name: "body", short: "m", argument: "BODY", help: "Full description" },
    { name: "body-file", short: "F", argument: "FILE", help: "Commit message from FILE path" },
    { name: "editor", short: "e", help: "Use an editor to write the commit message", fidelity: "unbuilt" },
    { name: "branch", short: "b", argument: "BRANCH", help: "Branch" },
    { name: "orphan", help: "Create a commit without writing a ref" },
    { name: "no-bindings", help: "Do not write any ref bindings" },
    { name: "bind-ref", argument: "BRANCH", help: "Add a ref to ref binding commit metadata" },
    { name: "base", argument: "REV", help: "Start from the given commit as a base (no modifiers apply)" },
    {
      name: "tree",
      argument: "dir=PATH or tar=TARFILE or ref=COMMIT",
      help: "Overlay the given argument as a tree",
      fidelity: "simplified",
    },
    { name: "add-metadata-string", argument: "KEY=VALUE", help: "Add a key/value pair to metadata" },
    {
      name: "add-metadata",
      argument: "KEY=VALUE",
      help: "Add a key/value pair to metadata, where the KEY is a string, and VALUE is in GVariant Text Format",
      fidelity: "unbuilt",
    },
    { name: "keep-metadata", argument: "KEY", help: "Keep metadata KEY and its associated VALUE from parent", fidelity: "unbuilt" },
    { name: "add-detached-metadata-string", argument: "KEY=VALUE", help: "Add a key/value pair to detached metadata", fidelity: "unbuilt" },
    { name: "owner-uid", argument: "UID", help: "Set file ownership user id" },
    { name: "owner-gid", argument: "GID", help: "Set file ownership group id" },
    { name: "canonical-permissions", help: "Canonicalize permissions in the same way bare-user does for hardlinked files" },
    { name: "bootable", help: "Flag this commit as a bootable OSTree (e.g. contains a Linux kernel)", fidelity: "ignored" },
    { name: "mode-ro-executables", help: "Ensure executable files are not writable", fidelity: "unbuilt" },
    { name: "no-xattrs", help: "Do not import extended attributes", fidelity: "ignored" },
    {
      name: "selinux-policy",
      argument: "PATH",
      help: "Set SELinux labels based on policy in root filesystem PATH (may be /)",
      fidelity: "unbuilt",
    },
    { name: "selinux-policy-from-base", short: "P", help: "Set SELinux labels based on first --tree argument", fidelity: "unbuilt" },
    { name: "link-checkout-speedup", help: "Optimize for commits of trees composed of hardlinks into the repository", fidelity: "ignored" },
    {
      name: "devino-canonical",
      short: "I",
      help: "Assume hardlinked objects are unmodified.  Implies --link-checkout-speedup",
      fidelity: "ignored",
    },
    {
      name: "tar-autocreate-parents",
      help: "When loading tar archives, automatically create parent directories as needed",
      fidelity: "unbuilt",
    },
    {
      name: "tar-pathname-filter",
      argument: "REGEX,REPLACEMENT",
      help: "When loading tar archives, use REGEX,REPLACEMENT against path names",
      fidelity: "unbuilt",
    },
    { name: "skip-if-unchanged", help: "If the contents are unchanged from previous commit, do nothing" },
    { name: "statoverride", argument: "PATH", help: "File containing list of modifications to make to permissions", fidelity: "unbuilt" },
    { name: "skip-list", argument: "PATH", help: "File containing list of files to skip", fidelity: "unbuilt" },
    { name: "consume", help: "Consume (delete) content after commit (for local directories)", fidelity: "unbuilt" },
    { name: "table-output", help: "Output more information in a KEY: VALUE format", fidelity: "unbuilt" },
    { name: "gpg-sign", argument: "KEY-ID", help: "GPG Key ID to sign the commit with", fidelity: "unbuilt" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "ignored" },
    { name: "sign", argument: "KEY_ID", help: "Sign the commit with", fidelity: "unbuilt" },
    { name: "sign-type", argument: "NAME", help: "Signature type to use (defaults to 'ed25519')", fidelity: "unbuilt" },
    { name: "generate-sizes", help: "Generate size information along with commit metadata", fidelity: "ignored" },
    { name: "fsync", argument: "POLICY", help: "Specify how to invoke fsync()", fidelity: "ignored" },
    { name: "timestamp", argument: "TIMESTAMP", help: "Override the timestamp of the commit" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const branch = options.value("branch");
    const isOrphan = options.has("orphan");
    if (branch === undefined && !isOrphan) throw new OstreeError("A branch must be specified with --branch, or use --orphan");
    if (branch !== undefined) checkBranch(branch);
    const bodyFile = options.value("body-file");
    const body = bodyFile === undefined ? (options.value("body") ?? "") : decodeUtf8(yield* proc.readFile(bodyFile));
    const timestamp = options.value("timestamp");
    const bound = [...(isOrphan || branch === undefined ? [] : [branch]), ...options.values("bind-ref")];
    const checksum = yield* drive(
      proc,
      commitTrees(repo, {
        trees: treesOf(repo, options),
        branch: isOrphan ? undefined : branch,
        parent: parentOf(repo, options, isOrphan ? undefined : branch),
        subject: options.value("subject") ?? "",
        body,
        timestamp: timestamp === undefined ? proc.now().sec : parseTime(timestamp),
        metadata: options.values("add-metadata-string").map(keyAndValue),
        bindings: options.has("no-bindings") ? undefined : bound,
        ownerUid: idOf(options.value("owner-uid")),
        ownerGid: idOf(options.value("owner-gid")),
        canonical: options.has("canonical-permissions") || repo.mode === "bare-user-only",
        skipIfUnchanged: options.has("skip-if-unchanged"),
        bootId: bootId(proc.sys),
      }),
      watchNothing,
    );
    yield* proc.print(`${checksum}\n`);
    return 0;
  },
};

function checkBranch(branch: string): void {
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(branch)) throw new OstreeError(`Invalid refspec ${branch}`);
}

function parentOf(repo: Repository, options: ParsedOptions, branch: string | undefined): Checksum | undefined {
  const given = options.value("parent");
  if (given === "none") return undefined;
  if (given !== undefined) {
    if (!/^[0-9a-f]{64}$/.test(given)) throw new OstreeError(`Invalid rev ${given}`);
    return given;
  }
  return branch === undefined ? undefined : repo.resolveIfThere(branch);
}

/** `--base`, then every `--tree`; without either the operand, or the current directory. */
function treesOf(repo: Repository, options: ParsedOptions): TreeSource[] {
  const base = options.value("base");
  const trees: TreeSource[] = base === undefined ? [] : [{ kind: "ref", commit: repo.resolve(base) }];
  for (const tree of options.values("tree")) {
    const at = tree.indexOf("=");
    if (at < 0) throw new OstreeError(`Missing type in tree specification '${tree}'`);
    const type = tree.slice(0, at);
    const value = tree.slice(at + 1);
    if (type === "dir") trees.push({ kind: "dir", path: value });
    else if (type === "ref") trees.push({ kind: "ref", commit: repo.resolve(value) });
    else if (type === "tar") throw new OstreeError("--tree=tar is not built in Immutable Lab");
    else throw new OstreeError(`Invalid tree type specification '${type}'`);
  }
  if (options.values("tree").length === 0) trees.push({ kind: "dir", path: options.operands[0] ?? "." });
  return trees;
}

function keyAndValue(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 0) throw new OstreeError(`Missing '=' in KEY=VALUE metadata '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function idOf(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
