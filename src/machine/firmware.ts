/** What runs when the power comes on, until a kernel does: the firmware's few words, then the boot loader. */
import { encodeUtf8 } from "../base/utf8.ts";
import type { Sys } from "../vfs/sys.ts";
import type { BootMenu } from "./boot-menu.ts";
import { runBootLoader, type BootChoice } from "./bootloader.ts";
import type { Program } from "./program.ts";
import { exists } from "./read-text.ts";
import { rawTermios, saneTermios } from "./termios.ts";
import type { Tty } from "./tty.ts";

export interface FirmwareOptions {
  readonly tty: Tty;
  readonly title: string;
  /** Seconds that the boot menu waits. */
  readonly menuTimeout: number;
  /** Where the boot loader's files are on the file system that this runs on: "/" where that is a boot partition. */
  readonly bootDirectory: string;
  readonly menu: BootMenu | undefined;
  /** Puts in place what else the boot loader reads. */
  mount(sys: Sys): void;
  readonly entry: { readonly title: string; readonly file: string } | undefined;
  onMenu(): void;
  onChoice(choice: BootChoice): void;
}

const FEDORA = { title: "Fedora", file: "\\EFI\\fedora\\shimx64.efi" };

/** Whatever a program had made of the terminal: no alternate screen, no bracketed paste, cursor and colours as at first (DECSTR), all clear. */
const RESET_TERMINAL = "\u001b[?1049l\u001b[?2004l\u001b[!p\u001b[0m\u001b[2J\u001b[H";

/** Runs with the file system that has the boot directory as its root. */
export function firmwareProgram(options: FirmwareOptions): Program {
  return function* (proc) {
    const { tty } = options;
    options.mount(proc.sys);
    if (exists(proc.sys, options.bootDirectory)) proc.sys.chroot(options.bootDirectory);
    tty.setAttributes(rawTermios(saneTermios()));
    const say = (text: string) => tty.write(encodeUtf8(text));
    say(`${RESET_TERMINAL}${options.title}, simulated UEFI firmware\r\n\r\n`);
    yield* proc.sleep(0.2);
    const { title, file } = options.entry ?? FEDORA;
    say(`BdsDxe: loading Boot0001 "${title}" from ${file}\r\n`);
    yield* proc.sleep(0.2);
    say(`BdsDxe: starting Boot0001 "${title}"\r\n`);
    yield* proc.sleep(0.1);
    const choice = yield* runBootLoader({
      tty,
      sys: proc.sys,
      timeout: options.menuTimeout,
      menu: options.menu,
      now: () => proc.now(),
      onMenu: options.onMenu,
    });
    tty.setAttributes(saneTermios());
    options.onChoice(choice);
    return 0;
  };
}
