/** The file descriptors of one process: small numbers for open file descriptions. */
import { SysError } from "./errno.ts";
import type { OpenFile } from "./open-file.ts";

/** RLIMIT_NOFILE. */
const MAX_DESCRIPTORS = 1024;

interface Descriptor {
  readonly file: OpenFile;
  closeOnExec: boolean;
}

export class DescriptorTable {
  readonly #slots: (Descriptor | undefined)[] = [];

  /** A table of its own with the same open files (fork(2)). */
  copy(): DescriptorTable {
    const copy = new DescriptorTable();
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
    if (fd >= MAX_DESCRIPTORS) throw new SysError("EMFILE");
    file.acquire();
    this.#slots[fd] = { file, closeOnExec: false };
    return fd;
  }

  /** dup2(2). */
  replace(from: number, to: number): number {
    const file = this.file(from);
    if (to < 0 || to >= MAX_DESCRIPTORS) throw new SysError("EBADF");
    if (from === to) return to;
    file.acquire();
    this.#slots[to]?.file.release();
    this.#slots[to] = { file, closeOnExec: false };
    return to;
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
