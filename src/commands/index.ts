/**
 * Every program of this folder, for the table that turns `program=<name>` in an executable into what runs. For Node, where all of them
 * are there; a page must not import this.
 */
import type { Command } from "./command.ts";
import { bootc } from "./families/bootc.ts";
import { btrfs } from "./families/btrfs.ts";
import { containers } from "./families/containers.ts";
import { coreutils } from "./families/coreutils.ts";
import { files } from "./families/files.ts";
import { first } from "./families/first.ts";
import { flatpak } from "./families/flatpak.ts";
import { gawk } from "./families/gawk.ts";
import { layered } from "./families/layered.ts";
import { matching } from "./families/matching.ts";
import { ostree } from "./families/ostree.ts";
import { packages } from "./families/packages.ts";
import { screen } from "./families/screen.ts";
import { selinux } from "./families/selinux.ts";
import { snapper } from "./families/snapper.ts";
import { system } from "./families/system.ts";
import { NOWHERE } from "../engines/ostree/host.ts";
import { present, Programs, type Family } from "./programs.ts";

/** Families of any system. */
const COMMON = { coreutils, files, first, gawk, layered, matching, packages, screen, selinux, system } satisfies Record<string, Family>;

/** Those that a page has, or fetches when they are wanted. */
export const FAMILIES = { ...COMMON, ostree, bootc, containers, flatpak } satisfies Record<string, Family>;

/** Those that only a system of another family has, whose distro brings them: see distros/machines.ts. */
const OTHERS = { btrfs, snapper } satisfies Record<string, Family>;

const common = new Programs(present(COMMON), NOWHERE);

/** Programs that need nothing plugged in. */
export const COMMANDS: readonly Command[] = Object.values({ ...COMMON, ...OTHERS }).flatMap((family) => family.commands(common));
