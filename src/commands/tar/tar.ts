import type { Command } from "../command.ts";
import { complain, Failure } from "../complain.ts";
import { create, remake } from "./create.ts";
import { ArchiveError } from "./member.ts";
import { OPTIONS } from "./option-table.ts";
import { Session } from "./session.ts";
import { HINT } from "./transform.ts";
import { compare, extract, list } from "./unpack.ts";

const OPERATIONS = ["create", "extract", "list", "append", "update", "diff", "delete", "concatenate"] as const;

/** tar(1). */
export const tar: Command = {
  name: "tar",
  package: "tar",
  style: "gnu",
  usage: ["tar [OPTION...] [FILE]..."],
  about: "Save many files together into a single archive, and restore individual files from the archive.",
  options: OPTIONS,
  usageStatus: 64,
  usageHint: "argp",
  completes: "files",
  simplified:
    "bzip2, xz and zstd archives are not built; extended attributes are left out; directories are read in the order of their names",
  // `tar czf x.tar.gz d`: a bundle without a dash takes its arguments from what follows.
  rewrite(args) {
    const [bundle = "", ...rest] = args;
    if (bundle === "" || bundle.startsWith("-")) return args;
    const out: string[] = [];
    for (const letter of bundle) {
      out.push(`-${letter}`);
      if ("fCTXbgIKNVFLH".includes(letter)) out.push(...rest.splice(0, 1));
    }
    return [...out, ...rest];
  },
  *run(proc, options) {
    const chosen = OPERATIONS.filter((name) => options.has(name));
    if (chosen.length === 0) throw new Failure(`You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n${HINT}`, 2);
    if (chosen.length > 1)
      throw new Failure(`You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option\n${HINT}`, 2);
    const [operation] = chosen;
    const session = new Session(proc, options);
    try {
      if (operation === "create" || operation === "append" || operation === "update") yield* create(session, operation);
      else if (operation === "extract") yield* extract(session);
      else if (operation === "delete") yield* remake(session);
      else if (operation === "diff") yield* compare(session);
      else yield* list(session);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      yield* session.trouble(error.message);
    }
    if (session.status === 2) yield* complain(proc, "Exiting with failure status due to previous errors");
    return session.status;
  },
};
