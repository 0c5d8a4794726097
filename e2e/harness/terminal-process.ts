/** A process that has a terminal and nothing else, for tests of what reads keys and paints. */
import { encodeUtf8 } from "../../src/base/utf8.ts";
import type { Process, SignalDisposition } from "../../src/machine/process.ts";
import type { Run } from "../../src/machine/program.ts";
import type { Signal } from "../../src/machine/signals.ts";
import { Tty } from "../../src/machine/tty.ts";
import { SysError } from "../../src/vfs/errno.ts";

/** The few files that a test needs, by the path that the program uses. A directory is `null`. */
export interface TestFiles {
  readonly contents: Map<string, Uint8Array | null>;
  readonly isReadOnly: boolean;
}

export class TerminalProcess {
  files: TestFiles = { contents: new Map(), isReadOnly: false };
  argv: readonly string[] = [];
  env = new Map([["TERM", "xterm-256color"]]);
  /** What comes in on descriptor 0 instead of keys. */
  input: Uint8Array | undefined;
  readonly tty: Tty;
  /** What was written since `takeOutput`. */
  #output: Uint8Array[] = [];
  #caught: Signal[] = [];
  readonly #dispositions = new Map<Signal, SignalDisposition>();

  constructor(columns: number, rows: number) {
    this.tty = new Tty({
      columns,
      rows,
      output: (bytes) => this.#output.push(bytes),
      signal: (_group, signal) => {
        const disposition = this.#dispositions.get(signal);
        if (typeof disposition !== "function") return;
        disposition(signal);
        this.#caught.push(signal);
      },
    });
    this.tty.foregroundGroup = 1;
  }

  takeOutput(): Uint8Array {
    const all = Uint8Array.from(this.#output.flatMap((bytes) => [...bytes]));
    this.#output = [];
    return all;
  }

  /** The process as programs see it. */
  get process(): Process {
    const { tty } = this;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- generators below have a `this` of their own
    const self = this;
    const open: { readonly data: Uint8Array; at: number }[] = [];
    const piped = { data: this.input ?? new Uint8Array(), at: 0 };
    const sys = {
      isatty: (fd: number) => fd !== 0 || self.input === undefined,
      open(path: string) {
        if (path === "/dev/tty") return 100;
        sys.stat(path);
        open.push({ data: self.files.contents.get(path) ?? new Uint8Array(), at: 0 });
        return open.length + 2;
      },
      stat(path: string) {
        const found = self.files.contents.get(path);
        if (found === undefined) throw new SysError("ENOENT", "stat", path);
        return { type: found === null ? "dir" : "file", size: found?.length ?? 0 };
      },
      access(path: string, mode: string) {
        sys.stat(path);
        if (self.files.isReadOnly && mode.includes("W")) throw new SysError("EROFS", "access", path);
      },
    };
    const process = {
      tty,
      sys,
      name: "test",
      argv: self.argv,
      env: self.env,
      *tick(): Run<void> {
        yield { kind: "tick" };
      },
      *sleep(seconds: number): Run<void> {
        yield { kind: "sleep", nanoseconds: seconds * 1e9 };
      },
      *readFile(path: string): Run<Uint8Array> {
        sys.stat(path);
        const found = self.files.contents.get(path);
        if (!found) throw new SysError("EISDIR", "read", path);
        return found;
      },
      *writeFile(path: string, data: Uint8Array | string): Run<void> {
        if (self.files.isReadOnly) throw new SysError("EROFS", "open", path);
        if (path.includes("/") && !self.files.contents.has(path.slice(0, path.lastIndexOf("/"))))
          throw new SysError("ENOENT", "open", path);
        self.files.contents.set(path, typeof data === "string" ? encodeUtf8(data) : data);
      },
      *print(text: string | Uint8Array): Run<void> {
        yield* process.write(1, text);
      },
      *printError(text: string): Run<void> {
        yield* process.write(2, text);
      },
      signalDisposition: (signal: Signal) => self.#dispositions.get(signal) ?? "default",
      onSignal: (signal: Signal, disposition: SignalDisposition) => void self.#dispositions.set(signal, disposition),
      *read(fd: number, count: number): Run<Uint8Array> {
        const file = fd === 0 && self.input ? piped : open[fd - 3];
        if (file) {
          const data = file.data.subarray(file.at, file.at + count);
          file.at += data.length;
          return data;
        }
        for (;;) {
          if (self.#caught.length > 0) {
            self.#caught = [];
            throw new SysError("EINTR", "read");
          }
          const got = tty.read(count);
          if (got) return got;
          yield { kind: "until", reason: "read", ready: () => tty.readable() || self.#caught.length > 0 };
        }
      },
      *write(_fd: number, data: Uint8Array | string): Run<void> {
        const bytes = typeof data === "string" ? encodeUtf8(data) : data;
        while (tty.write(bytes) === undefined) yield { kind: "until", reason: "write", ready: () => tty.writable() };
      },
    };
    return process as unknown as Process;
  }
}

/** Runs until the program waits for something that has not come, or ends. */
export function runUntilBlocked<T>(run: Run<T>): { done: boolean; value: T | undefined } {
  for (let turns = 0; turns < 1_000_000; turns++) {
    const step = run.next();
    if (step.done) return { done: true, value: step.value };
    if (step.value.kind === "until" && !step.value.ready()) return { done: false, value: undefined };
  }
  throw new Error("the program runs on and on");
}
