/**
 * The shells of a recorded session, started as the recorder started them: bash with its standard streams on pipes or on a terminal of
 * its own, and what it says at its prompts on descriptor 9.
 */
import { encodeUtf8 } from "../base/utf8.ts";
import type { Sys } from "../vfs/sys.ts";
import type { KernelProcess } from "../machine/kernel-process.ts";
import { UNLIMITED } from "../machine/limits.ts";
import type { Machine } from "../machine/machine.ts";
import type { Ending } from "../machine/process.ts";
import type { Program } from "../machine/program.ts";
import { SIGNALS } from "../machine/signals.ts";
import { saneTermios } from "../machine/termios.ts";
import { readAccounts, type User } from "../machine/users.ts";
import { makePipe, type PipeEnd } from "../vfs/pipe.ts";
import { O, rootCredentials, type Credentials } from "../vfs/types.ts";
import { Capture } from "../lab/capture.ts";
import { settle } from "./labs.ts";
import type { Answer } from "./transcript-format.ts";

/** The recorder's environment. */
const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin",
  LC_ALL: "C.UTF-8",
  LANG: "C.UTF-8",
  TZ: "UTC",
  TERM: "dumb",
  PAGER: "cat",
};
const BASH = "/usr/bin/bash";
const MARK = 9;
const PROMPT_COMMAND = '__e=$?; printf "%s %s\\n" "$__e" "$PWD" >&9';
/** Stands for the status of a command that never comes back. */
const NEVER = -1;

/** A shell command that ran in a process of its own. */
export interface Answered extends Answer {
  /** $PWD before it; undefined where the shell does not say. */
  readonly cwd: string | undefined;
}

/** What a step is typed at. */
export interface RecordedShell {
  run(command: string, typed: readonly string[]): Answered;
  /** Ends it as SIGKILL does. */
  close(): void;
}

interface Login {
  readonly user: User;
  readonly credentials: Credentials;
  readonly env: Map<string, string>;
}

function loginOf(machine: Machine, name: string, more: Readonly<Record<string, string>> = {}): Login {
  const accounts = readAccounts(machine.inspect());
  const user = accounts.userByName(name);
  if (!user) throw new Error(`no user ${name} on the recorded machine`);
  const env = { ...ENVIRONMENT, HOME: user.home, USER: name, LOGNAME: name, SHELL: "/bin/bash", ...more };
  return { user, credentials: accounts.credentialsOf(user), env: new Map(Object.entries(env)) };
}

/**
 * Starts `program` as a child of pid 1 with no descriptors and in a session of its own, and without dumps of memory: no systemd has
 * raised what the kernel gives to its first process.
 */
function start(machine: Machine, program: Program): KernelProcess {
  const init = machine.kernel?.process(1);
  if (!init) throw new Error("the recorded machine is not running");
  const process = init.spawn({ argv: ["nsenter"], program, cwd: "/", env: new Map(), fds: new Map(), newSession: true });
  process.setLimit("CORE", { soft: 0, hard: UNLIMITED });
  return process;
}

/** As Python decodes output with errors="replace". */
function textOf(capture: Capture): string {
  return Buffer.from(capture.take()).toString("utf8");
}

const OUTSIDE = { credentials: rootCredentials(), now: () => ({ sec: 0, nsec: 0 }) };

function typeInto(pipe: PipeEnd, text: string): void {
  const bytes = encodeUtf8(text);
  if (bytes.length > 0 && pipe.write(bytes, OUTSIDE) !== bytes.length) throw new Error("what is typed does not fit into a pipe");
}

/** `bash -c COMMAND`, `typed` being its whole standard input. */
export class OneShot implements RecordedShell {
  readonly #machine: Machine;
  readonly #user: string;
  readonly #cwd: string | undefined;

  /** In `cwd`, or at home. */
  constructor(machine: Machine, user: string, cwd?: string) {
    this.#machine = machine;
    this.#user = user;
    this.#cwd = cwd;
  }

  run(command: string, typed: readonly string[]): Answered {
    const { user, credentials, env } = loginOf(this.#machine, this.#user);
    const [reader, writer] = makePipe(0, this.#machine.now);
    const out = new Capture(O.WRONLY);
    const err = new Capture(O.WRONLY);
    writer.acquire();
    reader.acquire();
    typeInto(writer, typed.map((line) => `${line}\n`).join(""));
    writer.release();
    let ending: Ending | undefined;
    const cwd = this.#cwd ?? user.home;
    const process = start(this.#machine, function* (proc) {
      const { sys } = proc as KernelProcess;
      for (const file of [reader, out, err]) sys.install(file);
      const child = proc.spawn({ argv: ["bash", "-c", command], program: { path: BASH }, credentials, cwd, env });
      ending = (yield* proc.wait(child.pid))?.ending;
      return 0;
    });
    settle({ machine: this.#machine }, () => ending !== undefined);
    if (ending === undefined) process.signal("KILL");
    reader.release();
    return { stdout: textOf(out), stderr: textOf(err), exit: statusOf(ending), cwd: undefined };
  }

  close(): void {}
}

/** What somebody does who is not at a shell. */
export function actAsRoot<T>(machine: Machine, work: (sys: Sys) => T): T {
  const done: T[] = [];
  start(machine, function* ({ sys }) {
    done.push(work(sys));
    return 0;
  });
  settle({ machine }, () => done.length > 0);
  return done[0] as T;
}

/** As Python's subprocess gives it. */
function statusOf(ending: Ending | undefined): number {
  if (ending?.kind === "exited") return ending.status;
  return ending?.kind === "killed" ? -SIGNALS[ending.signal] : NEVER;
}

/** One long-lived `bash -i`: without a terminal, or on one, where both streams arrive as stdout. */
export class Interactive implements RecordedShell {
  readonly #machine: Machine;
  readonly #streams: Streams;
  readonly #mark = new Capture(O.WRONLY);
  readonly #process: KernelProcess;
  #marked = "";
  #cwd: string;

  /** `terminal`: the number of one of the machine's terminals; undefined for pipes. */
  constructor(machine: Machine, name: string, terminal: number | undefined) {
    this.#machine = machine;
    const isTerminal = terminal !== undefined;
    const { user, credentials, env } = loginOf(machine, name, {
      PS1: "",
      PS2: "",
      PROMPT_COMMAND,
      ...(isTerminal ? { TERM: "xterm" } : {}),
    });
    const streams = (this.#streams = isTerminal ? new TerminalStreams(machine, terminal) : new PipeStreams(machine));
    const mark = this.#mark;
    this.#process = start(machine, function* (proc) {
      const process = proc as KernelProcess;
      const { sys } = process;
      streams.connect(process);
      sys.install(mark, MARK);
      sys.credentials = credentials;
      sys.chdir(user.home);
      return yield* process.exec(BASH, ["bash", "--norc", "--noprofile", "--noediting", "-i"], env);
    });
    // The first prompt; its chatter is dropped.
    this.#cwd = this.#wait([]).cwd;
  }

  run(command: string, typed: readonly string[]): Answered {
    const cwd = this.#cwd;
    this.#streams.type(`${command}\n`);
    const { cwd: after, ...answer } = this.#wait(typed);
    this.#cwd = after;
    return { ...answer, cwd };
  }

  close(): void {
    this.#process.signal("KILL");
    settle({ machine: this.#machine }, () => this.#process.state === "zombie");
  }

  /** Runs to the next prompt; what is typed comes when everything waits. */
  #wait(typed: readonly string[]): Answer & { readonly cwd: string } {
    const machine = this.#machine;
    const waiting = [...typed];
    const isBack = (): boolean => {
      this.#marked += textOf(this.#mark);
      return this.#marked.includes("\n");
    };
    while (!settle({ machine }, isBack)) {
      const next = waiting.shift();
      if (next === undefined) break;
      this.#streams.type(`${next}\n`);
    }
    const [line = "", ...rest] = this.#marked.split("\n");
    this.#marked = rest.join("\n");
    const [, exit, cwd] = /^(\d+) (.*)$/s.exec(line) ?? [];
    return { ...this.#streams.take(), exit: exit === undefined ? NEVER : Number(exit), cwd: cwd ?? this.#cwd };
  }
}

interface Streams {
  /** Opens descriptors 0, 1 and 2 of a process that is still root's. */
  connect(process: KernelProcess): void;
  type(text: string): void;
  take(): { readonly stdout: string; readonly stderr: string };
}

class PipeStreams implements Streams {
  readonly #reader: PipeEnd;
  readonly #writer: PipeEnd;
  readonly #out = new Capture(O.WRONLY);
  readonly #err = new Capture(O.WRONLY);

  constructor(machine: Machine) {
    [this.#reader, this.#writer] = makePipe(0, machine.now);
    this.#reader.acquire();
    this.#writer.acquire();
  }

  connect({ sys }: KernelProcess): void {
    for (const file of [this.#reader, this.#out, this.#err]) sys.install(file);
  }

  type(text: string): void {
    typeInto(this.#writer, text);
  }

  take(): { stdout: string; stderr: string } {
    return { stdout: textOf(this.#out), stderr: textOf(this.#err) };
  }
}

/** 80x24, without echo. */
class TerminalStreams implements Streams {
  readonly #machine: Machine;
  readonly #terminal: number;
  readonly #out: Uint8Array[] = [];

  constructor(machine: Machine, terminal: number) {
    this.#machine = machine;
    this.#terminal = terminal;
    const { onOutput } = machine;
    machine.onOutput = (tty, data) => {
      if (tty === terminal) this.#out.push(data);
      else onOutput(tty, data);
    };
  }

  connect({ sys, kernel }: KernelProcess): void {
    const name = `tty${this.#terminal + 1}`;
    kernel.ttys.get(name)?.setAttributes({ ...saneTermios(), echo: false });
    for (let fd = 0; fd < 3; fd++) sys.open(`/dev/${name}`, O.RDWR);
  }

  type(text: string): void {
    this.#machine.keys(this.#terminal, text);
  }

  take(): { stdout: string; stderr: string } {
    const text = Buffer.concat(this.#out.splice(0)).toString("utf8");
    return { stdout: text.replaceAll("\r\n", "\n"), stderr: "" };
  }
}
