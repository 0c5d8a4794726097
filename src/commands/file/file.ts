import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { stdout } from "../output.ts";
import { textWidth } from "../table.ts";
import { readRest } from "../text-io.ts";

/** What a file is: in words, as a MIME type, and in which characters. */
interface Kind {
  readonly text: string;
  readonly mime: string;
  readonly charset: string;
}

/** file(1). */
export const file: Command = {
  name: "file",
  package: "file",
  style: "gnu",
  usage: ["file [-bchiLlNnprsvz0] [FILE ...]"],
  about: "Determine type of FILEs.",
  options: [
    { name: "brief", short: "b", help: "do not prepend filenames to output lines" },
    { name: "files-from", short: "f", argument: "FILE", help: "read the filenames to be examined from FILE", fidelity: "unbuilt" },
    { name: "separator", short: "F", argument: "STRING", help: "use string as separator instead of `:'" },
    { name: "mime", short: "i", help: "output MIME type strings (--mime-type and --mime-encoding)" },
    { name: "mime-type", help: "output the MIME type" },
    { name: "mime-encoding", help: "output the MIME encoding" },
    { name: "dereference", short: "L", help: "follow symlinks (default if POSIXLY_CORRECT is set)" },
    { name: "no-dereference", short: "h", help: "don't follow symlinks (default)" },
    { name: "no-pad", short: "N", help: "do not pad output" },
    { name: "special-files", short: "s", help: "treat special (block/char devices) files as ordinary ones" },
    { name: "uncompress", short: "z", help: "try to look inside compressed files", fidelity: "ignored" },
    { name: "print0", short: "0", help: "terminate filenames with ASCII NUL" },
  ],
  usageHint: "usage",
  completes: "files",
  simplified: "it knows a few dozen types, not the magic database",
  *run(proc, options) {
    const names = options.operands;
    if (names.length === 0) {
      yield* proc.printError(
        "Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...\n       file -C [-m <magicfiles>]\n       file [--help]\n",
      );
      return 1;
    }
    const widest = options.has("no-pad") ? 0 : Math.max(...names.map(textWidth));
    for (const name of names) {
      const kind = yield* kindOf(proc, name, options.has("dereference"), options.has("special-files"));
      const charset = `charset=${kind.charset}`;
      const shown = options.has("mime")
        ? `${kind.mime}; ${charset}`
        : options.has("mime-type")
          ? kind.mime
          : options.has("mime-encoding")
            ? kind.charset
            : kind.text;
      const end = options.has("print0") ? "\0" : (options.value("separator") ?? ":");
      yield* stdout(proc).print(
        options.has("brief")
          ? `${shown}\n`
          : `${name}${end}${" ".repeat(widest - textWidth(name) + 1 < 1 ? 1 : widest - textWidth(name) + 1)}${shown}\n`,
      );
    }
    return 0;
  },
};

function special(text: string, mime: string): Kind {
  return { text, mime: `inode/${mime}`, charset: "binary" };
}

function* kindOf(proc: Process, name: string, follows: boolean, opensDevices: boolean): Run<Kind> {
  const { sys } = proc;
  let info: Stat;
  try {
    info = name === "-" ? sys.fstat(0) : follows ? sys.stat(name) : sys.lstat(name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const text = `cannot open \`${name}' (${error.text})`;
    return { text, mime: text, charset: "binary" };
  }
  switch (info.type) {
    case "dir":
      return special(
        `${info.mode & 0o4000 ? "setuid, " : ""}${info.mode & 0o2000 ? "setgid, " : ""}${info.mode & 0o1000 ? "sticky, " : ""}directory`,
        "directory",
      );
    case "symlink": {
      const broken = orUndefined(() => sys.stat(name)) === undefined;
      return special(`${broken ? "broken " : ""}symbolic link to ${sys.readlink(name)}`, "symlink");
    }
    case "fifo":
      if (name !== "-") return special("fifo (named pipe)", "fifo");
      break;
    case "socket":
      return special("socket", "socket");
    case "char":
    case "block":
      if (!opensDevices) {
        const numbers = ` (${String(info.rdev?.major ?? 0)}/${String(info.rdev?.minor ?? 0)})`;
        return info.type === "char"
          ? special(`character special${numbers}`, "chardevice")
          : special(`block special${numbers}`, "blockdevice");
      }
  }
  if (info.size === 0 && name !== "-") return { text: "empty", mime: "inode/x-empty", charset: "binary" };
  let data: Uint8Array;
  try {
    const fd = name === "-" ? 0 : sys.open(name, O.RDONLY);
    data = yield* readRest(proc, fd);
    if (fd !== 0) sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const text = `${info.mode & 0o111 ? "executable, " : ""}regular file, no read permission`;
    return { text, mime: text, charset: "binary" };
  }
  const marks = `${info.mode & 0o4000 ? "setuid " : ""}${info.mode & 0o2000 ? "setgid " : ""}${info.mode & 0o1000 ? "sticky " : ""}`;
  const kind = contentsOf(data);
  return marks === "" ? kind : { ...kind, text: marks + kind.text };
}

/** Beginnings of files, with what they are. */
const MAGIC: readonly (readonly [at: number, bytes: string, text: string, mime: string])[] = [
  [0, "\x1f\x8b", "gzip compressed data", "application/gzip"],
  [0, "BZh", "bzip2 compressed data", "application/x-bzip2"],
  [0, "\xfd7zXZ\0", "XZ compressed data", "application/x-xz"],
  [0, "\x28\xb5\x2f\xfd", "Zstandard compressed data", "application/zstd"],
  [0, "PK\x03\x04", "Zip archive data", "application/zip"],
  [257, "ustar  \0", "POSIX tar archive (GNU)", "application/x-tar"],
  [257, "ustar\0", "POSIX tar archive", "application/x-tar"],
  [0, "\x89PNG\r\n\x1a\n", "PNG image data", "image/png"],
  [0, "\xff\xd8\xff", "JPEG image data", "image/jpeg"],
  [0, "GIF8", "GIF image data", "image/gif"],
  [0, "%PDF-", "PDF document", "application/pdf"],
  [0, "\xed\xab\xee\xdb", "RPM v3.0 bin", "application/x-rpm"],
  [0, "SQLite format 3\0", "SQLite 3.x database", "application/vnd.sqlite3"],
];

/** Interpreters behind `#!`. */
const SCRIPTS: readonly (readonly [program: RegExp, text: string, mime: string])[] = [
  [/\/bash$/, "Bourne-Again shell script", "text/x-shellscript"],
  [/\/sh$/, "POSIX shell script", "text/x-shellscript"],
  [/\/[gm]?awk$/, "awk script", "text/x-awk"],
  [/\/python[0-9.]*$/, "Python script", "text/x-script.python"],
  [/\/perl$/, "Perl script", "text/x-perl"],
];

function contentsOf(data: Uint8Array): Kind {
  const latin1 = String.fromCharCode(...data.subarray(0, 1024));
  if (latin1.startsWith("\x7fELF"))
    return {
      text: "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped",
      mime: "application/x-pie-executable",
      charset: "binary",
    };
  for (const [at, bytes, text, mime] of MAGIC) if (latin1.startsWith(bytes, at)) return { text, mime, charset: "binary" };
  return textKind(data, latin1);
}

function textKind(data: Uint8Array, latin1: string): Kind {
  const text = decodeUtf8(data);
  if (/[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) {
    if (data.length === 1) return { text: "very short file (no magic)", mime: "application/octet-stream", charset: "binary" };
    return { text: "data", mime: "application/octet-stream", charset: "binary" };
  }
  if (data.length === 1) return { text: "very short file (no magic)", mime: "application/octet-stream", charset: "binary" };
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const isUtf8 = !/[\udc80-\udcff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ""));
  const [charset, name] = isAscii ? ["us-ascii", "ASCII"] : isUtf8 ? ["utf-8", "Unicode text, UTF-8"] : ["iso-8859-1", "ISO-8859"];
  const interpreter = /^#! *(\S+)(?: +(\S+))?/.exec(latin1);
  const program = interpreter?.[1]?.endsWith("/env") === true ? `/${interpreter[2] ?? ""}` : interpreter?.[1];
  const script = program === undefined ? undefined : SCRIPTS.find(([pattern]) => pattern.test(program));
  const json = script === undefined && /^\s*[[{]/.test(text) && isJson(text);
  const base = isAscii ? `${name} text` : isUtf8 ? `${name} text` : `${name} text`;
  let words = script === undefined ? (json ? "JSON text data" : base) : `${script[1]}, ${base} executable`;
  if (program !== undefined && script === undefined) words = `a ${program} script, ${base} executable`;
  const longest = Math.max(...text.split("\n").map((line) => encodeUtf8(line).length));
  if (!json && longest > 300) words += `, with very long lines (${String(longest)})`;
  if (!json && /\r\n/.test(text)) words += ", with CRLF line terminators";
  else if (!json && !text.includes("\n")) words += ", with no line terminators";
  if (text.includes("\x1b")) words += ", with escape sequences";
  return { text: words, mime: script?.[2] ?? (json ? "application/json" : "text/plain"), charset };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
