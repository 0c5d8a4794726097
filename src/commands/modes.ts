/** Permission bits in octal, in symbols, and as ls shows them: chmod(1), strmode(3). */
import type { FileType } from "../vfs/types.ts";

const TYPE_LETTERS: Readonly<Record<FileType, string>> = {
  file: "-",
  dir: "d",
  symlink: "l",
  char: "c",
  block: "b",
  fifo: "p",
  socket: "s",
};
/** The file's type among the bits of st_mode, as `stat -c %f` has it. */
const TYPE_BITS: Readonly<Record<FileType, number>> = {
  file: 0o100000,
  dir: 0o40000,
  symlink: 0o120000,
  char: 0o20000,
  block: 0o60000,
  fifo: 0o10000,
  socket: 0o140000,
};

/** The nine letters, e.g. "rwsr-xr-x". */
export function permissionLetters(mode: number): string {
  const triple = (bits: number, special: boolean, letter: string): string =>
    (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + (special ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? "x" : "-");
  return (
    triple(mode >> 6, (mode & 0o4000) !== 0, "s") + triple(mode >> 3, (mode & 0o2000) !== 0, "s") + triple(mode, (mode & 0o1000) !== 0, "t")
  );
}

/** As the first column of `ls -l`, e.g. "drwxr-xr-x". */
export function modeString(type: FileType, mode: number): string {
  return TYPE_LETTERS[type] + permissionLetters(mode);
}

export function typeLetter(type: FileType): string {
  return TYPE_LETTERS[type];
}

/** st_mode with the type. */
export function rawMode(type: FileType, mode: number): number {
  return TYPE_BITS[type] | mode;
}

export function octal(mode: number, digits = 4): string {
  return mode.toString(8).padStart(digits, "0");
}

/** What a file is, in the words of `stat -c %F`. */
export function typeName(type: FileType, size: number): string {
  switch (type) {
    case "file":
      return size === 0 ? "regular empty file" : "regular file";
    case "dir":
      return "directory";
    case "symlink":
      return "symbolic link";
    case "char":
      return "character special file";
    case "block":
      return "block special file";
    case "fifo":
      return "fifo";
    case "socket":
      return "socket";
  }
}

/** A change of permission bits: from the old ones to the new. */
export type ModeChange = (old: number, isDirectory: boolean) => number;

interface Clause {
  /** Which bits the "who" covers; undefined: all that the umask leaves. */
  readonly who: number | undefined;
  readonly operator: string;
  readonly permissions: string;
}

/** An octal or symbolic mode; undefined when it is neither. `umask` counts where no "who" is given. */
export function parseMode(text: string, umask: number): ModeChange | undefined {
  if (/^[0-7]{1,5}$/.test(text) && parseInt(text, 8) <= 0o7777) {
    const mode = parseInt(text, 8);
    // Fewer than five digits keep a directory's set-id bits.
    return (old, isDirectory) => (isDirectory && text.length < 5 ? mode | (old & 0o6000) : mode);
  }
  const clauses: Clause[] = [];
  for (const part of text.split(",")) {
    const found = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo])|[-+=][0-7]{1,5})+)$/.exec(part);
    if (found === null) return undefined;
    const who = found[1] ?? "";
    const bits = who === "" ? undefined : whoBits(who);
    for (const [, operator = "", permissions = ""] of (found[2] ?? "").matchAll(/([-+=])([rwxXstugo]*|[0-7]+)/g))
      clauses.push({ who: bits, operator, permissions });
  }
  return (old, isDirectory) => clauses.reduce((mode, clause) => applied(clause, mode, isDirectory, umask), old);
}

function whoBits(who: string): number {
  let bits = 0;
  if (/[ua]/.test(who)) bits |= 0o4700;
  if (/[ga]/.test(who)) bits |= 0o2070;
  if (/[oa]/.test(who)) bits |= 0o1007;
  if (who.includes("a")) bits |= 0o7777;
  return bits;
}

function applied(clause: Clause, mode: number, isDirectory: boolean, umask: number): number {
  const { permissions, operator } = clause;
  if (/^[0-7]/.test(permissions)) {
    const named = parseInt(permissions, 8) & 0o7777;
    return operator === "+" ? mode | named : operator === "-" ? mode & ~named : named;
  }
  let bits = 0;
  if (permissions.includes("r")) bits |= 0o444;
  if (permissions.includes("w")) bits |= 0o222;
  if (permissions.includes("x") || (permissions.includes("X") && (isDirectory || (mode & 0o111) !== 0))) bits |= 0o111;
  if (permissions.includes("s")) bits |= 0o6000;
  if (permissions.includes("t")) bits |= 0o1000;
  for (const [letter, shift] of [
    ["u", 6],
    ["g", 3],
    ["o", 0],
  ] as const) {
    if (permissions.includes(letter)) bits |= ((mode >> shift) & 7) * 0o111;
  }
  const covered = clause.who ?? 0o7777 & ~(umask & 0o777);
  const changed = bits & covered;
  if (operator === "+") return mode | changed;
  if (operator === "-") return mode & ~changed;
  // "=" leaves a directory's set-id bits alone unless they are named.
  const kept = isDirectory && !permissions.includes("s") ? mode & 0o6000 : 0;
  return (mode & ~(clause.who ?? 0o7777)) | changed | (kept & (clause.who ?? 0o7777));
}
