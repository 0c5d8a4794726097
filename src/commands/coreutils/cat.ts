import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";

interface Style {
  readonly number: "all" | "nonblank" | "none";
  readonly squeeze: boolean;
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly nonPrinting: boolean;
}

/** cat(1). */
export const cat: Command = {
  name: "cat",
  package: "coreutils",
  closesInput: "closing standard input",
  style: "gnu",
  usage: ["cat [OPTION]... [FILE]..."],
  about: "Concatenate FILE(s) to standard output.",
  options: [
    { name: "show-all", short: "A", help: "equivalent to -vET" },
    { name: "number-nonblank", short: "b", help: "number nonempty output lines, overrides -n" },
    { name: "e", short: "e", long: false, help: "equivalent to -vE" },
    { name: "show-ends", short: "E", help: "display $ at end of each line" },
    { name: "number", short: "n", help: "number all output lines" },
    { name: "squeeze-blank", short: "s", help: "suppress repeated empty output lines" },
    { name: "t", short: "t", long: false, help: "equivalent to -vT" },
    { name: "show-tabs", short: "T", help: "display TAB characters as ^I" },
    { name: "u", short: "u", long: false, help: "(ignored)", fidelity: "ignored" },
    { name: "show-nonprinting", short: "v", help: "use ^ and M- notation, except for LFD and TAB" },
  ],
  completes: "files",
  *run(proc, options) {
    const all = options.has("show-all");
    const style: Style = {
      number: options.has("number-nonblank") ? "nonblank" : options.has("number") ? "all" : "none",
      squeeze: options.has("squeeze-blank"),
      ends: all || options.has("e") || options.has("show-ends"),
      tabs: all || options.has("t") || options.has("show-tabs"),
      nonPrinting: all || options.has("e") || options.has("t") || options.has("show-nonprinting"),
    };
    const plain = style.number === "none" && !style.squeeze && !style.ends && !style.tabs && !style.nonPrinting;
    const writer = new LineWriter(style);
    let status = 0;
    statOutput(proc);
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const fd = openInput(proc, name);
        try {
          if (isOutput(proc, fd)) {
            yield* warn(proc, `${quoteFile(name)}: input file is output file`);
            status = 1;
            continue;
          }
          for (;;) {
            const block = yield* readBlock(proc, fd);
            if (block.length === 0) break;
            yield* stdout(proc).print(plain ? block : writer.render(decodeUtf8(block)));
            yield* stdout(proc).flush();
          }
        } finally {
          closeInput(proc, fd);
        }
      } catch (error) {
        if (isSysError(error) && error.syscall === "write") throw error;
        yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

/** Where nothing can be written, nothing is opened, which would take its place. */
function statOutput(proc: Process): void {
  try {
    proc.sys.fstat(1);
  } catch (error) {
    throw new Failure(`standard output: ${reason(error)}`);
  }
}

/** Whether what is read is the very file that is written, which would never end. */
function isOutput(proc: Process, fd: number): boolean {
  const output = proc.sys.fstat(1);
  const input = proc.sys.fstat(fd);
  return output.type === "file" && input.ino === output.ino && input.dev === output.dev && input.size > 0;
}

/** Keeps the line number and the blank lines seen across blocks and files. */
class LineWriter {
  readonly #style: Style;
  #line = 0;
  #blanks = 0;
  #atStart = true;

  constructor(style: Style) {
    this.#style = style;
  }

  render(text: string): string {
    let out = "";
    const pieces = text.split("\n");
    pieces.forEach((piece, index) => {
      const last = index === pieces.length - 1;
      if (last && piece === "") return;
      if (this.#atStart) {
        if (piece === "" && !last) {
          this.#blanks++;
          if (this.#style.squeeze && this.#blanks > 1) return;
        } else this.#blanks = 0;
        if (this.#style.number === "all" || (this.#style.number === "nonblank" && piece !== ""))
          out += `${String(++this.#line).padStart(6)}\t`;
      }
      out += visible(piece, this.#style);
      if (last) this.#atStart = false;
      else {
        out += this.#style.ends ? "$\n" : "\n";
        this.#atStart = true;
      }
    });
    return out;
  }
}

function visible(text: string, style: Style): string {
  let out = text;
  if (style.nonPrinting) {
    out = "";
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0;
      if (point === 9) out += character;
      else if (point < 32) out += "^" + String.fromCharCode(point + 64);
      else if (point < 127) out += character;
      else if (point === 127) out += "^?";
      else out += metaBytes(character);
    }
  }
  return style.tabs ? out.replaceAll("\t", "^I") : out;
}

/** Bytes beyond ASCII in M- notation. */
function metaBytes(character: string): string {
  let out = "";
  for (const byte of encodeUtf8(character)) {
    const low = byte - 128;
    out += "M-" + (low < 32 ? "^" + String.fromCharCode(low + 64) : low === 127 ? "^?" : String.fromCharCode(low));
  }
  return out;
}
