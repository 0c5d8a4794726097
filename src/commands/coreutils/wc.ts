import { decodeUtf8, utf8Length } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { argumentIn } from "../operands.ts";
import { knowsAsciiOnly, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { isPrintable, quoteFile, quoteInput } from "../quote.ts";
import { textWidth } from "../table.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

/** wc(1). */
export const wc: Command = {
  name: "wc",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["wc [OPTION]... [FILE]...", "wc [OPTION]... --files0-from=F"],
  about: "Print newline, word, and byte counts for each FILE, and a total line if more than one FILE is specified.",
  options: [
    { name: "bytes", short: "c", help: "print the byte counts" },
    { name: "chars", short: "m", help: "print the character counts" },
    { name: "lines", short: "l", help: "print the newline counts" },
    {
      name: "files0-from",
      argument: "F",
      help: "read input from the files specified by NUL-terminated names in file F",
      fidelity: "unbuilt",
    },
    { name: "max-line-length", short: "L", help: "print the maximum display width" },
    { name: "words", short: "w", help: "print the word counts" },
    { name: "total", argument: "WHEN", help: "when to print a line with total counts", values: ["auto", "always", "only", "never"] },
  ],
  completes: "files",
  *run(proc, options) {
    const fields = (["lines", "words", "chars", "bytes", "longest"] as const).filter((field) =>
      options.has(field === "longest" ? "max-line-length" : field),
    );
    const shown = fields.length === 0 ? (["lines", "words", "bytes"] as const) : fields;
    const names = options.operands.length === 0 ? [undefined] : options.operands;
    const width = shown.length === 1 && names.length === 1 ? 1 : numberWidth(proc, names);
    const when = argumentIn(options.value("total") ?? "auto", "--total", [["auto"], ["always"], ["only"], ["never"]]);
    const only = when === "only";
    const row = (counts: Counts, name: string | undefined): string =>
      shown.map((field) => String(counts[field]).padStart(only ? 1 : width)).join(" ") + (name === undefined ? "" : ` ${name}`) + "\n";
    const total: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
    let status = 0;
    for (const name of names) {
      try {
        const fd = openInput(proc, name ?? "-");
        let counts: Counts;
        try {
          counts = yield* count(
            proc,
            fd,
            shown.some((field) => field !== "bytes"),
          );
        } catch (error) {
          // A directory opens, but does not read; the real wc shows its zeros, too.
          yield* warn(proc, `${quoteInput(name ?? "-")}: ${reason(error)}`);
          status = 1;
          counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
        } finally {
          closeInput(proc, fd);
        }
        for (const field of ["lines", "words", "chars", "bytes"] as const) total[field] += counts[field];
        total.longest = Math.max(total.longest, counts.longest);
        if (!only) yield* stdout(proc).print(row(counts, name));
      } catch (error) {
        yield* warn(proc, `${quoteFile(name ?? "-")}: ${reason(error)}`);
        status = 1;
      }
    }
    if (when === "always" || only || (when === "auto" && names.length > 1))
      yield* stdout(proc).print(row(total, only ? undefined : "total"));
    return status;
  },
};

/** As wide as the total size of the regular files needs; 7 at least when something else is among them. */
function numberWidth(proc: Process, names: readonly (string | undefined)[]): number {
  let minimum = 1;
  let total = 0;
  for (const name of names) {
    try {
      const stat = name === undefined || name === "-" ? proc.sys.fstat(0) : proc.sys.stat(name);
      if (stat.type === "file") total += stat.size;
      else minimum = 7;
    } catch {
      continue;
    }
  }
  return Math.max(minimum, String(total).length);
}

function* count(proc: Process, fd: number, needsText: boolean): Run<Counts> {
  const counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
  let rest = new Uint8Array(0);
  let inWord = false;
  let width = 0;
  const ascii = knowsAsciiOnly(proc);
  for (;;) {
    const block = yield* readBlock(proc, fd);
    if (block.length === 0 && rest.length === 0) break;
    counts.bytes += block.length;
    if (!needsText) continue;
    const whole = new Uint8Array(rest.length + block.length);
    whole.set(rest);
    whole.set(block, rest.length);
    // A character cut in two by the block's end waits for its other half.
    const cut = block.length === 0 ? whole.length : wholeCharacters(whole);
    rest = whole.slice(cut);
    for (const character of decodeUtf8(whole.subarray(0, cut))) {
      if (ascii) counts.chars += utf8Length(character);
      else if (!/[\udc80-\udcff]/.test(character) || character.length > 1) counts.chars++;
      if (character === "\n") {
        counts.lines++;
        counts.longest = Math.max(counts.longest, width);
        width = 0;
      } else if (character === "\r" || character === "\f") {
        counts.longest = Math.max(counts.longest, width);
        width = 0;
      } else if (character === "\t") width += 8 - (width % 8);
      else if (isPrintable(character) && !(ascii && character > "\x7f")) width += character < "\x7f" ? 1 : textWidth(character);
      const blank = character === " " || (character >= "\t" && character <= "\r") || (character > "\x7f" && /\s/.test(character));
      if (!blank && !inWord) counts.words++;
      inWord = !blank;
    }
  }
  counts.longest = Math.max(counts.longest, width);
  return counts;
}

function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
