/** The list of recorded steps that are known to come out differently: one a line, `RECORDING STEP reason`. */
import { readFileSync } from "node:fs";
import type { StepName } from "./transcript-replay.ts";
import { UsageError } from "./usage.ts";

export class KnownGaps {
  readonly #reasons = new Map<string, string>();
  readonly #used = new Set<string>();

  /** `text`: lines; STEP is a number from 0, `initial` or `final` (directories), or `all`. `#` begins a comment. Throws `UsageError`. */
  constructor(text: string) {
    for (const line of text.split("\n")) {
      if (line.trim() === "" || line.startsWith("#")) continue;
      const [, recording, step, reason] = /^(\S+) (\d+|initial|final|all) (\S.*)$/.exec(line) ?? [];
      if (recording === undefined || step === undefined || reason === undefined)
        throw new UsageError(`expected "RECORDING STEP reason", read ${JSON.stringify(line)}`);
      const key = `${recording} ${step}`;
      if (this.#reasons.has(key)) throw new UsageError(`listed twice: ${key}`);
      this.#reasons.set(key, reason);
    }
  }

  static read(path: string): KnownGaps {
    return new KnownGaps(readFileSync(path, "utf8"));
  }

  /** The reason that is given for a step; undefined when it is not in the list. */
  reason(recording: string, step: StepName | "all"): string | undefined {
    const key = `${recording} ${step}`;
    const reason = this.#reasons.get(key);
    if (reason !== undefined) this.#used.add(key);
    return reason;
  }

  /** Lines that nobody asked for, as `RECORDING STEP`. */
  get unused(): string[] {
    return [...this.#reasons.keys()].filter((key) => !this.#used.has(key));
  }
}
