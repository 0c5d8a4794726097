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

/** A word that an option does not know, with those that it knows. */
export function invalidArgument(value: string, option: string, valid: readonly string[], status?: number): UsageError {
  return new UsageError(
    `invalid argument ${curly(value)} for ${curly(option)}\nValid arguments are:\n${valid.map((line) => `  - ${line}`).join("\n")}`,
    true,
    status,
  );
}
