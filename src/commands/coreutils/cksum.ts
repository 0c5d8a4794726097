/** The old checksums: cksum's CRC and sum's two. */
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock } from "../text-io.ts";
import { CHECK_OPTIONS, digestFiles, isDigest, refuseContradictions, type DigestStyle } from "./checksums.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { argumentIn } from "../operands.ts";

/** A sum that is shown with a length. */
interface Sum {
  add(block: Uint8Array): void;
  /** The line's beginning, for a file of `length` bytes. */
  text(length: number): string;
}

class Crc implements Sum {
  readonly #table: Uint32Array;
  #value = 0;

  constructor() {
    this.#table = Uint32Array.from({ length: 256 }, (_, index) => {
      let value = index << 24;
      for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
      return value >>> 0;
    });
  }

  add(block: Uint8Array): void {
    for (const byte of block) this.#step(byte);
  }

  #step(byte: number): void {
    this.#value = ((this.#value << 8) ^ (this.#table[(this.#value >>> 24) ^ byte] ?? 0)) >>> 0;
  }

  text(length: number): string {
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) this.#step(rest % 256);
    return `${String(~this.#value >>> 0)} ${String(length)}`;
  }
}

/** The CRC of Ethernet, gzip and zlib. */
class Crc32b implements Sum {
  readonly #table: Uint32Array;
  #value = 0xffffffff;

  constructor() {
    this.#table = Uint32Array.from({ length: 256 }, (_, index) => {
      let value = index;
      for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
      return value >>> 0;
    });
  }

  add(block: Uint8Array): void {
    for (const byte of block) this.#value = (this.#value >>> 8) ^ (this.#table[(this.#value ^ byte) & 0xff] ?? 0);
  }

  text(length: number): string {
    return `${String(~this.#value >>> 0)} ${String(length)}`;
  }
}

class BsdSum implements Sum {
  #value = 0;

  add(block: Uint8Array): void {
    for (const byte of block) this.#value = ((this.#value >> 1) + ((this.#value & 1) << 15) + byte) & 0xffff;
  }

  text(length: number): string {
    return `${String(this.#value).padStart(5, "0")} ${String(Math.ceil(length / 1024)).padStart(5)}`;
  }
}

class SystemVSum implements Sum {
  #value = 0;

  add(block: Uint8Array): void {
    for (const byte of block) this.#value = (this.#value + byte) >>> 0;
  }

  text(length: number): string {
    const folded = (this.#value & 0xffff) + (this.#value >>> 16);
    return `${String((folded & 0xffff) + (folded >>> 16))} ${String(Math.ceil(length / 512))}`;
  }
}

function* summed(proc: Process, options: ParsedOptions, make: () => Sum, isRaw = false): Run<ExitStatus> {
  const { operands } = options;
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    try {
      const fd = openInput(proc, name);
      const sum = make();
      let length = 0;
      try {
        for (;;) {
          const block = yield* readBlock(proc, fd);
          if (block.length === 0) break;
          sum.add(block);
          length += block.length;
        }
      } finally {
        closeInput(proc, fd);
      }
      // The number alone, the highest byte first.
      if (isRaw) {
        const value = Number(/^[0-9]+/.exec(sum.text(length))?.[0] ?? 0);
        yield* stdout(proc).print(Uint8Array.from([24, 16, 8, 0], (shift) => (value >>> shift) & 255));
        continue;
      }
      yield* stdout(proc).print(`${sum.text(length)}${operands.length > 0 ? ` ${name}` : ""}\n`);
    } catch (error) {
      yield* warn(proc, `${quoteFile(name)}: ${reason(error)}`);
      status = 1;
    }
  }
  return status;
}

const ALGORITHMS = ["bsd", "sysv", "crc", "crc32b", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sm3"] as const;

/** cksum(1). */
export const cksum: Command = {
  name: "cksum",
  package: "coreutils",
  closesInput: "standard input",
  style: "gnu",
  usage: ["cksum [OPTION]... [FILE]..."],
  about: "Print or verify checksums. By default use the 32 bit CRC algorithm.",
  options: [
    { name: "algorithm", short: "a", argument: "TYPE", help: "select the digest type to use", values: ALGORITHMS },
    { name: "base64", help: "emit base64-encoded digests, not hexadecimal" },
    { name: "length", short: "l", argument: "BITS", help: "digest length in bits; must not exceed the max for the blake2 algorithm" },
    { name: "raw", help: "emit a raw binary digest, not hexadecimal" },
    { name: "untagged", help: "create a reversed style checksum, without digest type" },
    { name: "tag", help: "create a BSD style checksum (the default)" },
    ...CHECK_OPTIONS,
  ],
  completes: "files",
  *run(proc, options) {
    const given = options.value("algorithm");
    const algorithm =
      given === undefined
        ? "crc"
        : argumentIn(
            given,
            "--algorithm",
            ALGORITHMS.map((name) => [name]),
          );
    refuseContradictions(options);
    if (options.has("length") && algorithm !== "blake2b") throw new Failure("--length is only supported with --algorithm=blake2b");
    if (options.has("raw") && !options.has("check") && options.operands.length > 1)
      throw new Failure("the --raw option is not supported with multiple files");
    const tagged = options.order.findLast(({ name }) => name === "tag" || name === "untagged")?.name !== "untagged";
    const encoding = options.order.findLast(({ name }) => name === "raw" || name === "base64")?.name;
    const style: DigestStyle = { tagged, encoding: encoding === "raw" || encoding === "base64" ? encoding : "hex" };
    if (isDigest(algorithm)) return yield* digestFiles(proc, options, algorithm, style);
    if (options.has("check")) {
      if (given !== undefined) throw new Failure("--check is not supported with --algorithm={bsd,sysv,crc,crc32b}");
      return yield* digestFiles(proc, options, undefined, style);
    }
    const makes: Readonly<Record<string, new () => Sum>> = { bsd: BsdSum, sysv: SystemVSum, crc32b: Crc32b };
    return yield* summed(proc, options, () => new (makes[algorithm] ?? Crc)(), style.encoding === "raw");
  },
};

/** sum(1). */
export const sum: Command = {
  name: "sum",
  package: "coreutils",
  closesInput: "-",
  style: "gnu",
  usage: ["sum [OPTION]... [FILE]..."],
  about: "Print or check BSD (16-bit) checksums.",
  options: [
    { name: "r", short: "r", long: false, help: "use BSD sum algorithm (the default), use 1K blocks" },
    { name: "sysv", short: "s", help: "use System V sum algorithm, use 512 bytes blocks" },
  ],
  completes: "files",
  *run(proc, options) {
    const isSystemV = options.order.findLast(({ name }) => name === "r" || name === "sysv")?.name === "sysv";
    return yield* summed(proc, options, () => (isSystemV ? new SystemVSum() : new BsdSum()));
  },
};
