/** sed --debug: the script as it was understood, and what each command does. Source: sed:sed/debug.c, execute.c. */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Match } from "../../base/posix-pattern.ts";
import type { ReplacementPart } from "../substitution.ts";
import type { Address, RangeEnd, SedCommand, Substitution } from "./script.ts";

const SHOWN: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\x07": "\\a",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Describes commands, each as deep as the blocks that were described before it have led. */
export class Description {
  #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** A command and its newline. */
  command(command: SedCommand): string {
    if (command.letter === "}") this.#depth--;
    const indent = "  ".repeat(Math.max(0, this.#depth));
    if (command.letter === "{") this.#depth++;
    const { from, to, negated, letter } = command;
    const addresses = from === undefined ? "" : `${address(from)}${to === undefined ? "" : `,${rangeEnd(to)}`}`;
    return `${indent}${addresses}${negated ? "!" : ""}${from === undefined ? "" : " "}${letter}${operand(command)}\n`;
  }
}

/** The whole script. */
export function program(commands: readonly SedCommand[]): string {
  const description = new Description(1);
  return `SED PROGRAM:\n${commands.map((command) => description.command(command)).join("")}`;
}

/** What a space holds, on one line. @simplified Bytes beyond ASCII are shown as the real one does, as negative numbers. */
export function space(name: "PATTERN" | "HOLD", text: string): string {
  return `${`${name}:`.padEnd(9)}${visible(text)}\n`;
}

/** Where a substitution found its first match, and what the groups hold. */
export function registers(text: string, match: Match): string {
  const lines = match.groups.map((group, index) => {
    const held = index === 0 ? match : group;
    if (held === undefined) return "";
    const at = (unit: number): string => String(encodeUtf8(text.slice(0, unit)).length);
    return `  regex[${String(index)}] = ${at(held.start)}-${at(held.end)} '${text.slice(held.start, held.end)}'\n`;
  });
  return `MATCHED REGEX REGISTERS\n${lines.join("")}`;
}

function visible(text: string): string {
  return [...text].map((character) => SHOWN[character] ?? bytesOf(character)).join("");
}

function bytesOf(character: string): string {
  if (character >= " " && character < "\x7f") return character;
  return [...encodeUtf8(character)].map((byte) => `\\o${(byte < 0x80 ? byte : 0xffffff00 + byte).toString(8).padStart(3, "0")}`).join("");
}

function address(of: Address): string {
  switch (of.kind) {
    case "line":
      return String(of.line);
    case "step":
      return `${String(of.first)}~${String(of.step)}`;
    case "last":
      return "$";
    case "pattern":
      return `/${regexp(of.source)}/${of.flags}`;
  }
}

function rangeEnd(of: RangeEnd): string {
  if (of.kind === "plus") return `+${String(of.count)}`;
  return of.kind === "multiple" ? `~${String(of.of)}` : address(of);
}

function regexp(source: string): string {
  return visible(source).replaceAll("/", "\\/");
}

function operand({ letter, argument, substitution, translation }: SedCommand): string {
  switch (letter) {
    case "s":
      return substitution === undefined ? "" : ofSubstitution(substitution);
    case "y": {
      const pairs = [...(translation ?? [])];
      return `/${pairs.map(([from]) => from).join("")}/${pairs.map(([, to]) => to).join("")}/`;
    }
    case "a":
    case "i":
    case "c":
      return `\\${argument}`;
    case "e":
      return ` ${argument === "" ? "" : `${argument}\n`}`;
    case ":":
    case "w":
    case "W":
      return argument;
    default:
      return argument === "" ? "" : ` ${argument}`;
  }
}

function ofSubstitution({ source, flags, parts, number, file }: Substitution): string {
  const letters = [flags.includes("I") ? "i" : "", ...["M", "g", "e", "p"].filter((flag) => flags.includes(flag))].join("").toLowerCase();
  const times = number > 1 ? String(number) : "";
  return `/${regexp(source)}/${parts.map(part).join("")}/${letters}${times}${file === undefined ? "" : `w${file}`}`;
}

function part(of: ReplacementPart): string {
  if ("text" in of) return of.text;
  if ("change" in of) return `\\${of.change}`;
  return of.group === 0 ? "&" : `\\${String(of.group)}`;
}
