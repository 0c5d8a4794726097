/** What a boot loader has to choose from, however it came to know of it. */
import type { Sys } from "../vfs/sys.ts";

export interface MenuRow {
  readonly title: string;
  /** As GRUB's editor shows them: see grub-script.ts. */
  readonly commands: readonly string[];
  /** Rows of a menu of its own, instead of commands. */
  readonly rows?: readonly MenuRow[];
  /** Seconds that this menu of its own waits; for ever unless said. */
  readonly timeout?: number;
  /** Where the paths of its commands are, on the file system that the boot loader reads; "" is its root. */
  readonly directory: string;
}

export interface MenuState {
  /** Top first. None: nothing on the disk can be started. */
  readonly rows: readonly MenuRow[];
  /** Index of the row that starts when nobody chooses. */
  readonly selected: number;
  /** Not shown, unless a key is pressed while the menu waits. */
  readonly isHidden: boolean;
  /** Seconds that it waits, where the disk says so. */
  readonly timeout: number | undefined;
}

export interface BootMenu {
  /** What GRUB calls the file system that it reads, as kernels are told in BOOT_IMAGE=. */
  readonly device: string;
  /** Reads the disk, and writes to it what reading it changes. `sys` has the file system as its root. */
  read(sys: Sys): MenuState;
  /** A row is about to be started. */
  starts?(sys: Sys, row: MenuRow): void;
  /** Why there are no rows. */
  emptyReason(sys: Sys): string;
}
