import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warnx } from "../complain.ts";
import { stdout } from "../output.ts";
import { parseSize } from "../sizes.ts";
import { concat, readWhole } from "../text-io.ts";

/** Bytes of a line. */
const LINE = 16;

type Format = (bytes: Uint8Array) => string;

/** hexdump(1). */
export const hexdump: Command = {
  name: "hexdump",
  package: "util-linux",
  style: "gnu",
  usage: ["hexdump [options] <file>..."],
  about: "Display file contents in hexadecimal, decimal, octal, or ascii.",
  options: [
    { name: "one-byte-octal", short: "b", help: "one-byte octal display" },
    { name: "canonical", short: "C", help: "canonical hex+ASCII display" },
    { name: "one-byte-char", short: "c", help: "one-byte character display" },
    { name: "two-bytes-decimal", short: "d", help: "two-byte decimal display" },
    { name: "two-bytes-octal", short: "o", help: "two-byte octal display" },
    { name: "two-bytes-hex", short: "x", help: "two-byte hexadecimal display" },
    { name: "format", short: "e", argument: "format", help: "format string to be used for displaying data", fidelity: "unbuilt" },
    { name: "format-file", short: "f", argument: "file", help: "file that contains format strings", fidelity: "unbuilt" },
    { name: "length", short: "n", argument: "length", help: "interpret only length bytes of input" },
    { name: "skip", short: "s", argument: "offset", help: "skip offset bytes from the beginning" },
    { name: "no-squeezing", short: "v", help: "output identical lines" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  *run(proc, options) {
    const size = (name: string): number | undefined => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      const value = /^0[xX][0-9a-fA-F]+$/.test(text) ? Number(text) : parseSize(text);
      if (value === undefined) throw new Failure(`failed to parse ${name}: '${text}'`);
      return value;
    };
    const [length, skip] = [size("length"), size("skip") ?? 0];
    const parts: Uint8Array[] = [];
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        parts.push(yield* readWhole(proc, name));
      } catch (error) {
        yield* warnx(proc, `${name}: ${reason(error)}`);
        status = 1;
      }
    }
    if (parts.length === 0) {
      yield* warnx(proc, "all input file arguments failed");
      return 1;
    }
    const data = concat(parts).subarray(skip, length === undefined ? undefined : skip + length);
    const out = stdout(proc);
    const canonical = options.has("canonical");
    const format = formatOf(options);
    const offset = (at: number): string => (skip + at).toString(16).padStart(canonical ? 8 : 7, "0");
    let last = "";
    let isSqueezing = false;
    for (let at = 0; at < data.length; at += LINE) {
      const line = format(data.subarray(at, at + LINE));
      const isWhole = at + LINE <= data.length;
      if (line === last && isWhole && !options.has("no-squeezing")) {
        if (!isSqueezing) yield* out.print("*\n");
        isSqueezing = true;
      } else {
        yield* out.print(`${offset(at)}${line}\n`);
        isSqueezing = false;
      }
      last = line;
      if (at % 65536 === 0) yield* proc.tick();
    }
    if (data.length > 0) yield* out.print(`${offset(data.length)}\n`);
    return status;
  },
};

function formatOf(options: ParsedOptions): Format {
  const name = options.order.findLast((given) => /^(?:one-byte|two-bytes|canonical)/.test(given.name))?.name;
  switch (name) {
    case "canonical":
      return (bytes) => {
        const hex = Array.from({ length: LINE }, (_, index) =>
          bytes[index] === undefined ? "  " : bytes[index].toString(16).padStart(2, "0"),
        );
        const text = Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
        return `  ${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}  |${text}|`;
      };
    case "one-byte-octal":
      return singles((byte) => ` ${byte.toString(8).padStart(3, "0")}`, 4);
    case "one-byte-char":
      return singles((byte) => ` ${character(byte).padStart(3)}`, 4);
    case "two-bytes-decimal":
      return pairs((value) => `   ${String(value).padStart(5, "0")}`, 8);
    case "two-bytes-octal":
      return pairs((value) => `  ${value.toString(8).padStart(6, "0")}`, 8);
    case "two-bytes-hex":
      return pairs((value) => `    ${value.toString(16).padStart(4, "0")}`, 8);
    default:
      return pairs((value) => ` ${value.toString(16).padStart(4, "0")}`, 5);
  }
}

function singles(shown: (byte: number) => string, width: number): Format {
  return (bytes) =>
    Array.from(bytes, shown)
      .join("")
      .padEnd(LINE * width);
}

/** Two bytes at a time, the lower one first. */
function pairs(shown: (value: number) => string, width: number): Format {
  return (bytes) => {
    let out = "";
    for (let at = 0; at < bytes.length; at += 2) out += shown((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
    return out.padEnd((LINE / 2) * width);
  };
}

const ESCAPES: Readonly<Record<number, string>> = { 0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r" };

function character(byte: number): string {
  return ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"));
}
