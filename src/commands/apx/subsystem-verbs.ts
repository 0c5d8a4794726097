/** `apx subsystems`: boxes made, listed and removed. Source: Vanilla-OS/apx:cmd/subsystems.go (2.4.4). */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { say } from "../abroot/pterm.ts";
import type { ParsedOptions } from "../command.ts";
import { scanWord } from "./cobra.ts";
import { listStacks, loadStack, type Places } from "./definitions.ts";
import { chosen, confirmed, NO_NAME } from "./questions.ts";
import type { SubSystem, SubSystems } from "./subsystem.ts";
import { drawTable } from "./table.ts";

/** What one run of apx works with. */
export interface Apx {
  readonly proc: Process;
  readonly places: Places;
  readonly subSystems: SubSystems;
}

const SUBSYSTEM_HEADER = ["Name", "Stack", "Status", "Pkgs"];

export function subSystemRows(all: readonly SubSystem[]): string {
  return drawTable(
    all.map(({ name, stack, status }) => [name, stack.Name, status, String(stack.Packages.length)]),
    SUBSYSTEM_HEADER,
  );
}

export function* subSystemsList({ proc, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const all = subSystems.list();
  if (options.has("json")) {
    const value = all.map(({ internalName: box, name, stack, status }) => ({
      InternalName: box,
      Name: name,
      Stack: stack,
      Home: "",
      Status: status,
      ExportedPrograms: exportedPrograms(proc, box),
      HasInit: false,
      IsManaged: false,
      IsRootfull: false,
      IsUnshared: false,
      HasNvidiaIntegration: false,
      Hostname: "",
    }));
    yield* proc.print(`${JSON.stringify(value, undefined, 2)}\n`);
  } else if (all.length === 0)
    yield* say(proc, "info", "No subsystems available. Create a new one with 'apx subsystems new' or contact the system administrator.");
  else {
    yield* say(proc, "info", `Found ${all.length} subsystems:`);
    yield* proc.print(subSystemRows(all));
  }
}

function exportedPrograms(proc: Process, box: string): Readonly<Record<string, unknown>> {
  const directory = `${proc.env.get("HOME") ?? ""}/.local/bin`;
  let names: readonly string[];
  try {
    names = proc.sys.readdir(directory).map(({ name }) => name);
  } catch {
    return {};
  }
  const mine = names.filter((name) => readTextIfThere(proc.sys, `${directory}/${name}`)?.startsWith(`#!/bin/sh\n# distrobox_binary\n# name: ${box}`)); // prettier-ignore
  return Object.fromEntries(mine.map((name) => [name, { Exec: name, Name: name }]));
}

export function* subSystemsNew({ proc, places, subSystems }: Apx, options: ParsedOptions): Run<void> {
  const stacks = listStacks(proc.sys, places).map((stack) => stack.Name);
  if (stacks.length === 0)
    return yield* say(proc, "error", "A stack is needed to create a subsystem. Create a new one with 'apx stacks new' or contact the system administrator."); // prettier-ignore
  let name = options.value("name") ?? "";
  if (name === "") {
    yield* say(proc, "info", "Choose a name:");
    name = yield* scanWord(proc);
    if (name === "") return yield* say(proc, "error", "The name cannot be empty.");
  }
  let stackName = options.value("stack");
  if (stackName === undefined || stackName === "") {
    yield* say(proc, "info", "Available stacks:");
    yield* proc.print(stacks.map((stack, at) => `${at + 1}. ${stack}\n`).join(""));
    yield* say(proc, "info", `Select a stack [1-${stacks.length}]:`);
    stackName = yield* chosen(proc, stacks);
    if (stackName === undefined) return;
  }
  if (subSystems.has(name)) return yield* proc.print(` ERROR  A subsystem with the name '${name}' already exists.`);
  const stack = loadStack(proc.sys, places, stackName);
  yield* proc.print(`▀  Creating subsystem '${name}' with stack '${stackName}'…${proc.sys.isatty(1) ? " (0s)" : ""}\n`);
  const home = options.value("home");
  yield* subSystems.create(name, stack, { ...(home !== undefined && { home }), init: options.has("init") });
  yield* say(proc, "success", `Created subsystem '${name}'.`);
}

export function* remove({ proc, subSystems }: Apx, options: ParsedOptions, verb: "remove" | "reset"): Run<void> {
  const name = options.value("name") ?? "";
  if (name === "") return yield* say(proc, "error", NO_NAME);
  if (!options.has("force") && !(yield* confirmed(proc, `Are you sure you want to ${verb} '${name}'? [y/N]`)))
    return yield* say(proc, "info", "Aborting as requested.");
  const subSystem = subSystems.load(name);
  yield* subSystems.remove(subSystem);
  if (verb === "reset") yield* subSystems.create(name, subSystem.stack, {});
  yield* say(proc, "success", verb === "remove" ? `Removed subsystem '${name}'.` : `The subsystem '${name}' has been reset.`);
}
