/** The format of tar archives: 512-byte headers as GNU tar writes them, with its long names; ustar and simple pax headers are read. */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { concat } from "../text-io.ts";

export const RECORD = 512;
/** Bytes to which an archive is filled up. */
const BLOCKING = 20 * RECORD;

export interface Member {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  readonly mtime: number;
  readonly type: "file" | "dir" | "symlink" | "hardlink" | "char" | "block" | "fifo";
  /** Where a link leads. */
  readonly target: string;
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  readonly data: Uint8Array;
}

const FLAGS: Readonly<Record<Member["type"], string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  char: "3",
  block: "4",
  dir: "5",
  fifo: "6",
};

/** A member as it stands in an archive. */
export function encodeMember(member: Member): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [text, flag] of [
    [member.target, "K"],
    [member.name, "L"],
  ] as const) {
    const bytes = encodeUtf8(text);
    if (bytes.length < 100) continue;
    const data = concat([bytes, Uint8Array.of(0)]);
    parts.push(
      header({
        name: "././@LongLink",
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: data.length,
        mtime: 0,
        flag,
        target: "",
        owner: "root",
        group: "root",
      }),
      padded(data),
    );
  }
  const { type, data } = member;
  parts.push(header({ ...member, size: data.length, flag: FLAGS[type] }), padded(data));
  return concat(parts);
}

/** What ends an archive of that length. */
export function trailer(length: number): Uint8Array {
  const end = length + 2 * RECORD;
  return new Uint8Array(Math.ceil(end / BLOCKING) * BLOCKING - length);
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / RECORD) * RECORD);
  out.set(data);
  return out;
}

interface Header {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly flag: string;
  readonly target: string;
  readonly owner: string;
  readonly group: string;
  readonly device?: { readonly major: number; readonly minor: number } | undefined;
}

function header(of: Header): Uint8Array {
  const out = new Uint8Array(RECORD);
  const text = (at: number, length: number, value: string): void => out.set(encodeUtf8(value).subarray(0, length), at);
  const number = (at: number, length: number, value: number): void => text(at, length, value.toString(8).padStart(length - 1, "0"));
  text(0, 100, of.name);
  number(100, 8, of.mode);
  number(108, 8, of.uid);
  number(116, 8, of.gid);
  number(124, 12, of.size);
  number(136, 12, Math.max(0, of.mtime));
  text(148, 8, "        ");
  text(156, 1, of.flag);
  text(157, 100, of.target);
  text(257, 8, "ustar  ");
  text(265, 32, of.owner);
  text(297, 32, of.group);
  if (of.device !== undefined) {
    number(329, 8, of.device.major);
    number(337, 8, of.device.minor);
  }
  text(148, 8, `${sumOf(out).toString(8).padStart(6, "0")}\0 `);
  return out;
}

/** The sum of a header's bytes, its own field counted as blanks. */
function sumOf(record: Uint8Array): number {
  return record.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

/** What is wrong with an archive. */
export class ArchiveError extends Error {}

/** The members of an archive, one after the other. Throws `ArchiveError`. */
export function* decodeArchive(archive: Uint8Array): Generator<Member, void> {
  let longName: string | undefined;
  let longTarget: string | undefined;
  let extended = new Map<string, string>();
  if (archive.length < RECORD) throw new ArchiveError("This does not look like a tar archive");
  for (let at = 0; at + RECORD <= archive.length;) {
    const record = archive.subarray(at, at + RECORD);
    if (record.every((byte) => byte === 0)) return;
    const text = (from: number, length: number): string => decodeUtf8(record.subarray(from, from + length)).replace(/\0[^]*$/, "");
    const number = (from: number, length: number): number => parseInt(text(from, length).trim() || "0", 8);
    if (number(148, 8) !== sumOf(record))
      throw new ArchiveError(at === 0 ? "This does not look like a tar archive" : "Skipping to next header");
    const size = Number(extended.get("size") ?? number(124, 12));
    const start = at + RECORD;
    const data = archive.subarray(start, start + size);
    at = start + Math.ceil(size / RECORD) * RECORD;
    const flag = text(156, 1);
    if (flag === "L" || flag === "K" || flag === "x" || flag === "g") {
      const content = decodeUtf8(data).replace(/\0+$/, "");
      if (flag === "L") longName = content;
      else if (flag === "K") longTarget = content;
      else if (flag === "x")
        extended = new Map([...content.matchAll(/^[0-9]+ ([^=\n]+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]));
      continue;
    }
    const prefix = text(257, 6) === "ustar" && record[263] === 0x30 ? text(345, 155) : "";
    const type = (Object.entries(FLAGS).find(([, letter]) => letter === flag)?.[0] ?? "file") as Member["type"];
    const name = longName ?? extended.get("path") ?? (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    yield {
      name,
      mode: number(100, 8) & 0o7777,
      uid: number(108, 8),
      gid: number(116, 8),
      owner: text(265, 32),
      group: text(297, 32),
      mtime: Number(extended.get("mtime") ?? number(136, 12)),
      type: type === "file" && name.endsWith("/") ? "dir" : type,
      target: longTarget ?? extended.get("linkpath") ?? text(157, 100),
      device: type === "char" || type === "block" ? { major: number(329, 8), minor: number(337, 8) } : undefined,
      data: type === "file" ? data : new Uint8Array(0),
    };
    if (at > archive.length) throw new ArchiveError("Unexpected EOF in archive");
    longName = longTarget = undefined;
    extended = new Map();
  }
}
