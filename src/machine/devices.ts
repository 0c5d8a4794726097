/** Character devices: what lies behind the nodes of /dev. Numbers as in Linux's devices.txt. */
import type { Random } from "../base/random.ts";
import { SysError } from "../vfs/errno.ts";
import { OpenFile } from "../vfs/open-file.ts";
import type { Task } from "../vfs/task.ts";
import { O, type DeviceNumber, type FileType } from "../vfs/types.ts";
import type { Kernel } from "./kernel.ts";
import type { Tty } from "./tty.ts";

/** A node that devtmpfs makes. */
export interface DeviceNode {
  readonly name: string;
  readonly type: Extract<FileType, "char" | "block">;
  readonly mode: number;
  readonly gid: number;
  readonly device: DeviceNumber;
}

const MEMORY = 1;
const VIRTUAL_CONSOLE = 4;
const TTY_AUX = 5;
/** Group tty. */
const TTY_GROUP = 5;

/** The character nodes of /dev on every machine; terminals and disks are added by whoever knows how many there are. */
export const DEVICE_NODES: readonly DeviceNode[] = [
  { name: "null", type: "char", mode: 0o666, gid: 0, device: { major: MEMORY, minor: 3 } },
  { name: "zero", type: "char", mode: 0o666, gid: 0, device: { major: MEMORY, minor: 5 } },
  { name: "full", type: "char", mode: 0o666, gid: 0, device: { major: MEMORY, minor: 7 } },
  { name: "random", type: "char", mode: 0o666, gid: 0, device: { major: MEMORY, minor: 8 } },
  { name: "urandom", type: "char", mode: 0o666, gid: 0, device: { major: MEMORY, minor: 9 } },
  { name: "tty", type: "char", mode: 0o666, gid: TTY_GROUP, device: { major: TTY_AUX, minor: 0 } },
  { name: "console", type: "char", mode: 0o600, gid: 0, device: { major: TTY_AUX, minor: 1 } },
];

/** The node of virtual console `number`, 1 for tty1. */
export function consoleNode(number: number): DeviceNode {
  return { name: `tty${number}`, type: "char", mode: 0o620, gid: TTY_GROUP, device: { major: VIRTUAL_CONSOLE, minor: number } };
}

/** The driver behind a node, as opened by `task`. Throws ENXIO when there is none, and for /dev/tty of a process without a terminal. */
export function openDevice(kernel: Kernel, type: "char" | "block", device: DeviceNumber, task: Task): OpenFile {
  // open(2) sets the real flags afterwards.
  const flags = O.RDWR;
  if (type === "char" && device.major === MEMORY) {
    switch (device.minor) {
      case 3:
        return new NullDevice(flags);
      case 5:
        return new ZeroDevice(flags);
      case 7:
        return new FullDevice(flags);
      case 8:
      case 9:
        return new RandomDevice(flags, kernel.random);
    }
  }
  const tty = type === "char" ? ttyOf(kernel, device, task) : undefined;
  if (!tty) throw new SysError("ENXIO", "open");
  takeTerminal(kernel, tty, task);
  return new TtyDevice(flags, tty);
}

function ttyOf(kernel: Kernel, device: DeviceNumber, task: Task): Tty | undefined {
  if (device.major === VIRTUAL_CONSOLE) return kernel.ttys.get(`tty${device.minor}`);
  if (device.major === TTY_AUX && device.minor === 0) return kernel.process(task.pid)?.tty;
  if (device.major === TTY_AUX && device.minor === 1) return kernel.ttys.get("tty1");
  return undefined;
}

/** A session leader without a terminal gets the free one that it opens (tty_ioctl(4), TIOCSCTTY). @simplified O_NOCTTY is not honoured. */
function takeTerminal(kernel: Kernel, tty: Tty, task: Task): void {
  const process = kernel.process(task.pid);
  if (!process || process.session !== process.pid || process.tty || tty.session !== 0) return;
  process.tty = tty;
  tty.session = process.session;
  tty.foregroundGroup = process.processGroup;
}

abstract class Device extends OpenFile {
  readonly kind = "device";
  /** Devices without a position take any (null, zero). */
  override seek(): number {
    return 0;
  }
}

class NullDevice extends Device {
  override read(): Uint8Array {
    return new Uint8Array();
  }

  override pread(): Uint8Array {
    return new Uint8Array();
  }

  override write(data: Uint8Array): number {
    return data.length;
  }

  override pwrite(data: Uint8Array): number {
    return data.length;
  }
}

class ZeroDevice extends NullDevice {
  override read(count = 0): Uint8Array {
    return new Uint8Array(count);
  }

  override pread(count = 0): Uint8Array {
    return new Uint8Array(count);
  }
}

class FullDevice extends ZeroDevice {
  override write(): number {
    throw new SysError("ENOSPC", "write");
  }

  override pwrite(): number {
    throw new SysError("ENOSPC", "write");
  }
}

class RandomDevice extends NullDevice {
  readonly #random: Random;

  constructor(flags: number, random: Random) {
    super(flags);
    this.#random = random;
  }

  override read(count = 0): Uint8Array {
    return this.#random.bytes(count);
  }

  override pread(count = 0): Uint8Array {
    return this.#random.bytes(count);
  }
}

/** A descriptor of a terminal. */
export class TtyDevice extends OpenFile {
  readonly kind = "device";
  readonly #tty: Tty;

  constructor(flags: number, tty: Tty) {
    super(flags);
    this.#tty = tty;
  }

  override read(count: number): Uint8Array | undefined {
    return this.#tty.read(count);
  }

  override write(data: Uint8Array): number | undefined {
    return this.#tty.write(data);
  }

  override readable(): boolean {
    return this.#tty.readable();
  }

  override writable(): boolean {
    return this.#tty.writable();
  }

  override get isTerminal(): boolean {
    return true;
  }

  override get terminal(): Tty {
    return this.#tty;
  }
}
