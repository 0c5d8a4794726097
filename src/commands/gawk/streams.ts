/** Files and commands that a program reads from and prints to, each opened at its first use and open until it is closed. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { Output, stdout } from "../output.ts";
import { RecordReader } from "./record-reader.ts";
import { Fatal } from "./values.ts";

type RedirectionKind = ">" | ">>" | "|";

interface OutputStream {
  readonly kind: RedirectionKind;
  readonly output: Output;
  readonly fd: number;
  /** The command that reads it. */
  readonly child: number | undefined;
}

interface InputStream {
  readonly reader: RecordReader;
  readonly child: number | undefined;
}

export class Streams {
  readonly #proc: Process;
  readonly #outputs = new Map<string, OutputStream>();
  readonly #inputs = new Map<string, InputStream>();

  constructor(proc: Process) {
    this.#proc = proc;
  }

  /** Where `print > name` and its like go. Throws `Fatal`. */
  *output(kind: RedirectionKind, name: string): Run<Output> {
    const open = this.#outputs.get(name);
    if (open !== undefined) return open.output;
    if (name === "") throw new Fatal(`expression for \`${kind}' redirection has null string value`);
    if (kind !== "|" && (name === "/dev/stdout" || name === "-")) return stdout(this.#proc);
    const stream = kind === "|" ? yield* this.#openCommand(name) : this.#openFile(kind, name);
    this.#outputs.set(name, stream);
    return stream.output;
  }

  #openFile(kind: ">" | ">>", name: string): OutputStream {
    const proc = this.#proc;
    const known = name === "/dev/stderr" ? 2 : /^\/dev\/fd\/([0-9]+)$/.exec(name)?.[1];
    try {
      const fd =
        known === undefined
          ? proc.sys.open(name, O.WRONLY | O.CREAT | O.CLOEXEC | (kind === ">" ? O.TRUNC : O.APPEND), 0o666)
          : proc.sys.dup(Number(known));
      return { kind, fd, output: new Output(proc, fd), child: undefined };
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Fatal(`cannot redirect to \`${name}': ${error.text}`);
    }
  }

  *#openCommand(command: string): Run<OutputStream> {
    const proc = this.#proc;
    yield* this.flush();
    const [reader, writer] = proc.sys.pipe();
    const child = this.#shell(command, [reader, 1]);
    proc.sys.close(reader);
    return { kind: "|", fd: writer, output: new Output(proc, writer), child };
  }

  #shell(command: string, [input, output]: readonly [number, number]): number {
    const fds = new Map([
      [0, input],
      [1, output],
      [2, 2],
    ]);
    return this.#proc.spawn({ argv: ["sh", "-c", command], program: { path: "/bin/sh" }, fds }).pid;
  }

  /** What `getline < name` reads. Throws SysError when it cannot be opened. */
  fileReader(name: string): RecordReader {
    let stream = this.#inputs.get(name);
    if (stream === undefined) {
      if (name === "") throw new Fatal("expression for `<' redirection has null string value");
      const isStdin = name === "-" || name === "/dev/stdin";
      const fd = isStdin ? 0 : this.#proc.sys.open(name, O.RDONLY | O.CLOEXEC);
      stream = { reader: new RecordReader(this.#proc, fd), child: undefined };
      this.#inputs.set(name, stream);
    }
    return stream.reader;
  }

  /** What `command | getline` reads. */
  *commandReader(command: string): Run<RecordReader> {
    let stream = this.#inputs.get(command);
    if (stream === undefined) {
      if (command === "") throw new Fatal("expression for `|' redirection has null string value");
      yield* this.flush();
      const [reader, writer] = this.#proc.sys.pipe();
      const child = this.#shell(command, [0, writer]);
      this.#proc.sys.close(writer);
      stream = { reader: new RecordReader(this.#proc, reader), child };
      this.#inputs.set(command, stream);
    }
    return stream.reader;
  }

  /** system(): the status as gawk gives it, 256 and the signal for a command that was killed. */
  *system(command: string): Run<number> {
    yield* this.flush();
    return yield* this.#waitFor(this.#shell(command, [0, 1]));
  }

  *#waitFor(pid: number): Run<number> {
    const ended = yield* this.#proc.wait(pid);
    if (ended === undefined) return 0;
    const { ending } = ended;
    return ending.kind === "exited" ? ending.status : 256 + SIGNALS[ending.signal];
  }

  /** Writes what is buffered: of one stream, or of all. False when there is no such one. */
  *flush(name?: string): Run<boolean> {
    if (name === undefined) yield* stdout(this.#proc).flush();
    const streams = name === undefined ? this.#outputs.values() : [this.#outputs.get(name)];
    let found = name === undefined;
    for (const stream of streams) {
      if (stream === undefined) continue;
      found = true;
      yield* this.#flushOne(stream);
    }
    return found;
  }

  *#flushOne(stream: OutputStream): Run<void> {
    try {
      yield* stream.output.flush();
    } catch (error) {
      // A reader that went away is no fault of the program's.
      if (!isSysError(error, "EPIPE")) throw error;
    }
  }

  /** close(): the status of a command, 0 for a file, -1 for what is not open. */
  *close(name: string): Run<number> {
    let status = -1;
    const output = this.#outputs.get(name);
    if (output !== undefined) {
      this.#outputs.delete(name);
      yield* this.#flushOne(output);
      this.#proc.sys.close(output.fd);
      status = output.child === undefined ? 0 : yield* this.#waitFor(output.child);
    }
    const input = this.#inputs.get(name);
    if (input !== undefined) {
      this.#inputs.delete(name);
      if (input.reader.fd !== 0) this.#proc.sys.close(input.reader.fd);
      status = input.child === undefined ? 0 : yield* this.#waitFor(input.child);
    }
    return status;
  }

  /** Closes all, and waits for the commands. */
  *closeAll(): Run<void> {
    for (const name of [...this.#outputs.keys(), ...this.#inputs.keys()]) yield* this.close(name);
  }
}
