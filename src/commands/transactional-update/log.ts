/** Where transactional-update's words go: standard output, and with the time before them the log. @simplified Nothing goes to the journal. */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { stdout } from "../output.ts";
import { formatTime } from "../time-format.ts";

const FILE = "/var/log/transactional-update.log";

export class Log {
  readonly #proc: Process;
  readonly #isQuiet: boolean;
  /** The beginning of a line that has no end yet. */
  #open = "";

  constructor(proc: Process, isQuiet: boolean) {
    this.#proc = proc;
    this.#isQuiet = isQuiet;
  }

  *info(line: string): Run<void> {
    if (!this.#isQuiet) yield* stdout(this.#proc).print(`${line}\n`);
    yield* stdout(this.#proc).flush();
    for (const one of line.split("\n")) this.#file(one);
  }

  *error(line: string): Run<void> {
    yield* stdout(this.#proc).flush();
    yield* this.#proc.printError(`${line}\n`);
    this.#file(line);
  }

  /** Output of a program, as it comes. What a package tool says is shown to whoever wanted quiet, too. */
  *pass(bytes: Uint8Array, always = false): Run<void> {
    if (always || !this.#isQuiet) {
      yield* stdout(this.#proc).print(bytes);
      yield* stdout(this.#proc).flush();
    }
    const lines = (this.#open + decodeUtf8(bytes)).split("\n");
    this.#open = lines.pop() ?? "";
    for (const line of lines) this.#file(line);
  }

  #file(line: string): void {
    const { sys } = this.#proc;
    try {
      const fd = sys.open(FILE, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o600);
      sys.write(fd, encodeUtf8(`${formatTime("%Y-%m-%d %H:%M:%S", sys.now())} ${line}\n`));
      sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}
