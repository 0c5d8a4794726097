/** Complaints about how many operands there are, as coreutils words them. */
import { UsageError } from "./options.ts";
import { curly } from "./quote.ts";

/** Exactly one operand. */
export function oneOperand(operands: readonly string[]): string {
  const [first, extra] = operands;
  if (first === undefined) throw new UsageError("missing operand");
  if (extra !== undefined) throw extraOperand(extra);
  return first;
}

export function extraOperand(operand: string): UsageError {
  return new UsageError(`extra operand ${curly(operand)}`);
}

/** At least one operand. */
export function someOperands(operands: readonly string[], what = "operand"): readonly string[] {
  if (operands.length === 0) throw new UsageError(`missing ${what}`);
  return operands;
}

/**
 * What `value` names among `groups` of words that mean the same: the first of them. A beginning that no other group shares will do
 * (gnulib's argmatch). `option` is how the complaint names it.
 */
export function argumentIn(value: string, option: string, groups: readonly (readonly string[])[], status?: number): string {
  const exact = groups.find((group) => group.includes(value));
  const begun = exact ? [exact] : groups.filter((group) => group.some((word) => word.startsWith(value)));
  const [[found = ""] = [], other] = begun;
  if (found !== "" && other === undefined) return found;
  const valid = groups.map((group) => group.map((word) => curly(word)).join(", "));
  throw argumentError(begun.length > 1 ? "ambiguous" : "invalid", value, curly(option), valid, status);
}

/** A word that an option does not know, with those that it knows. */
export function invalidArgument(value: string, option: string, valid: readonly string[], status?: number): UsageError {
  return argumentError("invalid", value, curly(option), valid, status);
}

function argumentError(problem: string, value: string, option: string, valid: readonly string[], status: number | undefined): UsageError {
  const lines = valid.map((line) => `\n  - ${line}`).join("");
  return new UsageError(`${problem} argument ${curly(value)} for ${option}\nValid arguments are:${lines}`, true, status);
}
