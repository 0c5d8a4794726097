/** The calls of a recorded trace, made by a task of ours, and answers in the trace's own words (e2e/oracle/traces/README.md). */
import { createHash } from "node:crypto";
import { NANOSECONDS, timestamp } from "../base/timestamp.ts";
import type { Timestamp } from "../base/timestamp.ts";
import { SysError } from "../vfs/errno.ts";
import type { Task } from "../vfs/task.ts";
import { O, rootCredentials } from "../vfs/types.ts";
import type { FileType, Stat, TimeChange } from "../vfs/types.ts";

/** A call: its name and its arguments. */
export type Op = readonly [name: string, ...args: (string | number)[]];

/** A call and what it answered: a result, or the name of an errno. */
export interface Step {
  readonly op: Op;
  readonly r?: unknown;
  readonly e?: string;
}

/** The options of every overlay of a trace. */
export const OVERLAY_OPTIONS = "redirect_dir=off,index=off,metacopy=off,xino=off";

const BAD_DESCRIPTOR = 901;
/** Recorded layers' times are before it, a replay's clock after. */
const RECENT = 1_700_000_000;
/** Contents up to this many bytes are recorded whole. */
const SHOWN = 200;

/** Makes one call and gives it with its answer. `slots` are the trace's own names of descriptors. */
export function replayOp(task: Task, slots: Map<number, number>, op: Op): Step {
  try {
    return { op, r: call(task, slots, op) ?? null };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    // Python's name for the same number.
    return { op, e: error.errno === "EOPNOTSUPP" ? "ENOTSUP" : error.errno };
  }
}

function call(task: Task, slots: Map<number, number>, [name, ...args]: Op): unknown {
  const text = (at: number): string => String(args[at]);
  const number = (at: number): number => Number(args[at]);
  const octal = (at: number): number => parseInt(text(at), 8);
  const fd = (): number => slots.get(number(0)) ?? BAD_DESCRIPTOR;
  switch (name) {
    case "su": {
      const uid = number(0);
      const groups = args[2] === undefined ? [1000, 2000] : text(2).split(",").filter(Boolean).map(Number);
      task.credentials = uid === 0 ? rootCredentials() : { uid, gid: args[1] === undefined ? uid : number(1), groups, privileged: false };
      return null;
    }
    case "open": {
      empty(task, slots, number(0));
      const flags = text(2)
        .split("|")
        .reduce((bits, flag) => bits | O[flag as keyof typeof O], 0);
      slots.set(number(0), task.open(text(1), flags, args[3] === undefined ? 0o644 : octal(3)));
      return null;
    }
    case "dup": {
      const copy = task.dup(fd());
      empty(task, slots, number(1));
      slots.set(number(1), copy);
      return null;
    }
    case "pipe":
      task.pipe().forEach((end, at) => {
        empty(task, slots, number(at));
        slots.set(number(at), end);
      });
      return null;
    case "close": {
      const old = fd();
      slots.delete(number(0));
      return task.close(old);
    }
    case "read":
      return show(atOnce(task.read(fd(), number(1))));
    case "pread":
      return show(task.pread(fd(), number(1), number(2)));
    case "write":
      return atOnce(task.write(fd(), latin1(text(1))));
    case "pwrite":
      return task.pwrite(fd(), latin1(text(1)), number(2));
    case "lseek":
      return task.lseek(fd(), number(1), text(2) as "SET");
    case "ftruncate":
      return task.ftruncate(fd(), number(1));
    case "fstat":
      return statRow(task.fstat(fd()));
    case "fchmod":
      return task.fchmod(fd(), octal(1));
    case "fchown":
      return task.fchown(fd(), number(1), number(2));
    case "flistdir":
      // fdopendir(3)
      if (task.fstat(fd()).type !== "dir") throw new SysError("ENOTDIR");
      return byBytes(task.freaddir(fd()).map((entry) => entry.name));
    case "futimens":
      return task.futimens(fd(), timeChange(text(1)), timeChange(text(2)));
    case "chroot":
      task.chroot(text(0));
      return task.chdir("/");
    case "fchdir":
      return task.fchdir(fd());
    case "fsync":
      return task.fsync(fd());
    case "mkdir":
      return task.mkdir(text(0), octal(1));
    case "rmdir":
      return task.rmdir(text(0));
    case "unlink":
      return task.unlink(text(0));
    case "rename":
      return task.rename(text(0), text(1));
    case "renameat2":
      return task.renameat2(text(0), text(1), text(2) as "EXCHANGE");
    case "link":
      return task.link(text(0), text(1));
    case "symlink":
      return task.symlink(text(0), text(1));
    case "readlink":
      return task.readlink(text(0));
    case "chmod":
      return task.chmod(text(0), octal(1));
    case "chown":
      return task.chown(text(0), number(1), number(2));
    case "lchown":
      return task.lchown(text(0), number(1), number(2));
    case "utime": {
      const time = text(1) === "now" ? "now" : parseTime(text(1));
      return task.utimens(text(0), time, time);
    }
    case "utimens":
      return task.utimens(text(0), timeChange(text(1)), timeChange(text(2)), { follow: args[3] === 1 });
    case "mknod": {
      const type = TYPES[text(1)] ?? "file";
      return task.mknod(text(0), type, octal(2), { major: number(3), minor: number(4) });
    }
    case "statfs": {
      const { type, readOnly } = task.statfs(text(0));
      return [type, readOnly];
    }
    case "mount": {
      const [source, target, fstype, flags = "", data = ""] = args.map(String);
      const more = fstype === "overlay" ? `${OVERLAY_OPTIONS},${data}` : data;
      return task.mount({
        source: source ?? "",
        target: target ?? "",
        ...(fstype === undefined || fstype === "" ? {} : { fstype }),
        // Without MS_RDONLY a remount makes writable; in our words what is not said stays.
        flags: [
          ...flags.replace("bind,rec", "rbind").split(",").filter(Boolean),
          ...(/remount/.test(flags) && !/\bro\b/.test(flags) ? ["rw"] : []),
        ],
        data: more,
      });
    }
    case "umount":
      return task.umount(text(0), { lazy: args[1] === "lazy" });
    case "same": {
      const [one, other] = [task.lstat(text(0)), task.lstat(text(1))];
      return [one.dev === other.dev, one.ino === other.ino];
    }
    case "types": {
      const kinds = new Map(task.readdir(text(0)).map((entry) => [entry.name, letterOf(entry.type)]));
      return byBytes([...kinds.keys()]).map((each) => [each, /[dlf]/.exec(kinds.get(each) ?? "")?.[0] ?? "?"]);
    }
    case "xattrs":
      return task
        .listxattr(text(0))
        .filter((each) => !each.startsWith("security."))
        .sort();
    case "truncate":
      return task.truncate(text(0), number(1));
    case "stat":
      return statRow(task.stat(text(0)));
    case "lstat":
      return statRow(task.lstat(text(0)));
    case "access":
      return task.access(text(0), text(1));
    case "listdir":
      return byBytes(task.readdir(text(0)).map((entry) => entry.name));
    case "realpath":
      return task.realpath(text(0));
    case "chdir":
      return task.chdir(text(0));
    case "getcwd":
      return task.getcwd();
    case "umask":
      return octalText(task.umask(octal(0)));
    case "readonly":
      return task.statfs(text(0)).readOnly;
    case "setxattr":
      return task.setxattr(text(0), text(1), latin1(text(2)), args[3] === undefined || args[3] === "" ? {} : { flag: text(3) as "CREATE" });
    case "getxattr":
      return fromLatin1(task.getxattr(text(0), text(1)));
    case "lsetxattr":
      return task.setxattr(text(0), text(1), latin1(text(2)), { follow: false });
    case "lgetxattr":
      return fromLatin1(task.getxattr(text(0), text(1), { follow: false }));
    case "removexattr":
      return task.removexattr(text(0), text(1));
    case "listxattr":
      return task
        .listxattr(text(0))
        .filter((each) => each.startsWith("user."))
        .sort();
    case "chattr": {
      const flags = task.getFlags(text(0));
      const letter = text(1).slice(1);
      return task.setFlags(text(0), text(1).startsWith("+") ? flags.replace(letter, "") + letter : flags.replace(letter, ""));
    }
    case "lsattr":
      return letters(task.getFlags(text(0)));
    default:
      throw new Error(`the trace has a call that nobody knows: ${name}`);
  }
}

function empty(task: Task, slots: Map<number, number>, slot: number): void {
  const old = slots.get(slot);
  if (old === undefined) return;
  slots.delete(slot);
  task.close(old);
}

/** What a descriptor opened with O_NONBLOCK says instead of waiting. */
function atOnce<T>(answer: T | undefined): T {
  if (answer === undefined) throw new SysError("EAGAIN");
  return answer;
}

const TYPES: Readonly<Record<string, FileType>> = { d: "dir", f: "file", l: "symlink", p: "fifo", c: "char", b: "block", s: "socket" };

const LETTERS = new Map(Object.entries(TYPES).map(([letter, type]) => [type, letter]));

function letterOf(type: FileType): string {
  return LETTERS.get(type) ?? "?";
}

/** `[type, mode, uid, gid, nlink, size, mtime]` */
export function statRow(stat: Stat): unknown[] {
  const type = letterOf(stat.type);
  return [type, octalText(stat.mode), stat.uid, stat.gid, stat.nlink, type === "d" ? null : stat.size, stamp(stat.mtime)];
}

function octalText(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function stamp({ sec, nsec }: Timestamp): string {
  return sec >= RECENT ? "now" : `${sec}.${String(nsec).padStart(9, "0")}`;
}

function timeChange(text: string): TimeChange {
  return text === "now" || text === "omit" ? text : parseTime(text);
}

function parseTime(text: string): Timestamp {
  const total = BigInt(text.replace(".", ""));
  const sec = total / BigInt(NANOSECONDS);
  return timestamp(Number(sec), Number(total - sec * BigInt(NANOSECONDS)));
}

/** The flags that a trace tells of. */
export function letters(flags: string): string {
  return (flags.includes("i") ? "i" : "") + (flags.includes("a") ? "a" : "");
}

/** Contents as they are recorded: whole, or a checksum. */
export function show(data: Uint8Array): unknown {
  return data.length <= SHOWN ? fromLatin1(data) : { sha256: createHash("sha256").update(data).digest("hex") };
}

/** Bytes from the text of a trace. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** The text of a trace from bytes. */
export function fromLatin1(data: Uint8Array): string {
  return Buffer.from(data).toString("latin1");
}

/** Names in the order of their bytes. */
export function byBytes(names: readonly string[]): string[] {
  // Code units are in the order of bytes but for surrogates.
  if (!names.some((name) => /[\ud800-\udfff]/.test(name))) return names.toSorted();
  return names.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
