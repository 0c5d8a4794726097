/** What the machine needs from parts of higher rank; main.ts, cli/ and the distros plug them in. */
import type { LogMessage } from "./journal.ts";
import type { Process } from "./process.ts";
import type { Program, Run } from "./program.ts";

/** The programs that ELF stand-ins name. A program file's contents are `\x7fELF`, then lines `key=value`, one of them `program=<name>`. */
export interface ProgramTable {
  find(name: string): Program | undefined;
}

/** The kernel command line, e.g. from a BLS entry after the learner's edits in the menu. */
export type KernelArguments = readonly string[];

export type PreparedRoot =
  /** `said`: what was written to the console and the journal meanwhile; `logged`: to the journal alone. */
  | { readonly kind: "ready"; readonly said?: readonly string[]; readonly logged?: readonly LogMessage[] }
  /** `message` is what the initramfs prints before it drops to its emergency shell. */
  | { readonly kind: "failed"; readonly message: string };

/** How a family turns kernel arguments into a root file system, and what it does at shutdown. */
export interface BootEngine {
  /** The unit of the initramfs that prepares the root; ostree's unless said, `false` where there is none. */
  readonly unit?: false;
  /**
   * In the initramfs, as pid 1: the physical root is mounted read-only at /sysroot; leaves the new root mounted at /sysroot
   * (composefs or bind of the deployment, /usr, /etc, /var and /sysroot below it), ready for switch_root.
   */
  prepareRoot(init: Process, kargs: KernelArguments): Run<PreparedRoot>;
  /** After switch_root, before any unit starts: remounts (`ostree-remount.service`), marks in /run, a hotfix's overlay. */
  afterSwitchRoot(init: Process, kargs: KernelArguments): Run<void>;
  /**
   * At a soft reboot, when nothing runs any more: puts the root that somebody has prepared for it at /sysroot, as `prepareRoot` does, and
   * returns the arguments that name it. Undefined: there is none, and the root stays.
   */
  nextRoot?(init: Process): Run<KernelArguments | undefined>;
  /**
   * At shutdown, while everything is still mounted: `ostree-finalize-staged.service`. Its output lines go to the journal; a last one
   * "error: …" says that it failed.
   */
  finalize(init: Process): Run<readonly string[]>;
}

/** What a login shell run by getty is: the interactive shell, and how its state is kept in a checkpoint. */
export interface LoginShell {
  /** An interactive login shell on the process's terminal; `saved` restores one that stood at its prompt. */
  start(saved: ShellCheckpoint | undefined): Program;
  /** The state of the shell that runs as `proc`, when it stands at its prompt with nothing typed and no jobs; undefined otherwise. */
  checkpoint(proc: Process): ShellCheckpoint | undefined;
}

/** Plain data, fit for JSON. */
export type ShellCheckpoint = { readonly [key: string]: unknown };
