/** The file descriptors of one process: small numbers for open file descriptions. */
import { SysError } from "./errno.ts";
import type { OpenFile } from "./open-file.ts";

const USUAL_LIMIT = 1024;

interface Descriptor {
  readonly file: OpenFile;
  closeOnExec: boolean;
}

export class DescriptorTable {
  /** RLIMIT_NOFILE: one more than the highest number that may be given out. */
  limit = USUAL_LIMIT;
  #slots: (Descriptor | undefined)[] = [];

  /** A table of its own with the same open files (fork(2)). */
  copy(): DescriptorTable {
    const copy = new DescriptorTable();
    copy.limit = this.limit;
    this.#slots.forEach((descriptor, fd) => {
      if (descriptor === undefined) return;
      descriptor.file.acquire();
      copy.#slots[fd] = { ...descriptor };
    });
    return copy;
  }

  /** EBADF. */
  file(fd: number): OpenFile {
    return this.#at(fd).file;
  }

  /** The open file, if the descriptor is open. */
  find(fd: number): OpenFile | undefined {
    return this.#slots[fd]?.file;
  }

  /** Gives an open file the lowest free number from `atLeast` on. EMFILE. */
  install(file: OpenFile, atLeast = 0): number {
    let fd = atLeast;
    while (this.#slots[fd] !== undefined) fd++;
    if (fd >= this.limit) throw new SysError("EMFILE");
    file.acquire();
    this.#slots[fd] = { file, closeOnExec: false };
    return fd;
  }

  /** dup2(2). */
  replace(from: number, to: number): number {
    const file = this.file(from);
    if (to < 0 || to >= this.limit) throw new SysError("EBADF");
    if (from === to) return to;
    file.acquire();
    this.#slots[to]?.file.release();
    this.#slots[to] = { file, closeOnExec: false };
    return to;
  }

  /** Leaves exactly the descriptors that are `wanted`: new number -> old number. EBADF. */
  arrange(wanted: ReadonlyMap<number, number>): void {
    const slots: (Descriptor | undefined)[] = [];
    for (const [to, from] of wanted) slots[to] = { file: this.file(from), closeOnExec: false };
    for (const descriptor of slots) descriptor?.file.acquire();
    this.closeAll();
    this.#slots = slots;
  }

  setCloseOnExec(fd: number, on: boolean): void {
    this.#at(fd).closeOnExec = on;
  }

  close(fd: number): void {
    const { file } = this.#at(fd);
    this.#slots[fd] = undefined;
    file.release();
  }

  /** Closes everything, or what is marked close-on-exec. */
  closeAll(only?: "close-on-exec"): void {
    this.#slots.forEach((descriptor, fd) => {
      if (descriptor !== undefined && (only === undefined || descriptor.closeOnExec)) this.close(fd);
    });
  }

  /** The open ones, ascending. */
  list(): number[] {
    return [...this.#slots.keys()].filter((fd) => this.#slots[fd] !== undefined);
  }

  #at(fd: number): Descriptor {
    const descriptor = this.#slots[fd];
    if (descriptor === undefined) throw new SysError("EBADF");
    return descriptor;
  }
}
