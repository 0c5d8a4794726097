/** How a client reaches pid 1, and what it may ask for. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { managerOf, type SystemManager } from "../../machine/systemd/manager.ts";
import type { Job, JobVerb } from "../../machine/systemd/unit-state.ts";
import { isAdministrator } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import { Failure } from "../complain.ts";

/** Ends the program with words of its own, without `name: ` before them. */
export class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

/** Runs `body`; a `Refusal` is printed as it is. */
export function* refusable(proc: Process, body: () => Run<number>): Run<number> {
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield* proc.printError(`${error.message}\n`);
    return error.status;
  }
}

export function connect(proc: Process): SystemManager {
  const manager = managerOf(proc.kernel);
  if (!manager)
    throw new Refusal(
      "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to system scope bus via local transport: Host is down",
    );
  return manager;
}

/** Throws what a client without the right to `what` is told; wheel's members in a session of their own have it, as polkit is set up. */
export function mayManage(proc: Process, what: string): void {
  if (!isAdministrator(proc.sys)) throw new Refusal(`${what}: Interactive authentication required.`);
}

/** Puts a job in the queue and waits for what becomes of it. */
export function* runJob(manager: SystemManager, verb: JobVerb, unit: string): Run<Job> {
  return yield* finished(manager.request(verb, unit));
}

/** Waits for a job's result. */
export function* finished(job: Job): Run<Job> {
  while (job.result === undefined) yield { kind: "until", reason: "lock", ready: () => job.result !== undefined };
  return job;
}

/** Does what pid 1 does for a client, with pid 1's rights; a refusal of the kernel is told as the client tells it. */
export function asManager<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isSysError(error)) throw new Refusal(`${what}: ${error.text}`);
    throw error;
  }
}

/** A whole number, or the program ends saying what was wrong. */
export function wholeNumber(text: string, what: string): number {
  if (!/^[0-9]+$/.test(text)) throw new Failure(`Failed to parse ${what}: ${text}`);
  return Number(text);
}
