/** `snapper rollback`, `cleanup` and `setup-quota`. Sources: openSUSE/snapper:client/snapper/cmd-rollback.cc, cmd-cleanup.cc. */
import { ALGORITHMS, disposable, hasRange, type Algorithm } from "../../engines/snapper/cleanup.ts";
import { SnapperError } from "../../engines/snapper/errors.ts";
import { detectAmbit, rollback as plan, UNKNOWN_AMBIT, type Ambit } from "../../engines/snapper/rollback.ts";
import type { Snapshots } from "../../engines/snapper/snapshots.ts";
import type { Verb } from "./call.ts";
import { dataOf, dataOptions } from "./change.ts";
import { GrammarError } from "./grammar.ts";

export const rollback: Verb = {
  name: "rollback",
  title: "Rollback",
  operands: "[number]",
  options: [{ name: "print-number", short: "p", help: "Print number of second created snapshot." }, ...dataOptions("snapshots")],
  *run(call) {
    const snapshots = yield* call.opened();
    if (call.args.length > 1) throw new GrammarError("Command 'rollback' takes either one or no argument.", false);
    if (snapshots.config.subvolume !== "/")
      throw new SnapperError(`Command 'rollback' cannot be used on a non-root subvolume ${snapshots.config.subvolume}.`);
    const ambit = ambitOf(snapshots, call.globals.value("ambit"));
    if (!call.isQuiet) yield* call.print(`Ambit is ${ambit}.\n`);
    const [text] = call.args;
    const { steps, number } = plan(snapshots, ambit, text === undefined ? undefined : call.number(text), dataOf(call));
    for (const step of steps) {
      if (!call.isQuiet) yield* call.print(step.before);
      const after = step.run();
      if (!call.isQuiet) yield* call.print(`${after}\n`);
    }
    if (ambit === "classic" && call.options.has("print-number")) yield* call.print(`${number()}\n`);
    return 0;
  },
};

function ambitOf(snapshots: Snapshots, asked: string | undefined): Ambit {
  const ambit = asked === undefined || asked === "auto" ? detectAmbit(snapshots) : asked === "classic" ? "classic" : "transactional";
  if (ambit === undefined) throw new SnapperError(UNKNOWN_AMBIT.join("\n"));
  return ambit;
}

export const cleanup: Verb = {
  name: "cleanup",
  title: "Cleanup snapshots",
  operands: "<cleanup-algorithm>",
  options: [
    { name: "path", argument: "<path>", help: "Cleanup all configs affecting path.", fidelity: "unbuilt" },
    { name: "free-space", argument: "<space>", help: "Try to make space available.", fidelity: "unbuilt" },
  ],
  *run(call) {
    const snapshots = yield* call.opened();
    const [name] = call.args;
    if (name === undefined || call.args.length > 1) throw new GrammarError("Command 'cleanup' needs one arguments.");
    const algorithms: readonly Algorithm[] = name === "all" ? ALGORITHMS : ALGORITHMS.filter((known) => known === name);
    if (algorithms.length === 0) throw new SnapperError(`Unknown cleanup algorithm '${name}'.`);
    for (const algorithm of algorithms) {
      if (hasRange(snapshots, algorithm)) yield* call.warn("quota not working (qgroup not set)");
      for (const { num } of yield* disposable(snapshots, algorithm, call.proc.now().sec)) snapshots.delete(num);
      yield* call.report(snapshots);
    }
    return 0;
  },
};

export const setupQuota: Verb = {
  name: "setup-quota",
  title: "Setup quota",
  operands: "",
  options: [],
  unbuilt: true,
  *run() {
    throw new SnapperError("setup-quota is not built in Immutable Lab.");
  },
};
