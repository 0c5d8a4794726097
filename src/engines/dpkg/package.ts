/** A .deb file as dpkg reads it. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { parseParagraphs, type Paragraph } from "../../image/debian/control.ts";
import { decodeDeb, type DebFile } from "../../image/debian/deb-file.ts";
import type { Sys } from "../../vfs/sys.ts";
import { readBytes } from "./files.ts";

export interface DebPackage {
  readonly name: string;
  readonly version: string;
  readonly fields: Paragraph;
  readonly conffiles: readonly string[];
  readonly file: DebFile;
}

/** Undefined when the file is no package. Throws as open(2) does. */
export function readPackage(sys: Sys, path: string): DebPackage | undefined {
  const file = decodeDeb(readBytes(sys, path));
  const control = file?.control.get("control");
  if (file === undefined || control === undefined) return undefined;
  const [fields] = parseParagraphs(decodeUtf8(control.bytes));
  if (fields?.get("Package") === undefined) return undefined;
  const conffiles = file.control.get("conffiles");
  return {
    name: fields.get("Package") ?? "",
    version: fields.get("Version") ?? "",
    fields,
    conffiles:
      conffiles === undefined
        ? []
        : decodeUtf8(conffiles.bytes)
            .split("\n")
            .filter((line) => line !== ""),
    file,
  };
}

/** As dpkg names a package to people: with its architecture where there may be several. */
export function shownName(name: string, fields: Paragraph): string {
  return fields.get("Multi-Arch") === "same" ? `${name}:${fields.get("Architecture") ?? ""}` : name;
}
