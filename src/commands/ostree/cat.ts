import { fileContents } from "../../engines/ostree/tree-walk.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const cat: Verb = {
  name: "cat",
  operands: "COMMIT PATH...",
  about: "Concatenate contents of files",
  options: [REPO, VERBOSE, VERSION],
  *run(call) {
    const repo = yield* openRepository(call);
    const [rev, ...paths] = call.options.operands;
    if (rev === undefined || paths.length === 0) throw new Misuse("A COMMIT and at least one PATH argument are required");
    const commit = repo.resolve(rev);
    for (const path of paths) yield* call.proc.print(fileContents(repo, commit, path));
    return 0;
  },
};
