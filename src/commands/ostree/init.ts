import { OstreeError } from "../../engines/ostree/errors.ts";
import { Repository, repositoryMode } from "../../engines/ostree/repo.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";
import { REPO, repositoryPath } from "./repository.ts";

export const init: Verb = {
  name: "init",
  about: "Initialize a new empty repository",
  options: [
    REPO,
    {
      name: "mode",
      argument: "",
      help: "Initialize repository in given mode (bare, bare-user, bare-user-only, archive)",
      values: ["bare", "bare-user", "bare-user-only", "archive"],
    },
    {
      name: "collection-id",
      argument: "COLLECTION-ID",
      help: "Globally unique ID for this repository as an collection of refs for redistribution to other repositories",
    },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const path = repositoryPath(call);
    const text = call.options.value("mode") ?? "bare";
    const mode = repositoryMode(text);
    if (mode === undefined) throw new OstreeError(`Invalid mode '${text}' in repository configuration`);
    Repository.create(call.proc.sys, path, mode, call.options.value("collection-id"));
    return 0;
  },
};
