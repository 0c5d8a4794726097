import { decodeUtf8 } from "../../base/utf8.ts";
import type { Command } from "../command.ts";
import { ownName } from "../complain.ts";
import { helpText } from "../help.ts";
import { stdout } from "../output.ts";
import { printVersion } from "../version.ts";

/** echo(1), the program; bash has its own. */
export const echo: Command = {
  name: "echo",
  package: "coreutils",
  style: "raw",
  usage: ["echo [SHORT-OPTION]... [STRING]...", "echo LONG-OPTION"],
  about: "Echo the STRING(s) to standard output.",
  options: [
    { name: "n", short: "n", long: false, help: "do not output the trailing newline" },
    { name: "e", short: "e", long: false, help: "enable interpretation of backslash escapes" },
    { name: "E", short: "E", long: false, help: "disable interpretation of backslash escapes (default)" },
  ],
  *run(proc, { operands }) {
    if (operands.length === 1 && operands[0] === "--help") {
      yield* stdout(proc).print(helpText(echo, ownName(proc)));
      return 0;
    }
    if (operands.length === 1 && operands[0] === "--version") {
      yield* printVersion(proc, echo);
      return 0;
    }
    let at = 0;
    let newline = true;
    let escapes = false;
    for (; /^-[neE]+$/.test(operands[at] ?? ""); at++) {
      for (const letter of (operands[at] ?? "").slice(1)) {
        if (letter === "n") newline = false;
        else escapes = letter === "e";
      }
    }
    const text = operands.slice(at).join(" ");
    if (!escapes) yield* stdout(proc).print(text + (newline ? "\n" : ""));
    else {
      const { text: shown, stopped } = unescapeText(text, "echo");
      yield* stdout(proc).print(shown + (newline && !stopped ? "\n" : ""));
    }
    return 0;
  },
};

const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/**
 * Backslash escapes as echo -e and printf's %b ("echo": `\0NNN`) or printf's format ("printf": `\NNN`, `\"`) read them.
 * `stopped`: `\c` was met, and nothing more is to be printed.
 */
export function unescapeText(text: string, style: "echo" | "printf"): { readonly text: string; readonly stopped: boolean } {
  let out = "";
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) out += decodeUtf8(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character !== "\\" || i + 1 === text.length) {
      flush();
      out += character;
      continue;
    }
    const rest = text.slice(i + 1);
    const octal = (style === "echo" ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const point = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    if (octal !== null || hex !== null) {
      bytes.push((octal !== null ? parseInt(octal[1] === "" ? "0" : (octal[1] ?? "0"), 8) : parseInt(hex?.[1] ?? "0", 16)) & 255);
      i += (octal ?? hex)?.[0].length ?? 0;
      continue;
    }
    flush();
    const letter = rest[0] ?? "";
    if (letter === "c") return { text: out, stopped: true };
    if (point !== null) {
      const code = parseInt(point[1] ?? point[2] ?? "0", 16);
      out += code <= 0x10ffff ? String.fromCodePoint(code) : point[0];
      i += point[0].length;
    } else {
      out += LETTERS[letter] ?? (style === "printf" && letter === '"' ? '"' : `\\${letter}`);
      i++;
    }
  }
  flush();
  return { text: out, stopped: false };
}
