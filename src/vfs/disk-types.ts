/** The machine's one disk: partitions with file systems, every write numbered, power that may go before any of them. */

/** One write, as `lab crash` lists it. `path` is within the partition's file system, with the partition's name before it: "root:/ostree/repo/…". */
export interface DiskWrite {
  readonly n: number;
  readonly op: string;
  readonly path: string;
}

/** Thrown from inside a system call when the power goes; nothing but the machine catches it. The disk refuses everything after it. */
export class PowerLoss extends Error {
  constructor() {
    super("power lost");
    this.name = "PowerLoss";
  }
}
