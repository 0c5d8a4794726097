/** A kernel with a small RAM root, bash and every command, for tests that run command lines. */
import { Random } from "../base/random.ts";
import { timestamp } from "../base/timestamp.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { Clock } from "../machine/clock.ts";
import { DEVICE_NODES, openDevice } from "../machine/devices.ts";
import { Kernel } from "../machine/kernel.ts";
import { procfs } from "../machine/procfs.ts";
import { Tty } from "../machine/tty.ts";
import type { KernelProcess } from "../machine/kernel-process.ts";
import type { Program } from "../machine/program.ts";
import { makeBash } from "../shell/bash.ts";
import { patterns } from "../shell/compile-pattern.ts";
import { plainBytes } from "../vfs/plain-bytes.ts";
import { TreeFs } from "../vfs/tree-fs.ts";
import { O, rootCredentials, type Credentials } from "../vfs/types.ts";
import { Vfs } from "../vfs/vfs.ts";
import { COMMANDS } from "./index.ts";
import { programOf } from "./program.ts";

const START = timestamp(1795000000);

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Everything that a test asks of one system. */
export class CommandRig {
  readonly kernel: Kernel;
  readonly faults: string[] = [];
  readonly #init: KernelProcess;

  constructor() {
    const clock = new Clock(START);
    const programs = new Map<string, Program>([
      ["bash", makeBash({ patterns })],
      ["sh", makeBash({ patterns })],
      ...COMMANDS.map((command) => [command.name, programOf(command)] as const),
    ]);
    let kernel: Kernel | undefined;
    const vfs = new Vfs({
      now: () => clock.now,
      openDevice: (type, device, task) => openDevice(kernel as Kernel, type, device, task),
      blockDevice: () => undefined,
      generated: (type) => (type === "proc" ? procfs(kernel as Kernel, 21) : undefined),
      trace: () => {},
    });
    this.kernel = kernel = new Kernel({
      vfs,
      clock,
      random: new Random(1),
      programs: { find: (name) => programs.get(name) },
      release: "6.17.1-300.fc43.x86_64",
      version: "#1 SMP",
      hostname: "lab",
      commandLine: "",
      memoryBytes: 4 * 1024 ** 3,
      fault: (message) => this.faults.push(message),
    });
    const root = TreeFs.make(
      { type: "ext4", dev: 0xfe00, bytes: plainBytes, capacity: 1 << 30, lifetime: "machine" },
      { mode: 0o755, uid: 0, gid: 0 },
      START,
    );
    this.#init = kernel.startInit(root, forever, ["init"]);
    const { sys } = this.#init;
    for (const directory of ["/dev", "/proc", "/etc", "/tmp", "/usr", "/usr/bin", "/root", "/home", "/home/learner"])
      sys.mkdir(directory, 0o755);
    sys.chmod("/tmp", 0o1777);
    sys.chown("/home/learner", 1000, 1000);
    // Of its own, so that a test may make everything else read-only.
    sys.mount({ source: "devtmpfs", target: "/dev", fstype: "devtmpfs", flags: [] });
    for (const node of DEVICE_NODES) {
      sys.mknod(`/dev/${node.name}`, node.type, node.mode, node.device);
      sys.chmod(`/dev/${node.name}`, node.mode);
    }
    sys.symlink("/proc/self/fd", "/dev/fd");
    sys.mount({ source: "proc", target: "/proc", fstype: "proc", flags: [] });
    sys.symlink("usr/bin", "/bin");
    for (const name of programs.keys()) this.write(`/usr/bin/${name}`, `\x7fELF\nprogram=${name}\n`, 0o755);
    for (const [name, target] of [
      ["awk", "gawk"],
      ["gunzip", "gzip"],
      ["zcat", "gzip"],
    ] as const)
      sys.symlink(target, `/usr/bin/${name}`);
    this.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n");
    this.write("/etc/group", "root:x:0:\nwheel:x:10:learner\nlearner:x:1000:\n");
  }

  write(path: string, text: string, mode = 0o644): void {
    const { sys } = this.#init;
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, mode);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
  }

  /** Runs a script with bash in `cwd`, output kept apart in files, no terminal. */
  run(script: string, cwd: string, uid = 0): Outcome {
    const { sys } = this.#init;
    for (const name of ["/dev/out", "/dev/err"]) this.write(name, "", 0o666);
    const out = sys.open("/dev/out", O.RDWR | O.APPEND);
    const err = sys.open("/dev/err", O.RDWR | O.APPEND);
    const input = sys.open("/dev/null", O.RDONLY);
    const child = this.kernel.spawn(this.#init, {
      argv: ["bash", "-c", script],
      program: { path: "/usr/bin/bash" },
      env: environment(cwd, uid),
      credentials: credentials(uid),
      cwd,
      fds: new Map([
        [0, input],
        [1, out],
        [2, err],
      ]),
      newSession: true,
    });
    const status = this.#untilEnd(child, script);
    const result = { stdout: decodeUtf8(sys.pread(out, 1 << 24, 0)), stderr: decodeUtf8(sys.pread(err, 1 << 24, 0)), exit: status };
    for (const fd of [out, err, input]) sys.close(fd);
    return result;
  }

  /** Runs a script on an 80x24 terminal; each line of `typed` is typed when everybody waits. Newlines come without carriage returns. */
  runOnTerminal(script: string, typed: readonly string[], cwd: string, uid = 0): { readonly screen: string; readonly exit: number } {
    let screen = "";
    const tty = new Tty({
      columns: 80,
      rows: 24,
      output: (bytes) => (screen += decodeUtf8(bytes)),
      signal: (group, signal) => this.kernel.signalGroup(group, signal),
    });
    this.kernel.ttys.set("tty1", tty);
    const { sys } = this.#init;
    if (!sys.readdir("/dev").some((entry) => entry.name === "tty1")) sys.mknod("/dev/tty1", "char", 0o666, { major: 4, minor: 1 });
    sys.chmod("/dev/tty1", 0o666);
    const child = this.kernel.spawn(this.#init, {
      argv: ["login"],
      program: function* (proc) {
        (proc as KernelProcess).tty = tty;
        tty.session = proc.session;
        tty.foregroundGroup = proc.processGroup;
        for (const fd of proc.sys.descriptors()) proc.sys.close(fd);
        const fd = proc.sys.open("/dev/tty1", O.RDWR);
        while (proc.sys.dup(fd) < 2);
        return yield* proc.exec("/usr/bin/bash", ["bash", "-c", script]);
      },
      env: environment(cwd, uid, [["TERM", "xterm"]]),
      credentials: credentials(uid),
      cwd,
      newSession: true,
    });
    const lines = [...typed];
    const exit = this.#untilEnd(child, script, () => {
      const line = lines.shift();
      if (line !== undefined) tty.input(`${line}\n`);
    });
    return { screen: screen.replaceAll("\r\n", "\n"), exit };
  }

  /** Lets time pass until the process has ended; `whenIdle` may give it something to do. */
  #untilEnd(child: KernelProcess, script: string, whenIdle: () => void = () => {}): number {
    for (let round = 0; round < 20000; round++) {
      this.kernel.run(10000);
      const { news } = child;
      if (news?.kind === "exited" || news?.kind === "killed") {
        // Init reaps its children and those that lost their parents.
        for (const process of this.kernel.processes()) if (process.state === "zombie" && process.parent === 1) this.kernel.forget(process);
        return news.kind === "exited" ? news.status : 128;
      }
      if (!this.kernel.isIdle) continue;
      whenIdle();
      this.kernel.skipToNextWake();
    }
    throw new Error(`does not end: ${script}`);
  }
}

const forever: Program = function* () {
  for (;;) yield { kind: "until", reason: "child", ready: () => false };
};

function environment(cwd: string, uid: number, more: readonly (readonly [string, string])[] = []): ReadonlyMap<string, string> {
  const home = uid === 0 ? "/root" : "/home/learner";
  return new Map([["PATH", "/usr/bin:/bin"], ["HOME", home], ["LC_ALL", "C.UTF-8"], ["TZ", "UTC"], ["PWD", cwd], ...more]);
}

function credentials(uid: number): Credentials {
  return uid === 0 ? rootCredentials() : { uid, gid: uid, groups: [uid], privileged: false };
}
