/** For tests: a kernel with a small tree in RAM, the shell and every command, without disk, boot or terminal. */
import { decodeUtf8, encodeUtf8 } from "../../src/base/utf8.ts";
import { Random } from "../../src/base/random.ts";
import { COMMANDS } from "../../src/commands/index.ts";
import { programOf } from "../../src/commands/program.ts";
import { Clock } from "../../src/machine/clock.ts";
import { consoleNode, DEVICE_NODES, openDevice } from "../../src/machine/devices.ts";
import { procfs } from "../../src/machine/procfs.ts";
import { Kernel } from "../../src/machine/kernel.ts";
import type { KernelProcess } from "../../src/machine/kernel-process.ts";
import type { Program } from "../../src/machine/program.ts";
import { Tty } from "../../src/machine/tty.ts";
import { makeBash } from "../../src/shell/bash.ts";
import { patterns } from "../../src/shell/compile-pattern.ts";
import { isSysError } from "../../src/vfs/errno.ts";
import { memfsBytes } from "../../src/vfs/memfs-bytes.ts";
import { TreeFs } from "../../src/vfs/tree-fs.ts";
import { O } from "../../src/vfs/types.ts";
import { Vfs } from "../../src/vfs/vfs.ts";

const START = { sec: 1768209240, nsec: 0 };

const PROGRAMS = new Map<string, Program>([
  ...COMMANDS.map((command) => [command.name, programOf(command)] as const),
  ["bash", makeBash({ patterns })],
]);

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export interface RunRequest {
  readonly argv: readonly string[];
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Files to be there, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

const MOST_TICKS = 3_000_000;

export class SmallMachine {
  readonly kernel: Kernel;
  readonly faults: string[] = [];
  /** What the terminal shows, if there is one. */
  screen = "";
  readonly tty: Tty | undefined;
  #init: KernelProcess | undefined;
  readonly #jobs: ((init: KernelProcess) => void)[] = [];

  constructor(options: { readonly terminal?: boolean } = {}) {
    const clock = new Clock(START);
    const box: { kernel?: Kernel } = {};
    const kernelNow = () => box.kernel as Kernel;
    const vfs: Vfs = new Vfs({
      now: () => clock.now,
      openDevice: (type, device, task) => openDevice(kernelNow(), type, device, task),
      blockDevice: () => undefined,
      generated: (fstype) => (fstype === "proc" ? procfs(kernelNow(), 99) : undefined),
      trace: () => {},
    });
    this.kernel = box.kernel = new Kernel({
      vfs,
      clock,
      random: new Random(7),
      programs: { find: (name) => PROGRAMS.get(name) },
      release: "6.18.0",
      version: "#1",
      hostname: "small",
      commandLine: "",
      memoryBytes: 2 ** 32,
      fault: (message) => this.faults.push(message),
    });
    if (options.terminal === true) {
      this.tty = new Tty({
        columns: 80,
        rows: 24,
        output: (bytes) => (this.screen += decodeUtf8(bytes)),
        signal: (group, signal) => this.kernel.signalGroup(group, signal),
      });
      this.kernel.ttys.set("tty1", this.tty);
    }
    const root = TreeFs.make(
      { type: "tmpfs", dev: vfs.nextDevice(), bytes: memfsBytes, capacity: 1 << 28, lifetime: "boot" },
      { mode: 0o755, uid: 0, gid: 0 },
      START,
    );
    const jobs = this.#jobs;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the first process fills the machine in
    const machine = this;
    this.kernel.startInit(
      root,
      function* (proc) {
        machine.#init = proc as KernelProcess;
        furnish(proc as KernelProcess);
        for (;;) {
          jobs.shift()?.(proc as KernelProcess);
          yield { kind: "until", reason: "child", ready: () => jobs.length > 0 };
        }
      },
      ["init"],
    );
    this.kernel.run(100);
  }

  get init(): KernelProcess {
    if (this.#init === undefined) throw new Error(`the first process did not start: ${this.faults.join("; ")}`);
    return this.#init;
  }

  write(path: string, text: string, mode = 0o644): void {
    const { sys } = this.init;
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, i) => makeDirectory(this.init, `/${parts.slice(0, i + 1).join("/")}`));
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, mode);
    const bytes = encodeUtf8(text);
    for (let at = 0; at < bytes.length;) at += sys.write(fd, bytes.subarray(at)) ?? 0;
    sys.close(fd);
  }

  read(path: string): string {
    const { sys } = this.init;
    const fd = sys.open(path, O.RDONLY);
    const parts: number[] = [];
    for (;;) {
      const part = sys.read(fd, 65536);
      if (part === undefined || part.length === 0) break;
      parts.push(...part);
    }
    sys.close(fd);
    return decodeUtf8(Uint8Array.from(parts));
  }

  /** Starts a command with its output in files. */
  start(request: RunRequest): { readonly pid: number; finish(): Outcome } {
    makeDirectory(this.init, "/capture");
    this.write("/capture/in", request.input ?? "");
    for (const name of ["out", "err"]) this.write(`/capture/${name}`, "");
    for (const [path, text] of Object.entries(request.files ?? {})) this.write(path, text, path.endsWith(".sh") ? 0o755 : 0o644);
    const { sys } = this.init;
    const cwd = request.cwd ?? "/tmp/t";
    makeDirectory(this.init, cwd);
    const fds = [
      sys.open("/capture/in", O.RDONLY),
      sys.open("/capture/out", O.WRONLY | O.APPEND),
      sys.open("/capture/err", O.WRONLY | O.APPEND),
    ];
    const uid = request.uid ?? 0;
    let pid = 0;
    this.#jobs.push((init) => {
      pid = init.spawn({
        argv: request.argv,
        program: { path: `/usr/bin/${request.argv[0] ?? "bash"}` },
        env: new Map(Object.entries(request.env ?? { PATH: "/usr/bin:/bin", HOME: cwd, LC_ALL: "C.UTF-8", TERM: "dumb" })),
        cwd,
        credentials: { uid, gid: uid, groups: [uid], privileged: uid === 0 },
        fds: new Map(fds.map((fd, i) => [i, fd])),
        newSession: true,
      }).pid;
      for (const fd of fds) sys.close(fd);
    });
    this.kernel.run(1);
    return {
      pid,
      finish: () => {
        const process = this.kernel.process(pid);
        const hasEnded = (): boolean => process?.state === "zombie";
        for (let spent = 0; !hasEnded() && spent < MOST_TICKS;) {
          spent += 10_000 - this.kernel.run(10_000);
          if (hasEnded()) break;
          if (this.kernel.nextWake === undefined) {
            if (!this.kernel.processes().some((each) => each.isRunnable(this.kernel.now()))) break;
          } else if (!this.kernel.processes().some((each) => each.isRunnable(this.kernel.now()))) this.kernel.skipToNextWake();
        }
        const news = process?.news;
        const status = news?.kind === "exited" ? news.status : news?.kind === "killed" ? -1 : -2;
        return { stdout: this.read("/capture/out"), stderr: this.read("/capture/err"), status };
      },
    };
  }

  run(request: RunRequest): Outcome {
    return this.start(request).finish();
  }

  /** A session on the terminal: types `text` and lets everything run until nothing moves. */
  type(text: string): void {
    this.tty?.input(text);
    this.settle();
  }

  settle(): void {
    for (let rounds = 0; rounds < 10; rounds++) {
      this.kernel.run(2_000);
      if (this.kernel.processes().some((each) => each.isRunnable(this.kernel.now()))) continue;
      return;
    }
  }

  /** Lets `seconds` pass. */
  pass(seconds: number): void {
    const end = this.kernel.now().sec + this.kernel.now().nsec / 1e9 + seconds;
    for (let wake = this.kernel.nextWake; wake !== undefined && wake.sec + wake.nsec / 1e9 <= end; wake = this.kernel.nextWake) {
      this.kernel.skipToNextWake();
      this.settle();
    }
  }

  /** Lets time pass until nobody sleeps. */
  sleepOut(): void {
    for (let i = 0; i < 100 && this.kernel.nextWake !== undefined; i++) {
      this.kernel.skipToNextWake();
      this.settle();
    }
  }

  /** Starts `program` as the leader of a session on the terminal. */
  startSession(program: Program, argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): number {
    let pid = 0;
    this.#jobs.push((init) => {
      const body: Program = function* (proc) {
        const process = proc as KernelProcess;
        for (const fd of proc.sys.descriptors()) proc.sys.close(fd);
        const fd = proc.sys.open("/dev/tty1", O.RDWR);
        while (proc.sys.dup(fd) < 2);
        const tty = proc.kernel.ttys.get("tty1");
        process.tty = tty;
        if (tty) {
          tty.session = proc.session;
          tty.foregroundGroup = proc.processGroup;
        }
        return yield* program(proc);
      };
      pid = init.spawn({ argv, program: body, env: new Map(Object.entries(env)), cwd, newSession: true, fds: new Map() }).pid;
    });
    this.settle();
    return pid;
  }
}

function makeDirectory(init: KernelProcess, path: string): void {
  try {
    init.sys.mkdir(path, 0o755);
  } catch (error) {
    if (!isSysError(error, "EEXIST")) throw error;
  }
}

function furnish(init: KernelProcess): void {
  const { sys } = init;
  for (const path of ["/dev", "/proc", "/etc", "/usr", "/usr/bin", "/tmp", "/root"]) makeDirectory(init, path);
  sys.chmod("/tmp", 0o1777);
  sys.symlink("usr/bin", "/bin");
  sys.mount({ source: "proc", target: "/proc", fstype: "proc", flags: [] });
  const mask = sys.umask(0);
  for (const { name, type, mode, device } of [...DEVICE_NODES, consoleNode(1)]) sys.mknod(`/dev/${name}`, type, mode, device);
  for (const [target, name] of [
    ["/proc/self/fd", "fd"],
    ["/proc/self/fd/0", "stdin"],
    ["/proc/self/fd/1", "stdout"],
    ["/proc/self/fd/2", "stderr"],
  ] as const)
    sys.symlink(target, `/dev/${name}`);
  sys.umask(mask);
  const put = (path: string, text: string, mode: number) => {
    const fd = sys.open(path, O.WRONLY | O.CREAT, mode);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
  };
  for (const name of PROGRAMS.keys()) put(`/usr/bin/${name}`, `\u007fELF\nprogram=${name}\n`, 0o755);
  sys.symlink("bash", "/usr/bin/sh");
  if (PROGRAMS.has("gawk")) sys.symlink("gawk", "/usr/bin/awk");
  put("/etc/hostname", "small\n", 0o644);
  put(
    "/etc/passwd",
    "root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    0o644,
  );
  put("/etc/shadow", "root:*:::::::\n", 0o640);
  put("/etc/group", "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\nlearner:x:1000:\n", 0o644);
}
