/** Alias expansion: the first word of a simple command, replaced in the text before it is read. */
import { forEachChild, parse, type SyntaxNode } from "unbash";

/** More rounds than this mean that aliases make each other. */
const MAXIMUM_ROUNDS = 100;

interface Replacement {
  readonly pos: number;
  readonly end: number;
  readonly name: string;
}

/** `text` with aliases replaced, those in the replacements too, but none within its own. */
export function expandAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  if (![...aliases.keys()].some((name) => text.includes(name))) return text;
  let current = text;
  /** Ranges that came from an alias, with the names that must not be expanded in them. */
  let ranges: Replacement[] = [];
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const found = findAlias(current, aliases, ranges);
    if (found === undefined) return current;
    const value = aliases.get(found.name) ?? "";
    const grown = value.length - (found.end - found.pos);
    ranges = ranges.map((range) => ({
      ...range,
      pos: range.pos > found.pos ? range.pos + grown : range.pos,
      end: range.end >= found.end ? range.end + grown : range.end,
    }));
    ranges.push({ pos: found.pos, end: found.pos + value.length, name: found.name });
    current = current.slice(0, found.pos) + value + current.slice(found.end);
  }
  return current;
}

function findAlias(text: string, aliases: ReadonlyMap<string, string>, ranges: readonly Replacement[]): Replacement | undefined {
  let found: Replacement | undefined;
  const consider = (pos: number, end: number) => {
    const name = text.slice(pos, end);
    if (found !== undefined || !aliases.has(name)) return;
    if (ranges.some((range) => range.name === name && pos >= range.pos && pos < Math.max(range.end, range.pos + 1))) return;
    found = { pos, end, name };
  };
  const visit = (node: SyntaxNode): void => {
    if (found !== undefined) return;
    // Substitutions with a source of their own have positions elsewhere.
    if (node.type === "Script" && node.source !== undefined) return;
    if (node.type === "Command" && node.name !== undefined) {
      consider(node.name.pos, node.name.end);
      // An alias that ends in a blank lets the next word be one, too.
      let before = node.name;
      for (const argument of node.args) {
        if (
          argument.type !== "Word" ||
          !ranges.some(
            (range) =>
              /\s$/.test(aliases.get(range.name) ?? "") &&
              range.end > before.pos &&
              text.slice(before.end, argument.pos).trim() === "" &&
              range.end <= argument.pos,
          )
        )
          break;
        consider(argument.pos, argument.end);
        before = argument;
      }
    }
    forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}
