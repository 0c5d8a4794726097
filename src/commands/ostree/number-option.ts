import { OstreeError } from "../../engines/ostree/errors.ts";
import type { ParsedOptions } from "../command.ts";

/** The argument of an option that takes an integer; undefined when it was not given. Throws `OstreeError` in GOption's words. */
export function numberOption(options: ParsedOptions, name: string): number | undefined {
  const text = options.value(name);
  if (text === undefined) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new OstreeError(`Cannot parse integer value “${text}” for --${name}`);
  return Number(text);
}

/** "yes", "1", "true" and their opposites, any letters large. Throws `OstreeError`. */
export function booleanOption(options: ParsedOptions, name: string): boolean | undefined {
  const text = options.value(name)?.toLowerCase();
  if (text === undefined) return undefined;
  if (["1", "true", "yes"].includes(text)) return true;
  if (["0", "false", "no", "none"].includes(text)) return false;
  throw new OstreeError(`Invalid boolean argument '${options.value(name) ?? ""}'`);
}
