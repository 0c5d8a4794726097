/**
 * The machine's memory: how much there is and who has it. The ceiling of everything that grows.
 *
 * What a process asks for is counted when it asks, not when it is touched, and nothing is promised that is not there: the rule of
 * `vm.overcommit_memory=2` with a ratio of 100. So memory ends in ENOMEM for whoever asks last, and nobody is killed for it. Files in
 * RAM file systems count as they do in Linux.
 */
import { SysError } from "../vfs/errno.ts";

/** The kernel's own. */
const KERNEL_BYTES = 96 * 1024 * 1024;
/** What a process has that shares its program with others: stack, heap, page tables. As many as a user may have fit into memory. */
export const PROCESS_BYTES = 256 * 1024;
/** Kept for root, as vm.admin_reserve_kbytes. */
const ADMIN_RESERVE = 8 * 1024 * 1024;

export class Memory {
  /** Bytes of RAM. */
  readonly total: number;
  readonly #inRamFiles: () => number;
  #held = 0;

  /** `inRamFiles` says how much the files of RAM file systems take now. */
  constructor(total: number, inRamFiles: () => number) {
    this.total = total;
    this.#inRamFiles = inRamFiles;
  }

  /** Bytes of anonymous memory that processes hold. */
  get held(): number {
    return this.#held;
  }

  /** Bytes in files of RAM file systems. */
  get shared(): number {
    return this.#inRamFiles();
  }

  /** Bytes that nobody has. */
  get free(): number {
    return Math.max(0, this.total - KERNEL_BYTES - this.#held - this.#inRamFiles());
  }

  /** ENOMEM when there are not as many bytes left. */
  check(bytes: number, isPrivileged: boolean): void {
    if (bytes > this.free - (isPrivileged ? 0 : ADMIN_RESERVE)) throw new SysError("ENOMEM", "brk");
  }

  take(bytes: number): void {
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}
