/** Starting, stopping and watching containers: what conmon does between podman and a container's first process. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { isoTime } from "../../base/calendar.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import { TICK, type ExitStatus, type Run } from "../../machine/program.ts";
import { SIGNALS, type Signal } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Container, ContainerConfig } from "./library.ts";
import { PodmanError, type Podman } from "./podman.ts";
import { signalInside, startFirst, type Errand, type Started } from "./runtime.ts";

const PATH_ENV = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a container's first process is run with. */
export function errandOf(config: ContainerConfig): Errand {
  const env = new Map<string, string>();
  env.set("PATH", PATH_ENV);
  if (config.terminal || !config.env.some((line) => line.startsWith("TERM="))) env.set("TERM", "xterm");
  env.set("container", "podman");
  for (const line of config.env) env.set(line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1));
  env.set("HOSTNAME", config.hostname);
  return {
    argv: [...config.entrypoint, ...config.command],
    env: [...env].map(([name, value]) => `${name}=${value}`),
    workingDir: config.workingDir,
    user: config.user,
  };
}

/** Runs a container in front, and gives how it ended. Throws PodmanError when it cannot start. */
export function* runAttached(podman: Podman, container: Container): Run<ExitStatus> {
  const { proc, library } = podman;
  const { sys } = proc;
  const { config } = container;
  const nothing = sys.open("/dev/null", O.RDONLY | O.CLOEXEC);
  const input = config.interactive ? 0 : nothing;
  const onTerminal = config.terminal && sys.isatty(0);
  const relays: Process[] = [];
  let fds = new Map([
    [0, input],
    [1, 1],
    [2, 2],
  ]);
  const pipes: number[] = [];
  if (!onTerminal) {
    const log = logPath(podman, config.id);
    const [outReader, outWriter] = sys.pipe();
    const [errorReader, errorWriter] = sys.pipe();
    pipes.push(outReader, outWriter, errorReader, errorWriter);
    fds = new Map([
      [0, input],
      [1, outWriter],
      [2, errorWriter],
    ]);
    relays.push(relay(proc, outReader, 1, log, "stdout"), relay(proc, errorReader, 2, log, "stderr"));
  }
  const { process, started } = startFirst(proc, podman.room(container), errandOf(config), {
    fds,
    pidHost: config.pidHost,
    newSession: false,
  });
  for (const fd of pipes) sys.close(fd);
  yield* untilStarted(started, process);
  if (started.failure !== undefined) {
    yield* waitFor(proc, process.pid);
    for (const { pid } of relays) yield* waitFor(proc, pid);
    throw new PodmanError(started.failure.message, started.failure.status);
  }
  library.recordProcess(config.id, process.pid);
  library.setState(config.id, { status: "running", startedAt: podman.storage.now(), exitCode: 0 });
  // On a terminal keys reach the container by themselves; elsewhere signals are passed on (--sig-proxy).
  for (const signal of ["INT", "QUIT"] as const) proc.onSignal(signal, () => (onTerminal ? undefined : process.signal(signal)));
  for (const signal of ["TERM", "HUP", "USR1", "USR2"] as const) proc.onSignal(signal, (received: Signal) => process.signal(received));
  const status = yield* waitFor(proc, process.pid);
  for (const { pid } of relays) yield* waitFor(proc, pid);
  library.setState(config.id, { status: "exited", exitCode: status, finishedAt: podman.storage.now() });
  return status;
}

/** Runs a container behind, with conmon as its parent; comes back when it runs. Throws PodmanError when it cannot start. */
export function* runDetached(podman: Podman, container: Container): Run<void> {
  const { proc } = podman;
  const { config } = container;
  const news: { started: Started | undefined; isRecorded: boolean } = { started: undefined, isRecorded: false };
  const nothing = proc.sys.open("/dev/null", O.RDWR | O.CLOEXEC);
  const conmon = proc.spawn({
    argv: ["conmon", "--api-version", "1", "-c", config.id, "-u", config.id, "-n", config.name],
    fds: new Map([
      [0, nothing],
      [1, nothing],
      [2, nothing],
    ]),
    newSession: true,
    *program(self) {
      const { sys } = self;
      // It outlives who started it, and so does what it knows.
      const own = podman.as(self);
      const [outReader, outWriter] = sys.pipe();
      const [errorReader, errorWriter] = sys.pipe();
      const log = logPath(own, config.id);
      const { process, started } = startFirst(self, own.room(container), errandOf(config), {
        fds: new Map([
          [0, 0],
          [1, outWriter],
          [2, errorWriter],
        ]),
        pidHost: config.pidHost,
        newSession: true,
      });
      const relays = [relay(self, outReader, 1, log, "stdout"), relay(self, errorReader, 2, log, "stderr")];
      for (const fd of [outReader, outWriter, errorReader, errorWriter]) sys.close(fd);
      news.started = started;
      yield* untilStarted(started, process);
      if (started.failure === undefined) {
        own.library.recordProcess(config.id, process.pid);
        own.library.setState(config.id, { status: "running", startedAt: own.storage.now(), exitCode: 0 });
      }
      news.isRecorded = true;
      const status = yield* waitFor(self, process.pid);
      for (const { pid } of relays) yield* waitFor(self, pid);
      if (started.failure !== undefined) return status;
      own.library.setState(config.id, { status: "exited", exitCode: status, finishedAt: own.storage.now() });
      if (config.autoRemove) own.remove(config.id);
      return 0;
    },
  });
  while (!news.isRecorded && (conmon as KernelProcess).state !== "zombie") yield TICK;
  const failure = news.started?.failure;
  if (failure !== undefined) throw new PodmanError(failure.message, failure.status);
}

function* untilStarted(started: Started, process: KernelProcess): Run<void> {
  while (!started.isRunning && started.failure === undefined && process.state !== "zombie") yield TICK;
}

/** The status of a child, a killed one's as a shell sees it. */
export function* waitFor(proc: Process, pid: number): Run<ExitStatus> {
  for (;;) {
    try {
      const ended = yield* proc.wait(pid);
      if (ended?.ending.kind === "exited") return ended.ending.status;
      if (ended?.ending.kind === "killed") return 128 + SIGNALS[ended.ending.signal];
    } catch (error) {
      if (isSysError(error, "ECHILD")) return 0;
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

export function logPath(podman: Podman, id: string): string {
  return `${podman.storage.userdata(id)}/ctr.log`;
}

/** Copies what comes from a container's pipe to a descriptor, and into the log as lines with time and stream (the k8s-file driver). */
function relay(proc: Process, from: number, to: number, log: string, stream: "stdout" | "stderr"): Process {
  return proc.spawn({
    argv: ["conmon"],
    fds: new Map([
      [0, from],
      [1, to],
      [2, to],
    ]),
    *program(self) {
      for (const signal of ["INT", "QUIT", "TERM", "HUP", "PIPE"] as const) self.onSignal(signal, "ignore");
      const file = self.sys.open(log, O.WRONLY | O.CREAT | O.APPEND, 0o600);
      for (;;) {
        const data = yield* self.read(0, 65536);
        if (data.length === 0) return 0;
        const { sec, nsec } = self.now();
        const stamp = isoTime(sec).replace("Z", `.${String(nsec).padStart(9, "0")}+00:00`);
        const text = decodeUtf8(data);
        const lines = text.split("\n");
        const last = lines.pop() ?? "";
        const records = [
          ...lines.map((line) => `${stamp} ${stream} F ${line}\n`),
          ...(last === "" ? [] : [`${stamp} ${stream} P ${last}\n`]),
        ];
        yield* self.write(file, records.join(""));
        try {
          yield* self.write(1, data);
        } catch (error) {
          if (!isSysError(error, "EPIPE")) throw error;
        }
      }
    },
  });
}

/** A record of a log, as `podman logs` prints it. */
export function readLog(text: string): readonly { readonly stream: string; readonly text: string; readonly time: string }[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, time = "", stream = "", kind = "", rest = ""] = /^(\S+) (\S+) ([FP]) ?(.*)$/s.exec(line) ?? [];
      return { time, stream, text: kind === "F" ? `${rest}\n` : rest };
    });
}

/** Stops a container: SIGTERM, and after a while SIGKILL. Says whether it took the second. */
export function* stop(podman: Podman, { config }: Container, seconds: number): Run<boolean> {
  const { proc, library } = podman;
  const process = library.processOf(config.id);
  if (process === undefined) return false;
  yield* signalInside(proc, process, "TERM");
  const limit = proc.kernel.in(seconds);
  const isOver = (): boolean => process.state === "zombie" || proc.kernel.process(process.pid) !== process;
  if (seconds > 0) yield { kind: "until", reason: "child", ready: isOver, deadline: limit };
  const mustKill = !isOver();
  if (mustKill) yield* signalInside(proc, process, "KILL");
  yield* untilGone(podman, config.id, process);
  return mustKill;
}

/** Until conmon has noted how it ended. */
export function* untilGone(podman: Podman, id: string, process: KernelProcess): Run<void> {
  while (process.state !== "zombie" && podman.proc.kernel.process(process.pid) === process) yield TICK;
  for (let turns = 0; turns < 200; turns++) {
    const raw = podman.library.recorded(id);
    if (raw === undefined || raw.state.status !== "running") return;
    yield TICK;
  }
  podman.library.setState(id, { status: "exited", exitCode: 137, finishedAt: podman.storage.now() });
}
