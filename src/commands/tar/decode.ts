/** Archives read: GNU's format, ustar and pax, which differ in what precedes a header and in where long names stand. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { NANOSECONDS, timestamp, type Timestamp } from "../../base/timestamp.ts";
import { ArchiveError, BLOCK, FLAGS, sumOf, type Member } from "./member.ts";

/** What stands in an archive, with the number of its block, from 0. */
export type Found =
  /** `bytes`: all of it, with what goes before its header. */
  | { readonly kind: "member"; readonly member: Member; readonly block: number; readonly bytes: Uint8Array }
  /** The end, which is two blocks of zeros, or one that is `alone`. */
  | { readonly kind: "zeros"; readonly block: number; readonly alone: boolean };

/** What is in an archive, one after the other, up to its end. Throws `ArchiveError`. */
export function* decodeArchive(archive: Uint8Array): Generator<Found, void> {
  let longName: string | undefined;
  let longTarget: string | undefined;
  let extended = new Map<string, string>();
  if (archive.length < BLOCK) throw new ArchiveError("This does not look like a tar archive");
  let begin = 0;
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK);
    const block = at / BLOCK;
    if (isZero(header)) {
      const next = archive.subarray(at + BLOCK, at + 2 * BLOCK);
      return yield { kind: "zeros", block, alone: next.length < BLOCK || !isZero(next) };
    }
    const text = (from: number, length: number): string => decodeUtf8(header.subarray(from, from + length)).replace(/\0[^]*$/, "");
    const number = (from: number, length: number): number => numberIn(header.subarray(from, from + length));
    if (number(148, 8) !== sumOf(header))
      throw new ArchiveError(at === 0 ? "This does not look like a tar archive" : "Skipping to next header");
    const size = Number(extended.get("size") ?? number(124, 12));
    const start = at + BLOCK;
    const data = archive.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    const flag = text(156, 1);
    if (flag === "L" || flag === "K" || flag === "x" || flag === "g") {
      const content = decodeUtf8(data).replace(/\0+$/, "");
      if (flag === "L") longName = content;
      else if (flag === "K") longTarget = content;
      else if (flag === "x")
        extended = new Map([...content.matchAll(/^[0-9]+ ([^=\n]+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]));
      continue;
    }
    const prefix = text(257, 6) === "ustar" && header[263] === 0x30 ? text(345, 155) : "";
    const type = (Object.entries(FLAGS).find(([, letter]) => letter === flag)?.[0] ?? "file") as Member["type"];
    const name = longName ?? extended.get("path") ?? (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    const member: Member = {
      name,
      mode: number(100, 8) & 0o7777,
      uid: number(108, 8),
      gid: number(116, 8),
      owner: text(265, 32),
      group: text(297, 32),
      mtime: timeIn(extended.get("mtime")) ?? timestamp(number(136, 12)),
      type: type === "file" && name.endsWith("/") ? "dir" : type,
      target: longTarget ?? extended.get("linkpath") ?? text(157, 100),
      device: type === "char" || type === "block" ? { major: number(329, 8), minor: number(337, 8) } : undefined,
      data: type === "file" ? data : new Uint8Array(0),
    };
    yield { kind: "member", member, block, bytes: archive.subarray(begin, at) };
    if (at > archive.length) throw new ArchiveError("Unexpected EOF in archive");
    longName = longTarget = undefined;
    extended = new Map();
    begin = at;
  }
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** A number in octal digits, or, where the highest bit is set, in bytes of two's complement. */
function numberIn(field: Uint8Array): number {
  const [first = 0] = field;
  if ((first & 0x80) === 0)
    return parseInt(
      decodeUtf8(field)
        .replace(/\0[^]*$/, "")
        .trim() || "0",
      8,
    );
  const bits = field.reduce((value, byte, at) => (value << 8n) | BigInt(at === 0 ? byte & 0x7f : byte), 0n);
  return Number(BigInt.asIntN(8 * field.length - 1, bits));
}

/** Seconds and their fraction in decimal digits. */
function timeIn(text: string | undefined): Timestamp | undefined {
  const [, seconds, fraction = ""] = /^(-?[0-9]+)(?:\.([0-9]+))?$/.exec(text ?? "") ?? [];
  if (seconds === undefined) return undefined;
  const nsec = Number(fraction.slice(0, 9).padEnd(9, "0"));
  return seconds.startsWith("-") && nsec > 0 ? timestamp(Number(seconds) - 1, NANOSECONDS - nsec) : timestamp(Number(seconds), nsec);
}
