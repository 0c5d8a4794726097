/** Numbered snapshots of a Btrfs, and updates made in them. */
import { family } from "../family.ts";
import { snapperCommand } from "../snapper/snapper.ts";
import { transactionalUpdate } from "../transactional-update/transactional-update.ts";
import { tukit } from "../transactional-update/tukit.ts";

/** openSUSE's. */
const BUILD = { version: "0.13.0", libVersion: "8.0.1", lines: true };

export const snapper = family(() => [snapperCommand(BUILD), transactionalUpdate, tukit]);
