import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { allocate, Failure, reason, warn } from "../complain.ts";
import { helpText } from "../help.ts";
import { GetoptError, UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { humanSize, isTooLarge, parseSize, TOO_LARGE } from "../sizes.ts";
import { concat } from "../text-io.ts";
import { printVersion } from "../version.ts";

const CONVERSIONS = [
  "ascii",
  "ebcdic",
  "ibm",
  "block",
  "unblock",
  "lcase",
  "ucase",
  "sparse",
  "swab",
  "sync",
  "excl",
  "nocreat",
  "notrunc",
  "noerror",
  "fdatasync",
  "fsync",
];
const FLAGS = [
  "append",
  "direct",
  "directory",
  "dsync",
  "sync",
  "fullblock",
  "nonblock",
  "noatime",
  "nocache",
  "noctty",
  "nofollow",
  "count_bytes",
  "skip_bytes",
  "seek_bytes",
];

/** dd(1). */
export const dd: Command = {
  name: "dd",
  package: "coreutils",
  style: "raw",
  usage: ["dd [OPERAND]...", "dd OPTION"],
  about: "Copy a file, converting and formatting according to the operands.",
  options: [
    { name: "bs", long: false, argument: "BYTES", help: "bs=BYTES: read and write up to BYTES bytes at a time (default: 512)" },
    {
      name: "conv",
      long: false,
      argument: "CONVS",
      help: "conv=CONVS: convert the file as per the comma separated symbol list",
      values: CONVERSIONS,
    },
    { name: "count", long: false, argument: "N", help: "count=N: copy only N input blocks" },
    { name: "if", long: false, argument: "FILE", help: "if=FILE: read from FILE instead of stdin" },
    { name: "of", long: false, argument: "FILE", help: "of=FILE: write to FILE instead of stdout" },
    { name: "seek", long: false, argument: "N", help: "seek=N: skip N obs-sized output blocks" },
    { name: "skip", long: false, argument: "N", help: "skip=N: skip N ibs-sized input blocks" },
    { name: "status", long: false, argument: "LEVEL", help: "status=LEVEL: none, noxfer, progress" },
  ],
  completes: "files",
  *run(proc, { operands }) {
    if (operands.length === 1 && (operands[0] === "--help" || operands[0] === "--version")) {
      if (operands[0] === "--help") yield* stdout(proc).print(helpText(dd));
      else yield* printVersion(proc, dd);
      return 0;
    }
    const given = new Map<string, string>();
    for (const operand of operands[0] === "--" ? operands.slice(1) : operands) {
      const equals = operand.indexOf("=");
      const key = operand.slice(0, equals);
      if (
        equals < 0 ||
        !["if", "of", "bs", "ibs", "obs", "cbs", "count", "skip", "iseek", "seek", "oseek", "conv", "iflag", "oflag", "status"].includes(
          key,
        )
      ) {
        if (operands[0] !== "--" && operand.startsWith("--")) throw new GetoptError(`unrecognized option '${operand}'`);
        throw new UsageError(`unrecognized operand ${quote(operand)}`);
      }
      given.set(key, operand.slice(equals + 1));
    }
    const number = (key: string, fallback: number, least = 0): number => {
      const text = given.get(key);
      if (text === undefined) return fallback;
      const value = text.split("x").reduce<number | undefined>((product, part) => {
        const size = parseSize(part.replace(/B$/, (suffix) => (/[0-9]B$/.test(part) ? "" : suffix)));
        return product === undefined || size === undefined ? undefined : product * size;
      }, 1);
      if (value === undefined || value < least)
        throw new Failure(`invalid number: ${quote(text)}${isTooLarge(text) ? `: ${TOO_LARGE}` : ""}`);
      return value;
    };
    const list = (key: string, known: readonly string[], what: string): ReadonlySet<string> => {
      const words = given.get(key)?.split(",") ?? [];
      for (const word of words) if (!known.includes(word)) throw new UsageError(`invalid ${what}: ${curly(word)}`);
      return new Set(words);
    };
    const conversions = list("conv", CONVERSIONS, "conversion");
    const inputFlags = list("iflag", FLAGS, "input flag");
    const outputFlags = list("oflag", FLAGS, "output flag");
    const level = given.get("status") ?? "";
    if (!["", "none", "noxfer", "progress"].includes(level)) throw new UsageError(`invalid status level: ${curly(level)}`);
    const both = given.has("bs") ? number("bs", 512, 1) : undefined;
    const inputSize = both ?? number("ibs", 512, 1);
    const outputSize = both ?? number("obs", 512, 1);
    allocate(proc, inputSize, ` by input buffer of size ${inputSize} bytes (${spaced(humanSize(inputSize), "iB")})`);
    const countBytes = inputFlags.has("count_bytes") || /B$/.test(given.get("count") ?? "");
    const count = given.has("count") ? number("count", 0) : undefined;
    const skip = number(given.has("iseek") ? "iseek" : "skip", 0) * (inputFlags.has("skip_bytes") ? 1 : inputSize);
    const seek = number(given.has("oseek") ? "oseek" : "seek", 0) * (outputFlags.has("seek_bytes") ? 1 : outputSize);
    let input = 0;
    let output = 1;
    const inputName = given.get("if");
    const outputName = given.get("of");
    if (inputName !== undefined) {
      try {
        input = proc.sys.open(inputName, O.RDONLY);
      } catch (error) {
        throw new Failure(`failed to open ${quote(inputName)}: ${reason(error)}`);
      }
    }
    if (outputName !== undefined) {
      try {
        const truncates = !conversions.has("notrunc") && seek === 0;
        const flags =
          (conversions.has("nocreat") ? 0 : O.CREAT) |
          (conversions.has("excl") ? O.EXCL : 0) |
          (truncates ? O.TRUNC : 0) |
          (outputFlags.has("append") ? O.APPEND : 0);
        output = proc.sys.open(outputName, O.WRONLY | flags, 0o666);
        if (seek > 0) {
          if (!conversions.has("notrunc")) proc.sys.ftruncate(output, seek);
          proc.sys.lseek(output, seek, "SET");
        }
      } catch (error) {
        throw new Failure(`failed to open ${quote(outputName)}: ${reason(error)}`);
      }
    }
    const started = proc.now();
    let [fullIn, partIn, fullOut, partOut, bytes] = [0, 0, 0, 0, 0];
    let failure: string | undefined;
    let toSkip = skip;
    const report = function* () {
      if (level === "none") return;
      yield* proc.printError(`${String(fullIn)}+${String(partIn)} records in\n${String(fullOut)}+${String(partOut)} records out\n`);
      if (level === "noxfer") return;
      const now = proc.now();
      const seconds = Math.max(1e-9, now.sec - started.sec + (now.nsec - started.nsec) / 1e9);
      yield* proc.printError(`${summary(bytes)} copied, ${shortNumber(seconds)} s, ${rate(bytes / seconds)}\n`);
    };
    if (input !== 0 && toSkip > 0 && proc.sys.fstat(input).type === "file") {
      proc.sys.lseek(input, toSkip, "SET");
      toSkip = 0;
    }
    let pending: Uint8Array[] = [];
    const writeOut = function* (block: Uint8Array) {
      if (block.length === 0) return;
      try {
        yield* proc.write(output, block);
      } catch (error) {
        failure = `error writing ${quote(outputName ?? "standard output")}: ${reason(error)}`;
        return;
      }
      bytes += block.length;
      if (block.length === outputSize) fullOut++;
      else partOut++;
    };
    while (failure === undefined) {
      const limit =
        count === undefined
          ? inputSize
          : countBytes
            ? Math.min(inputSize, count - (fullIn * inputSize + partIn))
            : fullIn + partIn >= count
              ? 0
              : inputSize;
      if (limit <= 0) break;
      let block: Uint8Array;
      try {
        block = yield* proc.read(input, limit);
        while (inputFlags.has("fullblock") && block.length > 0 && block.length < limit) {
          const more = yield* proc.read(input, limit - block.length);
          if (more.length === 0) break;
          block = concat([block, more]);
        }
      } catch (error) {
        if (!isSysError(error)) throw error;
        failure = `error reading ${quote(inputName ?? "standard input")}: ${error.text}`;
        break;
      }
      yield* proc.tick();
      if (block.length === 0) break;
      if (toSkip > 0) {
        const cut = Math.min(toSkip, block.length);
        toSkip -= cut;
        if (cut === block.length) continue;
        block = block.subarray(cut);
      }
      if (block.length === inputSize) fullIn++;
      else partIn++;
      if (conversions.has("sync") && block.length < inputSize) {
        const padded = new Uint8Array(inputSize);
        padded.set(block);
        block = padded;
      }
      block = converted(block, conversions);
      if (both !== undefined) yield* writeOut(block);
      else {
        pending.push(block);
        const all = concat(pending);
        let at = 0;
        for (; all.length - at >= outputSize && failure === undefined; at += outputSize) yield* writeOut(all.subarray(at, at + outputSize));
        pending = [all.subarray(at)];
      }
    }
    if (failure === undefined && pending.length > 0) yield* writeOut(concat(pending));
    if (failure !== undefined) yield* warn(proc, failure);
    if (output !== 1) {
      if (conversions.has("fsync") || conversions.has("fdatasync")) proc.sys.fsync(output);
      proc.sys.close(output);
    }
    if (input !== 0) proc.sys.close(input);
    yield* report();
    return failure === undefined ? 0 : 1;
  },
};

function converted(block: Uint8Array, conversions: ReadonlySet<string>): Uint8Array {
  if (!conversions.has("ucase") && !conversions.has("lcase") && !conversions.has("swab")) return block;
  const out = Uint8Array.from(block);
  if (conversions.has("swab")) for (let i = 0; i + 1 < out.length; i += 2) [out[i], out[i + 1]] = [out[i + 1] ?? 0, out[i] ?? 0];
  out.forEach((byte, index) => {
    if (conversions.has("ucase") && byte >= 97 && byte <= 122) out[index] = byte - 32;
    if (conversions.has("lcase") && byte >= 65 && byte <= 90) out[index] = byte + 32;
  });
  return out;
}

/** "1048576 bytes (1.0 MB, 1.0 MiB)", with as much in brackets as says something new. */
function summary(bytes: number): string {
  const plain = `${String(bytes)} byte${bytes === 1 ? "" : "s"}`;
  const si = spaced(humanSize(bytes, 1000), "B");
  const binary = spaced(humanSize(bytes), "iB");
  if (bytes < 1000) return plain;
  return bytes < 1024 ? `${plain} (${si})` : `${plain} (${si}, ${binary})`;
}

function spaced(size: string, unit: string): string {
  return size.replace(/([0-9.]+)([A-Za-z]?)$/, (_, digits: string, letter: string) => `${digits} ${letter}${letter === "" ? "B" : unit}`);
}

function rate(perSecond: number): string {
  return perSecond < 1000
    ? `${(Math.round(perSecond / 100) / 10).toFixed(1)} kB/s`
    : `${spaced(humanSize(Math.round(perSecond), 1000), "B")}/s`;
}

/** Six significant digits, as %g. */
function shortNumber(value: number): string {
  return Number(value.toPrecision(6))
    .toString()
    .replace(/e-([0-9])$/, "e-0$1");
}
