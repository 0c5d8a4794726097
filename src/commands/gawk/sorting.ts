/** asort, asorti and PROCINFO["sorted_in"]. */
import { AwkArray, Fatal, numberOf, toNumber, type Item, type Scalar } from "./values.ts";

type Text = (value: Scalar) => string;

const HOW = /^@(ind|val)_(str|num|type)_(asc|desc)$/;

/** The keys of `array` in the order that `how` names, e.g. "@val_num_desc". Throws `Fatal`. */
export function sortedKeys(array: AwkArray, keys: readonly string[], how: string, text: Text): readonly string[] {
  if (how === "@unsorted") return keys;
  const found = HOW.exec(how);
  if (found === null) throw new Fatal(`sort comparison function \`${how}' is not built in Immutable Lab`);
  const [, what, as, direction] = found;
  const sign = direction === "desc" ? -1 : 1;
  const byKey = (left: string, right: string): number =>
    as === "num" ? numberOf(left) - numberOf(right) || textOrder(left, right) : textOrder(left, right);
  const byValue = (left: string, right: string): number =>
    itemOrder(array.items.get(left), array.items.get(right), as ?? "", text) || byKey(left, right);
  return [...keys].sort((left, right) => sign * (what === "ind" ? byKey(left, right) : byValue(left, right)));
}

/** The values of an array in order: numbers, text, arrays. */
export function sortedValues(array: AwkArray, keys: readonly string[], how: string, text: Text): readonly Item[] {
  return sortedKeys(array, keys, how === "" ? "@val_type_asc" : how, text).map((key) => array.items.get(key));
}

function itemOrder(left: Item, right: Item, as: string, text: Text): number {
  if (left instanceof AwkArray || right instanceof AwkArray) return Number(left instanceof AwkArray) - Number(right instanceof AwkArray);
  if (as === "str") return textOrder(text(left), text(right));
  if (as === "num") return toNumber(left) - toNumber(right);
  const [leftIsText, rightIsText] = [isText(left), isText(right)];
  if (leftIsText !== rightIsText) return leftIsText ? 1 : -1;
  return leftIsText ? textOrder(text(left), text(right)) : toNumber(left) - toNumber(right);
}

function isText(value: Scalar): boolean {
  return typeof value === "string" || (typeof value === "object" && !value.looksNumeric);
}

function textOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
