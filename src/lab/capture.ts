/** Where the output of a process goes that is started from outside the machine. */
import { timestamp } from "../base/timestamp.ts";
import { OpenFile } from "../vfs/open-file.ts";
import type { Stat } from "../vfs/types.ts";

/** A pipe whose other end holds everything that was written, however much. */
export class Capture extends OpenFile {
  readonly kind = "pipe";
  #parts: Uint8Array[] = [];

  override read(): Uint8Array {
    return new Uint8Array();
  }

  override write(data: Uint8Array): number {
    this.#parts.push(data.slice());
    return data.length;
  }

  /** As a pipe nobody else has. */
  override stat(): Stat {
    const time = timestamp(0);
    return {
      dev: 0,
      ino: 1,
      type: "fifo",
      mode: 0o600,
      nlink: 1,
      uid: 0,
      gid: 0,
      rdev: { major: 0, minor: 0 },
      size: 0,
      blocks: 0,
      blksize: 4096,
      atime: time,
      mtime: time,
      ctime: time,
    };
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    return whole;
  }
}
