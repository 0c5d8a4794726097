/** gzip(1), gunzip(1) and zcat(1). */
import { Gunzip, gunzipSync, gzipSync, type GzipOptions } from "fflate";
import { isSysError } from "../../vfs/errno.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { Answers } from "../answers.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { orUndefined, ownName, reason } from "../complain.ts";
import { stdout } from "../output.ts";
import { baseName } from "../paths.ts";
import { concat, readRest } from "../text-io.ts";

/** Exit status of something that is no error. */
const WARNING = 2;

const LEVELS: readonly Option[] = Array.from({ length: 9 }, (_, index) => ({
  name: String(index + 1),
  short: String(index + 1),
  long: index === 0 ? "fast" : index === 8 ? "best" : false,
  help: index === 0 ? "compress faster" : index === 8 ? "compress better" : "",
}));

const OPTIONS: readonly Option[] = [
  { name: "stdout", short: "c", alsoLong: ["to-stdout"], help: "write on standard output, keep original files unchanged" },
  { name: "decompress", short: "d", alsoLong: ["uncompress"], help: "decompress" },
  { name: "force", short: "f", help: "force overwrite of output file and compress links" },
  { name: "keep", short: "k", help: "keep (don't delete) input files" },
  { name: "list", short: "l", help: "list compressed file contents" },
  { name: "no-name", short: "n", help: "do not save or restore the original name and timestamp" },
  { name: "name", short: "N", help: "save or restore the original name and timestamp" },
  { name: "quiet", short: "q", help: "suppress all warnings" },
  { name: "recursive", short: "r", help: "operate recursively on directories" },
  { name: "suffix", short: "S", argument: "SUF", help: "use suffix SUF on compressed files" },
  { name: "test", short: "t", help: "test compressed file integrity" },
  { name: "verbose", short: "v", help: "verbose mode" },
  ...LEVELS,
];

const gzipLike = (name: string, about: string, given: readonly string[]): Command => ({
  name,
  package: "gzip",
  style: "gnu",
  usage: [`${name} [OPTION]... [FILE]...`],
  about,
  options: OPTIONS,
  usageHint: (called) => `Try \`${called} --help' for more information.\n`,
  completes: "files",
  run: (proc, options) => new Gzip(proc, options, given).run(),
});

/** gzip(1); gunzip and zcat are links to it. @simplified On Fedora these two are scripts. */
export const gzip: Command = {
  ...gzipLike("gzip", "Compress or uncompress FILEs (by default, compress FILES in-place).", []),
  alsoAs: [
    gzipLike("gunzip", "Uncompress FILEs.", ["decompress"]),
    gzipLike("zcat", "Uncompress FILEs to standard output.", ["decompress", "stdout"]),
  ],
};

class Gzip {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #given: readonly string[];
  readonly #suffix: string;
  #status: ExitStatus = 0;
  #listed = false;

  constructor(proc: Process, options: ParsedOptions, given: readonly string[]) {
    this.#proc = proc;
    this.#options = options;
    this.#given = given;
    this.#suffix = options.value("suffix") ?? ".gz";
  }

  #has(name: string): boolean {
    return this.#options.has(name) || this.#given.includes(name);
  }

  get #isDecompressing(): boolean {
    return this.#has("decompress") || this.#has("test") || this.#has("list");
  }

  *run(): Run<ExitStatus> {
    const { operands } = this.#options;
    for (const name of operands.length === 0 ? ["-"] : operands) {
      if (name === "-") yield* this.#stdin();
      else yield* this.#file(name);
    }
    return this.#status;
  }

  /** gunzip and zcat run gzip, which speaks under its own name. */
  get #name(): string {
    return this.#given.length > 0 ? "gzip" : baseName(ownName(this.#proc));
  }

  *#say(message: string, status: ExitStatus): Run<void> {
    if (this.#status !== 1 && status !== 0) this.#status = status;
    if (status !== 1 && this.#has("quiet")) return;
    yield* stdout(this.#proc).flush();
    yield* this.#proc.printError(`${this.#name}: ${message}\n`);
  }

  *#stdin(): Run<void> {
    const proc = this.#proc;
    const toRead = this.#isDecompressing;
    if (!this.#has("force") && proc.sys.isatty(toRead ? 0 : 1)) {
      yield* this.#say(
        `compressed data not ${toRead ? "read from" : "written to"} a terminal. Use -f to force ${toRead ? "de" : ""}compression.\nFor help, type: ${this.#name} -h`,
        1,
      );
      return;
    }
    const data = yield* readRest(proc, 0);
    const result = yield* this.#converted(data, "stdin", { mtime: 0 });
    if (result === undefined) return;
    if (this.#has("list")) yield* this.#list(data, result, "stdout");
    else if (!this.#has("test")) yield* stdout(proc).print(result);
  }

  /** Undefined when the data is not what it should be, which was said. */
  *#converted(data: Uint8Array, name: string, how: GzipOptions): Run<Uint8Array | undefined> {
    yield* this.#proc.tick(1 + Math.floor(data.length / 65536));
    if (!this.#isDecompressing) {
      const level = this.#options.order.findLast((given) => /^[1-9]$/.test(given.name))?.name ?? "6";
      return gzipSync(data, { ...how, level: Number(level) as 6 });
    }
    if (data[0] !== 0x1f || data[1] !== 0x8b) {
      if (this.#has("force") && this.#has("stdout")) return data;
      yield* this.#broken(name, data.length === 0 ? "unexpected end of file" : "not in gzip format");
    } else if (data[2] !== 8 && data[2] !== undefined) yield* this.#say(`${name}: unknown method ${String(data[2])} -- not supported`, 1);
    else {
      const result = unpacked(data);
      if (typeof result !== "string") return result;
      yield* this.#broken(name, result);
    }
    return undefined;
  }

  /** Of damaged data gzip tells on a line of its own. */
  *#broken(name: string, what: string): Run<void> {
    yield* this.#proc.printError("\n");
    yield* this.#say(`${name}: ${what}`, 1);
  }

  *#file(name: string): Run<void> {
    const { sys } = this.#proc;
    let path = name;
    let info: Stat;
    try {
      try {
        info = sys.lstat(path);
      } catch (error) {
        if (!this.#isDecompressing || !isSysError(error, "ENOENT") || path.endsWith(this.#suffix)) throw error;
        path += this.#suffix;
        info = sys.lstat(path);
      }
      if (info.type === "symlink" && (this.#has("force") || this.#has("stdout"))) info = sys.stat(path);
    } catch (error) {
      yield* this.#say(`${path}: ${reason(error)}`, 1);
      return;
    }
    if (info.type === "dir") {
      if (!this.#has("recursive")) yield* this.#say(`${name} is a directory -- ignored`, WARNING);
      else for (const entry of sys.readdir(path)) yield* this.#file(`${path}/${entry.name}`);
      return;
    }
    if (info.type === "symlink") return yield* this.#say(`${path}: Too many levels of symbolic links`, 1);
    if (info.type !== "file" && !this.#has("stdout"))
      return yield* this.#say(`${path} is not a directory or a regular file - ignored`, WARNING);
    const target = yield* this.#target(path, info);
    if (target === undefined) return;
    try {
      yield* this.#convertFile(path, info, target);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#say(`${isSysError(error) && error.path !== "" ? error.path : path}: ${error.text}`, 1);
    }
  }

  /** The name of what is made; undefined when there is nothing to be done. */
  *#target(path: string, info: Stat): Run<string | undefined> {
    const keepsName = this.#has("stdout") || this.#has("test") || this.#has("list");
    if (!keepsName && info.nlink > 1 && !this.#has("force")) {
      yield* this.#say(`${path} has ${String(info.nlink - 1)} other link${info.nlink > 2 ? "s" : ""} -- file ignored`, WARNING);
      return undefined;
    }
    if (this.#isDecompressing) {
      const target = path.endsWith(this.#suffix) ? path.slice(0, -this.#suffix.length) : path.replace(/\.tgz$/, ".tar");
      if (target !== path || keepsName) return target;
      yield* this.#say(`${path}: unknown suffix -- ignored`, WARNING);
      return undefined;
    }
    if (!keepsName && !this.#has("force") && path.endsWith(this.#suffix)) {
      yield* this.#say(`${path} already has ${this.#suffix} suffix -- unchanged`, 0);
      return undefined;
    }
    return path + this.#suffix;
  }

  *#convertFile(path: string, info: Stat, target: string): Run<void> {
    const proc = this.#proc;
    const fd = proc.sys.open(path, O.RDONLY);
    const data = yield* readRest(proc, fd);
    proc.sys.close(fd);
    const name = this.#has("no-name") ? {} : { filename: baseName(path) };
    const { sec } = info.mtime;
    const isTimeless = this.#has("no-name") || this.#isDecompressing || sec > 0;
    if (!isTimeless) yield* this.#say(`${path}: warning: file timestamp out of range for gzip format`, WARNING);
    const result = yield* this.#converted(data, path, { ...name, mtime: this.#has("no-name") ? 0 : info.mtime.sec * 1000 });
    if (result === undefined) return;
    if (this.#has("list")) return yield* this.#list(data, result, target);
    if (this.#has("test")) {
      if (this.#has("verbose")) yield* proc.printError(`${path}:\t OK\n`);
      return;
    }
    if (this.#has("stdout")) return yield* stdout(proc).print(result);
    if (!(yield* this.#mayWrite(target))) return;
    const out = proc.sys.open(target, O.WRONLY | O.CREAT | O.EXCL, 0o600);
    yield* proc.write(out, result);
    if (proc.sys.credentials.privileged) proc.sys.fchown(out, info.uid, info.gid);
    proc.sys.fchmod(out, info.mode);
    proc.sys.close(out);
    proc.sys.utimens(target, info.atime, info.mtime);
    if (!this.#has("keep")) proc.sys.unlink(path);
    if (this.#has("verbose")) {
      const [packed, plain] = this.#isDecompressing ? [data.length, result.length] : [result.length, data.length];
      yield* proc.printError(`${path}:\t${ratio(packed, plain)} -- ${this.#has("keep") ? "created" : "replaced with"} ${target}\n`);
    }
  }

  *#mayWrite(target: string): Run<boolean> {
    const { sys } = this.#proc;
    if (orUndefined(() => sys.lstat(target)) === undefined) return true;
    if (!this.#has("force")) {
      if (!sys.isatty(0)) {
        yield* this.#say(`${target} already exists;\tnot overwritten`, WARNING);
        return false;
      }
      yield* this.#proc.printError(`${this.#name}: ${target} already exists; do you wish to overwrite (y or n)? `);
      if (!(yield* new Answers(this.#proc).read())) {
        yield* this.#proc.printError("\tnot overwritten\n");
        if (this.#status !== 1) this.#status = WARNING;
        return false;
      }
    }
    sys.unlink(target);
    return true;
  }

  *#list(packed: Uint8Array, plain: Uint8Array, name: string): Run<void> {
    const out = stdout(this.#proc);
    if (!this.#listed && !this.#has("quiet")) yield* out.print("         compressed        uncompressed  ratio uncompressed_name\n");
    this.#listed = true;
    yield* out.print(
      `${String(packed.length).padStart(19)} ${String(plain.length).padStart(19)} ${ratio(packed.length, plain.length)} ${name}\n`,
    );
  }
}

/** How much was saved, as "  1.5%". @simplified Header and trailer are counted as 18 bytes and the name. */
function ratio(packed: number, plain: number): string {
  const saved = plain === 0 ? 0 : ((plain - (packed - 18)) / plain) * 100;
  return `${saved.toFixed(1).padStart(5)}%`;
}

/** All that is packed in `data`, or what is wrong with it. */
function unpacked(data: Uint8Array): Uint8Array | string {
  try {
    const out = gunzipSync(data);
    if (crc32(out) === word(data, data.length - 8)) return out;
    // Several members may stand one after the other.
    const starts = [0];
    const members = new Gunzip(() => {});
    members.onmember = (at) => starts.push(at);
    members.push(data, true);
    if (starts.length === 1) return "invalid compressed data--crc error";
    const parts = starts.map((start, index) => unpacked(data.subarray(start, starts[index + 1])));
    return parts.find((part) => typeof part === "string") ?? concat(parts as Uint8Array[]);
  } catch (error) {
    return /EOF/.test(String(error)) || data.length < 18 ? "unexpected end of file" : "invalid compressed data--format violated";
  }
}

function word(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24)) >>> 0;
}

function crc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
