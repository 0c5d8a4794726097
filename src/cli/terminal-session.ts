/** The console's own shell, typed at as a person would: for `lab run --tty`, where output and errors arrive together. */
import type { Lab } from "../lab/lab.ts";
import { settle } from "./labs.ts";
import type { CommandResult } from "./session.ts";

export class TerminalSession {
  readonly #lab: Lab;
  readonly #boot: number;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#boot = lab.machine.bootCount;
  }

  get isAlive(): boolean {
    const { power, bootCount } = this.#lab.machine;
    return (power === "running" || power === "emergency") && bootCount === this.#boot;
  }

  /** Types `command` and Enter; `stdout` is what appeared, echo and the next prompt included. */
  run(command: string): CommandResult {
    const lab = this.#lab;
    const parts: Uint8Array[] = [];
    const runner = {
      get machine() {
        return lab.machine;
      },
      run: (ticks: number) => {
        for (const chunk of lab.run(ticks)) if (chunk.kind === "output" && chunk.tty === 0) parts.push(chunk.data);
      },
    };
    lab.send({ kind: "keys", tty: 0, text: `${command}\r` });
    runner.run(1);
    settle(runner, () => !this.isAlive || (lab.machine.idle && lab.machine.atPrompt));
    return {
      cmd: command,
      stdout: new Uint8Array(Buffer.concat(parts)),
      stderr: new Uint8Array(),
      exit: this.isAlive ? lab.machine.lastStatus : undefined,
    };
  }
}
