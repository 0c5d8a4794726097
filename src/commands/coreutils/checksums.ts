import { blake2b } from "@noble/hashes/blake2.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock, splitLines, readWhole } from "../text-io.ts";

interface Hasher {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

function checksum(name: string, label: string, bits: number, create: () => Hasher): Command {
  return {
    name,
    package: "coreutils",
    style: "gnu",
    usage: [`${name} [OPTION]... [FILE]...`],
    about: `Print or check ${label} (${String(bits)}-bit) checksums.`,
    options: [
      { name: "binary", short: "b", help: "read in binary mode" },
      { name: "check", short: "c", help: "read checksums from the FILEs and check them" },
      { name: "tag", help: "create a BSD-style checksum" },
      { name: "text", short: "t", help: "read in text mode (default)" },
      { name: "zero", short: "z", help: "end each output line with NUL, not newline, and disable file name escaping" },
      { name: "ignore-missing", help: "don't fail or report status for missing files" },
      { name: "quiet", help: "don't print OK for each successfully verified file" },
      { name: "status", help: "don't output anything, status code shows success" },
      { name: "strict", help: "exit non-zero for improperly formatted checksum lines" },
      { name: "warn", short: "w", help: "warn about improperly formatted checksum lines" },
    ],
    completes: "files",
    *run(proc, options) {
      const names = options.operands.length === 0 ? ["-"] : options.operands;
      let status = 0;
      if (options.has("check")) {
        for (const file of names) {
          const how = {
            quiet: options.has("quiet") || options.has("status"),
            silent: options.has("status"),
            ignoreMissing: options.has("ignore-missing"),
            digits: bits / 4,
            label,
            create,
            strict: options.has("strict"),
          };
          if (!(yield* check(proc, file, how))) status = 1;
        }
        return status;
      }
      for (const file of names) {
        try {
          const digest = yield* hashOf(proc, file, create);
          const escaped = /[\\\n\r]/.test(file) && !options.has("zero");
          const shown = escaped ? file.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r") : file;
          const line = options.has("tag") ? `${label} (${shown}) = ${digest}` : `${digest} ${options.has("binary") ? "*" : " "}${shown}`;
          yield* stdout(proc).print(`${escaped ? "\\" : ""}${line}${options.has("zero") ? "\0" : "\n"}`);
        } catch (error) {
          yield* warn(proc, `${quoteFile(file)}: ${reason(error)}`);
          status = 1;
        }
      }
      return status;
    },
  };
}

function* hashOf(proc: Process, file: string, create: () => Hasher): Run<string> {
  const fd = openInput(proc, file);
  try {
    const hasher = create();
    for (;;) {
      const block = yield* readBlock(proc, fd);
      if (block.length === 0) break;
      hasher.update(block);
    }
    return [...hasher.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } finally {
    closeInput(proc, fd);
  }
}

interface CheckHow {
  readonly quiet: boolean;
  readonly silent: boolean;
  readonly ignoreMissing: boolean;
  readonly strict: boolean;
  readonly digits: number;
  readonly label: string;
  readonly create: () => Hasher;
}

function* check(proc: Process, list: string, how: CheckHow): Run<boolean> {
  let text: string;
  try {
    text = decodeUtf8(yield* readWhole(proc, list));
  } catch (error) {
    yield* warn(proc, `${quoteFile(list)}: ${reason(error)}`);
    return false;
  }
  let [improper, unreadable, failed, verified, formatted] = [0, 0, 0, 0, 0];
  for (const line of splitLines(text).lines) {
    if (line.startsWith("#")) continue;
    const plain = new RegExp(`^\\\\?([0-9a-fA-F]{${String(how.digits)}}) [ *](.+)$`).exec(line);
    const tagged = /^\\?([A-Z0-9]+) \((.+)\) = ([0-9a-fA-F]+)$/.exec(line);
    const [digest, name] = plain !== null ? [plain[1], plain[2]] : tagged?.[1] === how.label ? [tagged[3], tagged[2]] : [];
    if (digest === undefined || name === undefined) {
      improper++;
      continue;
    }
    formatted++;
    let actual: string;
    try {
      actual = yield* hashOf(proc, name, how.create);
    } catch (error) {
      const why = reason(error);
      if (how.ignoreMissing) continue;
      yield* warn(proc, `${quoteFile(name)}: ${why}`);
      unreadable++;
      if (!how.silent) yield* stdout(proc).print(`${name}: FAILED open or read\n`);
      continue;
    }
    const matches = actual === digest.toLowerCase();
    if (matches) verified++;
    else failed++;
    if (!how.silent && !(how.quiet && matches)) yield* stdout(proc).print(`${name}: ${matches ? "OK" : "FAILED"}\n`);
  }
  const shown = list === "-" ? "'standard input'" : quoteFile(list);
  if (formatted === 0) {
    yield* warn(proc, `${shown}: no properly formatted checksum lines found`);
    return false;
  }
  const count = (number: number, one: string, many: string): string => `WARNING: ${String(number)} ${number === 1 ? one : many}`;
  if (!how.silent) {
    if (improper > 0) yield* warn(proc, count(improper, "line is improperly formatted", "lines are improperly formatted"));
    if (unreadable > 0) yield* warn(proc, count(unreadable, "listed file could not be read", "listed files could not be read"));
    if (failed > 0) yield* warn(proc, count(failed, "computed checksum did NOT match", "computed checksums did NOT match"));
    if (how.ignoreMissing && verified === 0) yield* warn(proc, `${shown}: no file was verified`);
  }
  return unreadable === 0 && failed === 0 && !(how.strict && improper > 0) && !(how.ignoreMissing && verified === 0);
}

const DIGESTS = [
  checksum("md5sum", "MD5", 128, () => md5.create()),
  checksum("sha1sum", "SHA1", 160, () => sha1.create()),
  checksum("sha224sum", "SHA224", 224, () => sha224.create()),
  checksum("sha256sum", "SHA256", 256, () => sha256.create()),
  checksum("sha384sum", "SHA384", 384, () => sha384.create()),
  checksum("sha512sum", "SHA512", 512, () => sha512.create()),
  checksum("b2sum", "BLAKE2b", 512, () => blake2b.create()),
] as const;

/** md5sum(1) and its like, by the name of what they compute. */
export const CHECKSUMS: ReadonlyMap<string, Command> = new Map(
  DIGESTS.map((command) => [command.name === "b2sum" ? "blake2b" : command.name.replace(/sum$/, ""), command]),
);
