/** What a lab remembers of a run besides its log: what was typed and what came of it. Undo takes it back. */

/** A complete command line that a shell ran at a prompt, in the login shell or in one inside it. */
export interface CommandRecord {
  readonly line: string;
  /** Undefined while it runs, and for ever when the machine went down before it ended. */
  readonly exit: number | undefined;
  /** Which start of the machine, the first is 1. */
  readonly boot: number;
  readonly tick: number;
  /** Bytes that the console had shown when it began, and when it had ended: what it printed, without echo and prompt, lies between. */
  readonly shown: number;
  readonly shownAtEnd: number | undefined;
}

/** A moment of a run: what came after it can be asked for. Plain data. */
export interface LabMark {
  readonly tick: number;
  /** Command lines so far. */
  readonly commands: number;
  /** Bytes that the console has shown so far. */
  readonly shown: number;
  /** Starts that ended at a login so far. */
  readonly logins: number;
}
