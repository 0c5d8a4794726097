import { delta, deltaPath, listDeltas, listIndexes, parseDelta, reindex, removeDelta, writeDelta } from "../../engines/ostree/deltas.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat } from "../../engines/ostree/files.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { unbuilt, VERBOSE, VERSION, type Call, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

const COMMON = [REPO, VERBOSE, VERSION];
const SIGN_TYPE = {
  name: "sign-type",
  argument: "NAME",
  help: "Signature type to use (defaults to 'ed25519')",
  fidelity: "unbuilt",
} as const;

/** `options` of each verb are as its help has them. */
const verbs: readonly Verb[] = [
  {
    name: "list",
    about: "List static delta files",
    options: COMMON,
    *run(call) {
      const deltas = listDeltas(yield* openRepository(call));
      yield* call.proc.print(deltas.length === 0 ? "(No static deltas)\n" : deltas.map(({ name }) => `${name}\n`).join(""));
      return 0;
    },
  },
  unbuilt("show", "Dump information on a delta", "listed", { options: COMMON }),
  {
    name: "delete",
    about: "Remove a delta",
    options: COMMON,
    *run(call) {
      const [name] = call.options.operands;
      if (name === undefined) throw new OstreeError("DELTA must be specified");
      removeDelta(yield* openRepository(call), parseDelta(name));
      yield* call.proc.tick();
      return 0;
    },
  },
  {
    name: "generate",
    operands: "[TO]",
    about: "Generate static delta files",
    options: [
      REPO,
      { name: "from", argument: "REV", help: "Create delta from revision REV" },
      { name: "empty", help: "Create delta from scratch" },
      { name: "inline", help: "Inline delta parts into main delta", fidelity: "ignored" },
      { name: "to", argument: "REV", help: "Create delta to revision REV" },
      { name: "disable-bsdiff", help: "Disable use of bsdiff", fidelity: "ignored" },
      { name: "if-not-exists", short: "n", help: "Only generate if a delta does not already exist" },
      { name: "set-endianness", argument: "ENDIAN", help: "Choose metadata endianness ('l' or 'B')", fidelity: "unbuilt" },
      { name: "swap-endianness", help: "Swap metadata endianness from host order", fidelity: "unbuilt" },
      {
        name: "min-fallback-size",
        argument: "",
        help: "Minimum uncompressed size in megabytes for individual HTTP request",
        fidelity: "ignored",
      },
      {
        name: "max-bsdiff-size",
        argument: "",
        help: "Maximum size in megabytes to consider bsdiff compression for input files",
        fidelity: "ignored",
      },
      { name: "max-chunk-size", argument: "", help: "Maximum size of delta chunks in megabytes", fidelity: "ignored" },
      {
        name: "filename",
        argument: "PATH",
        help: "Write the delta content to PATH (a directory).  If not specified, the OSTree repository is used",
        fidelity: "unbuilt",
      },
      { name: "sign", argument: "KEY_ID", help: "Sign the delta with", fidelity: "unbuilt" },
      SIGN_TYPE,
      VERBOSE,
      VERSION,
    ],
    run: generate,
  },
  unbuilt("apply-offline", "Apply static delta file", "listed", { options: [REPO, SIGN_TYPE, VERBOSE, VERSION] }),
  unbuilt("verify", "Verify static delta signatures", "listed", {
    operands: "STATIC-DELTA-FILE [KEY-ID...]",
    options: [REPO, SIGN_TYPE, VERBOSE, VERSION],
  }),
  {
    name: "indexes",
    about: "List static delta indexes",
    options: COMMON,
    *run(call) {
      const indexes = listIndexes(yield* openRepository(call));
      yield* call.proc.print(indexes.length === 0 ? "(No static deltas indexes)\n" : indexes.map((name) => `${name}\n`).join(""));
      return 0;
    },
  },
  {
    name: "reindex",
    about: "Regenerate static delta indexes",
    options: COMMON,
    *run(call) {
      const repo = yield* openRepository(call);
      repo.requireWritable();
      reindex(repo);
      yield* call.proc.tick();
      return 0;
    },
  },
];

function* generate(call: Call): Run<number> {
  const { proc, options } = call;
  const repo = yield* openRepository(call);
  const to = options.value("to") ?? options.operands[0];
  if (to === undefined) throw new OstreeError("TO revision must be specified");
  const target = repo.resolve(to);
  const parent = repo.commit(target).parent;
  const from = options.has("empty") ? undefined : (options.value("from") ?? parent);
  const which = delta(from === undefined ? undefined : repo.resolve(from), target);
  if (options.has("if-not-exists") && lstat(repo.sys, deltaPath(repo, which))) {
    yield* proc.print(`Delta ${which.name} already exists.\n`);
    return 0;
  }
  repo.requireWritable();
  yield* proc.print(`Generating static delta:\n  From: ${which.from ?? "empty"}\n  To:   ${which.to}\n`);
  yield* report(proc, repo, which);
  return 0;
}

/** @simplified Nothing is packed: what the part takes is what its objects take. */
function* report(proc: Process, repo: Repository, which: ReturnType<typeof delta>): Run<void> {
  const { modified, metadata, files, links, size, loose } = writeDelta(repo, which);
  const objects = metadata + files + links;
  yield* proc.printError(
    `modified: ${modified}\nnew reachable: metadata=${metadata} content regular=${files} symlink=${links}\n` +
      `rollsum for 0/${modified} modified\npart 1 n:${objects - modified} compressed:${size} uncompressed:${size}\n` +
      `uncompressed=${size} compressed=${size} loose=${loose}\nrollsum=0 objects, 0 bytes\nbsdiff=0 objects\n`,
  );
}

export const staticDelta: Verb = {
  name: "static-delta",
  about: "Static delta related commands",
  group: { program: "ostree static-delta", operands: "[OPTION...] COMMAND", options: undefined, verbs },
  *run() {
    return 1;
  },
};
