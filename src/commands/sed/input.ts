/** Where sed reads from and writes to: one long file, or each file for itself and perhaps in place. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import { complain, Failure, orUndefined, reason } from "../complain.ts";
import { temporaryName } from "../coreutils/mktemp.ts";
import { Output, stdout } from "../output.ts";
import { LineSink } from "./line-sink.ts";
import { baseName, dirName, join } from "../paths.ts";
import { LineReader } from "../text-io.ts";

/** Exit status of a failure that has to do with files, not with the script (sed's EXIT_PANIC). */
const PANIC = 4;

export interface InPlace {
  /** What the old file is renamed to, `*` standing for its name; "" keeps none. */
  readonly suffix: string;
  readonly followLinks: boolean;
}

interface Edited {
  readonly name: string;
  readonly temporary: string;
  readonly fd: number;
  readonly stat: Stat;
}

export class Input {
  readonly #proc: Process;
  readonly #names: readonly string[];
  readonly #delimiter: "\n" | "\0";
  readonly #separate: boolean;
  readonly #inPlace: InPlace | undefined;
  /** Standard output, whatever is edited in place. */
  readonly standard: LineSink;
  #next = 0;
  #reader: LineReader | undefined;
  #fd = 0;
  #edited: Edited | undefined;
  #ahead: string | undefined;
  #aheadLacksNewline = false;
  fileName = "-";
  lineNumber = 0;
  /** Whether the line that was read last is the last of its file and has no newline. */
  lastLacksNewline = false;
  /** 2 once a file could not be read. */
  status = 0;
  sink: LineSink;

  constructor(
    proc: Process,
    names: readonly string[],
    options: { readonly delimiter: "\n" | "\0"; readonly separate: boolean; readonly inPlace: InPlace | undefined },
  ) {
    this.#proc = proc;
    this.#names = names;
    this.#delimiter = options.delimiter;
    this.#separate = options.separate;
    this.#inPlace = options.inPlace;
    this.standard = new LineSink(stdout(proc), options.delimiter);
    this.sink = this.standard;
  }

  /** The next line, from the next file if this one is at its end; undefined when there is none. */
  *next(): Run<string | undefined> {
    const line = yield* this.#peek(true);
    if (line === undefined) return undefined;
    this.#ahead = undefined;
    this.lineNumber++;
    this.lastLacksNewline = this.#aheadLacksNewline;
    return line;
  }

  /** Whether the line that was read last is the last: of all, or of its file when files are separate. */
  *atEnd(): Run<boolean> {
    return (yield* this.#peek(!this.#separate)) === undefined;
  }

  *#readLine(reader: LineReader): Run<string | undefined> {
    try {
      return yield* reader.next();
    } catch (error) {
      throw new Failure(`read error on ${this.fileName === "-" ? "stdin" : this.fileName}: ${reason(error)}`, PANIC);
    }
  }

  *#peek(acrossFiles: boolean): Run<string | undefined> {
    for (;;) {
      if (this.#ahead !== undefined) return this.#ahead;
      if (this.#reader !== undefined) {
        const line = yield* this.#readLine(this.#reader);
        if (line !== undefined) {
          this.#ahead = line;
          // Only when nothing follows does a missing newline matter.
          this.#aheadLacksNewline = this.#reader.buffered ? false : (yield* this.#reader.atEnd()) && this.#reader.missingNewline;
          return line;
        }
      }
      if (!acrossFiles) {
        return undefined;
      }
      if (!(yield* this.#open())) return undefined;
    }
  }

  /** Goes on to the next file that can be opened. */
  *#open(): Run<boolean> {
    yield* this.#close();
    while (this.#next < this.#names.length) {
      const name = this.#names[this.#next++] ?? "-";
      try {
        if (name === "-" && this.#inPlace === undefined) this.#fd = 0;
        else {
          const stat = this.#proc.sys.stat(name);
          if (stat.type === "dir" && this.#inPlace === undefined) throw new Failure(`read error on ${name}: Is a directory`, PANIC);
          if (this.#inPlace !== undefined && stat.type !== "file") {
            yield* complain(this.#proc, `couldn't edit ${name}: not a regular file`);
            this.status = PANIC;
            continue;
          }
          this.#fd = this.#proc.sys.open(name, O.RDONLY);
          if (this.#inPlace !== undefined) {
            this.#startEdit(name, stat, this.#inPlace);
          }
        }
      } catch (error) {
        if (error instanceof Failure) throw error;
        yield* complain(this.#proc, `can't read ${name}: ${reason(error)}`);
        this.status = 2;
        continue;
      }
      this.fileName = name;
      if (this.#separate) this.lineNumber = 0;
      this.#reader = new LineReader(this.#proc, this.#fd, this.#delimiter, { bytes: true });
      return true;
    }
    return false;
  }

  #startEdit(name: string, stat: Stat, inPlace: InPlace): void {
    const { sys } = this.#proc;
    const target = inPlace.followLinks ? sys.realpath(name) : name;
    const directory = target.includes("/") ? dirName(target) : ".";
    const temporary = temporaryName(this.#proc, `${directory === "/" ? "" : directory}/sedXXXXXX`);
    try {
      const fd = sys.open(temporary, O.RDWR | O.CREAT | O.EXCL, 0o600);
      this.#edited = { name: target, temporary, fd, stat };
      this.sink = new LineSink(new Output(this.#proc, fd), this.#delimiter);
    } catch (error) {
      throw new Failure(`couldn't open temporary file ${temporary}: ${reason(error)}`, PANIC);
    }
  }

  /** Puts what was edited in its place. */
  *#close(): Run<void> {
    const { sys } = this.#proc;
    if (this.#reader !== undefined && this.#fd !== 0) sys.close(this.#fd);
    this.#reader = undefined;
    const edited = this.#edited;
    if (edited === undefined) return;
    this.#edited = undefined;
    yield* this.sink.output.flush();
    this.sink = this.standard;
    orUndefined(() => sys.fchown(edited.fd, edited.stat.uid, edited.stat.gid));
    sys.fchmod(edited.fd, edited.stat.mode);
    sys.close(edited.fd);
    const suffix = this.#inPlace?.suffix ?? "";
    try {
      if (suffix !== "") {
        const base = suffix.includes("*") ? suffix.replaceAll("*", baseName(edited.name)) : baseName(edited.name) + suffix;
        const backup = base.includes("/") ? base : edited.name.includes("/") ? join(dirName(edited.name), base) : base;
        orUndefined(() => sys.unlink(backup));
        sys.link(edited.name, backup);
      }
      sys.rename(edited.temporary, edited.name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      orUndefined(() => sys.unlink(edited.temporary));
      throw new Failure(`cannot rename ${edited.temporary}: ${error.text}`, PANIC);
    }
  }

  /** After the last command. What was not read of a file that is edited in place is lost, as with the real q. */
  *finish(): Run<void> {
    yield* this.#close();
  }
}
