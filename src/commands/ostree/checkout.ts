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
    { name: "fsync", argument: "POLICY", help: "Specify how to invoke fsync()", fidelity: "ignored" },
    { name: "require-hardlinks", short: "H", help: "Do not fall back to full copies if hardlinking fails" },
    { name: "force-copy", short: "C", help: "Never hardlink (but may reflink if available)" },
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
