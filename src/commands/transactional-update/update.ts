/**
 * transactional-update(8): a new snapshot, changed by programs that run in it, made the default once all went well. The order of the
 * stages is that of openSUSE/transactional-update:sbin/transactional-update.in.
 */
import { lstat, readBytes, overwrite } from "../../engines/snapper/files.ts";
import { removeTree, snapshotAt } from "../../engines/snapper/etc-state.ts";
import { defaultSubvolume, isReadOnly } from "../../vfs/btrfs/calls.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { apply } from "./apply.ts";
import { captured, runChild } from "./children.ts";
import { cleanOverlays, cleanSnapshots } from "./cleanup.ts";
import type { Plan } from "./grammar.ts";
import type { Log } from "./log.ts";
import { LOCK_FILE } from "./lock.ts";
import { shadowedFiles } from "./shadowed.ts";
import { higher, NEEDS_RESTARTING, neededLevel, State, type RebootLevel } from "./state.ts";
import { rootOf } from "./transaction.ts";
import { VERSION } from "./version.ts";

/** zypper's codes that are no failure: done, a reboot is needed, zypper itself was changed. */
const DONE = [0, 102, 103];
/** A repository was skipped: good enough, but not for a whole new distribution. */
const SKIPPED_REPOSITORY = 106;

/** Ends the run: the snapshot is removed, what was before stays. */
class Quit extends Error {
  readonly status: ExitStatus;
  constructor(status: ExitStatus) {
    super(`quit ${status}`);
    this.status = status;
  }
}

interface Places {
  /** Snapshots: as the machine came up, as /usr is now, as it will come up. */
  readonly booted: string;
  readonly current: string;
  readonly next: string;
  readonly isReadOnly: boolean;
}

export class Update {
  readonly #proc: Process;
  readonly #sys: Sys;
  readonly #plan: Plan;
  readonly #log: Log;
  readonly #rebootMethod: string;
  readonly #levelBefore: RebootLevel;
  #level: RebootLevel = "none";
  #state: State;
  /** The new snapshot. */
  #id = "";
  /** A signal asked for the end. */
  #isInterrupted = false;

  constructor(proc: Process, plan: Plan, log: Log, rebootMethod: string) {
    this.#proc = proc;
    this.#sys = proc.sys;
    this.#plan = plan;
    this.#log = log;
    this.#rebootMethod = rebootMethod;
    this.#levelBefore = neededLevel(this.#sys);
    this.#state = new State(this.#sys);
  }

  *run(args: readonly string[]): Run<ExitStatus> {
    for (const signal of ["HUP", "INT", "QUIT", "TERM"] as const) this.#proc.onSignal(signal, () => (this.#isInterrupted = true));
    if (exists(this.#sys, NEEDS_RESTARTING)) this.#sys.unlink(NEEDS_RESTARTING);
    yield* this.#log.info(`transactional-update ${VERSION} started`);
    yield* this.#log.info(`Options: ${args.join(" ")}`);
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      yield* this.#log.error(refusal);
      yield* this.#log.info("transactional-update finished");
      return 1;
    }
    if (this.#sys.mounts().some(({ target }) => target === "/var")) yield* this.#log.info("Separate /var detected.");
    else yield* this.#log.error("WARNING: it looks like your installation isn't recent enough.");
    try {
      return yield* this.#plan.rollback === undefined ? this.#update() : this.#rollback();
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      return yield* this.#quit(error.status);
    }
  }

  #refusal(): string | undefined {
    const root = this.#sys.mounts().findLast(({ target }) => target === "/");
    if (root?.fstype !== "btrfs") return "ERROR: not using btrfs as root file system!";
    if (lstat(this.#sys, "/.snapshots")?.type !== "dir") return "ERROR: no snapshots for root file system configured!";
    return undefined;
  }

  #places(): Places {
    const sys = this.#sys;
    const number = (path: string | undefined): string => /\.snapshots\/(\d+)\/snapshot/.exec(path ?? "")?.[1] ?? "";
    const root = sys.mounts().find(({ target, fstype }) => target === "/" && fstype === "btrfs");
    const current = String(snapshotAt(sys, "/usr") ?? "");
    return {
      booted: number(root?.root) || current,
      current,
      next: number(defaultSubvolume(sys, "/").path),
      isReadOnly: isReadOnly(sys, "/"),
    };
  }

  *#update(): Run<ExitStatus> {
    const { cleanup, apply: doApply, reboot } = this.#plan;
    const places = this.#places();
    if (cleanup.has("snapshots")) yield* cleanSnapshots(this.#proc, this.#log, this.#state, places);
    if (cleanup.has("overlays") && places.isReadOnly) yield* cleanOverlays(this.#proc, this.#log);
    if (this.#needsSnapshot) yield* this.#transaction(places);
    if (this.#level === "none" && this.#levelBefore !== "none") this.#writeFlag(this.#levelBefore);
    if (doApply) {
      const next = this.#places().next;
      if (this.#id !== "" || next !== places.current) {
        const status = yield* apply(this.#proc, this.#log, next);
        if (status !== 0) return status;
      } else {
        yield* this.#log.info("");
        yield* this.#log.info("The default snapshot is active already.");
      }
    }
    yield* this.#log.info("transactional-update finished");
    if (reboot) yield* this.#reboot();
    return 0;
  }

  get #needsSnapshot(): boolean {
    const { zypper, grubCfg, initrd, kdump, shell, run, bootloader } = this.#plan;
    return zypper !== undefined || grubCfg || initrd || kdump || shell || run !== undefined || bootloader;
  }

  *#transaction(places: Places): Run<void> {
    const plan = this.#plan;
    const base = plan.base === "" ? places.current : plan.base === "default" ? places.next : plan.base;
    if (plan.nonInteractive === "" && places.next !== base) {
      yield* this.#log.info(`WARNING: You are creating a snapshot from a different base (${base}) than the`);
      yield* this.#log.info(`         current default snapshot (${places.next}).`);
      if (base === places.current) {
        yield* this.#log.info("         If you want to continue a previous snapshot use the --continue");
        yield* this.#log.info("         option, otherwise the previous changes will be discarded.");
      }
    }
    const opened = yield* captured(this.#proc, ["tukit", ...plan.tukit, `-c${base}`, "open"]);
    if (opened.output !== "") yield* this.#log.info(opened.output.replace(/\n$/, ""));
    this.#id = /^ID: (.*)$/m.exec(opened.output)?.[1] ?? "";
    if (this.#id === "") throw new Quit(1);
    this.#state.unused = [this.#id, ...this.#state.unused];
    yield* this.#mayGoOn();
    const root = rootOf(this.#id);
    const status = yield* this.#stages(root);
    removeContents(this.#sys, `${root}/run`);
    if (status === 0) {
      this.#state.addWorking(places.current);
      this.#state.save(places.booted, { id: this.#id, level: this.#level });
      yield* this.#tukit(["close", this.#id]);
      // With --drop-if-no-change there may be none any more.
      if (lstat(this.#sys, `${root}/etc/fstab`) === undefined) {
        this.#id = "";
        throw new Quit(0);
      }
    }
    yield* this.#warnOfShadowed(root);
    if (status !== 0) throw new Quit(status);
    this.#writeFlag(higher(this.#level, neededLevel(this.#sys)));
    if (!plan.reboot && !plan.apply) {
      yield* this.#log.info("");
      yield* this.#log.info("Please reboot your machine to activate the changes and avoid data loss.");
    }
    if (places.next !== base) {
      yield* this.#log.info("");
      yield* this.#log.info(`WARNING: This snapshot has been created from a different base (${base})`);
      yield* this.#log.info(`         than the previous default snapshot (${places.next}) and does not`);
      yield* this.#log.info("         contain the changes from the latter.");
      yield* this.#log.info("");
    }
    yield* this.#log.info(`New default snapshot is #${this.#id} (${root}).`);
  }

  /** What is done in the snapshot, in the order of the script whatever the order of the words. */
  *#stages(root: string): Run<ExitStatus> {
    const { zypper, initrd, kdump, grubCfg, bootloader, run, shell } = this.#plan;
    let status: ExitStatus = 0;
    let isRelabelled = false;
    let isKdumpOld = kdump;
    if (zypper !== undefined) {
      const failed = yield* this.#zypper(root, zypper);
      if (failed !== 0) status = 1;
      else {
        isRelabelled = this.#differs(root, "/etc/os-release") && exists(this.#sys, "/usr/sbin/grub2-mkconfig");
        isKdumpOld = true;
      }
      this.#raise("reboot");
    }
    if (initrd) {
      yield* this.#log.info("Creating new initrd");
      const quiet = this.#plan.quiet ? ["--quiet"] : [];
      if ((yield* this.#tukit(["call", this.#id, "dracut", ...quiet, "--force", "--regenerate-all"], true)) !== 0) {
        yield* this.#log.error("ERROR: initrd creation failed!");
        status = 1;
      }
      this.#raise("kexec");
    }
    // There is no crash kernel here: where kdump is off, as it is, nothing is rebuilt.
    if (isKdumpOld) yield* this.#tukit(["--quiet", "call", this.#id, "systemctl", "is-enabled", "--quiet", "kdump.service"]);
    if (grubCfg || isRelabelled) {
      yield* this.#log.info("Creating a new grub2 config");
      const command = "/usr/sbin/grub2-mkconfig --output=/boot/grub2/grub.cfg";
      if ((yield* this.#tukit(["call", this.#id, "bash", "-c", command], true, { joinsErrors: true })) !== 0) {
        yield* this.#log.error("ERROR: grub2-mkconfig failed!");
        status = 1;
      }
      if (grubCfg) this.#raise("reboot");
    }
    if (bootloader) {
      yield* this.#log.info("Writing new bootloader");
      if ((yield* this.#tukit(["call", this.#id, "/sbin/pbl", "--install"], true)) !== 0) {
        yield* this.#log.error("ERROR: /sbin/pbl --install failed!");
        status = 1;
      }
      this.#raise("reboot");
    }
    if (run !== undefined) {
      status = yield* this.#tukit(["call", this.#id, ...run], true);
      this.#raise("reboot");
    }
    if (shell) {
      yield* this.#log.info(`Opening chroot in snapshot ${this.#id}, continue with 'exit'`);
      const env = new Map([...this.#proc.env, ["PS1", "transactional update \\w# "]]);
      yield* runChild(this.#proc, ["tukit", ...this.#plan.tukit, "call", this.#id, "bash"], { env });
      this.#raise("reboot");
    }
    return status;
  }

  /** First in thought, to see whether there is anything to do; then in earnest. */
  *#zypper(root: string, { words, extra }: NonNullable<Plan["zypper"]>): Run<ExitStatus> {
    const { quiet, nonInteractive, isMigration } = this.#plan;
    const command = `${quiet ? "--quiet " : ""}${words}`;
    const spoken = split(command);
    yield* this.#log.info(`Calling zypper ${command}`);
    this.#proc.env.set("DISABLE_RESTART_ON_UPDATE", "yes");
    if (isMigration) {
      const migration = ["callext", this.#id, "zypper", ...spoken, "--root", "{}", ...split(nonInteractive), ...extra];
      return yield* this.#judged(command, root, yield* this.#tukit(migration, true));
    }
    const zypper = ["callext", this.#id, "zypper", "-R", "{}"];
    const thought = yield* captured(this.#proc, [
      "tukit",
      ...this.#plan.tukit,
      ...zypper,
      "--xmlout",
      ...spoken,
      "-y",
      "--auto-agree-with-product-licenses",
      "--dry-run",
      ...extra,
    ]);
    yield* this.#mayGoOn();
    const summary = (key: string): string | undefined => new RegExp(`install-summary[^>]*${key}="([^"]*)"`).exec(thought.output)?.[1];
    const isNothing =
      summary("packages-to-change") === "0" ||
      (summary("packages-to-change") === undefined && summary("download-size") === "0" && summary("space-usage-diff") === "0");
    if (isNothing) {
      yield* this.#log.info("zypper: nothing to update");
      throw new Quit(0);
    }
    const hasKernel = /<solvable[^>]*type="package"[^>]*name="kernel-/.test(thought.output);
    const status = yield* this.#tukit([...zypper, ...spoken, ...split(nonInteractive), ...extra], true);
    if (DONE.includes(status) && hasKernel) yield* this.#tukit([...zypper, "-n", "purge-kernels"]);
    return yield* this.#judged(command, root, status);
  }

  /** Whether zypper's status is as good as 0, with what is said of one that is not. */
  *#judged(command: string, root: string, status: ExitStatus): Run<ExitStatus> {
    const { isDup, nonInteractive } = this.#plan;
    if (DONE.includes(status) || (!isDup && status === SKIPPED_REPOSITORY)) return 0;
    yield* this.#log.error(`ERROR: zypper ${command} on ${root} failed with exit code ${status}!`);
    if (nonInteractive !== "") yield* this.#log.error("Use '--interactive' for manual problem resolution.");
    return status;
  }

  /** tukit, with what it prints in the log. */
  *#tukit(args: readonly string[], always = false, { joinsErrors = false } = {}): Run<ExitStatus> {
    const onOutput = (bytes: Uint8Array): Run<void> => this.#log.pass(bytes, always);
    const status = yield* runChild(this.#proc, ["tukit", ...this.#plan.tukit, ...args], { onOutput, joinsErrors });
    if (args[0] !== "abort") yield* this.#mayGoOn();
    return status;
  }

  *#rollback(): Run<ExitStatus> {
    const places = this.#places();
    let wanted = this.#plan.rollback ?? "";
    let needsReboot = true;
    if (wanted === "last") {
      wanted = this.#state.working[0] ?? wanted;
      if (wanted === "last") yield* this.#log.error("No last working snapshot saved; please use 'snapper list' for manual selection");
    } else if (wanted === "" || Number(wanted) === 0 || wanted === places.current) {
      wanted = places.current;
      needsReboot = false;
    }
    yield* this.#log.info(`Rollback to snapshot ${wanted}...`);
    if ((yield* runChild(this.#proc, ["tukit", ...this.#plan.tukit, "rollback", wanted])) !== 0) {
      yield* this.#log.error(`ERROR: Rollback to snapshot ${wanted} failed!`);
      throw new Quit(1);
    }
    if (places.isReadOnly) {
      checkRegistration(this.#sys);
      if (![...this.#state.working, ...this.#state.unused].includes(wanted)) {
        this.#state.unused = [...this.#state.unused, wanted];
        this.#state.save(places.booted);
      }
      if (needsReboot) this.#writeFlag(higher("reboot", neededLevel(this.#sys)));
    } else needsReboot = true;
    if (needsReboot && !this.#plan.apply) yield* this.#log.info("Please reboot to finish rollback!");
    if (needsReboot && this.#plan.apply) {
      const status = yield* apply(this.#proc, this.#log, wanted);
      if (status !== 0) return status;
    }
    yield* this.#log.info("transactional-update finished");
    return 0;
  }

  *#reboot(): Run<void> {
    const known = ["auto", "kured", "rebootmgr", "notify", "systemd", "kexec", "none"];
    if (!known.includes(this.#rebootMethod)) {
      yield* this.#log.info("Unsupported reboot method, falling back to 'auto'; please");
      yield* this.#log.info("check your configuration in /etc/transactional-update.conf.");
    }
    yield* this.#tukit(["reboot", known.includes(this.#rebootMethod) ? this.#rebootMethod : "auto"]);
  }

  /** Only where something failed, or nothing was to do. */
  *#quit(status: ExitStatus): Run<ExitStatus> {
    this.#isInterrupted = false;
    if (this.#levelBefore !== "none") this.#writeFlag(this.#levelBefore);
    else if (exists(this.#sys, NEEDS_RESTARTING)) this.#sys.unlink(NEEDS_RESTARTING);
    if (this.#id !== "") {
      if (this.#plan.keep) yield* this.#log.info("WARNING: Keeping snapshot as requested, but not setting as default.");
      else if (status === 1) yield* this.#log.error(`Removing snapshot #${this.#id}...`);
      else yield* this.#log.info(`Removing snapshot #${this.#id}...`);
      yield* this.#tukit(["abort", this.#id]);
    }
    yield* this.#log.info("transactional-update finished");
    return status;
  }

  /** bash runs the trap once the program that it waits for has ended. */
  *#mayGoOn(): Run<void> {
    if (!this.#isInterrupted) return;
    yield* this.#log.error("Received termination signal...");
    throw new Quit(1);
  }

  #raise(level: RebootLevel): void {
    this.#level = higher(this.#level, level);
  }

  #writeFlag(level: RebootLevel): void {
    overwrite(this.#sys, NEEDS_RESTARTING, level, 0o644);
  }

  #differs(root: string, path: string): boolean {
    try {
      const [ours, theirs] = [readBytes(this.#sys, path), readBytes(this.#sys, root + path)];
      return ours.length !== theirs.length || ours.some((byte, index) => byte !== theirs[index]);
    } catch (error) {
      if (isSysError(error)) return true;
      throw error;
    }
  }

  *#warnOfShadowed(root: string): Run<void> {
    const since = lstat(this.#sys, LOCK_FILE)?.mtime;
    const files = since === undefined || lstat(this.#sys, root) === undefined ? [] : yield* shadowedFiles(this.#sys, root, since);
    if (files.length === 0) return;
    yield* this.#log.info("");
    yield* this.#log.info("Warning: The following files were changed in the snapshot, but are shadowed by");
    yield* this.#log.info("other mounts and will not be visible to the system:");
    yield* this.#log.info(files.join("\n"));
  }
}

const split = (words: string): string[] => words.split(" ").filter((word) => word !== "");

function removeContents(sys: Sys, directory: string): void {
  if (lstat(sys, directory)?.type !== "dir") return;
  for (const { name } of sys.readdir(directory)) removeTree(sys, `${directory}/${name}`);
}

/** Tells the next boot to ask whether the registration still fits. */
function checkRegistration(sys: Sys): void {
  for (const directory of ["/var/lib", "/var/lib/rollback"]) if (!exists(sys, directory)) sys.mkdir(directory, 0o755);
  overwrite(sys, "/var/lib/rollback/check-registration", "", 0o644);
}
