/** Where variables live. */
import { AwkArray, Fatal, type Item, type Scalar } from "./values.ts";

/** A variable; what is special about one is in its accessors. */
export interface Cell {
  value: Item;
  /** The variable that was handed over untouched as an argument: what becomes of this one as an array becomes of it. */
  readonly origin?: Cell;
}

export function scalarOf(cell: Cell, name: string): Scalar {
  const { value } = cell;
  if (value instanceof AwkArray) throw new Fatal(`attempt to use array \`${name}' in a scalar context`);
  return value;
}

/** The array in `cell`, made if nothing is there yet. */
export function arrayOf(cell: Cell, name: string, isParameter: boolean): AwkArray {
  const { value, origin } = cell;
  if (value instanceof AwkArray) return value;
  if (value !== undefined) throw new Fatal(`attempt to use scalar ${isParameter ? "parameter " : ""}\`${name}' as an array`);
  const made =
    origin !== undefined && (origin.value === undefined || origin.value instanceof AwkArray)
      ? arrayOf(origin, name, isParameter)
      : new AwkArray();
  cell.value = made;
  return made;
}
