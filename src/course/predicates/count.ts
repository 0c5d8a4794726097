/** Counts as authors write them: ">=2", "<3", "1". */

/** Throws `RangeError` for what is none. */
export function isCount(count: number, asked: string): boolean {
  const [, sign = "", digits = ""] = /^\s*(>=|<=|==|=|>|<)?\s*([0-9]+)\s*$/.exec(asked) ?? [];
  if (digits === "") throw new RangeError(`no count: ${JSON.stringify(asked)}`);
  const number = Number(digits);
  switch (sign) {
    case ">=":
      return count >= number;
    case "<=":
      return count <= number;
    case ">":
      return count > number;
    case "<":
      return count < number;
    default:
      return count === number;
  }
}
