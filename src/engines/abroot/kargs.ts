/** Kernel arguments that every root is made with. Source: Vanilla-OS/ABRoot:core/kargs.go. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { lstat, makeDirectories, writeFile } from "./files.ts";

export const KARGS = "/etc/abroot/kargs";
export const KARGS_DRAFT = "/tmp/kargs-temp";
const DEFAULT = "quiet splash bgrt_disable $vt_handoff";

/** Makes the file if it is not there. */
export function readKargs(sys: Sys): string {
  if (lstat(sys, KARGS) === undefined) {
    makeDirectories(sys, "/etc/abroot");
    writeFile(sys, KARGS, DEFAULT);
  }
  return readTextIfThere(sys, KARGS) ?? "";
}

/** On one line, each once; what was there is kept beside. */
export function writeKargs(sys: Sys, text: string): void {
  writeFile(sys, `${KARGS}.bak`, readKargs(sys));
  writeFile(sys, KARGS, [...new Set(text.split(/\s+/).filter((word) => word !== ""))].join(" "));
}
