/** What find prints of a file: -printf and -ls. */
import type { Timestamp } from "../../base/timestamp.ts";
import type { Process } from "../../machine/process.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { orUndefined } from "../complain.ts";
import { fileTime } from "../coreutils/ls-format.ts";
import { modeString } from "../modes.ts";
import { dirName } from "../paths.ts";
import { cEscaped } from "../quote.ts";
import { formatTime } from "../time-format.ts";
import type { FoundFile } from "./find-types.ts";

const TYPE_LETTERS = { file: "f", dir: "d", symlink: "l", char: "c", block: "b", fifo: "p", socket: "s" } as const;
const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "0": "\0",
  "\\": "\\",
};

/** -printf's FORMAT as a function. */
export function printfFormat(proc: Process, format: string): (file: FoundFile) => string {
  const accounts = readAccounts(proc.sys);
  const parts: ((file: FoundFile) => string)[] = [];
  const pattern = /\\([0-7]{1,3}|.)|%([-+ #0']*[0-9]*(?:\.[0-9]+)?)([ABCT].|.)|[^\\%]+|[\\%]/gs;
  for (const [whole, escape, flags = "", directive] of format.matchAll(pattern)) {
    if (escape === "c") break;
    if (escape !== undefined) {
      const text = /^[0-7]{1,3}$/.test(escape) && escape !== "0" ? String.fromCharCode(parseInt(escape, 8)) : (ESCAPES[escape] ?? whole);
      parts.push(() => text);
    } else if (directive === "%") parts.push(() => "%");
    else if (directive !== undefined) parts.push((file) => padded(fieldOf(proc, directive, file, accounts) ?? whole, flags));
    else parts.push(() => whole);
  }
  return (file) => parts.map((part) => part(file)).join("");
}

function padded(text: string, flags: string): string {
  const found = /^([-+ #0']*)([0-9]*)(?:\.([0-9]+))?$/.exec(flags);
  const [, marks = "", width = "", precision] = found ?? [];
  const shown = precision === undefined ? text : text.slice(0, Number(precision));
  if (marks.includes("-")) return shown.padEnd(Number(width));
  return shown.padStart(Number(width), marks.includes("0") && /^[0-9]+$/.test(shown) ? "0" : " ");
}

function fieldOf(proc: Process, directive: string, file: FoundFile, accounts: Accounts): string | undefined {
  const { stat } = file;
  switch (directive) {
    case "a":
      return ctime(stat.atime);
    case "b":
      return String(stat.blocks);
    case "c":
      return ctime(stat.ctime);
    case "d":
      return String(file.depth);
    case "D":
      return String(stat.dev);
    case "f":
      return file.name;
    case "F":
      return orUndefined(() => proc.sys.statfs(file.path))?.type ?? "unknown";
    case "g":
      return accounts.groupById(stat.gid)?.name ?? String(stat.gid);
    case "G":
      return String(stat.gid);
    case "h":
      return file.path.includes("/") ? (dirName(file.path) === "/" ? "" : dirName(file.path)) : ".";
    case "H":
      return file.root;
    case "i":
      return String(stat.ino);
    case "k":
      return String(Math.ceil(stat.blocks / 2));
    case "l":
      return stat.type === "symlink" ? (orUndefined(() => proc.sys.readlink(file.path)) ?? "") : "";
    case "m":
      return stat.mode.toString(8);
    case "M":
      return modeString(stat.type, stat.mode);
    case "n":
      return String(stat.nlink);
    case "p":
      return file.path;
    case "P":
      return file.depth === 0 ? "" : file.path.slice(file.root.length).replace(/^\/+/, "");
    case "s":
      return String(stat.size);
    case "S":
      return stat.size === 0 ? "1" : String(Number(((stat.blocks * 512) / stat.size).toPrecision(6)));
    case "t":
      return ctime(stat.mtime);
    case "u":
      return accounts.userById(stat.uid)?.name ?? String(stat.uid);
    case "U":
      return String(stat.uid);
    case "y":
      return TYPE_LETTERS[stat.type];
    case "Y": {
      const target = stat.type === "symlink" ? orUndefined(() => proc.sys.stat(file.path)) : stat;
      return target === undefined ? "N" : TYPE_LETTERS[target.type];
    }
    case "Z":
      return "";
  }
  const field = ({ A: "atime", B: "mtime", C: "ctime", T: "mtime" } as const)[directive[0] as "A"];
  return (field as string | undefined) === undefined || directive.length !== 2 ? undefined : timeField(stat[field], directive[1] ?? "");
}

/** ctime(3) with find's fraction of ten digits. */
function ctime(moment: Timestamp): string {
  return formatTime("%a %b %e %H:%M:%S", moment) + fraction(moment) + formatTime(" %Y", moment);
}

function fraction(moment: Timestamp): string {
  return `.${String(moment.nsec).padStart(9, "0")}0`;
}

function timeField(moment: Timestamp, letter: string): string {
  switch (letter) {
    case "@":
      return String(moment.sec) + fraction(moment);
    case "S":
    case "T":
    case "X":
      return formatTime(`%${letter}`, moment) + fraction(moment);
    case "+":
      return formatTime("%Y-%m-%d+%H:%M:%S", moment) + fraction(moment);
    default:
      return formatTime(`%${letter}`, moment);
  }
}

/** `ls -dils` as -ls prints it. */
export function lsLine(proc: Process, file: FoundFile, accounts: Accounts, now: Timestamp): string {
  const { stat } = file;
  const isDevice = stat.type === "char" || stat.type === "block";
  const owner = accounts.userById(stat.uid)?.name ?? String(stat.uid);
  const group = accounts.groupById(stat.gid)?.name ?? String(stat.gid);
  const size = isDevice ? `${String(stat.rdev.major).padStart(3)}, ${String(stat.rdev.minor).padStart(3)}` : String(stat.size).padStart(8);
  const target = stat.type === "symlink" ? ` -> ${cEscaped(orUndefined(() => proc.sys.readlink(file.path)) ?? "")}` : "";
  return (
    `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeString(stat.type, stat.mode)} ${String(stat.nlink).padStart(3)} ` +
    `${owner.padEnd(8)} ${group.padEnd(8)} ${size} ${fileTime(stat.mtime, now, "locale")} ${cEscaped(file.path)}${target}\n`
  );
}
