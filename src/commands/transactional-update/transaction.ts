/**
 * A transaction of tukit: a snapshot that is written, with the mounts under which programs see it as a whole system.
 * Source: openSUSE/transactional-update:lib/Transaction.cpp, lib/Mount.cpp, lib/Snapshot/Snapper.cpp.
 */
import { compareTrees } from "../../engines/snapper/compare.ts";
import { mirrorEtc, snapshotAt } from "../../engines/snapper/etc-state.ts";
import { freeName, lstat, overwrite } from "../../engines/snapper/files.ts";
import type { Ending, Process } from "../../machine/process.ts";
import type { ExitStatus, Program, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { findProgram } from "../find-program.ts";
import { stdout } from "../output.ts";
import { hasBus } from "../snapper/bus.ts";
import { captured, childEnding } from "./children.ts";
import { Supplements } from "./supplements.ts";
import { arrayOf, type TukitConf } from "./tukit-conf.ts";

/** Ends tukit with `ERROR: message`. */
export class TukitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "TukitError";
  }
}

/** In a snapshot that goes when nothing is changed in it: on what it is based. */
const DISCARD_MARK = "discardIfNoChange";
export const IN_PROGRESS = "transactional-update-in-progress";

export const rootOf = (id: string): string => `/.snapshots/${id}/snapshot`;

/** The tukit that a transaction belongs to. */
export interface Toolkit {
  readonly conf: TukitConf;
  /** Its words, unless they are not wanted. */
  info(line: string): Run<void>;
}

/** Runs snapper as libtukit does, and gives what it prints. */
export function* snapper(proc: Process, args: readonly string[]): Run<string> {
  const argv = ["snapper", ...(hasBus(proc.sys) ? [] : ["--no-dbus"]), ...args];
  const { status, output } = yield* captured(proc, argv);
  if (status !== 0) throw new TukitError(`\`${argv.join(" ")}\` returned with error code ${status}.`);
  return output;
}

/** A column of `snapper list` by number. */
export function* column(proc: Process, name: string): Run<ReadonlyMap<string, string>> {
  const text = yield* snapper(proc, ["--csvout", "list", "--columns", `number,${name}`]);
  return new Map(
    text
      .split("\n")
      .slice(1)
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(",")), line.slice(line.indexOf(",") + 1)] as const),
  );
}

export function* defaultSnapshot(proc: Process): Run<string> {
  const found = [...(yield* column(proc, "default"))].find(([, value]) => value === "yes")?.[0];
  if (found === undefined) throw new TukitError("Couldn't determine default snapshot number");
  return found;
}

export function currentSnapshot(proc: Process): string {
  const num = snapshotAt(proc.sys, "/usr");
  if (num === undefined) throw new TukitError("Couldn't determine current snapshot number");
  return String(num);
}

export class Transaction {
  readonly id: string;
  readonly #proc: Process;
  readonly #tukit: Toolkit;
  /** Where the snapshot is mounted as a system. */
  #place = "";
  readonly #mounted: string[] = [];
  #supplements: Supplements | undefined;

  private constructor(proc: Process, tukit: Toolkit, id: string) {
    this.#proc = proc;
    this.#tukit = tukit;
    this.id = id;
  }

  get root(): string {
    return rootOf(this.id);
  }

  /** A new snapshot of `base` ("active", "default" or a number). */
  static *open(
    proc: Process,
    tukit: Toolkit,
    base: string,
    options: { readonly description?: string; readonly discard: boolean },
  ): Run<Transaction> {
    const number = base === "active" ? currentSnapshot(proc) : base === "default" ? yield* defaultSnapshot(proc) : base;
    if (!exists(proc.sys, rootOf(number))) throw new TukitError(`Base snapshot '${number}' does not exist.`);
    const description = options.description ?? `Snapshot Update of #${number}`;
    const made = ["--from", number, "--read-write", "--cleanup-algorithm", "number", "--print-number"];
    const id = (yield* snapper(proc, ["create", ...made, "--description", description, "--userdata", `${IN_PROGRESS}=yes`])).trim();
    const transaction = new Transaction(proc, tukit, id);
    yield* tukit.info(`Using snapshot ${number} as base for new snapshot ${id}.`);
    yield* transaction.#mount();
    if (options.discard) overwrite(proc.sys, `${transaction.root}/${DISCARD_MARK}`, number, 0o644);
    return transaction;
  }

  /** One that was opened before. */
  static *resume(proc: Process, tukit: Toolkit, id: string): Run<Transaction> {
    if (!exists(proc.sys, rootOf(id))) throw new TukitError(`Snapshot ${id} does not exist.`);
    if ((yield* column(proc, "userdata")).get(id)?.includes(`${IN_PROGRESS}=yes`) !== true)
      throw new TukitError(`Snapshot ${id} is not an open transaction.`);
    const transaction = new Transaction(proc, tukit, id);
    yield* transaction.#mount();
    return transaction;
  }

  /** Runs a program whose root is the snapshot; a shell without one. */
  *execute(given: readonly string[]): Run<ExitStatus> {
    const argv = given.length === 0 ? [this.#proc.env.get("SHELL") ?? "/bin/sh"] : given;
    return yield* this.#run(argv, chrooted(this.#place, argv));
  }

  /** Runs a program of the running system; `{}` in its arguments is where the snapshot is mounted. */
  *callExt(argv: readonly string[]): Run<ExitStatus> {
    return yield* this.#run(argv.map((word) => word.replaceAll("{}", this.#place)));
  }

  /** Done for now; the transaction stays open. */
  keep(): void {
    this.#proc.sys.sync();
    this.#supplements?.remove();
    this.#unmount();
  }

  /** Seals the snapshot and makes it the default: from then on it is what boots. */
  *close(): Run<void> {
    const { sys } = this.#proc;
    sys.sync();
    const mark = `${this.root}/${DISCARD_MARK}`;
    const base = readTextIfThere(sys, mark)?.trim();
    if (base !== undefined && !(yield* this.#isChanged(base))) {
      yield* this.#tukit.info("No changes to the root file system - discarding snapshot.");
      yield* this.#keepEtc(base);
      this.#unmount();
      yield* snapper(this.#proc, ["delete", this.id]);
      return;
    }
    if (base !== undefined) sys.unlink(mark);
    // Whoever updates offline looks at the time of /usr.
    sys.utimens(`${this.root}/usr`, "now", "now");
    yield* snapper(this.#proc, ["modify", "--userdata", `${IN_PROGRESS}=`, this.id]);
    this.#supplements?.remove();
    this.#unmount();
    if ((yield* column(this.#proc, "read-only")).get(yield* defaultSnapshot(this.#proc)) === "yes")
      yield* snapper(this.#proc, ["modify", "--read-only", this.id]);
    yield* snapper(this.#proc, ["modify", "--default", this.id]);
    yield* this.#tukit.info(`New default snapshot is #${this.id} (${this.root}).`);
  }

  /** Deletes the snapshot, or with `keep` leaves it as it is. */
  *abort(keep: boolean): Run<void> {
    const { sys } = this.#proc;
    if (keep) this.#supplements?.remove();
    this.#unmount();
    if (lstat(sys, this.root) === undefined) return;
    yield* this.#tukit.info(`Discarding snapshot ${this.id}.`);
    if (!keep) yield* snapper(this.#proc, ["delete", this.id]);
    else if ((yield* column(this.#proc, "read-only")).get(yield* defaultSnapshot(this.#proc)) === "yes")
      yield* snapper(this.#proc, ["modify", "--read-only", this.id]);
  }

  /** A mount namespace of its own, the snapshot mounted in it, and in that what a program needs of the running system. */
  *#mount(): Run<void> {
    const { sys } = this.#proc;
    sys.unshareMounts();
    this.#place = freeName(sys, "/tmp/transactional-update-");
    sys.mkdir(this.#place, 0o700);
    this.#bind(this.root, "");
    this.#bind("/dev", "/dev", "rbind");
    this.#bind("/var/log", "/var/log");
    const hasVar = this.#isMount("/var");
    for (const directory of ["/var/lib/zypp", "/var/lib/ca-certificates", "/var/lib/alternatives", "/var/lib/selinux"])
      if (hasVar && exists(sys, directory)) this.#bind(directory, directory);
    this.#bind("/var/cache", "/var/cache");
    for (const directory of ["/tmp", "/run"]) this.#tmpfs(directory);
    if (exists(sys, "/run/systemd/journal")) this.#bind("/run/systemd/journal", "/run/systemd/journal");
    this.#tmpfs("/var/tmp");
    const grub = exists(sys, "/boot/grub2") ? sys.readdir("/boot/grub2").map(({ name }) => `/boot/grub2/${name}`) : [];
    for (const directory of [...grub, "/boot/efi", "/boot/zipl"]) if (this.#isMount(directory)) this.#bind(directory, directory);
    for (const directory of ["/proc", "/sys"]) this.#bind(directory, directory, "rbind");
    for (const directory of ["/root", "/boot/writable"]) if (this.#isMount(directory)) this.#bind(directory, directory);
    for (const directory of arrayOf(this.#tukit.conf, "BINDDIRS"))
      if (exists(sys, directory) && sys.stat(directory).type === "dir") this.#bind(directory, directory);
      else yield* this.#tukit.info(`Not bind mounting directory '${directory}' as it doesn't exist.`);
    this.#bind("/.snapshots", "/.snapshots");
    this.#supplements = new Supplements(sys, this.#place);
  }

  #isMount(path: string): boolean {
    return this.#proc.sys.mounts().some(({ target }) => target === path);
  }

  #bind(source: string, at: string, how: "bind" | "rbind" = "bind"): void {
    const target = this.#place + at;
    makeDirectories(this.#proc, target);
    this.#proc.sys.mount({ source, target, flags: [how] });
    this.#mounted.push(target);
  }

  #tmpfs(at: string): void {
    const target = this.#place + at;
    makeDirectories(this.#proc, target);
    this.#proc.sys.mount({ source: "tmpfs", target, fstype: "tmpfs", flags: [] });
    this.#mounted.push(target);
  }

  #unmount(): void {
    const { sys } = this.#proc;
    for (const target of this.#mounted.splice(0).reverse()) sys.umount(target, { lazy: true });
    if (this.#place === "") return;
    sys.rmdir(this.#place);
    this.#place = "";
  }

  *#run(argv: readonly string[], program?: Program): Run<ExitStatus> {
    const proc = this.#proc;
    yield* this.#tukit.info(`Executing \`${argv.join(" ")}\`:`);
    yield* stdout(proc).flush();
    const env = new Map([...proc.env, ["TRANSACTIONAL_UPDATE", "true"], ["TRANSACTIONAL_UPDATE_ROOT", this.root]]);
    let ending: Ending;
    if (program === undefined && findProgram(proc, argv[0] ?? "") === undefined) {
      yield* proc.printError(`Calling ${argv[0] ?? ""} failed: No such file or directory\n`);
      ending = { kind: "exited", status: ENOENT };
    } else ending = yield* childEnding(proc, argv, { env, ...(program === undefined ? {} : { program }) });
    if (ending.kind === "exited") {
      yield* this.#tukit.info(`Application returned with exit status ${ending.status}.`);
      return ending.status;
    }
    yield* this.#tukit.info(`Application was terminated by signal ${SIGNALS[ending.signal]}.`);
    return SIGNALS[ending.signal];
  }

  /** @simplified The real one watches every directory with inotify(7); here both trees are compared, which is no other question. */
  *#isChanged(base: string): Run<boolean> {
    const { sys } = this.#proc;
    const elsewhere = sys.mounts().flatMap(({ target }) => (target === "/" ? [] : [target]));
    const ignored = (name: string): boolean =>
      name === `/${DISCARD_MARK}` || elsewhere.some((target) => name === target || name.startsWith(`${target}/`));
    return (yield* compareTrees(sys, rootOf(base), this.root, ignored)).length > 0;
  }

  /** What was changed in /etc of a snapshot that goes comes into the one that it was made of. */
  *#keepEtc(base: string): Run<void> {
    const isRunning = currentSnapshot(this.#proc) === base;
    yield* this.#tukit.info(`Merging changes in /etc into the ${isRunning ? "running system" : "previous snapshot"}.`);
    mirrorEtc(this.#proc.sys, `${this.root}/etc`, isRunning ? "/etc" : `${rootOf(base)}/etc`);
  }
}

const ENOENT = 2;

/** Throws inside of a transaction. */
export function refuseNested(proc: Process): void {
  if (proc.env.get("TRANSACTIONAL_UPDATE") !== undefined)
    throw new TukitError("Cannot open a new transaction from within a running transaction.");
}

/** Enters the snapshot, in a mount namespace of its own, and becomes the program that is there. */
function chrooted(place: string, argv: readonly string[]): Program {
  return function* (child) {
    const { sys } = child;
    const directory = sys.getcwd();
    const inside = place + (directory === "/" ? "" : directory);
    sys.chdir(lstat(sys, inside)?.type === "dir" ? inside : place);
    sys.chroot(place);
    sys.unshareMounts();
    const path = findProgram(child, argv[0] ?? "");
    try {
      if (path === undefined) sys.stat(argv[0] ?? "");
      return yield* child.exec(path ?? argv[0] ?? "", argv);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* child.printError(`Calling ${argv[0] ?? ""} failed: ${error.text}\n`);
      return ENOENT;
    }
  };
}

function makeDirectories(proc: Process, path: string): void {
  if (exists(proc.sys, path)) return;
  makeDirectories(proc, path.slice(0, path.lastIndexOf("/")) || "/");
  proc.sys.mkdir(path, 0o755);
}
