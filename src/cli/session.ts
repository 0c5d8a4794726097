/** A user's shell without a terminal, run command by command: what `lab run` and `lab crash` type. */
import { O } from "../vfs/types.ts";
import type { Machine } from "../machine/machine.ts";
import type { KernelProcess } from "../machine/kernel-process.ts";
import type { Program, Run } from "../machine/program.ts";
import { exists } from "../machine/read-text.ts";
import { readAccounts } from "../machine/users.ts";
import { makeBash, makeLoginShell, startLogin } from "../shell/bash.ts";
import { patterns } from "../shell/compile-pattern.ts";
import { runTyped } from "../shell/run.ts";
import type { Shell } from "../shell/shell.ts";
import { runToEnd } from "../shell/subshell.ts";
import { whatIsMissing } from "../shell/syntax.ts";
import { Capture } from "../lab/capture.ts";
import { settle } from "./labs.ts";
import { UsageError } from "./usage.ts";

export interface CommandResult {
  readonly cmd: string;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** undefined when the machine went down before the command ended. */
  readonly exit: number | undefined;
}

/** Splits a script into complete commands: a line, or as many as it takes until nothing is open. */
export function* completeCommands(script: string): Generator<string> {
  let command = "";
  for (const line of script.replace(/\n$/, "").split("\n")) {
    command += `${line}\n`;
    if (whatIsMissing(command) !== undefined) continue;
    if (command.trim() !== "") yield command.slice(0, -1);
    command = "";
  }
  if (command.trim() !== "") yield command.slice(0, -1);
}

/** One shell in a running machine. Ends when the machine goes down; `isAlive` says so. */
export class Session {
  readonly #machine: Machine;
  readonly #process: KernelProcess;
  readonly #out = new Capture(O.WRONLY);
  readonly #err = new Capture(O.WRONLY);
  /** The command that waits to be run. */
  #next: string | undefined;
  #status: number | undefined;

  /** A login of `user` on a machine that is up; the shell of emergency mode is root's. Throws `UsageError` when it is not up, or there is no such user. */
  constructor(machine: Machine, user: string) {
    this.#machine = machine;
    const init = machine.kernel?.process(1);
    if (!init || (machine.power !== "running" && machine.power !== "emergency"))
      throw new UsageError(`the machine is not running (${machine.power})`);
    const accounts = readAccounts(init.sys);
    const account = machine.power === "emergency" ? accounts.superuser : accounts.userByName(user);
    if (!account) throw new UsageError(`no user ${user} on this machine`);
    const credentials = accounts.credentialsOf(account);
    const env = new Map([
      ["HOME", account.home],
      ["USER", account.name],
      ["LOGNAME", account.name],
      ["SHELL", account.shell],
      ["PATH", "/usr/local/bin:/usr/bin"],
      ["LANG", "C.UTF-8"],
      ["TERM", "dumb"],
    ]);
    // A child of the console's shell, as what is typed there, but nobody sits at the console: who reads from there gets an error, as a group does that nobody could continue.
    const console = machine.shellOn(0);
    this.#process = (console ?? init).spawn({
      argv: ["bash"],
      program: this.#program(),
      credentials,
      cwd: exists(init.sys, account.home) ? account.home : "/",
      env,
      fds: new Map(),
      newSession: true,
    });
    this.#process.tty = console?.tty;
    settle({ machine }, () => machine.idle);
  }

  #program(): Program {
    const commands = (shell: Shell): Run<number> => this.#commands(shell);
    const out = this.#out;
    const err = this.#err;
    return function* (proc) {
      const { sys } = proc as KernelProcess;
      sys.open("/dev/null", O.RDWR);
      sys.install(out, 1);
      sys.install(err, 2);
      const shell = makeLoginShell(proc, makeBash({ patterns }), { patterns });
      yield* startLogin(shell);
      return yield* runToEnd(shell, commands(shell));
    };
  }

  /** Runs what `run` hands over, command by command, for as long as the machine is up. */
  *#commands(shell: Shell): Run<number> {
    for (let line = 1; ; line++) {
      yield { kind: "until", reason: "read", ready: () => this.#next !== undefined };
      const command = this.#next ?? "";
      this.#next = undefined;
      yield* runTyped(shell, `${command}\n`, line);
      this.#status = shell.state.status;
    }
  }

  get isAlive(): boolean {
    return this.#machine.kernel?.process(this.#process.pid) === this.#process && this.#process.state !== "zombie";
  }

  /** Runs one complete command to its end, or until the machine goes down. */
  run(command: string): CommandResult {
    this.#next = command;
    this.#status = undefined;
    const runner = { machine: this.#machine };
    settle(runner, () => this.#status !== undefined || !this.isAlive);
    // Whoever asks for a reboot in a script means to go on after it.
    if (this.#machine.isGoingDown) settle(runner, () => !this.isAlive);
    return { cmd: command, stdout: this.#out.take(), stderr: this.#err.take(), exit: this.#status };
  }
}
