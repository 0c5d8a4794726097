/**
 * What is in a file of a Debian package for which nothing was written by hand: a few true lines.
 *
 * @simplified As in image/contents.ts: real contents are gigabytes, these are short.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { PathEntry } from "../path-list.ts";

interface Owner {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** The contents of `entry`, which `owner` brings. `text`: what was written by hand, for its first version. */
export function contentsOf(owner: Owner, { path, mode }: PathEntry, text: string | undefined): Uint8Array {
  if (text !== undefined) return encodeUtf8(text);
  const build = `${owner.name}_${owner.version}_${owner.architecture}`;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/\.so(\.[0-9.]+)?$/.test(path)) return encodeUtf8(`\u007fELF\ntype=library\npackage=${build}\npath=${path}\n`);
  if ((mode & 0o111) !== 0 && !path.startsWith("/etc/")) return encodeUtf8(`\u007fELF\nprogram=${name}\npackage=${build}\npath=${path}\n`);
  if (/\/systemd\/(system|user)\/[^/]*\.(service|socket|target|timer|path|mount|slice)$/.test(path))
    return encodeUtf8(`# ${path}\n[Unit]\nDescription=${name} of ${build}\n`);
  if (/\/share\/man\/man/.test(path)) {
    const [, page = "", section = ""] = /\/([^/]*?)\.([0-9][^./]*)(?:\.gz)?$/.exec(path) ?? [];
    return encodeUtf8(
      `.TH ${page} ${section}\n.SH NAME\n${page}\n.SH DESCRIPTION\nThe manual page of ${owner.name}.\n.\\" ${path}, of ${build}\n`,
    );
  }
  if (path.startsWith("/etc/")) return encodeUtf8(`# ${path}, as ${owner.name} brings it\n`);
  return encodeUtf8(`${path}, of ${build}\n`);
}
