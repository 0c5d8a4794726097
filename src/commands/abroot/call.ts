/** One run of abroot: what was asked for, and what it works with. */
import type { AbrootConfig } from "../../engines/abroot/config.ts";
import { runOperation, type Operation } from "../../engines/abroot/operation.ts";
import type { Servers } from "../../engines/abroot/registry.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { drive } from "./progress.ts";

export interface Call {
  readonly proc: Process;
  readonly options: ParsedOptions;
  readonly config: AbrootConfig;
  readonly servers: Servers;
}

export interface Verb {
  readonly name: string;
  readonly about: string;
  /** After the verb, e.g. "add|remove|list|apply". */
  readonly operands?: string;
  readonly options: readonly Option[];
  readonly example?: string;
  /** What must be given, as cobra counts it. */
  readonly operandCount?: { readonly atLeast?: number; readonly exactly?: number };
  /** How the verb looks at who calls: `false` leaves it to itself. */
  readonly needsRoot: boolean;
  run(call: Call): Run<ExitStatus>;
}

export const DRY_RUN: Option = { name: "dry-run", short: "d", help: "perform a dry run of the operation" };
export const DELETE_OLD: Option = {
  name: "delete-old-system",
  help: "Delete old image to free up space, will make future root temporarily unusable.",
};

/** Runs a transaction to its end. Throws AbrootError. */
export function* operate({ proc, options, config, servers }: Call, operation: Operation): Run<void> {
  const context = { sys: proc.sys, pid: proc.pid, servers, config, now: () => proc.now().sec };
  const update = runOperation(context, operation, { deleteOld: options.has("delete-old-system"), dryRun: options.has("dry-run") });
  try {
    yield* drive(proc, update, options.has("verbose"));
  } finally {
    update.return(undefined); // whoever is killed in between leaves no lock
  }
}
