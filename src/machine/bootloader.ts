/**
 * The boot loader, a stand-in for GRUB: reads the boot partition, shows the menu, hands over to a kernel.
 *
 * It runs before any kernel does, on the bare terminal. Everything it offers it has read from the disk a moment ago.
 */
import { addNanoseconds, compareTimestamps, NANOSECONDS, type Timestamp } from "../base/timestamp.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O } from "../vfs/types.ts";
import { parseBlsEntry, sortBlsEntries, type BlsEntry } from "./bls.ts";
import type { BootMenu, MenuRow } from "./boot-menu.ts";
import { decodeBootKeys, type BootKey } from "./boot-keys.ts";
import { decideEntry, isGrubEnv, parseGrubEnv, rewriteGrubEnv } from "./grub-env.ts";
import { entryCommands, runEntryCommands, type LoadedKernel } from "./grub-script.ts";
import { editText, type EditedText } from "./line-editor.ts";
import { leaveScreen, paintCountdown, paintEditor, paintMenu } from "./menu-screen.ts";
import type { Run } from "./program.ts";
import { exists, readTextIfThere } from "./read-text.ts";
import type { Tty } from "./tty.ts";

/** What GRUB calls the boot partition. */
export const BOOT_DEVICE = "(hd0,gpt2)";

const ENTRIES = "/loader/entries";
const ENVIRONMENT = "/grub2/grubenv";

export interface BootLoaderContext {
  readonly tty: Tty;
  /** System calls whose root directory is the boot partition. */
  readonly sys: Sys;
  /** Seconds the menu waits; 0 starts at once, negative waits for ever. */
  readonly timeout: number;
  /** Instead of the loader entries. */
  readonly menu?: BootMenu | undefined;
  now(): Timestamp;
  /** Called when the menu is on the screen, so that the machine can say so. */
  onMenu(): void;
}

export interface BootChoice {
  readonly title: string;
  readonly kernel: LoadedKernel;
}

/** The entries of the menu, top first, as they are on the disk now. Also what a picture of the next boot is made from. `root` is where the boot partition is. */
export function readBootEntries(sys: Sys, root = ""): BlsEntry[] {
  const variables = readEnvironment(sys, root);
  let files: string[];
  try {
    files = sys.readdir(root + ENTRIES).map((entry) => entry.name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
  const entries: BlsEntry[] = [];
  for (const file of files) {
    if (!file.endsWith(".conf")) continue;
    const entry = parseBlsEntry(file, readTextIfThere(sys, `${root}${ENTRIES}/${file}`) ?? "", variables);
    if (entry) entries.push(entry);
  }
  return sortBlsEntries(entries);
}

/** Index in `readBootEntries` of what starts when nobody touches a key. */
export function defaultBootEntry(sys: Sys, root = ""): number {
  return decideEntry(readBootEntries(sys, root), readEnvironment(sys, root)).selected;
}

function readEnvironment(sys: Sys, root = ""): Map<string, string> {
  return parseGrubEnv(readTextIfThere(sys, root + ENVIRONMENT) ?? "");
}

/** Loader entries, as Fedora's grub.cfg offers them. */
const BLS_MENU: BootMenu = {
  device: BOOT_DEVICE,
  read(sys) {
    const entries = readBootEntries(sys);
    const rows = entries.map((entry): MenuRow => ({ title: entry.title, commands: entryCommands(entry), directory: "" }));
    if (rows.length === 0) return { rows, selected: 0, isHidden: false, timeout: undefined };
    const { changed, ...decision } = decideEntry(entries, readEnvironment(sys));
    saveEnvironment(sys, changed);
    return { rows, ...decision };
  },
  emptyReason: (sys) => (exists(sys, ENTRIES) ? `no entry in ${BOOT_DEVICE}${ENTRIES} can be booted.` : `file \`${ENTRIES}' not found.`),
};

/** Shows the menu until something can be started. */
export function* runBootLoader(context: BootLoaderContext): Run<BootChoice> {
  const screen = new BootTerminal(context);
  const { sys, menu = BLS_MENU } = context;
  let timeout = context.timeout;
  for (;;) {
    const state = menu.read(sys);
    if (state.rows.length === 0) {
      yield* showNoEntries(screen, menu.emptyReason(sys));
      continue;
    }
    timeout = state.timeout ?? timeout;

    context.onMenu();
    const isWanted = !state.isHidden || (yield* screen.isAskedForMenu(timeout));
    if (state.isHidden && isWanted) timeout = -1;
    const chosen = (yield* chooseEntry(screen, state.rows, state.selected, isWanted ? timeout : 0)) as Chosen;
    screen.write(`${leaveScreen()}  Booting \`${chosen.row.title}'\r\n\r\n`);
    const { directory } = chosen.row;
    const result = runEntryCommands(chosen.commands, menu.device, (path) => exists(sys, directory + path));
    if (result.kind === "boot") {
      menu.starts?.(sys, chosen.row);
      return { title: chosen.row.title, kernel: result.kernel };
    }
    screen.write(`${result.errors.join("\r\n")}\r\n\r\nPress any key to continue...`);
    yield* screen.anyKey();
    timeout = -1;
  }
}

interface Chosen {
  readonly row: MenuRow;
  readonly commands: readonly string[];
}

/** Undefined when a menu below another one was left with Esc. */
function* chooseEntry(
  screen: BootTerminal,
  rows: readonly MenuRow[],
  preset: number,
  timeout: number,
  isBelow = false,
): Run<Chosen | undefined> {
  const titles = rows.map((row) => row.title);
  let selected = preset;
  let left = timeout >= 0 ? timeout : undefined;
  let notice: string | undefined;
  const state = () => ({ titles, selected, countdown: left, ...(notice === undefined ? {} : { notice }) });
  const take = function* (index: number): Run<Chosen | undefined> {
    const row = rows[index] as MenuRow;
    if (row.rows === undefined) return { row, commands: row.commands };
    return row.rows.length === 0 ? undefined : yield* chooseEntry(screen, row.rows, 0, row.timeout ?? -1, true);
  };
  if (left === 0 && !screen.hasKeys) {
    const chosen = yield* take(selected);
    if (chosen !== undefined) return chosen;
    left = undefined;
  }
  screen.write(paintMenu(screen.size, state()));
  for (;;) {
    const keys = yield* screen.keys(left === undefined ? undefined : 1);
    if (keys.length === 0 && left !== undefined && !screen.takeResized()) {
      left--;
      if (left <= 0) {
        const chosen = yield* take(selected);
        if (chosen !== undefined) return chosen;
        left = undefined;
      }
      screen.write(left === undefined ? paintMenu(screen.size, state()) : paintCountdown(screen.size, state()));
      continue;
    }
    for (const key of keys) {
      left = undefined;
      notice = undefined;
      if (key.kind === "enter" || key.kind === "right") {
        const chosen = yield* take(selected);
        if (chosen !== undefined) return chosen;
      } else if (key.kind === "escape" && isBelow) return undefined;
      else if (key.kind === "up" || isControl(key, "p")) selected = Math.max(0, selected - 1);
      else if (key.kind === "down" || isControl(key, "n")) selected = Math.min(rows.length - 1, selected + 1);
      else if (key.kind === "home" || key.kind === "page-up") selected = 0;
      else if (key.kind === "end" || key.kind === "page-down") selected = rows.length - 1;
      else if (key.kind === "text" && key.text === "e") {
        const row = rows[selected] as MenuRow;
        const commands = row.rows === undefined ? yield* editCommands(screen, row.commands) : undefined;
        if (commands) return { row, commands };
      } else if (key.kind === "text" && key.text === "c") notice = "GRUB's command line is not part of the simulator yet.";
    }
    screen.write(paintMenu(screen.size, state()));
  }
}

/** The edited commands when they are to be booted; undefined when they were discarded. */
function* editCommands(screen: BootTerminal, commands: readonly string[]): Run<readonly string[] | undefined> {
  let text: EditedText = { lines: commands, row: 0, column: 0 };
  for (;;) {
    screen.write(paintEditor(screen.size, text));
    for (const key of yield* screen.keys()) {
      if (key.kind === "escape") return undefined;
      if (isControl(key, "x") || (key.kind === "function" && key.number === 10)) return text.lines;
      text = editText(text, key);
    }
  }
}

function isControl(key: BootKey, letter: string): boolean {
  return key.kind === "control" && key.letter === letter;
}

/** With nothing to list, GRUB falls back to its command line. Ours says why it is there, and looks again at a key. */
function* showNoEntries(screen: BootTerminal, why: string): Run<void> {
  screen.write(
    `${leaveScreen()}GNU GRUB  version 2.12\r\n\r\nerror: ${why}\r\n\r\ngrub> \r\n\r\n` +
      "The menu is empty: nothing on this disk can be started.\r\n" +
      "(GRUB's command line is not part of the simulator yet.)\r\nPress any key to look again.",
  );
  yield* screen.anyKey();
}

/** Written in place; a file that is not there, or is no environment block, is left alone. */
function saveEnvironment(sys: Sys, variables: ReadonlyMap<string, string>): void {
  const text = readTextIfThere(sys, ENVIRONMENT) ?? "";
  if (!isGrubEnv(text)) return;
  const fd = sys.open(ENVIRONMENT, O.WRONLY);
  sys.pwrite(fd, encodeUtf8(rewriteGrubEnv(text, variables)), 0);
  sys.fsync(fd);
  sys.close(fd);
}

/** The terminal as a boot loader has it: no line discipline, keys one by one. */
class BootTerminal {
  readonly #context: BootLoaderContext;
  #paintedColumns = 0;
  #paintedRows = 0;

  constructor(context: BootLoaderContext) {
    this.#context = context;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#context.tty;
    this.#paintedColumns = columns;
    this.#paintedRows = rows;
    return { columns, rows };
  }

  get hasKeys(): boolean {
    return this.#context.tty.readable();
  }

  get #isResized(): boolean {
    return this.#context.tty.columns !== this.#paintedColumns || this.#context.tty.rows !== this.#paintedRows;
  }

  /** Whether the last wait ended because the terminal changed its size. */
  takeResized(): boolean {
    return this.#isResized;
  }

  write(text: string): void {
    this.#context.tty.write(encodeUtf8(text));
  }

  /** Whether one of the keys that show a hidden menu is pressed within `seconds`: Esc, F8, Shift (which no terminal sends). */
  *isAskedForMenu(seconds: number): Run<boolean> {
    this.#paintedColumns = this.#context.tty.columns;
    this.#paintedRows = this.#context.tty.rows;
    return (yield* this.keys(seconds)).some((key) => key.kind === "escape" || (key.kind === "function" && key.number === 8));
  }

  *anyKey(): Run<void> {
    for (;;) {
      // A new size is no key, and there is nothing to paint again.
      this.#paintedColumns = this.#context.tty.columns;
      this.#paintedRows = this.#context.tty.rows;
      if ((yield* this.keys()).length > 0) return;
    }
  }

  /** Waits for keys, for a new size, or for `seconds`; empty for the latter two. */
  *keys(seconds?: number): Run<readonly BootKey[]> {
    const { tty } = this.#context;
    const deadline = seconds === undefined ? undefined : addNanoseconds(this.#context.now(), seconds * NANOSECONDS);
    const isLate = () => deadline !== undefined && compareTimestamps(this.#context.now(), deadline) >= 0;
    while (!tty.readable() && !this.#isResized && !isLate()) {
      const ready = () => tty.readable() || this.#isResized;
      yield deadline === undefined ? { kind: "until", reason: "read", ready } : { kind: "until", reason: "read", ready, deadline };
    }
    const bytes = tty.readable() ? tty.read(4096) : undefined;
    return bytes === undefined ? [] : decodeBootKeys(decodeUtf8(bytes));
  }
}
