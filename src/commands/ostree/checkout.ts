import { checkout as checkOut, type CheckoutOptions } from "../../engines/ostree/checkout.ts";
import { OstreeError, within } from "../../engines/ostree/errors.ts";
import { makeDirectories } from "../../engines/ostree/files.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readText } from "../../machine/read-text.ts";
import type { ParsedOptions } from "../command.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { booleanOption } from "./number-option.ts";
import { openRepository, REPO } from "./repository.ts";

export const checkout: Verb = {
  name: "checkout",
  operands: "COMMIT [DESTINATION]",
  about: "Check out a commit into a filesystem tree",
  options: [
    REPO,
    { name: "user-mode", short: "U", help: "Do not change file ownership or initialize extended attributes" },
    { name: "disable-cache", help: "Do not update or use the internal repository uncompressed object cache", fidelity: "ignored" },
    { name: "subpath", argument: "PATH", help: "Checkout sub-directory PATH" },
    { name: "union", help: "Keep existing directories, overwrite existing files" },
    { name: "union-add", help: "Keep existing files/directories, only add new" },
    {
      name: "union-identical",
      help: "When layering checkouts, error out if a file would be replaced with a different version, but add new files and directories",
    },
    { name: "whiteouts", help: "Process 'whiteout' (Docker style) entries" },
    { name: "process-passthrough-whiteouts", help: "Enable overlayfs whiteout extraction into char 0:0 devices", fidelity: "unbuilt" },
    { name: "allow-noent", help: "Do nothing if specified path does not exist" },
    { name: "from-stdin", help: "Process many checkouts from standard input" },
    { name: "from-file", argument: "FILE", help: "Process many checkouts from input file" },
    { name: "fsync", argument: "POLICY", help: "Specify how to invoke fsync()", fidelity: "simplified" },
    { name: "require-hardlinks", short: "H", help: "Do not fall back to full copies if hardlinking fails" },
    { name: "force-copy", short: "C", help: "Never hardlink (but may reflink if available)" },
    {
      name: "bareuseronly-dirs",
      short: "M",
      help: "Suppress mode bits outside of 0775 for directories (suid, world writable, etc.)",
    },
    { name: "skip-list", argument: "FILE", help: "File containing list of files to skip" },
    {
      name: "selinux-policy",
      argument: "PATH",
      help: "Set SELinux labels based on policy in root filesystem PATH (may be /); implies --force-copy",
      fidelity: "unbuilt",
    },
    { name: "selinux-prefix", argument: "PREFIX", help: "When setting SELinux labels, prefix all paths by PREFIX", fidelity: "unbuilt" },
    { name: "composefs", help: "Only create a composefs blob", fidelity: "unbuilt" },
    { name: "composefs-noverity", help: "Only create a composefs blob, and disable fsverity", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    booleanOption(options, "fsync");
    const repo = yield* openRepository(call);
    const [rev, destination] = options.operands;
    if (rev === undefined) throw new Misuse("COMMIT must be specified");
    if (options.has("require-hardlinks") && options.has("force-copy"))
      throw new OstreeError("Cannot specify both --require-hardlinks and --force-copy");
    const userMode = options.has("user-mode");
    const mustLink = options.has("require-hardlinks");
    const canLink = linkable(repo, userMode);
    if (options.has("union-identical") && !mustLink) throw new OstreeError("--union-identical requires --require-hardlinks");
    const many = yield* listedCheckouts(proc, options);
    const first = many === undefined ? repo.resolve(rev) : undefined;
    const skipped = skipList(proc, options);
    // An archive keeps what it has unpacked for users.
    const keeps = repo.mode === "archive-z2" && userMode && !options.has("disable-cache");
    const unpacked = keeps ? `${repo.path}/uncompressed-objects-cache` : undefined;
    if (unpacked !== undefined) makeDirectories(proc.sys, unpacked);
    const how: CheckoutOptions = {
      userMode: userMode || repo.mode === "bare-user-only",
      hardlinks: canLink && !options.has("force-copy"),
      mustLink,
      unpacked: options.has("force-copy") ? undefined : unpacked,
      union: unionOf(options),
      subpath: options.value("subpath"),
      allowMissing: options.has("allow-noent"),
      whiteouts: options.has("whiteouts"),
      plainDirectories: options.has("bareuseronly-dirs"),
      fresh: options.has("force-copy"),
      ...(skipped === undefined ? {} : { skipped }),
    };
    if (first !== undefined) checkOut(repo, first, destination ?? rev, how);
    for (const [name, subpath] of many ?? []) {
      checkOut(repo, repo.resolve(name), rev, { ...how, subpath });
      yield* proc.tick();
    }
    yield* proc.tick();
    return 0;
  },
};

/** Pairs of a commit and a path in it, each ended by a NUL; undefined where none are asked for. Throws `OstreeError`. */
function* listedCheckouts(proc: Process, options: ParsedOptions): Run<(readonly [commit: string, subpath: string])[] | undefined> {
  const file = options.value("from-file");
  if (file === undefined && !options.has("from-stdin")) return undefined;
  const text = file === undefined ? decodeUtf8(yield* proc.readToEnd(0)) : readOperand(proc, file);
  const words = text.split("\0").slice(0, -1);
  if (words.length % 2 === 1) throw new OstreeError("Premature EOF");
  return words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : []));
}

function skipList(proc: Process, options: ParsedOptions): ReadonlySet<string> | undefined {
  const file = options.value("skip-list");
  return file === undefined ? undefined : new Set(readOperand(proc, file).split("\n"));
}

/** Throws `OstreeError` as `openat(NAME): …`. */
function readOperand(proc: Process, path: string): string {
  return within(`openat(${path})`, () => {
    try {
      return readText(proc.sys, path);
    } catch (error) {
      throw isSysError(error) ? new OstreeError(error.text) : error;
    }
  });
}

/** Whether a checkout's files can be the objects themselves. */
function linkable(repo: Repository, userMode: boolean): boolean {
  switch (repo.mode) {
    case "bare":
      return !userMode;
    case "bare-user":
      return userMode;
    case "bare-user-only":
      return true;
    default:
      return false;
  }
}

function unionOf(options: ParsedOptions): CheckoutOptions["union"] {
  if (options.has("union-identical")) return "identical";
  if (options.has("union-add")) return "keep";
  return options.has("union") ? "replace" : undefined;
}
