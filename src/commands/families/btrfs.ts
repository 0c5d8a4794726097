/** Subvolumes and snapshots. */
import { btrfs as program } from "../btrfs/btrfs.ts";
import { family } from "../family.ts";

export const btrfs = family(() => [program]);
