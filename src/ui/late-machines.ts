/** What only a page fetches that shows such a machine, or a lesson. */
import { LATE_MANIFESTS, LATE_MODULES } from "../distros/late.ts";
import type { LateMachine, MakeDistro } from "../distros/machines.ts";
import type { LessonLabs } from "./lessons/hosted-lesson.ts";

/** A machine with a lesson beside it. */
export const lateLessons = async (): Promise<LessonLabs> => (await import("./lessons/hosted-lesson.ts")).lessonLabs;

/** By the name of the file in `image/`. */
export const lateManifests: Readonly<Record<string, () => Promise<unknown>>> = Object.fromEntries(
  Object.entries(LATE_MANIFESTS).map(([name, load]) => [name, async () => (await load()).default]),
);

const MODULES: { readonly [M in LateMachine]: () => Promise<Readonly<Record<M, MakeDistro>>> } = LATE_MODULES;

/** A system of another family, with all that only it has. */
export async function lateDistro<M extends LateMachine>(name: M): Promise<MakeDistro> {
  return (await MODULES[name]())[name];
}
