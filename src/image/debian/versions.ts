/** Versions of Debian packages and how they are compared (deb-version(7)), and relations to them (deb-control(5)). */

interface Parts {
  readonly epoch: number;
  readonly upstream: string;
  readonly revision: string;
}

function partsOf(version: string): Parts {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

/** Negative, zero or positive, as `left` is earlier than, the same as or later than `right`. */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  const a = partsOf(left);
  const b = partsOf(right);
  return a.epoch - b.epoch || compareText(a.upstream, b.upstream) || compareText(a.revision, b.revision);
}

/** `~` before everything, even the end; then letters; then all the rest. */
function order(character: string | undefined): number {
  if (character === undefined || /[0-9]/.test(character)) return 0;
  if (character === "~") return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareText(left: string, right: string): number {
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    while ((i < left.length && !isDigit(left[i])) || (j < right.length && !isDigit(right[j]))) {
      const difference = order(left[i]) - order(right[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const one = /^[0-9]*/.exec(left.slice(i))?.[0] ?? "";
    const two = /^[0-9]*/.exec(right.slice(j))?.[0] ?? "";
    const difference = compareNumbers(one, two);
    if (difference !== 0) return difference;
    i += one.length;
    j += two.length;
  }
  return 0;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function compareNumbers(left: string, right: string): number {
  const a = left.replace(/^0+/, "");
  const b = right.replace(/^0+/, "");
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

export type Operator = "<<" | "<=" | "=" | ">=" | ">>";

/** One alternative: a package's name, and what its version must be. */
export interface Relation {
  readonly name: string;
  readonly operator: Operator | undefined;
  readonly version: string;
}

/** "a (>= 1) | b, c": all of the outer list, one of each inner. */
export function parseRelations(text: string): Relation[][] {
  return text
    .split(",")
    .map((group) => group.split("|").flatMap((word) => parseRelation(word) ?? []))
    .filter((group) => group.length > 0);
}

/** @simplified Architectures in brackets and build profiles are passed over; a machine has one architecture. */
function parseRelation(text: string): Relation | undefined {
  const match = /^\s*([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?/.exec(text);
  if (match === null) return undefined;
  const operator = match[2] === "<" ? "<=" : match[2] === ">" ? ">=" : match[2];
  return { name: match[1] ?? "", operator: operator as Operator | undefined, version: match[3] ?? "" };
}

/** Whether `version` is what the relation asks for. */
export function satisfies(version: string, { operator, version: wanted }: Relation): boolean {
  if (operator === undefined) return true;
  const difference = compareVersions(version, wanted);
  switch (operator) {
    case "<<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case "=":
      return difference === 0;
    case ">=":
      return difference >= 0;
    case ">>":
      return difference > 0;
  }
}

/** As it is written: "a (>= 1)". */
export function formatRelation({ name, operator, version }: Relation): string {
  return operator === undefined ? name : `${name} (${operator} ${version})`;
}
