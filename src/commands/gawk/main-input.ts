/** The records of the files that ARGV names, and of standard input when it names none. */
import type { Run } from "../../machine/program.ts";
import { SysError, isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { RecordReader, type AwkRecord } from "./record-reader.ts";
import type { Runtime } from "./runtime.ts";
import { AwkArray, Fatal, toNumber, type Scalar } from "./values.ts";

/** Runs the rules for the beginning and the end of a file. */
type FileRules = (when: "begin file" | "end file") => Run<void>;

export class MainInput {
  readonly #runtime: Runtime;
  #reader: RecordReader | undefined;
  #index = 0;
  #hadFile = false;
  #ended = false;
  /** Undefined when the program has no such rules. */
  fileRules: FileRules | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The next record, or undefined after the last file. Throws `Fatal` when a file cannot be opened. */
  *next(): Run<AwkRecord | undefined> {
    for (;;) {
      if (this.#reader === undefined && !(yield* this.#open())) return undefined;
      const record = yield* this.#read();
      if (record !== undefined) return record;
      yield* this.close();
    }
  }

  *#read(): Run<AwkRecord | undefined> {
    const runtime = this.#runtime;
    try {
      return yield* this.#reader?.next(runtime.separator) ?? nothing();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`error reading input file \`${runtime.text(runtime.global("FILENAME").value as Scalar)}': ${error.text}`);
    }
  }

  /** Counts a record. */
  count(): void {
    for (const name of ["NR", "FNR"]) {
      const cell = this.#runtime.global(name);
      cell.value = toNumber(cell.value as Scalar) + 1;
    }
  }

  /** Leaves the file, as `nextfile` does. */
  *close(): Run<void> {
    if (this.#reader === undefined) return;
    if (this.#reader.fd !== 0) this.#runtime.proc.sys.close(this.#reader.fd);
    this.#reader = undefined;
    yield* this.fileRules?.("end file") ?? nothing();
  }

  /** Opens the next file of ARGV. False when there is none. */
  *#open(): Run<boolean> {
    if (this.#ended) return false;
    const runtime = this.#runtime;
    const argv = runtime.global("ARGV").value;
    while (++this.#index < toNumber(runtime.global("ARGC").value as Scalar)) {
      const value = argv instanceof AwkArray ? argv.items.get(String(this.#index)) : undefined;
      const name = value instanceof AwkArray ? "" : runtime.text(value);
      if (name === "") continue;
      const assignment = /^([A-Za-z_][A-Za-z_0-9]*)=([^]*)$/.exec(name);
      if (assignment !== null) {
        runtime.assign(assignment[1] ?? "", assignment[2] ?? "");
        continue;
      }
      this.#hadFile = true;
      if (yield* this.#start(name)) return true;
    }
    this.#ended = true;
    return this.#hadFile ? false : yield* this.#start("-");
  }

  *#start(name: string): Run<boolean> {
    const runtime = this.#runtime;
    const { sys } = runtime.proc;
    const isStdin = name === "-" || name === "/dev/stdin";
    runtime.global("FILENAME").value = isStdin && !this.#hadFile ? "" : name;
    runtime.global("ARGIND").value = this.#index;
    runtime.global("FNR").value = 0;
    let fd = 0;
    try {
      if (!isStdin) fd = sys.open(name, O.RDONLY | O.CLOEXEC);
      if (sys.fstat(fd).type === "dir") {
        if (fd !== 0) sys.close(fd);
        throw new SysError("EISDIR", "read", name);
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (this.fileRules !== undefined) {
        runtime.global("ERRNO").value = error.text;
        yield* this.fileRules("begin file");
        return false;
      }
      if (error.errno !== "EISDIR") throw new Fatal(`cannot open file \`${name}' for reading: ${error.text}`);
      runtime.warnOutside(`command line argument \`${name}' is a directory: skipped`);
      return false;
    }
    this.#reader = new RecordReader(runtime.proc, fd);
    runtime.global("ERRNO").value = "";
    yield* this.fileRules?.("begin file") ?? nothing();
    return true;
  }
}

function* nothing(): Run<undefined> {
  return undefined;
}
