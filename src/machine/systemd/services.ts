/** Runs what a service's `Exec…=` lines say, and keeps its output for the journal. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { SysError, isSysError } from "../../vfs/errno.ts";
import { O, type Credentials } from "../../vfs/types.ts";
import type { Journal } from "../journal.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { Ending } from "../process.ts";
import type { Program } from "../program.ts";
import { readText } from "../read-text.ts";
import { SIGNALS, type Signal } from "../signals.ts";
import { readAccounts } from "../users.ts";
import type { Unit } from "./unit.ts";
import { splitWords } from "./unit-file.ts";

/** One `Exec…=` line. */
export interface ExecCommand {
  readonly argv: readonly string[];
  readonly path: string;
  /** `-`: a failure does not count. */
  readonly mayFail: boolean;
}

export function execCommands(unit: Unit, key: string): ExecCommand[] {
  return unit.sections.all("Service", key).map((line) => {
    const [, prefixes = "", rest = ""] = /^([-@:+!|]*)\s*(.*)$/.exec(line) ?? [];
    const words = splitWords(rest);
    const path = words[0] ?? "";
    return {
      argv: prefixes.includes("@") ? words.slice(1) : words,
      path: path.startsWith("/") ? path : `/usr/bin/${path}`,
      mayFail: prefixes.includes("-"),
    };
  });
}

/** How a command stands: there is a program for it, only its file, or not even that. */
export type Availability = "built" | "stand-in" | "missing";

export function availability(init: KernelProcess, path: string): Availability {
  let head: string;
  try {
    head = readText(init.sys, path);
  } catch (error) {
    if (isSysError(error)) return "missing";
    throw error;
  }
  if (!head.startsWith("\u007fELF")) return "built";
  const name = /^program=(.*)$/m.exec(head)?.[1];
  return name !== undefined && init.kernel.programs.find(name) !== undefined ? "built" : "stand-in";
}

/**
 * What stands in for a daemon whose program is not in the simulator: it lives, it can be stopped, it does nothing.
 * @simplified
 */
export const daemon: Program = function* (proc) {
  proc.onSignal("HUP", "ignore");
  for (;;) yield { kind: "until", reason: "read", ready: () => false };
};

/** A service's standard output on its way to the journal. */
interface Output {
  readonly fd: number;
  readonly unit: string;
  readonly identifier: string;
  readonly pid: number;
  rest: string;
}

/** The children of pid 1 that services have, and the pipes that their words come through. */
export class ServiceRunner {
  readonly #init: KernelProcess;
  readonly #journal: Journal;
  #outputs: Output[] = [];
  readonly #standIns = new Set<number>();

  constructor(init: KernelProcess, journal: Journal) {
    this.#init = init;
    this.#journal = journal;
  }

  isStandIn(pid: number): boolean {
    return this.#standIns.has(pid);
  }

  /** For a restored machine. */
  adoptStandIn(pid: number): void {
    this.#standIns.add(pid);
  }

  /** A process for a service whose program is not in the simulator. */
  spawnStandIn(unit: Unit, command: ExecCommand): KernelProcess {
    const credentials = this.#credentials(unit);
    const child = this.#init.spawn({
      argv: command.argv,
      program: daemon,
      env: environment(unit),
      cwd: "/",
      fds: new Map(),
      newSession: true,
      ...(credentials === undefined ? {} : { credentials }),
    });
    this.#standIns.add(child.pid);
    return child;
  }

  /** Starts a command of `unit`. Throws as execve(2) does. */
  spawn(unit: Unit, command: ExecCommand): KernelProcess {
    const { sys } = this.#init;
    const credentials = this.#credentials(unit);
    const input = openNull(this.#init);
    const [reader, writer] = sys.pipe();
    sys.setCloseOnExec(reader, true);
    try {
      const fds = new Map<number, number>([
        [1, writer],
        [2, writer],
      ]);
      if (input >= 0) fds.set(0, input);
      const child = this.#init.spawn({
        argv: command.argv,
        program: { path: command.path },
        env: environment(unit),
        cwd: unit.sections.last("Service", "WorkingDirectory")?.replace(/^-/, "") ?? "/",
        fds,
        newSession: true,
        ...(credentials === undefined ? {} : { credentials }),
      });
      this.#outputs.push({ fd: reader, unit: unit.name, identifier: child.name, pid: child.pid, rest: "" });
      return child;
    } catch (error) {
      sys.close(reader);
      throw error;
    } finally {
      sys.close(writer);
      if (input >= 0) sys.close(input);
    }
  }

  #credentials(unit: Unit): Credentials | undefined {
    const name = unit.sections.last("Service", "User");
    if (name === undefined || name === "root") return undefined;
    const accounts = readAccounts(this.#init.sys);
    const user = accounts.userByName(name);
    if (!user) throw new SysError("ESRCH", "getpwnam", name);
    return accounts.credentialsOf(user);
  }

  /** Whether there is something to pump. */
  get hasOutput(): boolean {
    return this.#outputs.some((output) => this.#init.sys.file(output.fd).readable());
  }

  /** Takes what services have written, line by line, and lets go of pipes that nobody writes to. */
  pump(): void {
    this.#outputs = this.#outputs.filter((output) => {
      for (;;) {
        const bytes = this.#init.sys.read(output.fd, 65536);
        if (bytes === undefined) return true;
        if (bytes.length === 0) break;
        const lines = (output.rest + decodeUtf8(bytes)).split("\n");
        output.rest = lines.pop() ?? "";
        for (const line of lines) this.#log(output, line);
      }
      if (output.rest !== "") this.#log(output, output.rest);
      this.#init.sys.close(output.fd);
      return false;
    });
  }

  #log(output: Output, message: string): void {
    this.#journal.log({ identifier: output.identifier, pid: output.pid, unit: output.unit, transport: "stdout", message });
  }
}

function openNull(init: KernelProcess): number {
  try {
    return init.sys.open("/dev/null", O.RDWR | O.CLOEXEC);
  } catch (error) {
    if (isSysError(error)) return -1;
    throw error;
  }
}

function environment(unit: Unit): ReadonlyMap<string, string> {
  const variables = new Map([
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"],
    ["LANG", "en_US.UTF-8"],
  ]);
  for (const word of unit.sections.words("Service", "Environment")) {
    const equals = word.indexOf("=");
    if (equals > 0) variables.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return variables;
}

/** In systemd's words: `code=exited, status=1/FAILURE`. */
export function describeEnding(ending: Ending): string {
  if (ending.kind !== "exited") return `code=killed, status=${signalNumber(ending.signal)}/${ending.signal}`;
  return `code=exited, status=${ending.status}/${exitName(ending.status)}`;
}

/** systemd.exec(5), "Process Exit Codes". */
export function exitName(status: number): string {
  switch (status) {
    case 0:
      return "SUCCESS";
    case 1:
      return "FAILURE";
    case 2:
      return "INVALIDARGUMENT";
    case 203:
      return "EXEC";
    case 217:
      return "USER";
    default:
      return "n/a";
  }
}

export function signalNumber(signal: Signal): number {
  return SIGNALS[signal];
}
