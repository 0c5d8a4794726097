/** Members written as GNU tar does, in each of the formats that --format knows. Source: tar:src/create.c, xheader.c. */
import { compareTimestamps, timestamp, type Timestamp } from "../../base/timestamp.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { baseName, dirName } from "../paths.ts";
import { concat } from "../text-io.ts";
import { BLOCK, FLAGS, sumOf, type Member } from "./member.ts";

/** Bytes to which an archive is filled up. */
const RECORD = 20 * BLOCK;
/** Bytes of a name or a target in a header. */
const SHORT = 100;
/** Bytes of what ustar keeps of a name in front of a slash. */
const PREFIX = 155;
/** The first number that 11 octal digits cannot hold. */
const TOO_LARGE = 8 ** 11;

export type Format = "gnu" | "posix" | "ustar" | "v7";

/** @simplified The oldest of GNU's formats is like its later one. */
const FORMATS: Readonly<Record<string, Format>> = { gnu: "gnu", oldgnu: "gnu", pax: "posix", posix: "posix", ustar: "ustar", v7: "v7" };

/** The format that --format names. */
export function formatOf(name: string): Format | undefined {
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}

/** Why a member cannot be stored in `format`, undefined when it can. */
export function unstorable({ name, target }: Member, format: Format): string | undefined {
  if (format === "gnu" || format === "posix") return undefined;
  const length = encodeUtf8(name).length;
  if (format === "v7" && length >= SHORT) return `${name}: file name is too long (max ${String(SHORT - 1)}); not dumped`;
  if (format === "ustar" && length > PREFIX + 1 + SHORT)
    return `${name}: file name is too long (max ${String(PREFIX + 1 + SHORT)}); not dumped`;
  if (format === "ustar" && divided(name) === undefined) return `${name}: file name is too long (cannot be split); not dumped`;
  return encodeUtf8(target).length > SHORT ? `${target}: link name is too long; not dumped` : undefined;
}

/** A member as it stands in an archive. */
export function encodeMember(member: Member, format: Format): Uint8Array {
  const { type, data } = member;
  const own = { ...member, size: data.length, flag: FLAGS[type], mtime: member.mtime.sec };
  switch (format) {
    case "gnu":
      return concat([...longLinks(member), header(own, format), padded(data)]);
    case "posix":
      return concat([...extension(member), header(own, format), padded(data)]);
    case "ustar": {
      const { prefix, name } = divided(member.name) ?? { prefix: "", name: member.name };
      return concat([header({ ...own, prefix, name }, format), padded(data)]);
    }
    case "v7":
      return concat([header(own, format), padded(data)]);
  }
}

/** What ends an archive of that length. */
export function trailer(length: number): Uint8Array {
  const end = length + 2 * BLOCK;
  return new Uint8Array(Math.ceil(end / RECORD) * RECORD - length);
}

/** GNU's members for a target and a name that are too long for a header. */
function* longLinks(member: Member): Generator<Uint8Array, void, void> {
  for (const [text, flag] of [
    [member.target, "K"],
    [member.name, "L"],
  ] as const) {
    const bytes = encodeUtf8(text);
    if (bytes.length < SHORT) continue;
    const data = concat([bytes, Uint8Array.of(0)]);
    const root = { mode: 0o644, uid: 0, gid: 0, owner: "root", group: "root", mtime: 0 };
    yield header({ ...root, name: "././@LongLink", size: data.length, flag, target: "" }, "gnu");
    yield padded(data);
  }
}

/** The extended header of POSIX: what the header of a member cannot hold. */
function* extension(member: Member): Generator<Uint8Array, void, void> {
  const records: string[] = [];
  const isWide = (text: string): boolean => encodeUtf8(text).length > SHORT || /[^\x00-\x7f]/.test(text);
  if (isWide(member.target)) records.push(record("linkpath", member.target));
  if (isWide(member.name)) records.push(record("path", member.name));
  if (member.mtime.nsec !== 0 || !fits(member.mtime.sec)) records.push(record("mtime", seconds(member.mtime)));
  if (member.read !== undefined) records.push(record("atime", seconds(member.read.atime)), record("ctime", seconds(member.read.ctime)));
  if (records.length === 0) return;
  const data = encodeUtf8(records.join(""));
  const plain = member.name.replace(/(.)\/+$/, "$1");
  yield header(
    {
      name: `${dirName(plain)}/PaxHeaders/${baseName(plain)}`,
      mode: 0o644,
      uid: 0,
      gid: 0,
      owner: "",
      group: "",
      mtime: member.mtime.sec,
      size: data.length,
      flag: "x",
      target: "",
    },
    "posix",
  );
  yield padded(data);
}

/** "LENGTH KEY=VALUE" and a newline, whose length counts its own digits. */
function record(key: string, value: string): string {
  const rest = encodeUtf8(` ${key}=${value}\n`).length;
  let length = rest;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${String(length)} ${key}=${value}\n`;
}

/** Seconds with as much of their fraction as there is. */
export function seconds(moment: Timestamp): string {
  const isNegative = compareTimestamps(moment, timestamp(0)) < 0 && moment.nsec > 0;
  const nsec = isNegative ? 1e9 - moment.nsec : moment.nsec;
  const whole = BigInt(isNegative ? moment.sec + 1 : moment.sec);
  const fraction = String(nsec).padStart(9, "0").replace(/0+$/, "");
  return `${isNegative && whole === 0n ? "-" : ""}${String(whole)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A name as ustar has it: cut at a slash so that both parts fit. */
function divided(name: string): { readonly prefix: string; readonly name: string } | undefined {
  if (encodeUtf8(name).length <= SHORT) return { prefix: "", name };
  for (let at = name.lastIndexOf("/", name.length - 2); at > 0; at = name.lastIndexOf("/", at - 1)) {
    const prefix = name.slice(0, at);
    const rest = name.slice(at + 1);
    if (encodeUtf8(rest).length > SHORT) return undefined;
    if (encodeUtf8(prefix).length <= PREFIX) return { prefix, name: rest };
  }
  return undefined;
}

function padded(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  out.set(data);
  return out;
}

interface Header {
  readonly name: string;
  readonly prefix?: string;
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

function fits(value: number): boolean {
  return value >= 0 && value < TOO_LARGE;
}

function header(of: Header, format: Format): Uint8Array {
  const out = new Uint8Array(BLOCK);
  const text = (at: number, length: number, value: string): void => out.set(encodeUtf8(value).subarray(0, length), at);
  const number = (at: number, length: number, value: number): void => text(at, length, value.toString(8).padStart(length - 1, "0"));
  text(0, SHORT, of.name);
  number(100, 8, of.mode);
  number(108, 8, of.uid);
  number(116, 8, of.gid);
  number(124, 12, of.size);
  if (fits(of.mtime)) number(136, 12, of.mtime);
  else if (format === "gnu") binary(out.subarray(136, 148), of.mtime);
  else number(136, 12, 0);
  text(148, 8, "        ");
  text(156, 1, of.flag);
  text(157, SHORT, of.target);
  if (format !== "v7") {
    text(257, 8, format === "gnu" ? "ustar  " : "ustar\x0000");
    text(265, 32, of.owner);
    text(297, 32, of.group);
    const device = of.device ?? (format === "gnu" ? undefined : { major: 0, minor: 0 });
    if (device !== undefined) {
      number(329, 8, device.major);
      number(337, 8, device.minor);
    }
    text(345, PREFIX, of.prefix ?? "");
  }
  text(148, 8, `${sumOf(out).toString(8).padStart(6, "0")}\0 `);
  return out;
}

/** GNU's way for numbers that octal digits cannot hold: bytes of two's complement with the highest bit set. */
function binary(field: Uint8Array, value: number): void {
  let rest = BigInt(value);
  for (let at = field.length - 1; at >= 0; at--) {
    field[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  field[0] = (field[0] ?? 0) | 0x80;
}
