/** `ostree static-delta`. Recorded with ostree 2025.2; what is done with what is in a delta comes late: see engines/ostree/static-delta/. */
import { listDeltas, listIndexes, parseDelta, reindex, removeDelta } from "../../engines/ostree/deltas.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { bootId } from "../../engines/ostree/process.ts";
import type { Run } from "../../machine/program.ts";
import { toolsOf, watched } from "./delta-tools.ts";
import { VERBOSE, VERSION, type Call, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";
import { generate, SIGN_TYPE } from "./static-delta-generate.ts";

const COMMON = [REPO, VERBOSE, VERSION];

/** `options` of each verb are as its help has them. */
function verbsOf(host: OstreeHost): readonly Verb[] {
  return [
    {
      name: "list",
      about: "List static delta files",
      options: COMMON,
      *run(call) {
        return yield* listed(
          call,
          listDeltas(yield* openRepository(call)).map(({ name }) => name),
          "(No static deltas)",
        );
      },
    },
    {
      name: "show",
      about: "Dump information on a delta",
      options: COMMON,
      *run(call) {
        const repo = yield* openRepository(call);
        const name = operand(call, "DELTA must be specified");
        const { showDelta } = yield* toolsOf(host);
        yield* watched(call.proc, (tell) => showDelta(repo, name, tell), "output");
        return 0;
      },
    },
    {
      name: "delete",
      about: "Remove a delta",
      options: COMMON,
      *run(call) {
        const repo = yield* openRepository(call);
        removeDelta(repo, parseDelta(operand(call, "DELTA must be specified")));
        yield* call.proc.tick();
        return 0;
      },
    },
    generate(host),
    {
      name: "apply-offline",
      about: "Apply static delta file",
      options: [REPO, SIGN_TYPE, VERBOSE, VERSION],
      run: (call) => applyOffline(host, call),
    },
    {
      name: "verify",
      operands: "STATIC-DELTA-FILE [KEY-ID...]",
      about: "Verify static delta signatures",
      options: [REPO, { ...SIGN_TYPE, fidelity: "simplified" }, VERBOSE, VERSION],
      *run(call) {
        const repo = yield* openRepository(call);
        const name = operand(call, "DELTA must be specified");
        const { verifyDelta } = yield* toolsOf(host);
        const signed = { type: call.options.value("sign-type"), hasKeys: call.options.operands.length > 1 };
        return yield* watched(call.proc, (tell) => verifyDelta(repo, name, signed, tell), "output");
      },
    },
    {
      name: "indexes",
      about: "List static delta indexes",
      options: COMMON,
      *run(call) {
        return yield* listed(call, listIndexes(yield* openRepository(call)), "(No static deltas indexes)");
      },
    },
    {
      name: "reindex",
      about: "Regenerate static delta indexes",
      options: [REPO, { name: "to", argument: "REV", help: "Only update delta index to revision REV" }, VERBOSE, VERSION],
      *run(call) {
        const repo = yield* openRepository(call);
        const to = call.options.value("to");
        if (to !== undefined && !/^[0-9a-f]{64}$/.test(to)) throw new OstreeError(`Invalid rev ${to}`);
        reindex(repo, to);
        yield* call.proc.tick();
        return 0;
      },
    },
  ];
}

function* applyOffline(host: OstreeHost, call: Call): Run<number> {
  const { proc } = call;
  const repo = yield* openRepository(call);
  repo.requireWritable();
  const path = operand(call, "PATH must be specified");
  const tools = yield* toolsOf(host);
  const assertion = yield* watched(proc, () => tools.applyOffline(repo, path, bootId(proc.sys)), "output");
  if (assertion === undefined) return 0;
  yield* proc.printError(`**\n${assertion}`);
  yield* proc.print(`Bail out! ${assertion}`);
  proc.kill(proc.pid, "ABRT");
  yield* proc.tick();
  return 134;
}

/** A line each; `none` where there are none. */
function* listed({ proc }: Call, names: readonly string[], none: string): Run<number> {
  yield* proc.print(`${names.join("\n") || none}\n`);
  return 0;
}

function operand(call: Call, missing: string): string {
  const [name] = call.options.operands;
  if (name === undefined) throw new OstreeError(missing);
  return name;
}

export function staticDelta(host: OstreeHost): Verb {
  return {
    name: "static-delta",
    about: "Static delta related commands",
    group: { program: "ostree static-delta", operands: "[OPTION...] COMMAND", options: undefined, verbs: verbsOf(host) },
    *run() {
      return 1;
    },
  };
}
