/**
 * rpm-ostree's client and daemon: the client asks, a process with root's rights does the work, its messages come back.
 *
 * @simplified One daemon process for each transaction, and what D-Bus carries between the two is a queue in memory.
 */
import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import { drive, makeSysrootWritable } from "../../engines/ostree/process.ts";
import { announceTransaction, runningTransaction, withdrawTransaction } from "../../engines/ostree/running-transaction.ts";
import { isSysrootLocked, lockSysroot, unlockSysroot } from "../../engines/ostree/sysroot-lock.ts";
import { BOOTED_MARK, Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Update, UpdateStep } from "../../engines/update-step.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { PowerLoss } from "../../vfs/disk-types.ts";
import { isSysError } from "../../vfs/errno.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { authorize } from "./polkit.ts";
import { Progress } from "./progress.ts";

/** Said by every verb on a system that is none of ours. Throws `OstreeError`. */
export function requireBootedSystem(proc: Process): void {
  if (exists(proc.sys, BOOTED_MARK)) return;
  throw new OstreeError(
    "This system was not booted via libostree.\nCurrently, most rpm-ostree commands only work on ostree-based host systems.",
  );
}

export interface TransactionRequest {
  /** The D-Bus method, which a refusal names: "UpdateDeployment". */
  readonly method: string;
  /** The polkit action that it takes, after "org.projectatomic.rpmostree1.". */
  readonly action: string;
  /** e.g. "upgrade". */
  readonly title: string;
}

/** The daemon's side. */
export class Transaction {
  readonly proc: Process;
  readonly sysroot: Sysroot;
  /** The command line that asked for it. */
  readonly title: string;
  readonly #send: (message: Message) => void;
  readonly #isCancelled: () => boolean;

  constructor(proc: Process, title: string, send: (message: Message) => void, isCancelled: () => boolean) {
    this.proc = proc;
    this.title = title;
    this.sysroot = new Sysroot(proc.sys);
    this.#send = send;
    this.#isCancelled = isCancelled;
  }

  say(text: string): void {
    this.#send({ kind: "line", text });
  }

  /** What is being done, until `end`. */
  begin(text: string): void {
    this.#send({ kind: "begin", text });
  }

  end(): void {
    this.#send({ kind: "end" });
  }

  /** A line that is drawn over and over. */
  draw(text: string): void {
    this.#send({ kind: "draw", text });
  }

  /** Throws when the client wants no more of it. */
  check(): void {
    if (this.#isCancelled()) throw new OstreeError("Operation was cancelled");
  }

  /** Runs an update; what it says is passed on, as the daemon passes on libostree's messages. */
  *run<T>(update: Update<T>, watch: (step: UpdateStep) => Run<void> = watchNothing): Run<T> {
    return yield* drive(this.proc, this.#checked(update), function* (step) {
      yield* watch(step);
    });
  }

  *#checked<T>(update: Update<T>): Update<T> {
    for (;;) {
      const next = update.next();
      if (next.done === true) return next.value;
      if (next.value.message !== undefined && !QUIET.has(next.value.name)) this.say(next.value.message);
      try {
        this.check();
        yield next.value;
      } catch (error) {
        update.return(undefined as T);
        throw error;
      }
    }
  }
}

function* watchNothing(): Run<void> {}

/** Steps whose words go to the journal only. */
const QUIET: ReadonlySet<string> = new Set(["etc-merge"]);

type Message =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "begin"; readonly text: string }
  | { readonly kind: "end" }
  | { readonly kind: "draw"; readonly text: string };

/** Runs `work` in the daemon and shows its progress here. Throws `OstreeError` when it may not begin, fails, or was cancelled. */
export function* transact<T>(proc: Process, request: TransactionRequest, work: (transaction: Transaction) => Run<T>): Run<T> {
  requireBootedSystem(proc);
  const { credentials } = proc.sys;
  yield* authorize(proc, request);
  const running = runningTransaction(proc);
  if (running) {
    throw new OstreeError(`Transaction in progress: ${running.title}\n You can cancel the current transaction with \`rpm-ostree cancel\``);
  }
  if (isSysrootLocked(proc, new Sysroot(proc.sys))) throw new OstreeError("System transaction in progress");

  const messages: Message[] = [];
  let isCancelled = false;
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  let isGone = false;
  const daemon = proc.spawn({
    argv: ["/usr/bin/rpm-ostree", "start-daemon"],
    credentials: rootCredentials(),
    newSession: true,
    cwd: "/",
    *program(self) {
      self.onSignal("TERM", () => {
        isCancelled = true;
      });
      const transaction = new Transaction(
        self,
        request.title,
        (message) => messages.push(message),
        () => isCancelled,
      );
      const initiator = `client(id:cli dbus:1.${100 + self.pid} unit:session-1.scope uid:${credentials.uid})`;
      announceTransaction(self, { command: request.title }, initiator);
      try {
        makeSysrootWritable(self.sys);
        yield* lockSysroot(self, transaction.sysroot);
        try {
          outcome = { value: yield* work(transaction) };
        } finally {
          unlockSysroot(self, transaction.sysroot);
        }
        return 0;
      } catch (error) {
        if (error instanceof PowerLoss) throw error;
        outcome = { error };
        return failureText(error) === undefined ? 2 : 1;
      } finally {
        isGone = true;
        withdrawTransaction(self);
      }
    },
  });

  const progress = new Progress(proc);
  const disposition = proc.signalDisposition("INT");
  let isAsked = false;
  proc.onSignal("INT", () => {
    isAsked = true;
  });
  try {
    for (let ended = false; ;) {
      if (isAsked && !isCancelled) {
        isCancelled = true;
        yield* progress.line("Caught SIGINT, cancelling transaction");
        yield* progress.line("Awaiting transaction cancellation...");
      }
      for (const message of messages.splice(0)) yield* show(progress, message);
      if (ended) break;
      if (isGone && (yield* waitNoHang(proc, daemon.pid))) {
        ended = true;
        continue;
      }
      yield {
        kind: "until",
        reason: "read",
        ready: () => messages.length > 0 || outcome !== undefined || !exists(proc.sys, `/proc/${daemon.pid}`),
      };
    }
  } finally {
    proc.onSignal("INT", disposition);
  }
  yield* progress.abandon();
  if (outcome === undefined) {
    throw new OstreeError("Bus owner changed, aborting. This likely means the daemon crashed; check logs with `journalctl -xe`.");
  }
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

function* waitNoHang(proc: Process, pid: number): Run<boolean> {
  try {
    return (yield* proc.wait(pid, { nohang: true })) !== undefined;
  } catch (error) {
    if (isSysError(error, "ECHILD")) return true;
    if (isSysError(error, "EINTR")) return false;
    throw error;
  }
}

function* show(progress: Progress, message: Message): Run<void> {
  if (message.kind === "line") yield* progress.line(message.text);
  else if (message.kind === "begin") yield* progress.begin(message.text);
  else if (message.kind === "end") yield* progress.end();
  else yield* progress.draw(message.text);
}
