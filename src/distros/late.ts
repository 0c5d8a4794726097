/**
 * What a page fetches of a machine when it shows it, each a file of its own. Nobody waits for any of it here: `ui/late-machines.ts` does.
 * Whoever makes machines must not import this: a page of one would have them all.
 */

/** By the name of the file in `image/`: as it is, or made whole of several. */
export const LATE_MANIFESTS = {
  "aeon.manifest.json": () => import("./aeon/releases.ts"),
  "bootc.manifest.json": () => import("../image/bootc.manifest.json"),
  "debian.manifest.json": () => import("../image/debian.manifest.json"),
  "kalpa.manifest.json": () => import("./kalpa/releases.ts"),
  "kinoite.manifest.json": () => import("../image/kinoite.manifest.json"),
  "microos.manifest.json": () => import("../image/microos.manifest.json"),
};

/** Each module exports its machine under the machine's name. */
export const LATE_MODULES = {
  aeon: () => import("./aeon/aeon.ts"),
  debian: () => import("./debian/debian.ts"),
  kalpa: () => import("./kalpa/kalpa.ts"),
  microos: () => import("./microos/microos.ts"),
  vanilla: () => import("./vanilla/vanilla.ts"),
};
