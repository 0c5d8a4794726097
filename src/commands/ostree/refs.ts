import { OstreeError } from "../../engines/ostree/errors.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const refs: Verb = {
  name: "refs",
  operands: "[PREFIX]",
  about: "List refs",
  options: [
    REPO,
    { name: "delete", help: "Delete refs which match PREFIX, rather than listing them" },
    { name: "list", help: "Do not remove the prefix from the refs" },
    { name: "alias", short: "A", help: "If used with --create, create an alias, otherwise just list aliases", fidelity: "unbuilt" },
    { name: "create", argument: "NEWREF", help: "Create a new ref for an existing commit" },
    { name: "collections", short: "c", help: "Enable listing collection IDs for refs", fidelity: "unbuilt" },
    { name: "force", help: "Overwrite existing refs when creating" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const prefix = options.operands[0];
    const created = options.value("create");
    if (created !== undefined) {
      if (prefix === undefined) throw new Misuse("You must specify only 1 existing ref when creating a new ref");
      const checksum = repo.resolve(prefix);
      if (!options.has("force") && repo.resolveIfThere(created) !== undefined)
        throw new OstreeError(`--create specified but ref ${created} already exists`);
      repo.setRef(created, checksum);
      return 0;
    }
    if (options.has("delete") && prefix === undefined) throw new Misuse("At least one PREFIX is required when deleting refs");
    for (const name of repo.refs().keys()) {
      if (prefix !== undefined && name !== prefix && !name.startsWith(prefix.endsWith(":") ? prefix : `${prefix}/`)) continue;
      if (options.has("delete")) repo.deleteRef(name);
      else
        yield* proc.print(
          `${prefix === undefined || options.has("list") || name === prefix ? name : name.slice(prefix.length + (prefix.endsWith(":") ? 0 : 1))}\n`,
        );
    }
    return 0;
  },
};

export const revParse: Verb = {
  name: "rev-parse",
  operands: "REV",
  about: "Output the target of a rev",
  options: [
    REPO,
    { name: "single", short: "S", help: "If the repository has exactly one commit, then print it; any other case will result in an error" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    if (options.has("single")) {
      const commits = [...repo.objects()].filter((object) => object.kind === "commit");
      if (commits.length !== 1) throw new OstreeError(commits.length === 0 ? "No commit objects found" : "Multiple commit objects found");
      yield* proc.print(`${commits[0]?.checksum ?? ""}\n`);
      return 0;
    }
    if (options.operands.length === 0) throw new Misuse("REV must be specified");
    for (const rev of options.operands) yield* proc.print(`${repo.resolve(rev)}\n`);
    return 0;
  },
};

export const reset: Verb = {
  name: "reset",
  operands: "REF COMMIT",
  about: "Reset a REF to a previous COMMIT",
  options: [REPO, VERBOSE, VERSION],

  *run(call) {
    const repo = openRepository(call);
    const [ref, target] = call.options.operands;
    if (ref === undefined || target === undefined) throw new Misuse("A ref and commit argument is required");
    repo.resolve(ref);
    repo.setRef(ref, repo.resolve(target));
    return 0;
  },
};
