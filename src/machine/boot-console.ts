/** The console while no shell has it: kernel lines with their stamps, systemd's status lines, and the waiting between them. */
import type { Random } from "../base/random.ts";
import { addNanoseconds } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Clock } from "./clock.ts";
import type { LogMessage } from "./journal.ts";
import { TICK, type Run } from "./program.ts";
import { emphasize, startingLine, statusLine, type StatusMark } from "./systemd/status-line.ts";
import type { Tty } from "./tty.ts";

/** A line of the kernel's ring buffer, dmesg(1). */
export interface KernelMessage {
  /** Nanoseconds since boot. */
  readonly since: number;
  readonly text: string;
  readonly priority: number;
}

export interface BootConsoleOptions {
  readonly tty: Tty;
  readonly clock: Clock;
  readonly random: Random;
  /** `quiet` is among the kernel's arguments: warnings only, and systemd keeps to the milestones. */
  readonly quiet: boolean;
}

export class BootConsole {
  readonly tty: Tty;
  readonly quiet: boolean;
  /** Someone pressed a key: nothing waits any more. */
  hurry = false;
  /** Status lines stop once somebody may be typing. */
  muted = false;
  /** What the initramfs's services said, for the journal that is still to be opened. */
  readonly early: LogMessage[] = [];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ring: KernelMessage[] = [];

  constructor(options: BootConsoleOptions) {
    this.tty = options.tty;
    this.quiet = options.quiet;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** What dmesg(1) shows. */
  get ring(): readonly KernelMessage[] {
    return this.#ring.slice();
  }

  /** What a checkpoint kept. */
  restore(ring: readonly KernelMessage[]): void {
    this.#ring.splice(0, this.#ring.length, ...ring);
  }

  write(text: string): void {
    this.tty.write(encodeUtf8(text));
  }

  /** printk. With `quiet` only warnings (4) and worse reach the console. */
  kernel(text: string, priority = 6): void {
    const since = Math.round(this.#clock.uptime * 1e9);
    this.#ring.push({ since, text, priority });
    if (!this.quiet || priority <= 3) this.write(`[${(since / 1e9).toFixed(6).padStart(12)}] ${text}\n`);
  }

  /** `[  OK  ] Started name - Description.`; `milestone` lines are shown in the short form, too, and so is everything that is not well. */
  status(mark: StatusMark, verb: string, name: string, options: { readonly milestone?: boolean; readonly end?: string } = {}): void {
    if (this.muted || (this.quiet && mark === "ok" && options.milestone !== true)) return;
    this.write(statusLine(mark, `${verb} ${emphasize(name)}${options.end ?? "."}`));
  }

  /** `         Starting name - Description...` */
  starting(verb: string, name: string): void {
    if (this.muted || this.quiet) return;
    this.write(startingLine(`${verb} ${emphasize(name)}...`));
  }

  /** Lets virtual time pass, about `milliseconds` of it, unless somebody is in a hurry. A key ends the wait. */
  *pause(milliseconds: number): Run<void> {
    const nanoseconds = Math.round(milliseconds * 1e6 * (0.6 + this.#random.below(800) / 1000));
    if (this.hurry) {
      yield TICK;
      return;
    }
    yield { kind: "until", reason: "lock", ready: () => this.hurry, deadline: addNanoseconds(this.#clock.now, nanoseconds) };
  }
}
