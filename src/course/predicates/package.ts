/** Whether a package is there, by the database of whatever manages packages on the machine. */
import type { Paced } from "../../lab/settle.ts";
import type { PackagePredicate } from "../lesson.ts";
import { readBasePackages } from "../packages.ts";
import type { Place, Scene } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { versionInWords } from "./words.ts";

export function* lookForPackage(scene: Scene, place: Place, asked: PackagePredicate): Paced<Verdict> {
  const { name } = asked;
  const where = versionInWords(asked.in);
  const version = place.packages.get(name);
  if (asked.absent === true)
    return version === undefined
      ? { ok: true, evidence: `${name} is not in ${where}.` }
      : { ok: false, evidence: `${name} ${version} is in ${where}.` };
  if (version === undefined) return { ok: false, evidence: `${name} is not in ${where}.` };
  if (asked.version !== undefined && !new RegExp(asked.version).test(version))
    return { ok: false, evidence: `${name} is in ${where}, but it is ${version}.` };
  if (asked.state !== undefined) {
    const base = readBasePackages(place.sys) ?? (yield* scene.factoryPackages());
    const isLayered = !base.has(name);
    if (isLayered !== (asked.state === "layered"))
      return {
        ok: false,
        evidence: `${name} is in ${where}, ${isLayered ? "put on top of what it came with" : "as it came with the system"}.`,
      };
  }
  return { ok: true, evidence: `${name} ${version} is in ${where}.` };
}
