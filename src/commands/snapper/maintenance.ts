/** `snapper rollback`, `cleanup` and `setup-quota`. Sources: openSUSE/snapper:client/snapper/cmd-rollback.cc, cmd-cleanup.cc. */
import { ALGORITHMS, disposable, hasRange, nextDisposable, type Algorithm } from "../../engines/snapper/cleanup.ts";
import { SnapperError } from "../../engines/snapper/errors.ts";
import { prepareQuota, QuotaError, quotaUsed, setUpQuota, spaceOf } from "../../engines/snapper/quota.ts";
import { detectAmbit, rollback as plan, UNKNOWN_AMBIT, type Ambit } from "../../engines/snapper/rollback.ts";
import type { Snapshots } from "../../engines/snapper/snapshots.ts";
import type { Run } from "../../machine/program.ts";
import type { Call, Verb } from "./call.ts";
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
    if (algorithms.length === 0) {
      // What was wrong with that name older ones never lived to say.
      if (call.build.version.startsWith("0.10.")) {
        call.proc.kill(call.proc.pid, "SEGV");
        yield* call.proc.tick();
      }
      throw new SnapperError(`Unknown cleanup algorithm '${name}'.`);
    }
    for (const algorithm of algorithms) {
      const now = call.proc.now().sec;
      for (const { num } of yield* disposable(snapshots, algorithm, now)) snapshots.delete(num);
      yield* call.report(snapshots);
      if (hasRange(snapshots, algorithm)) yield* makeSpace(call, snapshots, algorithm);
      yield* call.report(snapshots);
    }
    return 0;
  },
};

/** Until the snapshots take little enough, and enough is free, more of them go. */
function* makeSpace(call: Call, snapshots: Snapshots, algorithm: Algorithm): Run<void> {
  const { values } = snapshots.config;
  const { proc } = call;
  const removeUntil = function* (isEnough: () => boolean): Run<void> {
    while (!isEnough()) {
      const some = nextDisposable(snapshots, algorithm, proc.now().sec);
      if (some.length === 0) return;
      for (const { num } of some) snapshots.delete(num);
      yield* proc.tick();
    }
  };
  const mostUsed = parseLimit(values.get("SPACE_LIMIT")) ?? { fraction: 0.5 };
  try {
    prepareQuota(snapshots);
    if (!("fraction" in mostUsed) || mostUsed.fraction < 1)
      yield* removeUntil(() => quotaUsed(snapshots) < bytesOf(mostUsed, spaceOf(snapshots).size));
  } catch (error) {
    if (!(error instanceof QuotaError)) throw error;
    yield* call.warn(`quota not working (${error.message})`);
  }
  const leastFree = parseLimit(values.get("FREE_LIMIT")) ?? { fraction: 0.2 };
  if (bytesOf(leastFree, 1) > 0)
    yield* removeUntil(() => {
      const { size, free } = spaceOf(snapshots);
      return free > bytesOf(leastFree, size);
    });
}

type Limit = { readonly fraction: number } | { readonly bytes: number };

/** A part of the whole, or a size. */
function parseLimit(text: string | undefined): Limit | undefined {
  const [, number, unit] = /^\s*(\d*\.?\d+)\s*([kmgtpe]i?b|b)?\s*$/i.exec(text ?? "") ?? [];
  if (number === undefined) return undefined;
  if (unit === undefined) return { fraction: Number(number) };
  return { bytes: Number(number) * 1024 ** Math.max(0, "bkmgtpe".indexOf(unit.charAt(0).toLowerCase())) };
}

function bytesOf(limit: Limit, whole: number): number {
  return "fraction" in limit ? limit.fraction * whole : limit.bytes;
}

export const setupQuota: Verb = {
  name: "setup-quota",
  title: "Setup quota",
  operands: "",
  options: [],
  *run(call) {
    call.noArguments("setup-quota");
    setUpQuota(yield* call.opened());
    return 0;
  },
};
