import { decodeUtf8 } from "../../base/utf8.ts";
import { commitTrees, UnmatchedPaths, type CommitRequest, type CommitResult, type TreeSource } from "../../engines/ostree/commit-tree.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { checkRefspec } from "../../engines/ostree/origin.ts";
import { readBytes, removeTree } from "../../engines/ostree/files.ts";
import { parseTime } from "../../engines/ostree/parse-time.ts";
import { bootId, drive, watchNothing } from "../../engines/ostree/process.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import type { Variant } from "../../image/gvariant.ts";
import { stringVariant, type Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { VERBOSE, VERSION, type Call, type Verb } from "./goption.ts";
import { archiveTree } from "./archive.ts";
import { booleanOption, numberOption } from "./number-option.ts";
import { openRepository, REPO } from "./repository.ts";
import { metadataPair } from "./summary.ts";

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
    },
    { name: "add-metadata-string", argument: "KEY=VALUE", help: "Add a key/value pair to metadata" },
    {
      name: "add-metadata",
      argument: "KEY=VALUE",
      help: "Add a key/value pair to metadata, where the KEY is a string, and VALUE is in GVariant Text Format",
    },
    { name: "keep-metadata", argument: "KEY", help: "Keep metadata KEY and its associated VALUE from parent" },
    { name: "add-detached-metadata-string", argument: "KEY=VALUE", help: "Add a key/value pair to detached metadata" },
    { name: "owner-uid", argument: "UID", help: "Set file ownership user id" },
    { name: "owner-gid", argument: "GID", help: "Set file ownership group id" },
    { name: "canonical-permissions", help: "Canonicalize permissions in the same way bare-user does for hardlinked files" },
    { name: "bootable", help: "Flag this commit as a bootable OSTree (e.g. contains a Linux kernel)" },
    { name: "mode-ro-executables", help: "Ensure executable files are not writable" },
    { name: "no-xattrs", help: "Do not import extended attributes", fidelity: "ignored" },
    {
      name: "selinux-policy",
      argument: "PATH",
      help: "Set SELinux labels based on policy in root filesystem PATH (may be /)",
      fidelity: "unbuilt",
    },
    { name: "selinux-policy-from-base", short: "P", help: "Set SELinux labels based on first --tree argument", fidelity: "unbuilt" },
    {
      name: "selinux-labeling-epoch",
      help: "Configure the default SELinux labeling rules; 0 is the default, 1 enables labeling /usr/etc as /etc",
      fidelity: "unbuilt",
    },
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
    },
    {
      name: "tar-pathname-filter",
      argument: "REGEX,REPLACEMENT",
      help: "When loading tar archives, use REGEX,REPLACEMENT against path names",
    },
    { name: "skip-if-unchanged", help: "If the contents are unchanged from previous commit, do nothing" },
    { name: "statoverride", argument: "PATH", help: "File containing list of modifications to make to permissions" },
    { name: "skip-list", argument: "PATH", help: "File containing list of files to skip" },
    { name: "consume", help: "Consume (delete) content after commit (for local directories)" },
    { name: "table-output", help: "Output more information in a KEY: VALUE format" },
    { name: "gpg-sign", argument: "KEY-ID", help: "GPG Key ID to sign the commit with", fidelity: "unbuilt" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "ignored" },
    { name: "sign", argument: "KEY_ID", help: "Sign the commit with", fidelity: "unbuilt" },
    { name: "sign-from-file", argument: "PATH", help: "Sign the commit with key from the provided file", fidelity: "unbuilt" },
    { name: "sign-type", argument: "NAME", help: "Signature type to use (defaults to 'ed25519')", fidelity: "unbuilt" },
    { name: "generate-sizes", help: "Generate size information along with commit metadata", fidelity: "ignored" },
    { name: "generate-composefs-metadata", help: "Generate composefs commit metadata", fidelity: "unbuilt" },
    { name: "fsync", argument: "POLICY", help: "Specify how to invoke fsync()", fidelity: "simplified" },
    { name: "timestamp", argument: "TIMESTAMP", help: "Override the timestamp of the commit" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    booleanOption(options, "fsync");
    const owner = ownerOf(options);
    const repo = yield* openRepository(call);
    const branch = options.value("branch");
    if (branch === undefined && !options.has("orphan")) throw new OstreeError("A branch must be specified with --branch, or use --orphan");
    if (branch !== undefined) checkRefspec(branch);
    repo.requireWritable();
    const parent = parentOf(repo, options, branch);
    const bodyFile = options.value("body-file");
    const body = bodyFile === undefined ? (options.value("body") ?? "") : readFile(repo, bodyFile);
    const timestamp = options.value("timestamp");
    const bound = [...new Set([...(branch === undefined ? [] : [branch]), ...options.values("bind-ref")])].sort();
    const trees = yield* treesOf(call, repo);
    const modes = options.value("statoverride");
    const skipped = options.value("skip-list");
    const request: CommitRequest = {
      trees,
      branch,
      parent,
      subject: options.value("subject") ?? "",
      body,
      timestamp: timestamp === undefined ? proc.now().sec : parseTime(timestamp),
      metadata: metadataOf(repo, options, parent),
      detached: options.values("add-detached-metadata-string").map(stringPair),
      bindings: options.has("no-bindings") ? undefined : bound,
      ownerUid: owner.uid,
      ownerGid: owner.gid,
      canonical: options.has("canonical-permissions") || repo.mode === "bare-user-only",
      readOnlyExecutables: options.has("mode-ro-executables"),
      ...(modes === undefined ? {} : { modes: modesOf(readFile(repo, modes)) }),
      ...(skipped === undefined ? {} : { skipped: new Set(linesOf(readFile(repo, skipped))) }),
      bootable: options.has("bootable"),
      skipIfUnchanged: options.has("skip-if-unchanged"),
      bootId: bootId(proc.sys),
    };
    let result: CommitResult;
    try {
      result = yield* drive(proc, commitTrees(repo, request), watchNothing);
    } catch (error) {
      if (error instanceof UnmatchedPaths)
        for (const path of error.paths) yield* proc.printError(`Unmatched ${error.list} path: ${path}\n`);
      throw error;
    }
    if (options.has("consume")) for (const tree of trees) if (tree.kind === "dir") removeTree(proc.sys, tree.path);
    yield* proc.print(options.has("table-output") ? table(result) : `${result.checksum}\n`);
    return 0;
  },
};

function table({ checksum, written }: CommitResult): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ["Commit", checksum],
    ["Metadata Total", written.metadataTotal],
    ["Metadata Written", written.metadata],
    ["Content Total", written.contentTotal],
    ["Content Written", written.content],
    ["Content Cache Hits", 0],
    ["Content Bytes Written", written.contentBytes],
  ];
  return rows.map(([name, value]) => `${name}: ${value}\n`).join("");
}

function ownerOf(options: ParsedOptions): { readonly uid: number | undefined; readonly gid: number | undefined } {
  const uid = numberOption(options, "owner-uid");
  const gid = numberOption(options, "owner-gid");
  for (const [name, id] of [
    ["uid", uid],
    ["gid", gid],
  ] as const) {
    if (options.has("canonical-permissions") && id !== undefined && id !== 0)
      throw new OstreeError(`Cannot specify both --canonical-permissions and non-zero --owner-${name}`);
  }
  return { uid: uid === -1 ? undefined : uid, gid: gid === -1 ? undefined : gid };
}

/** What is kept of the parent's, then strings, then values of any type. */
function metadataOf(repo: Repository, options: ParsedOptions, parent: Checksum | undefined): (readonly [string, Variant])[] {
  const kept = options.values("keep-metadata").map((key): readonly [string, Variant] => {
    const found = parent === undefined ? undefined : new Map(repo.commit(parent).metadata).get(key);
    if (!found) throw new OstreeError(`Missing metadata key '${key}' from commit '${parent ?? ""}'`);
    return [key, found];
  });
  return [...kept, ...options.values("add-metadata-string").map(stringPair), ...options.values("add-metadata").map(metadataPair)];
}

function stringPair(text: string): readonly [string, Variant] {
  const at = text.indexOf("=");
  if (at < 0) throw new OstreeError(`Missing '=' in KEY=VALUE metadata '${text}'`);
  return [text.slice(0, at), stringVariant(text.slice(at + 1))];
}

/** Lines `+64 /path` (decimal bits to add) and `=384 /path` (the whole mode). */
function modesOf(text: string): Map<string, { readonly add: number } | { readonly set: number }> {
  return new Map(
    linesOf(text).map((line) => {
      const [, sign, bits, path] = /^([+=]?)(\d+) (.*)$/.exec(line) ?? [];
      if (path === undefined) throw new OstreeError(`Malformed statoverride file (no space at end of line)`);
      return [path, sign === "=" ? { set: Number(bits) } : { add: Number(bits) }];
    }),
  );
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Throws `OstreeError` when it cannot be read. */
function readFile(repo: Repository, path: string): string {
  try {
    return decodeUtf8(readBytes(repo.sys, path));
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`openat(${path}): ${error.text}`);
    throw error;
  }
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
function* treesOf({ proc, options }: Call, repo: Repository): Run<TreeSource[]> {
  const base = options.value("base");
  const trees: TreeSource[] = base === undefined ? [] : [{ kind: "base", commit: repo.resolve(base) }];
  for (const tree of options.values("tree")) {
    const at = tree.indexOf("=");
    if (at < 0) throw new OstreeError(`Missing type in tree specification '${tree}'`);
    const type = tree.slice(0, at);
    const value = tree.slice(at + 1);
    if (type === "dir") trees.push({ kind: "dir", path: value });
    else if (type === "ref") trees.push({ kind: "ref", commit: repo.resolve(value) });
    else if (type === "tar") trees.push(yield* archiveTree(proc, value, options));
    else throw new OstreeError(`Invalid tree type specification '${type}'`);
  }
  if (options.values("tree").length === 0) trees.push({ kind: "dir", path: options.operands[0] ?? "." });
  return trees;
}
