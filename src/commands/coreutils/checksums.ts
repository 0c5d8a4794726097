import { decodeBase64, encodeBase64 } from "./basenc.ts";
import { blake2b } from "@noble/hashes/blake2.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { closeInput, openInput, readBlock, splitLines, readWhole } from "../text-io.ts";

interface Hasher {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** One algorithm: how lines with its name begin, and how it is computed. */
interface Digest {
  readonly label: string;
  /** Of its result, at most where `create` takes a length. */
  readonly bits: number;
  create(bytes: number): Hasher;
}

const DIGESTS: Readonly<Record<string, Digest>> = {
  md5: { label: "MD5", bits: 128, create: () => md5.create() },
  sha1: { label: "SHA1", bits: 160, create: () => sha1.create() },
  sha224: { label: "SHA224", bits: 224, create: () => sha224.create() },
  sha256: { label: "SHA256", bits: 256, create: () => sha256.create() },
  sha384: { label: "SHA384", bits: 384, create: () => sha384.create() },
  sha512: { label: "SHA512", bits: 512, create: () => sha512.create() },
  blake2b: { label: "BLAKE2b", bits: 512, create: (bytes) => blake2b.create({ dkLen: bytes }) },
};

/** The digests that {@link digestFiles} knows. */
export function isDigest(algorithm: string): boolean {
  return algorithm in DIGESTS;
}

const LENGTH: Option = {
  name: "length",
  short: "l",
  argument: "BITS",
  help: "digest length in bits; must not exceed the max for the blake2 algorithm",
};

/** Options of checking, which cksum has, too. */
export const CHECK_OPTIONS: readonly Option[] = [
  { name: "check", short: "c", help: "read checksums from the FILEs and check them" },
  { name: "zero", short: "z", help: "end each output line with NUL, not newline, and disable file name escaping" },
  { name: "ignore-missing", help: "don't fail or report status for missing files" },
  { name: "quiet", help: "don't print OK for each successfully verified file" },
  { name: "status", help: "don't output anything, status code shows success" },
  { name: "strict", help: "exit non-zero for improperly formatted checksum lines" },
  { name: "warn", short: "w", help: "warn about improperly formatted checksum lines" },
];

function checksum(name: string, algorithm: string): Command {
  const { label, bits } = DIGESTS[algorithm] as Digest;
  return {
    name,
    package: "coreutils",
    closesInput: "standard input",
    style: "gnu",
    usage: [`${name} [OPTION]... [FILE]...`],
    about: `Print or check ${label} (${String(bits)}-bit) checksums.`,
    options: [
      { name: "binary", short: "b", help: "read in binary mode" },
      { name: "tag", help: "create a BSD-style checksum" },
      { name: "text", short: "t", help: "read in text mode (default)" },
      ...(algorithm === "blake2b" ? [LENGTH] : []),
      ...CHECK_OPTIONS,
    ],
    completes: "files",
    *run(proc, options) {
      refuseContradictions(options);
      if (options.has("tag") && options.has("check")) throw new UsageError("the --tag option is meaningless when verifying checksums");
      if (options.has("tag") && options.has("text")) throw new UsageError("--tag does not support --text mode");
      return yield* digestFiles(proc, options, algorithm, { tagged: options.has("tag"), encoding: "hex" });
    },
  };
}

/** What cannot be asked for together. Throws `UsageError`. */
export function refuseContradictions(options: ParsedOptions): void {
  if (options.has("check")) {
    if (options.has("zero")) throw new UsageError("the --zero option is not supported when verifying checksums");
    if (options.has("binary") || options.has("text"))
      throw new UsageError("the --binary and --text options are meaningless when verifying checksums");
    return;
  }
  const only = ["ignore-missing", "status", "warn", "quiet", "strict"].find((name) => options.has(name));
  if (only !== undefined) throw new UsageError(`the --${only} option is meaningful only when verifying checksums`);
}

export interface DigestStyle {
  /** "MD5 (file) = …" rather than "…  file". */
  readonly tagged: boolean;
  readonly encoding: "hex" | "base64" | "raw";
}

/** Prints or, with --check, verifies digests of all operands; `algorithm` undefined: each line says its own. */
export function* digestFiles(proc: Process, options: ParsedOptions, algorithm: string | undefined, style: DigestStyle): Run<ExitStatus> {
  const names = options.operands.length === 0 ? ["-"] : options.operands;
  const known = algorithm === undefined ? Object.values(DIGESTS) : [DIGESTS[algorithm] as Digest];
  let status = 0;
  if (options.has("check")) {
    for (const file of names) if (!(yield* check(proc, file, known, options))) status = 1;
    return status;
  }
  const [digest] = known as [Digest];
  const bits = yield* lengthOf(proc, options, digest.bits);
  const label = bits === digest.bits ? digest.label : `${digest.label}-${String(bits)}`;
  const end = options.has("zero") ? "\0" : "\n";
  for (const file of names) {
    try {
      const result = yield* hashOf(proc, file, digest.create(bits / 8));
      if (style.encoding === "raw") {
        yield* stdout(proc).print(result);
        continue;
      }
      const shown = style.encoding === "hex" ? hexOf(result) : encodeBase64(result);
      const escaped = /[\\\n\r]/.test(file) && !options.has("zero");
      const name = escaped ? file.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r") : file;
      const line = style.tagged ? `${label} (${name}) = ${shown}` : `${shown} ${options.has("binary") ? "*" : " "}${name}`;
      yield* stdout(proc).print(`${escaped ? "\\" : ""}${line}${end}`);
    } catch (error) {
      yield* warn(proc, `${quoteFile(file)}: ${reason(error)}`);
      status = 1;
    }
  }
  return status;
}

/** -l BITS: a multiple of eight; 0, or more than there are, means all. */
function* lengthOf(proc: Process, options: ParsedOptions, most: number): Run<number> {
  const text = options.value("length");
  if (text === undefined) return most;
  if (!/^[0-9]+$/.test(text)) throw new Failure(`invalid length: ${curly(text)}`);
  if (Number(text) % 8 !== 0) {
    yield* warn(proc, `invalid length: ${curly(text)}`);
    throw new Failure("length is not a multiple of 8");
  }
  return Number(text) === 0 ? most : Math.min(Number(text), most);
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function* hashOf(proc: Process, file: string, hasher: Hasher): Run<Uint8Array> {
  const fd = openInput(proc, file);
  try {
    for (;;) {
      const block = yield* readBlock(proc, fd);
      if (block.length === 0) break;
      hasher.update(block);
    }
    return hasher.digest();
  } finally {
    closeInput(proc, fd);
  }
}

interface Listed {
  readonly digest: Digest;
  readonly sum: Uint8Array;
  readonly name: string;
}

/** One line of a list of checksums, with the name of its algorithm or without; undefined when it is none. */
function parseLine(line: string, known: readonly Digest[]): Listed | undefined {
  const tagged = /^\\?([A-Za-z0-9]+)(?:-([0-9]+))? \((.*)\) = (\S+)$/.exec(line);
  const plain = /^\\?(\S+) [ *](.+)$/.exec(line);
  const [, label, bits, tagName, tagSum] = tagged ?? [];
  const [digest, alone] = known;
  const chosen = tagged ? known.find((each) => each.label === label) : alone === undefined ? digest : undefined;
  const name = tagged ? tagName : plain?.[2];
  const text = (tagged ? tagSum : plain?.[1]) ?? "";
  if (chosen === undefined || name === undefined) return undefined;
  const most = chosen.bits / 8;
  const wanted = bits === undefined ? undefined : Number(bits) / 8;
  const sum = /^(?:[0-9a-fA-F]{2})+$/.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
    : decodeBase64(text);
  if (sum === undefined || sum.length > most || (wanted ?? (chosen.label === "BLAKE2b" && !tagged ? sum.length : most)) !== sum.length)
    return undefined;
  return { digest: chosen, sum, name };
}

function* check(proc: Process, list: string, known: readonly Digest[], options: ParsedOptions): Run<boolean> {
  let text: string;
  try {
    text = decodeUtf8(yield* readWhole(proc, list));
  } catch (error) {
    yield* warn(proc, `${quoteFile(list)}: ${reason(error)}`);
    return false;
  }
  const silent = options.has("status");
  const shown = list === "-" ? "'standard input'" : quoteFile(list);
  const kind = known.length === 1 ? (known[0]?.label ?? "") : "CRC";
  let [improper, unreadable, failed, verified, formatted] = [0, 0, 0, 0, 0];
  for (const [index, line] of splitLines(text).lines.entries()) {
    if (line.startsWith("#")) continue;
    const listed = parseLine(line, known);
    if (listed === undefined) {
      improper++;
      if (options.has("warn")) yield* warn(proc, `${shown}: ${String(index + 1)}: improperly formatted ${kind} checksum line`);
      continue;
    }
    formatted++;
    const { name, sum, digest } = listed;
    let actual: Uint8Array;
    try {
      actual = yield* hashOf(proc, name, digest.create(sum.length));
    } catch (error) {
      const why = reason(error);
      if (options.has("ignore-missing")) continue;
      yield* warn(proc, `${quoteFile(name)}: ${why}`);
      unreadable++;
      if (!silent) yield* stdout(proc).print(`${name}: FAILED open or read\n`);
      continue;
    }
    const matches = hexOf(actual) === hexOf(sum);
    if (matches) verified++;
    else failed++;
    if (!silent && !(options.has("quiet") && matches)) yield* stdout(proc).print(`${name}: ${matches ? "OK" : "FAILED"}\n`);
  }
  if (formatted === 0) {
    yield* warn(proc, `${shown}: no properly formatted checksum lines found`);
    return false;
  }
  const count = (number: number, one: string, many: string): string => `WARNING: ${String(number)} ${number === 1 ? one : many}`;
  if (!silent) {
    if (improper > 0) yield* warn(proc, count(improper, "line is improperly formatted", "lines are improperly formatted"));
    if (unreadable > 0) yield* warn(proc, count(unreadable, "listed file could not be read", "listed files could not be read"));
    if (failed > 0) yield* warn(proc, count(failed, "computed checksum did NOT match", "computed checksums did NOT match"));
    if (options.has("ignore-missing") && verified === 0) yield* warn(proc, `${shown}: no file was verified`);
  }
  return unreadable === 0 && failed === 0 && !(options.has("strict") && improper > 0) && !(options.has("ignore-missing") && verified === 0);
}

/** md5sum(1) and its like, by the name of what they compute. */
export const CHECKSUMS: ReadonlyMap<string, Command> = new Map(
  Object.keys(DIGESTS).map((algorithm) => [algorithm, checksum(algorithm === "blake2b" ? "b2sum" : `${algorithm}sum`, algorithm)]),
);
