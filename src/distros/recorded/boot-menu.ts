/** How the recorder starts a deployment. No boot loader had a part in it: its script reads the loader entries itself. */
import { parseBootConfig } from "../../engines/ostree/bls.ts";

import { BOOT_DEVICE } from "../../machine/bootloader.ts";
import type { BootMenu, MenuRow } from "../../machine/boot-menu.ts";
import { readText } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

const BOOT = "/boot";
const ENTRIES = `${BOOT}/loader/entries`;

/**
 * The highest version first. The kernel's arguments are what stands behind "options " in the entry, blanks and all, where GRUB
 * would cut it into words.
 */
export const RECORDER_MENU: BootMenu = {
  device: BOOT_DEVICE,
  read: (sys) => ({ rows: rowsOf(sys), selected: 0, isHidden: false, timeout: undefined }),
  emptyReason: () => `no entry in ${ENTRIES}.`,
};

function rowsOf(sys: Sys): MenuRow[] {
  return sys
    .readdir(ENTRIES)
    .map(({ name }) => parseBootConfig(readText(sys, `${ENTRIES}/${name}`)))
    .sort((left, right) => Number(right.get("version")) - Number(left.get("version")))
    .map((entry) => ({
      title: entry.get("title") ?? "",
      directory: BOOT,
      commands: [`linux ($root)${entry.get("linux") ?? ""} '${(entry.get("options") ?? "").replaceAll("'", String.raw`'\''`)}'`],
    }));
}
