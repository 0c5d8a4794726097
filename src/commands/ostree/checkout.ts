import { checkout as checkOut } from "../../engines/ostree/checkout.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
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
    { name: "union-add", help: "Keep existing files/directories, only add new", fidelity: "unbuilt" },
    {
      name: "union-identical",
      help: "When layering checkouts, error out if a file would be replaced with a different version, but add new files and directories",
      fidelity: "unbuilt",
    },
    { name: "whiteouts", help: "Process 'whiteout' (Docker style) entries", fidelity: "ignored" },
    { name: "process-passthrough-whiteouts", help: "Enable overlayfs whiteout extraction into char 0:0 devices", fidelity: "unbuilt" },
    { name: "allow-noent", help: "Do nothing if specified path does not exist", fidelity: "unbuilt" },
    { name: "from-stdin", help: "Process many checkouts from standard input", fidelity: "unbuilt" },
    { name: "from-file", argument: "FILE", help: "Process many checkouts from input file", fidelity: "unbuilt" },
    { name: "fsync", argument: "POLICY", help: "Specify how to invoke fsync()", fidelity: "ignored" },
    { name: "require-hardlinks", short: "H", help: "Do not fall back to full copies if hardlinking fails" },
    { name: "force-copy", short: "C", help: "Never hardlink (but may reflink if available)" },
    {
      name: "bareuseronly-dirs",
      short: "M",
      help: "Suppress mode bits outside of 0775 for directories (suid, world writable, etc.)",
      fidelity: "unbuilt",
    },
    { name: "skip-list", argument: "FILE", help: "File containing list of files to skip", fidelity: "unbuilt" },
    {
      name: "selinux-policy",
      argument: "PATH",
      help: "Set SELinux labels based on policy in root filesystem PATH (may be /); implies --force-copy",
      fidelity: "unbuilt",
    },
    { name: "selinux-prefix", argument: "PREFIX", help: "When setting SELinux labels, prefix all paths by PREFIX", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const [rev, destination] = options.operands;
    if (rev === undefined) throw new Misuse("COMMIT must be specified");
    const userMode = options.has("user-mode");
    const subpath = options.value("subpath");
    const owned = repo.mode === "bare" ? !userMode : repo.mode !== "archive-z2" && userMode;
    checkOut(repo, repo.resolve(rev), destination ?? rev, {
      userMode: userMode || !proc.sys.credentials.privileged,
      hardlinks: owned && !options.has("force-copy"),
      union: options.has("union"),
      ...(subpath === undefined ? {} : { subpath }),
    });
    yield* proc.tick();
    return 0;
  },
};
