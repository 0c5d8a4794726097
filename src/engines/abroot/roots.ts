/** Which partition is which: roles come from what is mounted at /, not from labels. Source: Vanilla-OS/ABRoot:core/root.go. */
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { AbrootError } from "./error.ts";

export type SlotLabel = "vos-a" | "vos-b";
export const SLOTS: readonly SlotLabel[] = ["vos-a", "vos-b"];

export interface Slot {
  readonly label: SlotLabel;
  readonly device: string;
  readonly uuid: string;
}

export interface Roots {
  readonly present: Slot;
  readonly future: Slot;
}

const BY_LABEL = "/dev/disk/by-label";
const BY_UUID = "/dev/disk/by-uuid";

/** Throws AbrootError when one of the two is not to be found. */
export function findRoots(sys: Sys): Roots {
  const at = sys
    .mounts()
    .findLast(({ target }) => target === "/")
    ?.source.replace(/\[.*$/, "");
  const slots = SLOTS.flatMap((label) => slotOf(sys, label) ?? []);
  const present = slots.find(({ device }) => device === at);
  const future = slots.find(({ device }) => device !== at);
  if (present === undefined) throw new AbrootError("present partition not found");
  if (future === undefined) throw new AbrootError("future partition not found");
  return { present, future };
}

export function bootDevice(sys: Sys): string {
  const device = deviceOf(sys, "vos-boot");
  if (device === undefined) throw new AbrootError("boot partition not found");
  return device;
}

/** The slot of that label, by what udev has made of it. */
export function slotOf(sys: Sys, label: SlotLabel): Slot | undefined {
  const device = deviceOf(sys, label);
  return device === undefined ? undefined : { label, device, uuid: uuidOf(sys, device) };
}

function deviceOf(sys: Sys, label: string): string | undefined {
  try {
    return sys.realpath(`${BY_LABEL}/${label}`);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function uuidOf(sys: Sys, device: string): string {
  return sys.readdir(BY_UUID).find(({ name }) => sys.realpath(`${BY_UUID}/${name}`) === device)?.name ?? "";
}

/** Partition.Unmount: everything that is mounted of that device but the root itself; nothing said where it is busy or not there. */
export function unmountDevice(sys: Sys, device: string): void {
  for (const { source, target } of sys.mounts().toReversed()) {
    if (source !== device || target === "/" || target === "/usr" || target === "/var") continue;
    try {
      sys.umount(target);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}
