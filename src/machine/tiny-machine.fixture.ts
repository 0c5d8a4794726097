/** The smallest machine that boots, for tests: a hand-made disk, a family that binds a directory, a shell of a few words. */
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { Disk } from "../vfs/disk.ts";
import { isSysError } from "../vfs/errno.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import { O } from "../vfs/types.ts";
import { Vfs } from "../vfs/vfs.ts";
import { formatGrubEnv } from "./grub-env.ts";
import { Machine, type MachineSpec } from "./machine.ts";
import type { BootEngine, LoginShell, ShellCheckpoint } from "./ports.ts";
import type { Process } from "./process.ts";
import type { Program } from "./program.ts";
import { managerOf } from "./systemd/manager.ts";

export const START = { sec: 1768209240, nsec: 0 };
export const UUID = "0fa1b2c3-0000-4000-8000-000000000001";
export const ROOT_UUID = "0fa1b2c3-0000-4000-8000-000000000002";

/** Files of the smallest system that systemd would start. */
const SYSTEM: Record<string, string> = {
  "/usr/lib/os-release": 'PRETTY_NAME="Tiny Linux"\n',
  "/usr/lib/systemd/systemd": "\u007fELF\nprogram=systemd\n",
  "/usr/bin/true": "\u007fELF\nprogram=true\n",
  "/usr/bin/false": "\u007fELF\nprogram=false\n",
  "/usr/bin/hello": "\u007fELF\nprogram=hello\n",
  "/usr/bin/napd": "\u007fELF\n",
  "/usr/bin/bash": "\u007fELF\nprogram=bash\n",
  "/usr/lib/systemd/system/graphical.target":
    "[Unit]\nDescription=Graphical Interface\nRequires=multi-user.target\nWants=display.service\n",
  "/usr/lib/systemd/system/multi-user.target":
    "[Unit]\nDescription=Multi-User System\nRequires=basic.target\nWants=nap.service getty.target\n",
  "/usr/lib/systemd/system/getty.target": "[Unit]\nDescription=Login Prompts\nWants=getty@tty1.service\n",
  "/usr/lib/systemd/system/getty@.service":
    "[Unit]\nDescription=Getty on %I\n[Service]\nExecStart=-/usr/bin/agetty %I\nType=idle\nRestart=always\n",
  "/usr/lib/systemd/system/basic.target": "[Unit]\nDescription=Basic System\nRequires=sysinit.target\n",
  "/usr/lib/systemd/system/sysinit.target": "[Unit]\nDescription=System Initialization\nWants=local-fs.target greet.service\n",
  "/usr/lib/systemd/system/local-fs.target":
    "[Unit]\nDescription=Local File Systems\nDefaultDependencies=no\nOnFailure=emergency.target\nWants=tmp.mount\n",
  "/usr/lib/systemd/system/emergency.target": "[Unit]\nDescription=Emergency Mode\n",
  "/usr/lib/systemd/system/tmp.mount":
    "[Unit]\nDescription=Temporary Directory /tmp\n[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=mode=1777\n",
  "/usr/lib/systemd/system/greet.service":
    "[Unit]\nDescription=Say hello\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/usr/bin/hello there\nRemainAfterExit=yes\n",
  "/usr/lib/systemd/system/nap.service": "[Unit]\nDescription=Nap Daemon\n[Service]\nExecStart=/usr/bin/napd --long\n",
  "/etc/fstab": `UUID=${UUID} /boot ext4 defaults 1 2\n`,
  "/etc/hostname": "tiny\n",
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  "/etc/passwd": "root:x:0:0:Super User:/root:/bin/bash\nlearner:x:1000:1000::/var/home/learner:/bin/bash\n",
  "/etc/group": "root:x:0:\nwheel:x:10:learner\nlearner:x:1000:\n",
  "/etc/os-release": 'PRETTY_NAME="Tiny Linux"\n',
  "/etc/issue": "\\S on \\l\n",
  "/etc/motd": "Welcome.\n",
};

const LINKS: Record<string, string> = {
  "/usr/lib/systemd/system/default.target": "graphical.target",
  "/bin": "usr/bin",
  "/sbin": "usr/bin",
  "/usr/bin/init": "../lib/systemd/systemd",
};

export function makeDisk(change: (write: (path: string, text: string) => void, remove: (path: string) => void) => void = () => {}): Disk {
  const disk = new Disk();
  disk.format("boot", { type: "ext4", dev: 0xfc02, capacity: 1 << 28, made: START });
  disk.format("root", { type: "btrfs", dev: 0xfc03, capacity: 1 << 30, made: START });
  const scratch = (name: string) => {
    const vfs = new Vfs({
      now: () => START,
      openDevice: () => undefined as never,
      blockDevice: () => undefined,
      generated: () => undefined,
      trace: () => {},
    });
    return vfs.firstTask({ pid: 1, rootFs: disk.partition(name) as FileSystem });
  };
  const parents = (sys: ReturnType<typeof scratch>, path: string) => {
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, index) => {
      try {
        sys.mkdir(`/${parts.slice(0, index + 1).join("/")}`);
      } catch (error) {
        if (!isSysError(error, "EEXIST")) throw error;
      }
    });
  };
  const put = (sys: ReturnType<typeof scratch>, path: string, text: string, mode = text.startsWith("\u007fELF") ? 0o755 : 0o644) => {
    parents(sys, path);
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, mode);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
  };
  const boot = scratch("boot");
  for (const index of [1, 2]) {
    put(
      boot,
      `/loader.0/entries/ostree-${index}.conf`,
      `title Tiny ${index} (ostree:${2 - index})\nversion ${index}\noptions root=UUID=${ROOT_UUID} rootflags=subvol=root rw deploy=deploy${index}\nlinux /ostree/tiny/vmlinuz-6.1.${index}\ninitrd /ostree/tiny/initramfs.img\n`,
    );
    put(boot, `/ostree/tiny/vmlinuz-6.1.${index}`, "MZ\n");
  }
  put(boot, "/ostree/tiny/initramfs.img", "cpio\n");
  put(boot, "/grub2/grubenv", formatGrubEnv(new Map()));
  boot.symlink("loader.0", "/loader");
  const root = scratch("root");
  for (const deploy of ["deploy1", "deploy2"]) {
    const base = `/root/${deploy}`;
    for (const [path, text] of Object.entries(SYSTEM)) put(root, base + path, text);
    put(root, `${base}/usr/lib/version`, `${deploy}\n`);
    for (const [path, target] of Object.entries(LINKS)) root.symlink(target, base + path);
    for (const directory of [
      "/proc",
      "/sys",
      "/dev",
      "/run",
      "/tmp",
      "/boot",
      "/sysroot",
      "/root",
      "/var",
      "/var/log",
      "/var/log/journal",
      "/var/home",
      "/var/home/learner",
    ])
      root.mkdir(base + directory, 0o755);
    root.mkdir(`${base}/etc/systemd`);
    root.mkdir(`${base}/etc/systemd/system`);
    root.chmod(`${base}/var`, 0o1777);
    root.chown(`${base}/var/home/learner`, 1000, 1000);
  }
  change(
    (path, text) => (path.startsWith("/boot/") ? put(boot, path.slice(5), text) : put(root, path, text)),
    (path) => (path.startsWith("/boot/") ? boot.unlink(path.slice(5)) : root.unlink(path)),
  );
  disk.sync();
  return disk;
}

const engine: BootEngine = {
  *prepareRoot({ sys }, kargs) {
    const name = kargs.findLast((word) => word.startsWith("deploy="))?.slice(7);
    if (name === undefined) return { kind: "failed", message: "tiny-prepare-root: no deploy= argument" };
    sys.mount({ source: "none", target: "/sysroot", flags: ["remount", "rw"] });
    sys.mkdir("/sysroot.tmp");
    sys.mount({ source: `/sysroot/${name}`, target: "/sysroot.tmp", flags: ["bind"] });
    sys.mount({ source: "/sysroot", target: "/sysroot.tmp/sysroot", flags: ["move"] });
    sys.mount({ source: "/sysroot.tmp", target: "/sysroot", flags: ["move"] });
    return { kind: "ready" };
  },
  *afterSwitchRoot() {},
  *finalize(init) {
    yield* init.writeFile("/var/finalized", "yes\n");
    return ["Finalizing staged deployment"];
  },
};

/** A shell that reads lines: a few verbs of its own, programs of /usr/bin otherwise; a status other than 0 is shown in brackets. */
class TinyShell implements LoginShell {
  readonly #states = new WeakMap<Process, { history: string[]; atPrompt: boolean }>();

  start(saved: ShellCheckpoint | undefined): Program {
    const states = this.#states;
    return function* (proc: Process) {
      const state = { history: [...((saved?.["history"] as string[] | undefined) ?? [])], atPrompt: false };
      states.set(proc, state);
      if (saved === undefined) yield* proc.print("$ ");
      for (;;) {
        state.atPrompt = true;
        const line = decodeUtf8(yield* proc.read(0, 4096)).trim();
        state.atPrompt = false;
        state.history.push(line);
        const [verb, ...words] = line.split(" ");
        try {
          if (verb === "exit") return 0;
          else if (verb === "cat") yield* proc.print(yield* proc.readFile(words[0] ?? ""));
          else if (verb === "put") yield* proc.writeFile(words[0] ?? "", `${words.slice(1).join(" ")}\n`);
          else if (verb === "env") yield* proc.print([...proc.env].map(([key, value]) => `${key}=${value}\n`).join(""));
          else if (verb === "mounts")
            yield* proc.print(
              proc.sys
                .mounts()
                .map((mount) => `${mount.target} ${mount.source} ${mount.lifetime}\n`)
                .join(""),
            );
          else if (verb === "ps")
            yield* proc.print(
              proc.kernel
                .processes()
                .map((each) => `${each.pid} ${each.argv.join(" ")}\n`)
                .join(""),
            );
          else if (verb === "sleep") yield* proc.sleep(Number(words[0]));
          else if (verb === "random") yield* proc.print(`${proc.kernel.random.next()} ${proc.now().sec}.${proc.now().nsec}\n`);
          else if (verb === ":reboot" || verb === ":poweroff") {
            const manager = managerOf(proc.kernel);
            if (manager) manager.power = { verb: verb === ":reboot" ? "reboot" : "poweroff", force: Number(words[0] ?? 0) as 0 | 1 | 2 };
          } else if (verb === "history") yield* proc.print(`history ${state.history.length}\n`);
          else if (verb !== undefined && verb !== "") {
            const child = proc.spawn({ argv: [verb, ...words], program: { path: `/usr/bin/${verb}` } });
            const ended = yield* proc.wait(child.pid);
            if (ended?.ending.kind === "exited" && ended.ending.status !== 0) yield* proc.print(`[${ended.ending.status}]\n`);
          }
        } catch (error) {
          if (!isSysError(error)) throw error;
          yield* proc.print(`${error.text}\n`);
        }
        yield* proc.print("$ ");
      }
    };
  }

  checkpoint(proc: Process): ShellCheckpoint | undefined {
    const state = this.#states.get(proc);
    return state?.atPrompt === true ? { history: [...state.history] } : undefined;
  }
}

export function spec(disk: Disk, more: Partial<MachineSpec> = {}): MachineSpec {
  return {
    name: "tiny",
    title: "Tiny",
    hostname: "localhost",
    makeDisk: () => disk,
    partitions: [
      { name: "boot", device: "/dev/vda2", fstype: "ext4", uuid: UUID },
      { name: "root", device: "/dev/vda3", fstype: "btrfs", uuid: ROOT_UUID, rootSubvolume: "root" },
    ],
    engine,
    programs: () => ({
      find: (name) =>
        name === "true"
          ? function* () {
              return 0;
            }
          : name === "false"
            ? function* () {
                return 1;
              }
            : name === "hello"
              ? function* (proc) {
                  yield* proc.print(`hello ${proc.argv.slice(1).join(" ")}\n`);
                  return 0;
                }
              : name === "bash" || name === "systemd"
                ? function* () {
                    return 0;
                  }
                : undefined,
    }),
    loginShell: new TinyShell(),
    seed: 7,
    startTime: START,
    memoryBytes: 4 * 1024 ** 3,
    menuTimeout: 1,
    autologin: "learner",
    ...more,
  };
}

export class Rig {
  readonly machine: Machine;
  output = "";
  faults: string[] = [];
  readonly slice: number;

  constructor(machine: Machine, slice = 10_000) {
    this.machine = machine;
    this.slice = slice;
    machine.onOutput = (tty, data) => {
      if (tty === 0) this.output += decodeUtf8(data);
    };
    machine.onFault = (message) => this.faults.push(message);
  }

  /** Runs and lets time pass until nothing is to happen any more, or `until`. */
  settle(until: () => boolean = () => false): this {
    for (let round = 0; round < 2_000_000; round++) {
      if (until()) return this;
      this.machine.run(this.slice);
      if (!this.machine.idle) continue;
      if (until() || this.machine.sleepsFor === undefined) return this;
      this.machine.skipToNextWake();
    }
    throw new Error(`does not settle: ${this.machine.power}\n${this.output.slice(-2000)}`);
  }

  type(text: string): this {
    this.machine.keys(0, text);
    return this.settle();
  }

  /** What a line typed at the prompt prints. */
  ask(line: string): string {
    const before = this.output.length;
    this.type(`${line}\n`);
    return this.output.slice(before).replaceAll("\r\n", "\n").split("\n").slice(1, -1).join("\n");
  }
}

export function booted(disk = makeDisk(), more: Partial<MachineSpec> = {}, slice?: number): Rig {
  const machine = new Machine(spec(disk, more));
  const rig = new Rig(machine, slice);
  machine.powerOn();
  return rig.settle();
}
