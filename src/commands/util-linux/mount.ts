import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { MountInfo } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { orUndefined, reason, warnx } from "../complain.ts";
import { canonicalPath } from "../coreutils/realpath.ts";
import { invoker } from "../invoker.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { allOptions, deviceOf, parseFstab } from "./mounts.ts";

/** Where more may be told of a call that failed. */
const IN_LOG = "       dmesg(1) may have more information after failed mount system call.\n";

/** Exit statuses of mount(8): 1 for a wrong call, 32 for a failed mount. */
const FAILED = 32;

/** Options that are the kernel's flags; the others go to the file system. */
const FLAGS = new Set([
  "ro",
  "rw",
  "suid",
  "nosuid",
  "dev",
  "nodev",
  "exec",
  "noexec",
  "relatime",
  "norelatime",
  "noatime",
  "atime",
  "strictatime",
  "nodiratime",
  "diratime",
  "bind",
  "rbind",
  "remount",
  "move",
  "sync",
  "async",
  "silent",
  "private",
  "shared",
  "slave",
  "rprivate",
  "rshared",
  "rslave",
]);
/** Options that only fstab and mount itself know. */
const USERSPACE = new Set(["defaults", "auto", "noauto", "user", "nouser", "users", "_netdev", "nofail"]);

/** A loop device goes by the file that it is made of. */
function shownSource(proc: Process, info: MountInfo): string {
  const device = deviceOf(info);
  const loop = /^\/dev\/(loop\d+)$/.exec(device)?.[1];
  return (loop === undefined ? undefined : readTextIfThere(proc.sys, `/sys/class/block/${loop}/loop/backing_file`)?.trim()) ?? device;
}

/** mount(8). */
export const mount: Command = {
  name: "mount",
  package: "util-linux",
  style: "gnu",
  usage: [
    "mount [-lhV]",
    "mount -a [options]",
    "mount [options] [--source] <source> | [--target] <directory>",
    "mount [options] <source> <directory>",
    "mount <operation> <mountpoint> [<target>]",
  ],
  about: "Mount a filesystem.",
  options: [
    { name: "all", short: "a", help: "mount all filesystems mentioned in fstab" },
    { name: "fake", short: "f", help: "dry run; skip the mount(2) syscall" },
    { name: "fstab", short: "T", argument: "path", help: "alternative file to /etc/fstab" },
    { name: "show-labels", short: "l", help: "show also filesystem labels" },
    { name: "make", short: "m", argument: "mode", long: "mkdir", optional: true, help: "alias to '-o X-mount.mkdir[=<mode>]'" },
    { name: "no-mtab", short: "n", help: "don't write to /etc/mtab", fidelity: "ignored" },
    { name: "options", short: "o", argument: "list", help: "comma-separated list of mount options" },
    { name: "read-only", short: "r", help: "mount the filesystem read-only (same as -o ro)" },
    { name: "types", short: "t", argument: "list", help: "limit the set of filesystem types" },
    { name: "source", argument: "src", help: "explicitly specifies source (path, label, uuid)" },
    { name: "target", argument: "target", help: "explicitly specifies mountpoint" },
    { name: "verbose", short: "v", help: "say what is being done" },
    { name: "rw", short: "w", alsoLong: ["read-write"], help: "mount the filesystem read-write (default)" },
    { name: "bind", short: "B", help: "mount a subtree somewhere else (same as -o bind)" },
    { name: "move", short: "M", help: "move a subtree to some other place" },
    { name: "rbind", short: "R", help: "mount a subtree and all submounts somewhere else" },
    { name: "make-shared", help: "mark a subtree as shared", fidelity: "ignored" },
    { name: "make-private", help: "mark a subtree as private", fidelity: "ignored" },
    { name: "make-rprivate", help: "recursively mark a whole subtree as private", fidelity: "ignored" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  simplified: "labels and UUIDs are not looked up; propagation between namespaces is not modelled",
  *run(proc, options) {
    if (options.has("all")) return yield* mountAll(proc, options);
    const operands = [options.value("source"), options.value("target"), ...options.operands].filter((word) => word !== undefined);
    const [first, second, extra] = operands;
    if (first === undefined) {
      if (options.order.some((given) => !["show-labels", "types", "verbose"].includes(given.name))) throw new UsageError("bad usage");
      const types = options.value("types")?.split(",");
      for (const info of proc.sys.mounts()) {
        if (types !== undefined && !types.includes(info.fstype)) continue;
        yield* stdout(proc).print(`${shownSource(proc, info)} on ${info.target} type ${info.fstype} (${allOptions(info).join(",")})\n`);
      }
      return 0;
    }
    if (extra !== undefined) throw new UsageError("bad usage");
    const words = optionWords(options);
    if (["make-shared", "make-private", "make-rprivate"].some((name) => options.has(name)) && second === undefined) {
      const place = orUndefined(() => proc.sys.realpath(first)) ?? first;
      if (proc.sys.mounts().some(({ target }) => target === place)) return 0;
      yield* warnx(proc, `${place}: not mount point or bad option.`);
      yield* proc.printError(IN_LOG);
      return 32;
    }
    if (second !== undefined)
      return yield* mountOne(proc, {
        source: first,
        target: second,
        fstype: options.value("types"),
        words,
        verbose: options.has("verbose"),
        fake: options.has("fake"),
        mkdir: options.has("make"),
      });
    if (words.includes("remount"))
      return yield* mountOne(proc, {
        source: "none",
        target: first,
        fstype: options.value("types"),
        words,
        verbose: false,
        fake: options.has("fake"),
        mkdir: false,
      });
    const entry = parseFstab(readTextIfThere(proc.sys, options.value("fstab") ?? "/etc/fstab") ?? "").find(
      (candidate) => candidate.target === first.replace(/(?<=.)\/+$/, "") || candidate.source === first,
    );
    if (entry === undefined) {
      yield* warnx(proc, `${first}: can't find in ${options.value("fstab") ?? "/etc/fstab"}.`);
      return 1;
    }
    return yield* mountOne(proc, {
      ...entry,
      words: [...entry.options, ...words],
      verbose: options.has("verbose"),
      fake: options.has("fake"),
      mkdir: false,
    });
  },
};

function optionWords(options: ParsedOptions): readonly string[] {
  const words = options
    .values("options")
    .flatMap((list) => list.split(","))
    .filter((word) => word !== "");
  for (const [name, word] of [
    ["read-only", "ro"],
    ["rw", "rw"],
    ["bind", "bind"],
    ["rbind", "rbind"],
    ["move", "move"],
  ] as const)
    if (options.has(name)) words.push(word);
  return words;
}

function* mountAll(proc: Process, options: ParsedOptions): Run<number> {
  let status = 0;
  const mounted = new Set(proc.sys.mounts().map((info) => info.target));
  for (const entry of parseFstab(readTextIfThere(proc.sys, options.value("fstab") ?? "/etc/fstab") ?? "")) {
    if (
      entry.options.includes("noauto") ||
      !entry.target.startsWith("/") ||
      mounted.has(orUndefined(() => proc.sys.realpath(entry.target)) ?? entry.target)
    )
      continue;
    const result = yield* mountOne(proc, {
      ...entry,
      words: entry.options,
      verbose: options.has("verbose"),
      fake: options.has("fake"),
      mkdir: false,
    });
    if (result !== 0) status = FAILED;
  }
  return status;
}

interface Request {
  readonly source: string;
  readonly target: string;
  readonly fstype: string | undefined;
  readonly words: readonly string[];
  readonly verbose: boolean;
  readonly fake: boolean;
  readonly mkdir: boolean;
}

function* mountOne(proc: Process, request: Request): Run<number> {
  const { sys } = proc;
  yield* proc.tick();
  const isThere = orUndefined(() => sys.stat(request.target)) !== undefined;
  const target = (isThere ? orUndefined(() => canonicalPath(proc, request.target, "none")) : undefined) ?? request.target;
  const failed = function* (why: string, isSystemCall = true): Run<number> {
    yield* warnx(proc, `${target}: ${why}.`);
    if (isSystemCall) yield* proc.printError(IN_LOG);
    return FAILED;
  };
  const flags = request.words.filter((word) => FLAGS.has(word));
  const data = request.words.filter((word) => !FLAGS.has(word) && !USERSPACE.has(word) && !/^[xX]-/.test(word)).join(",");
  const isNew = !["bind", "rbind", "remount", "move"].some((word) => flags.includes(word));
  if (invoker(proc).uid !== 0) return yield* failed("must be superuser to use mount");
  const mkdir = request.mkdir || request.words.some((word) => /^[xX]-mount\.mkdir/.test(word));
  if (!isThere) {
    if (!mkdir) return yield* failed("mount point does not exist");
    orUndefined(() => sys.mkdir(target, 0o755));
  }
  if (request.fake) return 0;
  // The options in force are given again, and overlayfs takes none then.
  if (
    flags.includes("remount") &&
    !flags.includes("bind") &&
    sys.mounts().findLast((mount) => mount.target === target)?.fstype === "overlay"
  )
    return yield* failed("fsconfig() failed: overlay: No changes allowed in reconfigure");
  if (isNew && request.fstype !== undefined && request.fstype !== "auto" && !knownTypes(proc).includes(request.fstype))
    return yield* failed(`unknown filesystem type '${request.fstype}'`);
  if (/^(?:UUID|LABEL|PARTUUID|PARTLABEL)=/.test(request.source)) return yield* failed(`can't find ${request.source}`, false);
  try {
    sys.mount({
      source: request.source,
      target,
      flags,
      ...(isNew && request.fstype !== undefined && request.fstype !== "auto" ? { fstype: request.fstype } : {}),
      ...(data === "" ? {} : { data }),
    });
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* failed(explain(proc, error, request, target));
  }
  if (request.verbose) yield* stdout(proc).print(`mount: ${request.source} mounted on ${target}.\n`);
  return 0;
}

/** The file systems of this kernel; all of them where /proc does not say. */
function knownTypes(proc: Process): readonly string[] {
  const text = readTextIfThere(proc.sys, "/proc/filesystems");
  return (text ?? "").split("\n").map((line) => line.split("\t")[1] ?? "");
}

function isNewOfDisk({ fstype, words }: Request): boolean {
  return (fstype === undefined || fstype === "auto") && !["bind", "rbind", "remount", "move"].some((word) => words.includes(word));
}

/** libmount's words for what mount(2) refused. */
function explain(proc: Process, error: SysError, request: Request, target: string): string {
  const remounts = request.words.includes("remount");
  // What the file system itself says is in the log of its context.
  if (error.because.startsWith("overlay: ")) return `fsconfig() failed: ${error.because}`;
  const info = proc.sys.mounts().findLast((candidate) => candidate.target === target);
  switch (error.errno) {
    case "EPERM":
      return "permission denied";
    case "ENOENT":
      // It is there, so its file system misses something: a subvolume.
      if (request.fstype !== "overlay" && orUndefined(() => proc.sys.stat(request.source)) !== undefined)
        return `fsconfig() failed: ${error.text}`;
      // Without a type the file systems of disks are tried, which look the device up.
      return isNewOfDisk(request)
        ? `fsconfig() failed: ${request.source}: Can't lookup blockdev`
        : `special device ${request.source} does not exist`;
    case "ENODEV":
      return `unknown filesystem type '${request.fstype ?? ""}'`;
    case "ENOTDIR":
      return "mount point is not a directory";
    case "EBUSY":
      return remounts ? "mount point is busy" : `${request.source} already mounted or mount point busy`;
    case "EROFS":
      return `cannot mount ${request.source} read-only`;
    case "EINVAL":
      if (remounts && info === undefined) return "mount point not mounted or bad option";
      if (request.words.includes("move")) return "not mount point or bad option";
      return `wrong fs type, bad option, bad superblock on ${request.source}, missing codepage or helper program, or other error`;
    default:
      return `mount(2) system call failed: ${error.text}`;
  }
}

/** umount(8). */
export const umount: Command = {
  name: "umount",
  package: "util-linux",
  style: "gnu",
  usage: ["umount [-hV]", "umount -a [options]", "umount [options] <source> | <directory>"],
  about: "Unmount filesystems.",
  options: [
    { name: "all", short: "a", help: "unmount all filesystems", fidelity: "unbuilt" },
    { name: "force", short: "f", help: "force unmount (in case of an unreachable NFS system)" },
    { name: "lazy", short: "l", help: "detach the filesystem now, clean up things later" },
    { name: "recursive", short: "R", help: "recursively unmount a target with all its children" },
    { name: "no-mtab", short: "n", help: "don't write to /etc/mtab", fidelity: "ignored" },
    { name: "quiet", short: "q", help: "suppress 'not mounted' error messages" },
    { name: "types", short: "t", argument: "list", help: "limit the set of filesystem types", fidelity: "ignored" },
    { name: "verbose", short: "v", help: "say what is being done" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "directories",
  *run(proc, options) {
    if (options.operands.length === 0) throw new UsageError("bad usage");
    let status = 0;
    for (const operand of options.operands) {
      const targets = yield* targetsOf(proc, operand, options);
      if (targets === undefined) {
        status = FAILED;
        continue;
      }
      for (const target of targets) {
        yield* proc.tick();
        try {
          // A set-user-ID program must ask itself whether its caller may.
          if (invoker(proc).uid !== 0) throw new SysError("EPERM", "umount", target);
          proc.sys.umount(target, { lazy: options.has("lazy") });
          if (options.has("verbose")) yield* stdout(proc).print(`umount: ${target} unmounted\n`);
        } catch (error) {
          const why = isSysError(error, "EBUSY")
            ? "target is busy"
            : isSysError(error, "EINVAL")
              ? "not mounted"
              : isSysError(error, "EPERM")
                ? "must be superuser to unmount"
                : reason(error);
          if (!(options.has("quiet") && why === "not mounted")) yield* warnx(proc, `${target}: ${why}.`);
          status = FAILED;
          break;
        }
      }
    }
    return status;
  },
};

/** What an operand names, deepest first with -R; undefined after a complaint. */
function* targetsOf(proc: Process, operand: string, options: ParsedOptions): Run<readonly string[] | undefined> {
  const mounts = proc.sys.mounts();
  const real = orUndefined(() => canonicalPath(proc, operand, "none")) ?? operand;
  const found = mounts.findLast((info) => info.target === real) ?? mounts.findLast((info) => deviceOf(info) === operand);
  if (found === undefined) {
    if (orUndefined(() => proc.sys.stat(operand)) === undefined) yield* warnx(proc, `${operand}: no mount point specified.`);
    else if (!options.has("quiet"))
      yield* warnx(proc, invoker(proc).uid === 0 ? `${operand}: not mounted.` : `${operand}: must be superuser to unmount.`);
    return undefined;
  }
  if (!options.has("recursive")) return [found.target];
  return mounts
    .filter((info) => info.target === found.target || info.target.startsWith(`${found.target}/`))
    .map((info) => info.target)
    .reverse();
}
