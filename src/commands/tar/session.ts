/** What every operation of tar(1) has: its names, its archive, and what it says. */
import { gunzipSync } from "fflate";
import { decodeUtf8 } from "../../base/utf8.ts";
import { readAccounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { complain, Failure, ownName, reason } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { permissionLetters } from "../modes.ts";
import { stdout } from "../output.ts";
import { join, withoutTrailingSlashes } from "../paths.ts";
import { readWhole } from "../text-io.ts";
import { formatTime } from "../time-format.ts";
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import { decodeArchive, type Found } from "./decode.ts";
import { seconds } from "./encode.ts";
import { ArchiveError, BLOCK, type Member } from "./member.ts";
import { Names } from "./transform.ts";

/** What `--exclude-vcs` leaves out. @simplified The names that people meet. */
const VERSION_CONTROL = ["CVS", ".git", ".gitignore", ".gitmodules", ".gitattributes", ".svn", ".hg", ".hgignore", ".bzr", ".bzrignore"];
/** Seconds beyond which the C library has no date: its years are 32 bits wide, and one has 31556952 seconds in the mean. */
const LAST_DATE = 2 ** 31 * 31_556_952;

/** A directory that -C leads to. */
interface Place {
  /** From where the process is, "" for that itself. */
  readonly path: string;
  /** What the last -C says. */
  readonly given: string;
}

/** A name of the command line or of a list, and where it is meant. */
export interface PlacedName {
  readonly name: string;
  readonly place: Place;
}

/** A member of an archive that was asked for. */
export interface Chosen {
  readonly member: Member;
  readonly block: number;
  readonly bytes: Uint8Array;
  readonly place: Place;
}

export class Session {
  readonly proc: Process;
  readonly options: ParsedOptions;
  readonly accounts: ReturnType<typeof readAccounts>;
  readonly names: Names;
  status: ExitStatus = 0;
  readonly #excluded: readonly RegExp[];
  /** Columns of owner, group and size, and of the time, as wide as they have become. */
  #ownerWidth = 19;
  #timeWidth = 16;

  constructor(proc: Process, options: ParsedOptions) {
    this.proc = proc;
    this.options = options;
    const excluded = [...options.values("exclude"), ...(options.has("exclude-vcs") ? VERSION_CONTROL : [])];
    this.#excluded = excluded.map((pattern) => globToPattern(pattern));
    this.accounts = readAccounts(proc.sys);
    this.names = new Names(options, (message) => this.warn(message));
  }

  /** Says it behind what was printed, as error(3) does. */
  *warn(message: string): Run<void> {
    yield* stdout(this.proc).flush();
    yield* complain(this.proc, message);
  }

  *trouble(message: string): Run<void> {
    yield* this.warn(message);
    this.status = 2;
  }

  fatal(message: string): Failure {
    const end = "Error is not recoverable: exiting now";
    return new Failure(message === "" ? end : `${message}\n${ownName(this.proc)}: ${end}`, 2);
  }

  /** The archive's name, "-" for the standard streams. */
  get archive(): string {
    return this.options.value("file") ?? this.proc.env.get("TAPE") ?? "-";
  }

  /** How often -v was given. */
  get verbosity(): number {
    return this.options.order.filter(({ name }) => name === "verbose").length;
  }

  isExcluded(name: string): boolean {
    const parts = name.split("/");
    return this.#excluded.some((pattern) =>
      parts.some((_, at) => pattern.test(parts.slice(at).join("/")) || pattern.test(parts.slice(0, at + 1).join("/"))),
    );
  }

  /** Whether there are names, or a list that may hold some. */
  get isNamed(): boolean {
    return this.options.operands.length > 0 || this.options.has("files-from");
  }

  /** The names, each where the -C before it leads, and where the last one does. */
  *placedNames(): Run<{ readonly names: readonly PlacedName[]; readonly last: Place }> {
    const { order, operands } = this.options;
    const names: PlacedName[] = [];
    let place: Place = { path: "", given: "" };
    let operand = 0;
    for (let at = 0; at <= order.length; at++) {
      for (; operand < operands.length && this.options.placeOf(operand) <= at; operand++)
        names.push({ name: operands[operand] ?? "", place });
      const { name, value = "" } = order[at] ?? {};
      if (name === "directory")
        place = { path: value.startsWith("/") || place.path === "" ? value : join(place.path, value), given: value };
      if (name === "files-from") for (const line of yield* this.#listed(value)) names.push({ name: line, place });
    }
    return { names, last: place };
  }

  *#listed(list: string): Run<string[]> {
    try {
      const text = decodeUtf8(yield* readWhole(this.proc, list));
      return text.split("\n").filter((line) => line !== "");
    } catch (error) {
      throw this.fatal(`${list}: Cannot ${isSysError(error, "ENOENT") ? "stat" : "open"}: ${reason(error)}`);
    }
  }

  /** The directory of `place`, which must be there. */
  enter({ path, given }: Place): string {
    if (path === "") return path;
    try {
      if (this.proc.sys.stat(path).type === "dir") return path;
    } catch (error) {
      throw this.fatal(`${given}: Cannot open: ${reason(error)}`);
    }
    throw this.fatal(`${given}: Cannot open: Not a directory`);
  }

  /** The whole archive, unpacked. */
  *read(): Run<Uint8Array> {
    const { archive, proc } = this;
    let data: Uint8Array;
    try {
      if (archive === "-" && proc.sys.isatty(0)) throw this.fatal("Refusing to read archive contents from terminal (missing -f option?)");
      data = yield* readWhole(proc, archive);
    } catch (error) {
      if (isSysError(error, "EISDIR")) throw this.fatal(`${archive}: Cannot read: ${error.text}\ntar: At beginning of tape, quitting now`);
      throw this.fatal(`${archive}: Cannot open: ${reason(error)}`);
    }
    if (data[0] === 0x1f && data[1] === 0x8b) {
      // What was read from a pipe cannot be given to gzip any more.
      if (archive === "-" && !this.options.has("gzip")) throw this.fatal("Archive is compressed. Use -z option");
      try {
        return gunzipSync(data);
      } catch {
        throw new ArchiveError("Child returned status 1");
      }
    }
    if (this.options.has("gzip") && data.length > 0) {
      yield* proc.printError("\ngzip: stdin: not in gzip format\n");
      throw this.fatal("Child returned status 1");
    }
    return data;
  }

  /** What stands in an archive; trouble with it is told. True at the end when it was cut off. */
  *found(archive: Uint8Array, each: (found: Found) => Run<void>): Run<boolean> {
    try {
      for (const found of decodeArchive(archive)) yield* each(found);
      return false;
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      yield* this.trouble(error.message);
      if (error.message.startsWith("This does not") && archive.length >= BLOCK) yield* this.trouble("Skipping to next header");
      return error.message === "Unexpected EOF in archive";
    }
  }

  /** Goes over the members that were asked for; says which were not there. */
  *chosen(each: (chosen: Chosen) => Run<void>): Run<void> {
    const { options } = this;
    const placed = yield* this.placedNames();
    const wanted = placed.names.map(({ name, place }) => ({ name: withoutTrailingSlashes(name), place, times: 0 }));
    const usesWildcards = options.has("wildcards");
    const occurrence = options.has("occurrence") ? Number(options.value("occurrence") ?? "1") : undefined;
    const isCut = yield* this.found(yield* this.read(), (found) => this.#choose(found, wanted, placed.last, occurrence, each));
    if (!usesWildcards && !options.has("no-wildcards") && wanted.some(({ name, times }) => times === 0 && /[*?[]/.test(name))) {
      yield* this.warn("Pattern matching characters used in file names");
      yield* this.warn("Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning");
    }
    for (const { name, times } of wanted) {
      if (times === 0) yield* this.trouble(`${name}: Not found in archive`);
      else if (times < (occurrence ?? 0)) yield* this.trouble(`${name}: Required occurrence not found in archive`);
    }
    if (isCut) throw this.fatal("");
  }

  *#choose(
    found: Found,
    wanted: readonly { readonly name: string; readonly place: Place; times: number }[],
    last: Place,
    occurrence: number | undefined,
    each: (chosen: Chosen) => Run<void>,
  ): Run<void> {
    if (found.kind === "zeros") {
      if (this.options.has("block-number")) yield* stdout(this.proc).print(`block ${String(found.block)}: ** Block of NULs **\n`);
      if (found.alone) yield* this.warn(`A lone zero block at ${String(found.block + 1)}`);
      return;
    }
    const { member, block, bytes } = found;
    const plain = withoutTrailingSlashes(member.name);
    if (this.isExcluded(plain)) return;
    if (wanted.length === 0) return yield* each({ member, block, bytes, place: last });
    // Of two names that fit, only the first one counts.
    const one = wanted.find(({ name }) => this.#fits(plain, name));
    if (one === undefined) return;
    if (plain === one.name || one.times === 0 || this.options.has("wildcards")) one.times++;
    if (occurrence === undefined || one.times === occurrence) yield* each({ member, block, bytes, place: one.place });
  }

  #fits(member: string, name: string): boolean {
    return this.options.has("wildcards")
      ? suffixesOf(member, this.options.has("no-anchored")).some((part) => globToPattern(name).test(part))
      : member === name || member.startsWith(`${name}/`);
  }

  /** A line about a member, with all of what is known of it when `long`. */
  *show(member: Member, how: { readonly block: number; readonly long: boolean; readonly fd?: 1 | 2 }): Run<void> {
    const line = `${this.options.has("block-number") ? `block ${String(how.block)}: ` : ""}${how.long ? this.#long(member) : member.name}\n`;
    if (how.fd === 2) yield* this.proc.printError(line);
    else yield* stdout(this.proc).print(line);
  }

  #long(member: Member): string {
    const type = { file: "-", dir: "d", symlink: "l", hardlink: "h", char: "c", block: "b", fifo: "p" }[member.type];
    const { uid, gid, owner, group, device } = member;
    const isNumeric = this.options.has("numeric-owner");
    const who = isNumeric ? `${String(uid)}/${String(gid)}` : `${owner || String(uid)}/${group || String(gid)}`;
    const size = device === undefined ? String(member.data.length) : `${String(device.major)},${String(device.minor)}`;
    const link = member.type === "symlink" ? ` -> ${member.target}` : member.type === "hardlink" ? ` link to ${member.target}` : "";
    const time = this.#time(member.mtime);
    this.#ownerWidth = Math.max(this.#ownerWidth, who.length + 1 + size.length);
    this.#timeWidth = Math.max(this.#timeWidth, time.length);
    const columns = `${who} ${size.padStart(this.#ownerWidth - who.length - 1)} ${time.padEnd(this.#timeWidth)}`;
    return `${type}${permissionLetters(member.mode)} ${columns} ${member.name}${link}`;
  }

  #time(moment: Timestamp): string {
    if (Math.abs(moment.sec) > LAST_DATE) return seconds(moment);
    if (!this.options.has("full-time")) return formatTime("%Y-%m-%d %H:%M", moment);
    return `${formatTime("%Y-%m-%d %H:%M:%S", moment)}${seconds(timestamp(0, moment.nsec)).slice(1)}`;
  }
}

/** A name, and what follows each of its slashes where patterns are not bound to its start. */
function suffixesOf(name: string, everywhere: boolean): string[] {
  const parts = name.split("/");
  return everywhere ? parts.map((_, at) => parts.slice(at).join("/")) : [name];
}
