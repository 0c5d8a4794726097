/**
 * A .deb file (deb(5)): an ar archive of debian-binary, a tar archive of the control files and one of the package's own files.
 * @simplified Neither is compressed; dpkg takes them so, too.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";

export interface TarEntry {
  /** Absolute, e.g. "/usr/bin/tree"; of a directory without a slash at its end. */
  readonly path: string;
  readonly kind: "file" | "dir" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly target: string;
  readonly bytes: Uint8Array;
}

export interface DebFile {
  /** "control", "conffiles", "md5sums", "postinst" …, by name. */
  readonly control: ReadonlyMap<string, TarEntry>;
  readonly data: readonly TarEntry[];
}

const MAGIC = "!<arch>\n";
const BLOCK = 512;

/** The file's bytes; what is in `control` has paths like "/postinst". */
export function encodeDeb(control: readonly TarEntry[], data: readonly TarEntry[], mtime: number): Uint8Array {
  const members: readonly (readonly [string, Uint8Array])[] = [
    ["debian-binary", encodeUtf8("2.0\n")],
    ["control.tar", encodeTar(control)],
    ["data.tar", encodeTar(data)],
  ];
  const parts: Uint8Array[] = [encodeUtf8(MAGIC)];
  for (const [name, bytes] of members) {
    const header = name.padEnd(16) + String(mtime).padEnd(12) + "0     0     100644  " + String(bytes.length).padEnd(10) + "`\n";
    parts.push(encodeUtf8(header), bytes);
    if (bytes.length % 2 === 1) parts.push(encodeUtf8("\n"));
  }
  return joined(parts);
}

/** Undefined for bytes that are no such file. */
export function decodeDeb(bytes: Uint8Array): DebFile | undefined {
  if (decodeUtf8(bytes.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  const members = new Map<string, Uint8Array>();
  for (let at = MAGIC.length; at + 60 <= bytes.length;) {
    const header = decodeUtf8(bytes.subarray(at, at + 60));
    const size = Number(header.slice(48, 58));
    if (!header.endsWith("`\n") || !Number.isSafeInteger(size)) return undefined;
    members.set(header.slice(0, 16).trim(), bytes.subarray(at + 60, at + 60 + size));
    at += 60 + size + (size % 2);
  }
  const control = decodeTar(members.get("control.tar"));
  const data = decodeTar(members.get("data.tar"));
  if (!members.has("debian-binary") || control === undefined || data === undefined) return undefined;
  return { control: new Map(control.map((entry) => [entry.path.slice(1), entry])), data };
}

/** ustar, names as dpkg-deb writes them: "./usr/bin/tree". */
function encodeTar(entries: readonly TarEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const name = `.${entry.path}${entry.kind === "dir" && entry.path !== "/" ? "/" : ""}`;
    const size = entry.kind === "file" ? entry.bytes.length : 0;
    if (name.length > 100) parts.push(...longName("L", name));
    if (entry.target.length > 100) parts.push(...longName("K", entry.target));
    const type = entry.kind === "file" ? "0" : entry.kind === "symlink" ? "2" : "5";
    parts.push(header(name, entry, size, type));
    if (size > 0) parts.push(entry.bytes, new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return joined(parts);
}

/** GNU tar's way with names that are longer than a header has room for. */
function longName(type: "L" | "K", name: string): Uint8Array[] {
  const bytes = encodeUtf8(`${name}\0`);
  const nobody = { mode: 0, uid: 0, gid: 0, mtime: 0, target: "" };
  return [header("././@LongLink", nobody, bytes.length, type), bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}

function header(name: string, entry: Pick<TarEntry, "mode" | "uid" | "gid" | "mtime" | "target">, size: number, type: string): Uint8Array {
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const text =
    name.slice(0, 100).padEnd(100, "\0") +
    octal(entry.mode, 8) +
    octal(entry.uid, 8) +
    octal(entry.gid, 8) +
    octal(size, 12) +
    octal(entry.mtime, 12) +
    "        " +
    type +
    entry.target.slice(0, 100).padEnd(100, "\0") +
    "ustar  \0" +
    "root".padEnd(32, "\0") +
    "root".padEnd(32, "\0");
  const bytes = new Uint8Array(BLOCK);
  bytes.set(encodeUtf8(text).subarray(0, BLOCK));
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.set(encodeUtf8(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return bytes;
}

function decodeTar(bytes: Uint8Array | undefined): TarEntry[] | undefined {
  if (bytes === undefined) return undefined;
  const entries: TarEntry[] = [];
  let longPath: string | undefined;
  let longTarget: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head[0] === 0) return entries;
    const field = (start: number, length: number): string => decodeUtf8(head.subarray(start, start + length)).split("\0", 1)[0] ?? "";
    const number = (start: number, length: number): number => Number.parseInt(field(start, length).trim() || "0", 8);
    const size = number(124, 12);
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (Number.isNaN(size) || body.length < size) return undefined;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = field(156, 1);
    if (type === "L" || type === "K") {
      const text = decodeUtf8(body).replace(/\0+$/, "");
      if (type === "L") longPath = text;
      else longTarget = text;
      continue;
    }
    const name = longPath ?? field(0, 100);
    entries.push({
      path: name.replace(/^\.?\/?/, "/").replace(/(.)\/$/, "$1"),
      kind: type === "5" ? "dir" : type === "2" ? "symlink" : "file",
      mode: number(100, 8),
      uid: number(108, 8),
      gid: number(116, 8),
      mtime: number(136, 12),
      target: type === "2" ? (longTarget ?? field(157, 100)) : "",
      bytes: body,
    });
    longPath = longTarget = undefined;
  }
  return undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
