/** The machine of a recording: its power, its shells, and what its directories hold. */
import type { RecordedMachines, RecordedMachine } from "../distros/recorded/recorded.ts";
import { Machine } from "../machine/machine.ts";
import { readAccounts } from "../machine/users.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O, type Stat } from "../vfs/types.ts";
import { settle } from "./labs.ts";
import type { Transcript, Tree, TreeEntry } from "./transcript-format.ts";
import { publishApp } from "../distros/recorded/flatpak-repository.ts";
import { actAsRoot, Interactive, OneShot, type RecordedShell } from "./transcript-shell.ts";

/** Down arrow in the boot menu. */
const DOWN = "\u001b[B";
/** Names that no two machines share, made the same in a recorded tree as in ours. */
export function withoutNumbers(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).map(([path, entry]) => [path.replace(WORK_NAME, "$1#"), entry]));
}

/** The recorder's own programs had the numbers up to this one. */
const RECORDER_PIDS = 30;

/** Files up to this size are compared by their text. */
const TEXT_LIMIT = 2048;

/** What overlayfs keeps in a work directory has a number for its name that counts from the kernel's start. */
const WORK_NAME = /(\/work\/)#[0-9a-f]+$/;

const KINDS: readonly string[] = ["ostree", "ostree-composefs", "microos", "any"] satisfies readonly RecordedMachine[];

/** Whether there is a machine of that name. */
export function isMachine(name: string): name is RecordedMachine {
  return KINDS.includes(name);
}

export class TranscriptMachine {
  readonly faults: string[] = [];
  readonly #machine: Machine;
  readonly #mode: Transcript["shell"];
  readonly #shells = new Map<string, RecordedShell>();

  /** Switches it on. */
  constructor(machines: RecordedMachines, name: RecordedMachine, mode: Transcript["shell"]) {
    this.#mode = mode;
    this.#machine = new Machine(machines.spec(name));
    this.#machine.onFault = (message) => this.faults.push(message);
    this.#machine.powerOn();
    this.#boot(0);
  }

  /** What the recorder did before the first step. */
  prepare(command: string): void {
    const { exit, stderr } = new OneShot(this.#machine, "root", "/").run(command, []);
    if (exit !== 0) this.faults.push(`preparation failed: ${command}: ${stderr}`);
  }

  shell(user: string): RecordedShell {
    let shell = this.#shells.get(user);
    if (!shell) {
      if (this.#mode === "oneshot") shell = new OneShot(this.#machine, user);
      // The second terminal first: the kernel speaks on the first.
      else shell = new Interactive(this.#machine, user, this.#mode === "tty" ? 1 - (this.#shells.size % 2) : undefined);
      this.#shells.set(user, shell);
    }
    return shell;
  }

  /** "reboot [ENTRY]", "powercut" or "publish: APP VERSION". Whether it is known. */
  act(event: string): boolean {
    const [, published] = /^publish: (.*)$/.exec(event) ?? [];
    if (published !== undefined) return actAsRoot(this.#machine, (sys) => publishApp(sys, published));
    const [word, entry = "0"] = event.split(" ");
    if (word !== "reboot" && word !== "powercut") return false;
    const machine = this.#machine;
    if (word === "powercut") {
      machine.powerCut();
      machine.powerOn();
    } else {
      for (const shell of this.#shells.values()) shell.close();
      machine.pressReboot();
    }
    this.#shells.clear();
    this.#boot(Number(entry));
    return true;
  }

  /** Lets it come up from the entry'th line of the boot menu. */
  #boot(entry: number): void {
    const machine = this.#machine;
    settle({ machine }, () => machine.power === "menu");
    machine.keys(0, `${DOWN.repeat(entry)}\r`);
    settle({ machine }, () => machine.power === "running" || machine.power === "emergency");
    if (machine.power !== "running") this.faults.push(`the machine does not come up (${machine.power})`);
    // What a recording calls volatile in a number of a process are two digits or more.
    while (machine.kernel !== undefined && machine.kernel.nextPid < RECORDER_PIDS) actAsRoot(machine, () => true);
  }

  /** Names, kinds, modes, owners and small contents below `path`, on its own file system; empty when it is not there. */
  tree(path: string): Tree {
    const sys = this.#machine.inspect();
    const tree: Record<string, TreeEntry> = {};
    const accounts = readAccounts(sys);
    const owner = ({ uid, gid }: Stat): string =>
      `${accounts.userById(uid)?.name ?? String(uid)}:${accounts.groupById(gid)?.name ?? String(gid)}`;
    const walk = (at: string, dev: number | undefined): void => {
      const stat = lstat(sys, at);
      if (!stat) return;
      tree[at.replace(WORK_NAME, "$1#")] = { type: stat.type, owner: owner(stat), ...contentsOf(sys, at, stat) };
      // Where something else is mounted, its root and nothing more, as find -xdev.
      if (stat.type === "dir" && (dev === undefined || stat.dev === dev))
        for (const { name } of sys.readdir(at)) walk(`${at.replace(/\/$/, "")}/${name}`, stat.dev);
    };
    walk(path, undefined);
    return tree;
  }
}

function lstat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.lstat(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function contentsOf(sys: Sys, path: string, { type, mode, size }: Stat): Partial<TreeEntry> {
  if (type === "symlink") return { target: sys.readlink(path) };
  const bits = { mode: mode.toString(8).padStart(4, "0") };
  if (type !== "file") return bits;
  if (size > TEXT_LIMIT) return { ...bits, size };
  const fd = sys.open(path, O.RDONLY);
  const bytes = sys.pread(fd, size, 0);
  sys.close(fd);
  try {
    return { ...bits, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { ...bits, size };
  }
}
