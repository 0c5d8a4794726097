import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

/** comm(1). */
export const comm: Command = {
  name: "comm",
  package: "coreutils",
  style: "gnu",
  usage: ["comm [OPTION]... FILE1 FILE2"],
  about: "Compare sorted files FILE1 and FILE2 line by line.",
  options: [
    { name: "1", short: "1", long: false, help: "suppress column 1 (lines unique to FILE1)" },
    { name: "2", short: "2", long: false, help: "suppress column 2 (lines unique to FILE2)" },
    { name: "3", short: "3", long: false, help: "suppress column 3 (lines that appear in both files)" },
    { name: "check-order", help: "check that the input is correctly sorted, even if all input lines are pairable" },
    { name: "nocheck-order", help: "do not check that the input is correctly sorted" },
    { name: "output-delimiter", argument: "STR", help: "separate columns with STR" },
    { name: "total", help: "output a summary" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const [left, right, extra] = options.operands;
    if (left === undefined) throw new UsageError("missing operand");
    if (right === undefined) throw new UsageError(`missing operand after ${curly(left)}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${curly(extra)}`);
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const gap = options.value("output-delimiter") ?? "\t";
    const readers = [left, right].map((name) => {
      try {
        return { fd: openInput(proc, name), name };
      } catch (error) {
        throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
      }
    });
    const lines = readers.map(({ fd }) => new LineReader(proc, fd, end));
    const heads: (string | undefined)[] = [];
    const disordered = [false, false];
    const next = function* (index: number) {
      const before = heads[index];
      try {
        heads[index] = yield* (lines[index] as LineReader).next();
      } catch (error) {
        throw new Failure(`${quoteFile(readers[index]?.name ?? "")}: ${reason(error)}`);
      }
      const now = heads[index];
      if (before === undefined || now === undefined || now >= before || disordered[index] === true || options.has("nocheck-order")) return;
      // Without --check-order it counts only once something could not be paired.
      if (!options.has("check-order") && counts[0] === 0 && counts[1] === 0) return;
      disordered[index] = true;
      if (options.has("check-order")) throw new Failure(`file ${String(index + 1)} is not in sorted order`);
      yield* warn(proc, `file ${String(index + 1)} is not in sorted order`);
    };
    const counts = [0, 0, 0];
    const out = stdout(proc);
    const show = function* (column: number, line: string) {
      counts[column] = (counts[column] ?? 0) + 1;
      if (options.has(String(column + 1))) return;
      const before = [0, 1, 2].filter((other) => other < column && !options.has(String(other + 1))).length;
      yield* out.print(gap.repeat(before) + line + end);
    };
    yield* next(0);
    yield* next(1);
    for (;;) {
      const [a, b] = heads;
      if (a === undefined && b === undefined) break;
      if (a !== undefined && (b === undefined || a < b)) {
        yield* show(0, a);
        yield* next(0);
      } else if (b !== undefined && (a === undefined || b < a)) {
        yield* show(1, b);
        yield* next(1);
      } else {
        yield* show(2, a ?? "");
        yield* next(0);
        yield* next(1);
      }
    }
    for (const { fd } of readers) closeInput(proc, fd);
    if (options.has("total")) yield* out.print([...counts.map(String), "total"].join(gap) + end);
    if (!disordered.includes(true)) return 0;
    yield* warn(proc, "input is not in sorted order");
    return 1;
  },
};
