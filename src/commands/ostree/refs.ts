import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
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
    { name: "revision", short: "r", help: "Show revisions in listing" },
    { name: "alias", short: "A", help: "If used with --create, create an alias, otherwise just list aliases" },
    { name: "create", argument: "NEWREF", help: "Create a new ref for an existing commit" },
    { name: "collections", short: "c", help: "Enable listing collection IDs for refs" },
    { name: "force", help: "Overwrite existing refs when creating" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const prefix = options.operands[0];
    const created = options.value("create");
    if (created !== undefined) {
      if (prefix === undefined) throw new OstreeError("You must specify a revision when creating a new ref");
      createRef(repo, prefix, created, { force: options.has("force"), alias: options.has("alias") });
      return 0;
    }
    if (options.has("delete")) {
      if (options.operands.length === 0) throw new OstreeError("At least one PREFIX is required when deleting refs");
      for (const each of options.operands) {
        for (const name of repo.refs((ref) => isBelow(ref, each)).keys()) {
          if (each.endsWith(":")) throw new OstreeError(`Invalid refspec ${wholeRemote(name)}`);
          const alias = [...repo.aliases()].find(([, target]) => target === name)?.[0];
          if (alias !== undefined) throw new OstreeError(`Ref '${name}' has an active alias: '${alias}'`);
          repo.deleteRef(name);
        }
      }
      return 0;
    }
    if (options.has("alias")) {
      for (const [alias, target] of repo.aliases()) yield* proc.print(`${alias} -> ${target}\n`);
      return 0;
    }
    const collection = options.has("collections") ? repo.config.get("core", "collection-id") : undefined;
    if (options.has("collections") && collection === undefined) return 0;
    for (const [name, checksum] of repo.refs((ref) => prefix === undefined || isBelow(ref, prefix))) {
      const whole = prefix?.endsWith(":") === true ? wholeRemote(name) : name;
      const shown = prefix === undefined || options.has("list") ? whole : withoutPrefix(name, prefix);
      const revision = options.has("revision") ? `\t${checksum}` : "";
      if (collection === undefined) yield* proc.print(`${shown}${revision}\n`);
      else if (!name.includes(":")) yield* proc.print(`(${collection}, ${name})${revision}\n`);
    }
    return 0;
  },
};

function createRef(repo: Repository, rev: string, created: string, how: { readonly force: boolean; readonly alias: boolean }): void {
  // All are listed first, whatever is asked for.
  repo.refs();
  const isMoved = how.alias && repo.aliases().has(created);
  if (!how.force && !isMoved && repo.resolveIfThere(created) !== undefined)
    throw new OstreeError(`--create specified but ref ${created} already exists`);
  if (!how.alias) return repo.setRef(created, repo.resolve(rev));
  if (repo.resolveIfThere(rev) === undefined) throw new OstreeError(`Cannot create alias to non-existent ref: ${rev}`);
  repo.setAlias(created, rev);
}

/** A prefix is whole parts of a ref's name, or a remote: "lab:" and what is behind it. */
function isBelow(name: string, prefix: string): boolean {
  return name === prefix || name.startsWith(prefix.endsWith(":") ? prefix : `${prefix}/`);
}

/** Where only the remote was named, the real tool has "." for the directory of its refs. */
function wholeRemote(name: string): string {
  return name.replace(":", ":./");
}

/** Of a remote's refs the remote stays. */
function withoutPrefix(name: string, prefix: string): string {
  if (name === prefix) return name;
  const at = name.indexOf(":") + 1;
  const cut = prefix.length - at;
  if (cut <= 0 || prefix.length < at) return name;
  return name.slice(0, at) + name.slice(prefix.length + 1);
}

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
    const repo = yield* openRepository(call);
    if (options.has("single")) {
      if (options.operands.length > 0) throw new Misuse("Cannot specify arguments with --single");
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
    const repo = yield* openRepository(call);
    const [ref, target] = call.options.operands;
    if (ref === undefined || target === undefined) throw new Misuse("A REF and COMMIT argument is required");
    repo.requireWritable();
    if (!repo.refs().has(ref)) throw new OstreeError(`Invalid ref '${ref}'`);
    repo.setRef(ref, repo.resolve(target));
    return 0;
  },
};
