/** `vso config`: what the operator goes by. Source: Vanilla-OS/vanilla-system-operator:settings/config.go, cmd/config.go. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { say } from "../abroot/pterm.ts";
import type { ParsedOptions } from "../command.ts";

const PATHS = ["/usr/share/vso/config.json", "/etc/vso/config.json"];
const VALID: Readonly<Record<string, readonly string[]>> = {
  "updates.schedule": ["never", "daily", "weekly", "monthly"],
  "updates.smart": ["true", "false"],
};

type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

interface Config {
  readonly path: string;
  readonly value: Value;
}

/** The first of the files that there is. Undefined when none can be read, which the real one panics about. */
function load(sys: Sys): Config | undefined {
  for (const path of PATHS) {
    const text = readTextIfThere(sys, path);
    if (text === undefined) continue;
    try {
      return { path, value: JSON.parse(text) as Value };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** What is set under a key whose parts have dots between them. */
export function setting(sys: Sys, key: string): Value | undefined {
  let value: Value | undefined = load(sys)?.value;
  for (const part of key.split("."))
    value = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Value>)[part] : undefined;
  return value;
}

interface Here {
  readonly proc: Process;
}

/** @simplified Go goes through them in any order. */
export function* configShow({ proc }: Here): Run<number> {
  if (load(proc.sys) === undefined) return yield* panic(proc);
  for (const key of Object.keys(VALID)) yield* proc.print(`${key} : ${String(setting(proc.sys, key) ?? "")}\n`);
  return 0;
}

export function* configGet({ proc }: Here, options: ParsedOptions): Run<number> {
  const key = options.value("key") ?? "";
  const value = setting(proc.sys, key);
  if (load(proc.sys) === undefined) return yield* panic(proc);
  if (key === "") yield* say(proc, "error", "No key specified.");
  else if (value === undefined)
    yield* say(proc, "error", "No value found for key: %s"); // as the real one, which fills nothing in
  else yield* proc.print(`${typeof value === "object" ? JSON.stringify(value) : String(value)}\n`);
  return 0;
}

export function* configSet({ proc }: Here, options: ParsedOptions): Run<number> {
  const [key = "", text = ""] = [options.value("key"), options.value("value")];
  const config = load(proc.sys);
  if (config === undefined) return yield* panic(proc);
  if (key === "") yield* say(proc, "error", "No key specified.");
  else if (text === "") yield* say(proc, "error", "No value specified.");
  else if (VALID[key]?.includes(text) === false) yield* say(proc, "error", `Failed to set configuration: invalid value for ${key}`);
  else {
    const value = text === "true" || text === "false" ? text === "true" : text;
    try {
      yield* proc.writeFile(config.path, JSON.stringify(withValue(config.value, key.split("."), value), undefined, 2), 0o644);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* say(proc, "error", `Failed to set configuration: open ${config.path}: ${error.text.toLowerCase()}`);
      return 0;
    }
    yield* say(proc, "info", `Configuration updated successfully. '${key}' = '${text}'`);
  }
  return 0;
}

function withValue(whole: Value | undefined, [first = "", ...rest]: readonly string[], value: Value): Value {
  const fields = typeof whole === "object" && whole !== null && !Array.isArray(whole) ? (whole as Record<string, Value>) : {};
  const changed = { ...fields, [first]: rest.length === 0 ? value : withValue(fields[first], rest, value) };
  return Object.fromEntries(Object.entries(changed).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function* panic(proc: Process): Run<number> {
  yield* proc.printError("panic: Config error!\n");
  return 2;
}
