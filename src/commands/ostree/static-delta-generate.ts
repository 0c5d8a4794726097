/** `ostree static-delta generate`. */
import { delta, deltaPath } from "../../engines/ostree/deltas.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat } from "../../engines/ostree/files.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { toolsOf, watched } from "./delta-tools.ts";
import { VERBOSE, VERSION, type Call, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const SIGN_TYPE: Option = {
  name: "sign-type",
  argument: "NAME",
  help: "Signature type to use (defaults to 'ed25519')",
  fidelity: "unbuilt",
};

export function generate(host: OstreeHost): Verb {
  return {
    name: "generate",
    operands: "[TO]",
    about: "Generate static delta files",
    options: [
      REPO,
      { name: "from", argument: "REV", help: "Create delta from revision REV" },
      { name: "empty", help: "Create delta from scratch" },
      { name: "inline", help: "Inline delta parts into main delta" },
      { name: "to", argument: "REV", help: "Create delta to revision REV" },
      { name: "disable-bsdiff", help: "Disable use of bsdiff" },
      { name: "if-not-exists", short: "n", help: "Only generate if a delta does not already exist" },
      { name: "set-endianness", argument: "ENDIAN", help: "Choose metadata endianness ('l' or 'B')" },
      { name: "swap-endianness", help: "Swap metadata endianness from host order" },
      { name: "min-fallback-size", argument: "", help: "Minimum uncompressed size in megabytes for individual HTTP request" },
      { name: "max-bsdiff-size", argument: "", help: "Maximum size in megabytes to consider bsdiff compression for input files" },
      { name: "max-chunk-size", argument: "", help: "Maximum size of delta chunks in megabytes" },
      {
        name: "filename",
        argument: "PATH",
        help: "Write the delta content to PATH (a directory).  If not specified, the OSTree repository is used",
      },
      { name: "sign", argument: "KEY_ID", help: "Sign the delta with", fidelity: "unbuilt" },
      SIGN_TYPE,
      VERBOSE,
      VERSION,
    ],
    run: (call) => run(host, call),
  };
}

function* run(host: OstreeHost, call: Call): Run<number> {
  const { proc, options } = call;
  const repo = yield* openRepository(call);
  repo.requireWritable();
  const to = options.value("to") ?? options.operands[0];
  if (to === undefined) throw new OstreeError("TO revision must be specified");
  if (options.has("empty") && options.has("from")) throw new OstreeError("Cannot specify both --empty and --from=REV");
  const from = options.has("empty") ? undefined : repo.resolve(options.value("from") ?? `${to}^`);
  const which = delta(from, repo.resolve(to));
  if (options.has("if-not-exists") && lstat(repo.sys, `${deltaPath(repo, which)}/superblock`)) {
    yield* proc.print(`Delta ${which.name} already exists.\n`);
    return 0;
  }
  const { deltaRequest, generateDelta } = yield* toolsOf(host);
  const request = deltaRequest(options);
  yield* proc.print(`Generating static delta:\n  From: ${which.from ?? "empty"}\n  To:   ${which.to}\n`);
  yield* watched(proc, (tell) => generateDelta(repo, which, request, proc.now().sec, tell), "errors");
  return 0;
}
