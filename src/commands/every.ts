/** Every program of every machine, for whoever tells of them; nobody runs these. */
import { NO_SERVERS } from "../engines/abroot/registry.ts";
import { worldRegistry } from "../engines/containers/registry.ts";
import { NOWHERE } from "../engines/ostree/host.ts";
import { NO_SERVER } from "../image/debian/server.ts";
import type { Command } from "./command.ts";
import { abroot } from "./families/abroot.ts";
import { apt } from "./families/apt.ts";
import { apx } from "./families/apx.ts";
import { btrfs } from "./families/btrfs.ts";
import { dpkg } from "./families/dpkg.ts";
import { snapper } from "./families/snapper.ts";
import { zypper } from "./families/zypper.ts";
import { FAMILIES } from "./index.ts";
import { present, Programs } from "./programs.ts";

const SILENT = { server: NO_SERVER, isKnown: () => false };
const all = {
  ...FAMILIES,
  abroot: abroot(NO_SERVERS),
  apt: apt(SILENT),
  apx: apx(worldRegistry(NOWHERE.catalogue)),
  btrfs,
  dpkg,
  snapper,
  zypper,
};
const programs = new Programs(present(all), NOWHERE);

export const EVERY_COMMAND: readonly Command[] = Object.values(all).flatMap((family) => family.commands(programs));
