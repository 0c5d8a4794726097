/** /abimage.abr: from which image a root was made. Source: Vanilla-OS/ABRoot:core/image.go. */
import { isoTime } from "../../base/calendar.ts";
import { readText } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { AbrootError } from "./error.ts";
import { writeFile } from "./files.ts";

export interface AbImage {
  readonly digest: string;
  /** As in RFC 3339. */
  readonly timestamp: string;
  /** e.g. "ghcr.io/vanilla-os/desktop:main". */
  readonly image: string;
}

export function readAbImage(sys: Sys, root = ""): AbImage {
  let text: string;
  try {
    text = readText(sys, `${root}/abimage.abr`);
  } catch (error) {
    if (isSysError(error, "ENOENT")) throw new AbrootError("open /abimage.abr: no such file or directory");
    throw error;
  }
  try {
    return JSON.parse(text) as AbImage;
  } catch {
    throw new AbrootError(
      text === "" ? "unexpected end of JSON input" : `invalid character '${text.charAt(0)}' looking for beginning of value`,
    );
  }
}

/** `now` in seconds since 1970. */
export function writeAbImage(sys: Sys, root: string, digest: string, image: string, now: number): void {
  writeFile(sys, `${root}/abimage.abr`, JSON.stringify({ digest, timestamp: isoTime(now), image } satisfies AbImage));
}
