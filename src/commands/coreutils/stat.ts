import type { Process } from "../../machine/process.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import type { Stat, StatFs } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { asShown, orUndefined, reason, warn } from "../complain.ts";
import { modeString, octal, rawMode, typeName } from "../modes.ts";
import { argumentIn, someOperands } from "../operands.ts";
import { stdout } from "../output.ts";
import { dirName } from "../paths.ts";
import { cQuoted, quote, quoteIfNeeded } from "../quote.ts";
import { fullTime } from "../time-format.ts";
import { canonicalPath } from "./realpath.ts";
import type { Timestamp } from "../../base/timestamp.ts";

/** stat(1). */
export const stat: Command = {
  name: "stat",
  package: "coreutils",
  style: "gnu",
  usage: ["stat [OPTION]... FILE..."],
  about: "Display file or file system status.",
  options: [
    { name: "dereference", short: "L", help: "follow links" },
    { name: "file-system", short: "f", help: "display file system status instead of file status" },
    {
      name: "cached",
      argument: "MODE",
      help: "specify how to use cached attributes",
      values: ["always", "never", "default"],
      fidelity: "ignored",
    },
    {
      name: "format",
      short: "c",
      argument: "FORMAT",
      help: "use the specified FORMAT instead of the default; output a newline after each use of FORMAT",
    },
    {
      name: "printf",
      argument: "FORMAT",
      help: "like --format, but interpret backslash escapes, and do not output a mandatory trailing newline",
    },
    { name: "terse", short: "t", help: "print the information in terse form" },
  ],
  completes: "files",
  *run(proc, options) {
    const cached = options.value("cached");
    if (cached !== undefined) argumentIn(cached, "--cached", [["default"], ["never"], ["always"]]);
    const accounts = readAccounts(proc.sys);
    const given = options.order.findLast((option) => option.name === "format" || option.name === "printf");
    let status = 0;
    for (const file of someOperands(options.operands)) {
      yield* proc.tick();
      try {
        if (options.has("file-system")) {
          const info = proc.sys.statfs(file);
          const format = given?.value ?? (options.has("terse") ? TERSE_SYSTEM : SYSTEM);
          yield* stdout(proc).print(
            expand(format, (directive) => systemField(directive, file, info, proc)) + (given?.name === "printf" ? "" : "\n"),
          );
          continue;
        }
        const info = file === "-" ? proc.sys.fstat(0) : options.has("dereference") ? proc.sys.stat(file) : proc.sys.lstat(file);
        const device = info.type === "char" || info.type === "block";
        let format = given?.value ?? (options.has("terse") ? TERSE : device ? DEVICE : PLAIN);
        if (given?.name === "printf") format = unescape(format);
        yield* stdout(proc).print(
          expand(format, (directive) => field(directive, file, info, accounts, proc)) + (given?.name === "printf" ? "" : "\n"),
        );
      } catch (error) {
        const why = reason(error);
        yield* warn(
          proc,
          options.has("file-system")
            ? `cannot read file system information for ${quote(file)}: ${why}`
            : `cannot statx ${quote(file)}: ${why}`,
        );
        status = 1;
      }
    }
    return status;
  },
};

const COMMON = "  File: %Ln\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Hd,%Ld\tInode: %-11i Links: ";
const REST = "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w";
const PLAIN = `${COMMON}%h\n${REST}`;
const DEVICE = `${COMMON}%-5h Device type: %Hr,%Lr\n${REST}`;
const TERSE = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";
const SYSTEM =
  "  File: %Qn\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\nBlocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d";
const TERSE_SYSTEM = "%n %i %l %t %s %S %b %f %a %c %d";

function unescape(format: string): string {
  const letters: Readonly<Record<string, string>> = {
    n: "\n",
    t: "\t",
    "\\": "\\",
    a: "\x07",
    b: "\b",
    f: "\f",
    r: "\r",
    v: "\v",
    '"': '"',
    e: "\x1b",
  };
  return format.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (whole, what: string) => {
    if (/^x/.test(what)) return String.fromCharCode(parseInt(what.slice(1), 16));
    if (/^[0-7]/.test(what)) return String.fromCharCode(parseInt(what, 8));
    return letters[what] ?? whole;
  });
}

/** Directives with printf's flags, width and precision. */
function expand(format: string, value: (directive: string) => string | undefined): string {
  return format.replace(
    /%([-+ #0']*)([0-9]*)(?:\.([0-9]*))?([HLQ]?[a-zA-Z%])/g,
    (_, flags: string, width: string, precision: string | undefined, directive: string) => {
      if (directive === "%") return "%";
      let text = value(directive) ?? "?";
      if (flags.includes("#") && text !== "0") text = (directive === "a" ? "0" : /^[DfRtT]$/.test(directive) ? "0x" : "") + text;
      if (precision !== undefined && /^[XYZ]$/.test(directive)) {
        const nanoseconds = value(directive.toLowerCase())?.slice(20, 29) ?? "";
        const digits = precision === "" ? 9 : Number(precision);
        if (digits > 0) text += `.${nanoseconds.padEnd(digits, "0").slice(0, digits)}`;
      } else if (precision !== undefined && /^(?:[ACFGNnUwxyzm]|Ln|Qn)$/.test(directive)) text = text.slice(0, Number(precision));
      const size = Number(width);
      if (flags.includes("-")) return text.padEnd(size);
      return text.padStart(size, flags.includes("0") ? "0" : " ");
    },
  );
}

function field(directive: string, name: string, info: Stat, accounts: Accounts, proc: Process): string | undefined {
  const seconds = (moment: Timestamp): string => String(moment.sec);
  const device = info.rdev;
  const dev = { major: Math.floor(info.dev / 256), minor: info.dev % 256 };
  switch (directive) {
    case "a":
      return octal(info.mode, 1);
    case "A":
      return modeString(info.type, info.mode);
    case "b":
      return String(info.blocks);
    case "B":
      return "512";
    case "C":
      return "?";
    case "d":
      return String(info.dev);
    case "D":
      return info.dev.toString(16);
    case "Hd":
      return String(dev.major);
    case "Ld":
      return String(dev.minor);
    case "f":
      return rawMode(info.type, info.mode).toString(16);
    case "F":
      return typeName(info.type, info.size);
    case "g":
      return String(info.gid);
    case "G":
      return accounts.groupById(info.gid)?.name ?? "UNKNOWN";
    case "h":
      return String(info.nlink);
    case "i":
      return String(info.ino);
    case "m":
      return mountOf(proc, name);
    case "n":
      return name;
    case "N":
      return linked(name, info, proc, (text) => quote(asShown(proc, text)));
    // Not the user's to write: the name as the default format shows it.
    case "Ln":
      return linked(name, info, proc, quoteIfNeeded);
    case "o":
      return String(info.blksize);
    case "r":
      return String(device.major * 256 + device.minor);
    case "R":
      return (device.major * 256 + device.minor).toString(16);
    case "Hr":
      return String(device.major);
    case "Lr":
      return String(device.minor);
    case "s":
      return String(info.size);
    case "t":
      return device.major.toString(16);
    case "T":
      return device.minor.toString(16);
    case "u":
      return String(info.uid);
    case "U":
      return accounts.userById(info.uid)?.name ?? "UNKNOWN";
    case "w":
      return "-";
    case "W":
      return "0";
    case "x":
      return fullTime(info.atime);
    case "X":
      return seconds(info.atime);
    case "y":
      return fullTime(info.mtime);
    case "Y":
      return seconds(info.mtime);
    case "z":
      return fullTime(info.ctime);
    case "Z":
      return seconds(info.ctime);
    default:
      return undefined;
  }
}

function linked(name: string, info: Stat, proc: Process, quoted: (text: string) => string): string {
  if (info.type !== "symlink") return quoted(name);
  return `${quoted(name)} -> ${quoted(orUndefined(() => proc.sys.readlink(name)) ?? "")}`;
}

/** Numbers that statfs(2) has for the file systems known here. */
const MAGIC: Readonly<Record<string, string>> = {
  btrfs: "9123683e",
  tmpfs: "1021994",
  ext4: "ef53",
  ext2: "ef53",
  overlay: "794c7630",
  overlayfs: "794c7630",
  proc: "9fa0",
  sysfs: "62656572",
  vfat: "4d44",
  devtmpfs: "1021994",
};

function systemField(directive: string, name: string, info: StatFs, proc: Process): string | undefined {
  const block = 4096;
  const type =
    info.type === "ext4"
      ? "ext2/ext3"
      : info.type === "overlay"
        ? "overlayfs"
        : info.type === "devtmpfs"
          ? "tmpfs"
          : info.type === "vfat"
            ? "msdos"
            : info.type;
  switch (directive) {
    case "a":
      return String(Math.floor(info.available / block));
    case "b":
      return String(Math.floor(info.total / block));
    case "c":
      return String(info.files);
    case "d":
      return String(info.filesFree);
    case "f":
      return String(Math.floor(info.free / block));
    case "i":
      return proc.sys.stat(name).dev.toString(16);
    case "l":
      return "255";
    case "n":
      return name;
    case "N":
      return quote(name);
    case "Qn":
      return cQuoted(name);
    case "s":
    case "S":
      return String(block);
    case "t":
      return MAGIC[info.type] ?? "0";
    case "T":
      return type;
    default:
      return undefined;
  }
}

/** The topmost directory above `path` on the same device: a bind mount of that device is none. */
function mountOf(proc: Process, path: string): string {
  const device = (at: string): number | undefined => orUndefined(() => proc.sys.stat(at))?.dev;
  let top = orUndefined(() => canonicalPath(proc, path, "none")) ?? path;
  while (top !== "/" && device(dirName(top)) === device(top)) top = dirName(top);
  return top;
}
