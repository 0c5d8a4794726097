/** What only a page fetches that shows such a machine, or a lesson. An embed's build puts no-late-machines.ts in the place of this file. */
import type { LateMachine, MakeDistro } from "../distros/machines.ts";
import type { LessonLabs } from "./lessons/hosted-lesson.ts";

/** By the name of the file in `image/`. */
export const lateManifests: Readonly<Record<string, () => Promise<unknown>>> = {
  "aeon.manifest.json": async () => (await import("../image/aeon.manifest.json")).default,
  "bootc.manifest.json": async () => (await import("../image/bootc.manifest.json")).default,
  "debian.manifest.json": async () => (await import("../image/debian.manifest.json")).default,
  "kinoite.manifest.json": async () => (await import("../image/kinoite.manifest.json")).default,
  "microos.manifest.json": async () => (await import("../image/microos.manifest.json")).default,
};

/** A machine with a lesson beside it. */
export const lateLessons = async (): Promise<LessonLabs> => (await import("./lessons/hosted-lesson.ts")).lessonLabs;

/** Systems of another family, with all that only they have. */
export const lateDistros: Readonly<Record<LateMachine, () => Promise<MakeDistro>>> = {
  aeon: async () => (await import("../distros/aeon/aeon.ts")).aeon,
  debian: async () => (await import("../distros/debian/debian.ts")).debian,
  microos: async () => (await import("../distros/microos/microos.ts")).microos,
  vanilla: async () => (await import("../distros/vanilla/vanilla.ts")).vanilla,
};
