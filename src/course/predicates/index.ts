/** Evaluates goals: what holds, what was seen, and where it nearly holds. */
import type { Paced } from "../../lab/settle.ts";
import type { Predicate, Version } from "../lesson.ts";
import type { Marks, Place, Scene } from "../scene.ts";
import { NoSuchVersion, type Verdict } from "../verdict.ts";
import { lookAtBoots } from "./boot.ts";
import { lookAtFile } from "./file.ts";
import { lookAtMount } from "./mount.ts";
import { lookForPackage } from "./package.ts";
import { lookAtCommands, lookAtOutput } from "./records.ts";
import { lookWhetherSurvives } from "./survives.ts";
import { lookAtUnit, lookForApp, lookForContainer, runAuthorsScript } from "./tools.ts";
import { lookAtVersions } from "./version.ts";

/** Throws `CouldNotRun` where there is no verdict. */
export function* evaluate(scene: Scene, marks: Marks, goal: Predicate): Paced<Verdict> {
  try {
    return yield* look(scene, marks, goal);
  } catch (error) {
    if (!(error instanceof NoSuchVersion)) throw error;
    return { ok: false, evidence: `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.` };
  }
}

function* look(scene: Scene, marks: Marks, goal: Predicate): Paced<Verdict> {
  if ("all" in goal) return yield* all(scene, marks, goal.all);
  if ("any" in goal) return yield* any(scene, marks, goal.any);
  if ("not" in goal) {
    const { ok, evidence } = yield* evaluate(scene, marks, goal.not);
    return { ok: !ok, evidence };
  }
  if ("command" in goal) return lookAtCommands(scene.lab, marks, goal.command);
  if ("output" in goal) return lookAtOutput(scene.lab, marks, goal.output);
  if ("survives" in goal) return yield* lookWhetherSurvives(scene, goal.survives);
  if ("fault" in goal) {
    const isOn = scene.lab.machine.world.has(goal.fault.name);
    return { ok: isOn === goal.fault.on, evidence: `The fault ${goal.fault.name} is switched ${isOn ? "on" : "off"}.` };
  }
  if ("boot" in goal) return lookAtBoots(scene, goal.boot.into === undefined ? undefined : yield* scene.place("booted"), marks, goal.boot);
  const present = yield* scene.place("booted");
  if ("version" in goal) return lookAtVersions(present, marks, goal.version);
  if ("app" in goal) return yield* lookForApp(present, goal.app);
  if ("container" in goal) return yield* lookForContainer(present, goal.container);
  if ("file" in goal) return yield* inVersion(scene, goal.file.in, (place) => atOnceHere(() => lookAtFile(place, goal.file)));
  if ("mount" in goal) return yield* inVersion(scene, goal.mount.in, (place) => atOnceHere(() => lookAtMount(place, goal.mount)));
  if ("package" in goal) return yield* inVersion(scene, goal.package.in, (place) => lookForPackage(scene, place, goal.package));
  if ("unit" in goal) return yield* inVersion(scene, goal.unit.in, (place) => lookAtUnit(place, goal.unit));
  return yield* inVersion(scene, goal.sh.in, (place) => runAuthorsScript(place, goal.sh));
}

function* atOnceHere<T>(make: () => T): Paced<T> {
  return make();
}

/** Of the running system; when it does not hold there and another one waits for its boot, whether it holds in that. */
function* inVersion(scene: Scene, version: Version = "booted", ask: (place: Place) => Paced<Verdict>): Paced<Verdict> {
  const verdict = yield* ask(yield* scene.place(version));
  if (verdict.ok || !scene.explains || version !== "booted" || !(yield* scene.isSomethingPending())) return verdict;
  try {
    const next = yield* ask(yield* scene.place("next-boot"));
    return next.ok ? { ...verdict, nearest: "It is so in the version that waits for the next boot: restart." } : verdict;
  } catch (error) {
    if (error instanceof NoSuchVersion) return verdict;
    throw error;
  }
}

function* all(scene: Scene, marks: Marks, goals: readonly Predicate[]): Paced<Verdict> {
  const seen: string[] = [];
  for (const goal of goals) {
    const verdict = yield* evaluate(scene, marks, goal);
    if (!verdict.ok) return verdict;
    seen.push(verdict.evidence);
  }
  return { ok: true, evidence: seen.join(" ") };
}

function* any(scene: Scene, marks: Marks, goals: readonly Predicate[]): Paced<Verdict> {
  const seen: Verdict[] = [];
  for (const goal of goals) {
    const verdict = yield* evaluate(scene, marks, goal);
    if (verdict.ok) return verdict;
    seen.push(verdict);
  }
  const nearest = seen.find((verdict) => verdict.nearest !== undefined)?.nearest;
  return { ok: false, evidence: seen.map(({ evidence }) => evidence).join(" "), ...(nearest === undefined ? {} : { nearest }) };
}
