/** The process on whose behalf the VFS works: what the parts of the system-call layer see of a task. */
import type { Timestamp } from "../base/timestamp.ts";
import type { MountNamespace, Place } from "./mount.ts";
import type { OpenFile } from "./open-file.ts";
import type { DeviceNumber } from "./types.ts";
import type { Vfs } from "./vfs.ts";
import type { Walker } from "./walk.ts";

export interface Caller extends Walker {
  readonly vfs: Vfs;
  readonly namespace: MountNamespace;
  /** umask(2). */
  readonly mask: number;
  /** What the call is about, for the trace: a name in a directory, or a node. */
  subject: { readonly place: Place; readonly name: string } | undefined;
  now(): Timestamp;
  /** For openDevice. */
  openDevice(type: "char" | "block", device: DeviceNumber): OpenFile;
}

/** Remembers whose mount decides, and, when there is a `name`, what is about to be changed. */
export function about(caller: Caller, place: Place, name = ""): void {
  caller.decider = place.mount;
  if (name !== "") caller.subject = { place, name };
}

/** The same, and asks whether the mount may be written. EROFS. */
export function wantWrite(caller: Caller, place: Place, name = ""): void {
  about(caller, place, name);
  place.mount.wantWrite();
}
