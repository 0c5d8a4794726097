/** The operators that `test`, `[` and `[[` share. */
import { isSysError } from "../vfs/errno.ts";
import type { Stat } from "../vfs/types.ts";
import { compareTimestamps } from "../base/timestamp.ts";
import { elementKey } from "./arithmetic-expansion.ts";
import type { Shell } from "./shell.ts";
import { parseReference } from "./variables.ts";

export const UNARY = new Set([
  "-a",
  "-b",
  "-c",
  "-d",
  "-e",
  "-f",
  "-g",
  "-h",
  "-k",
  "-L",
  "-n",
  "-N",
  "-o",
  "-O",
  "-G",
  "-p",
  "-r",
  "-R",
  "-s",
  "-S",
  "-t",
  "-u",
  "-v",
  "-w",
  "-x",
  "-z",
]);
export const FILE_BINARY = new Set(["-nt", "-ot", "-ef"]);
export const NUMBER_BINARY = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);

/** `-f file` and its kin. */
export function testUnary(shell: Shell, operator: string, operand: string): boolean {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-o":
      return shell.options.has(operand);
    case "-t":
      return /^\s*\d+\s*$/.test(operand) && isTerminal(shell, Number(operand));
    case "-v":
      return isSet(shell, operand);
    case "-R":
      return shell.variables.own(operand)?.reference === true;
    case "-r":
    case "-w":
    case "-x":
      return canAccess(shell, operand, operator.slice(1).toUpperCase());
    case "-h":
    case "-L":
      return stat(shell, operand, false)?.type === "symlink";
    default: {
      const found = stat(shell, operand, true);
      return found !== undefined && testStat(shell, operator, found);
    }
  }
}

function testStat(shell: Shell, operator: string, found: Stat): boolean {
  const { uid, gid } = shell.proc.sys.credentials;
  switch (operator) {
    case "-b":
      return found.type === "block";
    case "-c":
      return found.type === "char";
    case "-d":
      return found.type === "dir";
    case "-f":
      return found.type === "file";
    case "-g":
      return (found.mode & 0o2000) !== 0;
    case "-k":
      return (found.mode & 0o1000) !== 0;
    case "-u":
      return (found.mode & 0o4000) !== 0;
    case "-N":
      return compareTimestamps(found.mtime, found.atime) > 0;
    case "-O":
      return found.uid === uid;
    case "-G":
      return found.gid === gid;
    case "-p":
      return found.type === "fifo";
    case "-s":
      return found.size > 0;
    case "-S":
      return found.type === "socket";
    default:
      return true; // -a and -e
  }
}

/** `a -nt b` and its kin. */
export function testFiles(shell: Shell, operator: string, left: string, right: string): boolean {
  const a = stat(shell, left, true);
  const b = stat(shell, right, true);
  switch (operator) {
    case "-ef":
      return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
    case "-nt":
      return a !== undefined && (b === undefined || compareTimestamps(a.mtime, b.mtime) > 0);
    default:
      return b !== undefined && (a === undefined || compareTimestamps(a.mtime, b.mtime) < 0);
  }
}

/** `a -eq b` and its kin on numbers. */
export function testNumbers(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case "-eq":
      return left === right;
    case "-ne":
      return left !== right;
    case "-lt":
      return left < right;
    case "-le":
      return left <= right;
    case "-gt":
      return left > right;
    default:
      return left >= right;
  }
}

function stat(shell: Shell, path: string, follow: boolean): Stat | undefined {
  try {
    const fd = /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
    if (fd !== undefined && follow) return shell.proc.sys.fstat(Number(fd));
    return follow ? shell.proc.sys.stat(path) : shell.proc.sys.lstat(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function canAccess(shell: Shell, path: string, mode: string): boolean {
  try {
    shell.proc.sys.access(path, mode);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function isTerminal(shell: Shell, fd: number): boolean {
  try {
    return shell.proc.sys.isatty(fd);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** `-v name`, `-v name[key]`, `-v name[@]`. */
function isSet(shell: Shell, text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) === 0 || shell.state.positional[Number(text) - 1] !== undefined;
  const reference = parseReference(text);
  if (reference === undefined) return false;
  const { name, subscript } = reference;
  if (subscript === undefined) return shell.variables.scalar(name) !== undefined;
  const value = shell.variables.value(name);
  if (subscript === "@" || subscript === "*") return value !== undefined && (typeof value === "string" || value.size > 0);
  return shell.variables.element(name, elementKey(shell, name, subscript)) !== undefined;
}
