/**
 * What GRUB offers on openSUSE: the menu of the default subvolume's grub.cfg, below it all other snapshots, each with the menu that it has itself.
 *
 * health-checker's part: a row that is started sets a flag, which a healthy boot clears. Whoever finds it set came from a boot that did
 * not get there, and is offered the snapshot that is known to work. Source: openSUSE/health-checker:grub.
 *
 * @simplified The submenu is read from the snapshots themselves and not from grub-snapshot.cfg, and the environment block is a file in
 * /boot/writable where the real one is in the first megabyte of the file system.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { BootMenu, MenuRow, MenuState } from "../../machine/boot-menu.ts";
import { isGrubEnv, parseGrubEnv, rewriteGrubEnv } from "../../machine/grub-env.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { defaultSubvolume, subvolumeById } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";
import { snapshotNumber, snapshotPath, TOP } from "./layout.ts";
import { readSnapshots, type SnapshotFacts } from "./snapshots.ts";

/** Where the boot loader sees @. */
const LOADER = `/${TOP}`;
const ENVIRONMENT = "/boot/writable/grubenv";
const FLAG = "health_checker_flag";
const SUBMENU = "Start bootloader from a read-only snapshot";
const GRUB_CONFIG = "/boot/grub2/grub.cfg";

/** The rows of a grub.cfg. `directory` is where the system is that it belongs to, `extra` what its kernels are told besides. */
export function parseGrubConfig(text: string, directory: string, extra: string): MenuRow[] {
  const top: { title: string; commands: string[]; rows?: MenuRow[]; directory: string }[] = [];
  const open: { title: string; commands: string[]; rows?: MenuRow[]; directory: string }[] = [];
  for (const line of text.split("\n")) {
    const [, kind, title] = /^\s*(menuentry|submenu)\s+'([^']*)'.*\{\s*$/.exec(line) ?? [];
    if (kind !== undefined && title !== undefined) {
      const row = { title, commands: [], directory, ...(kind === "submenu" ? { rows: [] } : {}) };
      (open.at(-1)?.rows ?? top).push(row);
      open.push(row);
    } else if (line.trim() === "}") open.pop();
    else open.at(-1)?.commands.push(line.trim().replace(/ ?\$\{extra_cmdline\}/, extra === "" ? "" : ` ${extra}`));
  }
  return top;
}

/** The menu that a snapshot has of its own. `top`: where @ is seen, "/@" by the boot loader, whose root is the whole file system. */
function menuOf(sys: Sys, top: string, number: number, extra: string): MenuRow[] {
  const directory = `${top}/.snapshots/${number}/snapshot`;
  return parseGrubConfig(readTextIfThere(sys, directory + GRUB_CONFIG) ?? "", directory, extra);
}

/** `rootflags=` for a snapshot that is not the default one. */
function extraFor(number: number): string {
  return `rootflags=subvol=${snapshotPath(number)}`;
}

/** e.g. "openSUSE MicroOS (6.18.2-1-default,2026-01-08T09:00,first root filesystem)". */
function snapshotTitle(sys: Sys, top: string, title: string, { number, date, description }: SnapshotFacts): string {
  const commands = menuOf(sys, top, number, "")[0]?.commands ?? [];
  const kernel = /\/vmlinuz-(\S+)/.exec(commands.find((line) => line.startsWith("linux ")) ?? "")?.[1] ?? "";
  return `${title} (${kernel},${date.slice(0, 16).replace(" ", "T")},${description})`;
}

/** The snapshot that is mounted when nobody says which; undefined where that is something else. `at`: any path of the file system. */
export function defaultNumber(sys: Sys, at: string): number | undefined {
  return snapshotNumber(defaultSubvolume(sys, at).path ?? "");
}

/** The rows as they are on the disk; none where the default subvolume has no menu. `top`: where @ is seen. */
export function readMenu(sys: Sys, top: string): MenuRow[] {
  const number = defaultNumber(sys, `${top}/.snapshots`);
  if (number === undefined) return [];
  const rows = menuOf(sys, top, number, "");
  const [first] = rows;
  if (first === undefined) return [];
  const below = readSnapshots(sys, `${top}/.snapshots`).toReversed().flatMap((snapshot): MenuRow[] => {
    const own = menuOf(sys, top, snapshot.number, extraFor(snapshot.number));
    return own.length === 0 ? [] : [{ title: snapshotTitle(sys, top, first.title, snapshot), commands: [], directory: "", rows: own }];
  }); // prettier-ignore
  const fallback = fallbackNumber(sys, top);
  const [row] = fallback === undefined ? [] : menuOf(sys, top, fallback, extraFor(fallback));
  const offered = row === undefined ? [] : [{ ...row, title: `Previous boot failed; booting snapshot ${fallback ?? ""}` }];
  return [...offered, ...rows, { title: SUBMENU, commands: [], directory: "", rows: below }];
}

/** The snapshot that the menu has first, since the last start was of no use; undefined where nothing is known against the default. */
export function fallbackNumber(sys: Sys, top: string): number | undefined {
  return hasFlag(sys, top) ? lastWorking(sys, top) : undefined;
}

/** The snapshot of which health-checker last said that it works; without its word, the one before the default. */
function lastWorking(sys: Sys, top: string): number | undefined {
  const state = readTextIfThere(sys, `${top}/var/lib/misc/health-check.state`) ?? "";
  const id = Number(/^LAST_WORKING_BTRFS_ID=(\d+)/m.exec(state)?.[1] ?? 0);
  try {
    const named = id === 0 ? undefined : snapshotNumber(subvolumeById(sys, `${top}/.snapshots`, id).path ?? "");
    if (named !== undefined) return named;
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  const before = defaultNumber(sys, `${top}/.snapshots`) ?? 0;
  return readSnapshots(sys, `${top}/.snapshots`).findLast(({ number }) => number < before)?.number;
}

function hasFlag(sys: Sys, top: string): boolean {
  return parseGrubEnv(readTextIfThere(sys, top + ENVIRONMENT) ?? "").get(FLAG) === "1";
}

/** Written in place, as a boot loader must. */
function setFlag(sys: Sys): void {
  const path = LOADER + ENVIRONMENT;
  const text = readTextIfThere(sys, path) ?? "";
  if (!isGrubEnv(text)) return;
  const fd = sys.open(path, O.WRONLY);
  sys.pwrite(fd, encodeUtf8(rewriteGrubEnv(text, new Map([...parseGrubEnv(text), [FLAG, "1"]]))), 0);
  sys.fsync(fd);
  sys.close(fd);
}

export const GRUB: BootMenu = {
  device: "",
  read(sys): MenuState {
    return { rows: readMenu(sys, LOADER), selected: 0, isHidden: false, timeout: undefined };
  },
  starts: setFlag,
  emptyReason(sys) {
    return `file \`/${defaultSubvolume(sys, "/").path ?? ""}${GRUB_CONFIG}' not found.`;
  },
};
