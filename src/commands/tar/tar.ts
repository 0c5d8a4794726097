import { gunzipSync, gzipSync } from "fflate";
import { decodeUtf8 } from "../../base/utf8.ts";
import { readAccounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { complain, Failure, ownName, reason } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { parseMode, permissionLetters, type ModeChange } from "../modes.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join, withoutTrailingSlashes } from "../paths.ts";
import { concat, readWhole } from "../text-io.ts";
import { currentUmask } from "../coreutils/mkdir.ts";
import { humanSize } from "../sizes.ts";
import { formatTime, parseDate } from "../time-format.ts";
import { timestamp } from "../../base/timestamp.ts";
import { ArchiveError, decodeArchive, encodeMember, RECORD, trailer, type Member } from "./archive.ts";
import { extractMember, type Later } from "./extract.ts";
import { compareMember } from "./compare.ts";
import { collectMembers } from "./collect.ts";

const OPERATIONS = ["create", "extract", "list", "append", "update", "diff", "delete", "concatenate"] as const;
/** What `--exclude-vcs` leaves out. @simplified The names that people meet. */
const VERSION_CONTROL = ["CVS", ".git", ".gitignore", ".gitmodules", ".gitattributes", ".svn", ".hg", ".hgignore", ".bzr", ".bzrignore"];
const HINT = "Try 'tar --help' or 'tar --usage' for more information.";

/** tar(1). */
export const tar: Command = {
  name: "tar",
  package: "tar",
  style: "gnu",
  usage: ["tar [OPTION...] [FILE]..."],
  about: "Save many files together into a single archive, and restore individual files from the archive.",
  options: [
    { name: "create", short: "c", help: "create a new archive" },
    { name: "extract", short: "x", alsoLong: ["get"], help: "extract files from an archive" },
    { name: "list", short: "t", help: "list the contents of an archive" },
    { name: "append", short: "r", help: "append files to the end of an archive" },
    { name: "update", short: "u", help: "only append files newer than copy in archive", fidelity: "unbuilt" },
    { name: "diff", short: "d", alsoLong: ["compare"], help: "find differences between archive and file system" },
    { name: "delete", help: "delete from the archive" },
    { name: "concatenate", short: "A", alsoLong: ["catenate"], help: "append tar files to an archive", fidelity: "unbuilt" },
    { name: "file", short: "f", argument: "ARCHIVE", help: "use archive file ARCHIVE" },
    { name: "directory", short: "C", argument: "DIR", help: "change to directory DIR" },
    { name: "gzip", short: "z", alsoLong: ["gunzip", "ungzip"], help: "filter the archive through gzip" },
    { name: "bzip2", short: "j", help: "filter the archive through bzip2", fidelity: "unbuilt" },
    { name: "xz", short: "J", help: "filter the archive through xz", fidelity: "unbuilt" },
    { name: "zstd", help: "filter the archive through zstd", fidelity: "unbuilt" },
    { name: "auto-compress", short: "a", help: "use archive suffix to determine the compression program" },
    { name: "verbose", short: "v", help: "verbosely list files processed" },
    {
      name: "preserve-permissions",
      short: "p",
      alsoLong: ["same-permissions"],
      help: "extract information about file permissions (default for superuser)",
    },
    { name: "same-owner", help: "try extracting files with the same ownership as exists in the archive (default for superuser)" },
    { name: "no-same-owner", short: "o", help: "extract files as yourself (default for ordinary users)" },
    {
      name: "no-same-permissions",
      help: "apply the user's umask when extracting permissions from the archive (default for ordinary users)",
    },
    { name: "keep-old-files", short: "k", help: "don't replace existing files when extracting, treat them as errors" },
    { name: "skip-old-files", help: "don't replace existing files when extracting, silently skip over them" },
    { name: "overwrite", help: "overwrite existing files when extracting", fidelity: "ignored" },
    { name: "touch", short: "m", help: "don't extract file modified time" },
    { name: "to-stdout", short: "O", help: "extract files to standard output" },
    { name: "strip-components", argument: "NUMBER", help: "strip NUMBER leading components from file names on extraction" },
    { name: "exclude", argument: "PATTERN", help: "exclude files, given as a PATTERN" },
    { name: "files-from", short: "T", argument: "FILE", help: "get names to extract or create from FILE" },
    { name: "dereference", short: "h", help: "follow symlinks; archive and dump the files they point to" },
    { name: "absolute-names", short: "P", help: "don't strip leading '/'s from file names" },
    { name: "one-file-system", help: "stay in local file system when creating archive" },
    { name: "owner", argument: "NAME", help: "force NAME as owner for added files" },
    { name: "group", argument: "NAME", help: "force NAME as group for added files" },
    { name: "numeric-owner", help: "always use numbers for user/group names" },
    { name: "sort", argument: "ORDER", help: "directory sorting order: none (default), name or inode", values: ["none", "name", "inode"] },
    { name: "selinux", help: "enable the SELinux context support", fidelity: "ignored" },
    { name: "xattrs", help: "enable extended attributes support", fidelity: "ignored" },
    { name: "wildcards", help: "use wildcards" },
    { name: "no-wildcards", help: "verbatim string matching", fidelity: "ignored" },
    { name: "anchored", help: "patterns match file name start", fidelity: "ignored" },
    { name: "no-anchored", help: "patterns match after any '/'" },
    {
      name: "transform",
      alsoLong: ["xform"],
      argument: "EXPRESSION",
      help: "use sed replace EXPRESSION to transform file names",
      fidelity: "unbuilt",
    },
    { name: "mode", argument: "CHANGES", help: "force (symbolic) mode CHANGES for added files" },
    { name: "utc", help: "print file modification times in UTC", fidelity: "ignored" },
    { name: "mtime", argument: "DATE-OR-FILE", help: "set mtime for added files from DATE-OR-FILE" },
    { name: "totals", help: "print total bytes after processing the archive" },
    { name: "no-recursion", help: "avoid descending automatically in directories" },
    { name: "exclude-vcs", help: "exclude version control system directories" },
    { name: "remove-files", help: "remove files after adding them to the archive" },
  ],
  usageStatus: 64,
  usageHint: "argp",
  completes: "files",
  simplified:
    "bzip2, xz and zstd archives are not built; extended attributes are left out; directories are read in the order of their names",
  // `tar czf x.tar.gz d`: a bundle without a dash takes its arguments from what follows.
  rewrite(args) {
    const [bundle = "", ...rest] = args;
    if (bundle === "" || bundle.startsWith("-")) return args;
    const out: string[] = [];
    for (const letter of bundle) {
      out.push(`-${letter}`);
      if ("fCTXbgIKNVFL".includes(letter)) out.push(...rest.splice(0, 1));
    }
    return [...out, ...rest];
  },
  *run(proc, options) {
    const chosen = OPERATIONS.filter((name) => options.has(name));
    if (chosen.length === 0) throw new Failure(`You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n${HINT}`, 2);
    if (chosen.length > 1)
      throw new Failure(`You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option\n${HINT}`, 2);
    const run = new Tar(proc, options);
    try {
      if (chosen[0] === "create" || chosen[0] === "append") yield* run.create(chosen[0] === "append");
      else if (chosen[0] === "extract") yield* run.extract();
      else if (chosen[0] === "delete") yield* run.delete();
      else if (chosen[0] === "diff") yield* run.compare();
      else yield* run.list();
    } catch (error) {
      if (error instanceof UsageError || !(error instanceof ArchiveError)) throw error;
      yield* run.trouble(error.message);
    }
    if (run.status === 2) yield* complain(proc, "Exiting with failure status due to previous errors");
    return run.status;
  },
};

/** A name, and what follows each of its slashes where patterns are not bound to its start. */
function suffixesOf(name: string, everywhere: boolean): string[] {
  const parts = name.split("/");
  return everywhere ? parts.map((_, at) => parts.slice(at).join("/")) : [name];
}

class Tar {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #excluded: readonly RegExp[];
  readonly #accounts: ReturnType<typeof readAccounts>;
  status: ExitStatus = 0;
  /** The archive ends in the middle of a member. */
  #isCut = false;
  #length = 0;

  constructor(proc: Process, options: ParsedOptions) {
    this.#proc = proc;
    this.#options = options;
    const excluded = [...options.values("exclude"), ...(options.has("exclude-vcs") ? VERSION_CONTROL : [])];
    this.#excluded = excluded.map((pattern) => globToPattern(pattern));
    this.#accounts = readAccounts(proc.sys);
  }

  *trouble(message: string): Run<void> {
    yield* complain(this.#proc, message);
    this.status = 2;
  }

  /** The archive's name, "-" for the standard streams. */
  get #archive(): string {
    return this.#options.value("file") ?? this.#proc.env.get("TAPE") ?? "-";
  }

  get #verbosity(): number {
    return this.#options.order.filter(({ name }) => name === "verbose").length;
  }

  *#names(): Run<string[]> {
    const names = [...this.#options.operands];
    const list = this.#options.value("files-from");
    if (list !== undefined) {
      try {
        names.push(
          ...decodeUtf8(yield* readWhole(this.#proc, list))
            .split("\n")
            .filter((line) => line !== ""),
        );
      } catch (error) {
        throw this.#fatal(`${list}: Cannot open: ${reason(error)}`);
      }
    }
    return names;
  }

  isExcluded(name: string): boolean {
    const parts = name.split("/");
    return this.#excluded.some((pattern) =>
      parts.some((_, at) => pattern.test(parts.slice(at).join("/")) || pattern.test(parts.slice(0, at + 1).join("/"))),
    );
  }

  // Creating

  *create(isAppending: boolean): Run<void> {
    const proc = this.#proc;
    const names = yield* this.#names();
    if (names.length === 0 && this.#options.value("files-from") === undefined)
      throw new Failure(`Cowardly refusing to create an empty archive\n${HINT}`, 2);
    const archive = this.#archive;
    if (archive === "-" && proc.sys.isatty(1)) throw this.#fatal("Refusing to write archive contents to terminal (missing -f option?)");
    const parts: Uint8Array[] = [];
    if (isAppending) for (const member of decodeArchive(yield* this.#read())) parts.push(encodeMember(member));
    // The archive is there before its members are read.
    const cwd = this.#directory();
    let fd: number | undefined;
    if (archive !== "-") {
      try {
        fd = proc.sys.open(archive, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
      } catch (error) {
        throw this.#fatal(`${archive}: Cannot open: ${reason(error)}`);
      }
    }
    const own = fd === undefined ? undefined : proc.sys.fstat(fd);
    const collected = collectMembers(proc, this.#accounts, {
      names,
      cwd,
      options: this.#options,
      isExcluded: (name) => this.isExcluded(name),
      isArchive: (info) => own !== undefined && info.dev === own.dev && info.ino === own.ino,
      trouble: (message) => this.trouble(message),
      warn: (message) => complain(proc, message),
    });
    for (;;) {
      const { value, done } = collected.next();
      if (done === true) break;
      if ("kind" in value) {
        yield value;
        continue;
      }
      const { mode, mtime } = this.#given;
      const stored: Member = {
        ...value,
        mode: mode === undefined ? value.mode : mode(value.mode, value.type === "dir"),
        mtime: mtime ?? value.mtime,
      };
      parts.push(encodeMember(stored));
      if (value.type !== "dir" && this.#options.has("remove-files")) this.#proc.sys.unlink(join(cwd, value.name));
      if (this.#verbosity > 0) yield* this.#show(value, archive === "-" ? 2 : 1, this.#verbosity > 1);
    }
    let data = concat(parts);
    data = concat([data, trailer(data.length)]);
    if (this.#options.has("totals"))
      yield* proc.printError(`Total bytes written: ${String(data.length)} (${humanSize(data.length)}, ${humanSize(data.length)}/s)\n`);
    const suffix = this.#options.has("auto-compress") && /\.(?:t?gz)$/.test(archive);
    if (this.#options.has("gzip") || suffix) data = gzipSync(data, { mtime: 0 });
    if (fd === undefined) yield* stdout(proc).print(data);
    else {
      try {
        yield* proc.write(fd, data);
      } catch (error) {
        throw isSysError(error) && error.syscall === "write" ? this.#fatal(`${archive}: Cannot write: ${error.text}`) : error;
      } finally {
        proc.sys.close(fd);
      }
    }
  }

  /** What --mode and --mtime say of every member. */
  get #given(): { readonly mode: ModeChange | undefined; readonly mtime: number | undefined } {
    const modeText = this.#options.value("mode");
    const mode = modeText === undefined ? undefined : parseMode(modeText, currentUmask(this.#proc));
    if (modeText !== undefined && mode === undefined) throw new Failure("Invalid mode given on option", 2);
    const dateText = this.#options.value("mtime");
    if (dateText === undefined) return { mode, mtime: undefined };
    if (/^[./]/.test(dateText)) return { mode, mtime: this.#proc.sys.stat(dateText).mtime.sec };
    return { mode, mtime: parseDate(dateText, this.#proc.now())?.sec ?? 0 };
  }

  /** Writes the archive anew without the members that are named. */
  *delete(): Run<void> {
    const gone = new Set(yield* this.#chosen());
    const kept = [...decodeArchive(yield* this.#read())].filter((member) => ![...gone].some(({ name }) => name === member.name));
    const data = concat(kept.map(encodeMember));
    yield* this.#proc.writeFile(this.#archive, concat([data, trailer(data.length)]));
  }

  /** The directory that -C names. */
  #directory(): string {
    const directory = this.#options.value("directory");
    if (directory === undefined) return "";
    try {
      if (this.#proc.sys.stat(directory).type !== "dir") throw this.#fatal(`${directory}: Cannot open: Not a directory`);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw this.#fatal(`${directory}: Cannot open: ${error.text}`);
    }
    return directory;
  }

  // Reading

  *#read(): Run<Uint8Array> {
    const archive = this.#archive;
    let data: Uint8Array;
    try {
      if (archive === "-" && this.#proc.sys.isatty(0))
        throw this.#fatal("Refusing to read archive contents from terminal (missing -f option?)");
      data = yield* readWhole(this.#proc, archive);
    } catch (error) {
      if (isSysError(error, "EISDIR")) throw this.#fatal(`${archive}: Cannot read: ${error.text}\ntar: At beginning of tape, quitting now`);
      throw this.#fatal(`${archive}: Cannot open: ${reason(error)}`);
    }
    this.#length = data.length;
    if (data[0] === 0x1f && data[1] === 0x8b) {
      try {
        return gunzipSync(data);
      } catch {
        throw new ArchiveError("Child returned status 1");
      }
    }
    if (this.#options.has("gzip") && data.length > 0) {
      yield* this.#proc.printError("\ngzip: stdin: not in gzip format\n");
      throw new Failure(`Child returned status 1\n${ownName(this.#proc)}: Error is not recoverable: exiting now`, 2);
    }
    return data;
  }

  /** The members that were asked for; says which were not there. */
  *#chosen(): Run<Member[]> {
    const names = (yield* this.#names()).map((name) => ({ name: name.replace(/\/+$/, ""), found: false }));
    const out: Member[] = [];
    const members = decodeArchive(yield* this.#read());
    try {
      for (const member of members) {
        const plain = member.name.replace(/\/+$/, "");
        if (this.isExcluded(plain)) continue;
        if (names.length > 0) {
          const matching = names.filter(({ name }) =>
            this.#options.has("wildcards")
              ? suffixesOf(plain, this.#options.has("no-anchored")).some((part) => globToPattern(name).test(part))
              : plain === name || plain.startsWith(`${name}/`),
          );
          if (matching.length === 0) continue;
          for (const one of matching) one.found = true;
        }
        out.push(member);
      }
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      yield* this.trouble(error.message);
      this.#isCut = error.message === "Unexpected EOF in archive";
      if (error.message.startsWith("This does not") && this.#length >= RECORD) yield* this.trouble("Skipping to next header");
    }
    const usesWildcards = this.#options.has("wildcards") || this.#options.has("no-wildcards");
    if (!usesWildcards && names.some(({ name, found }) => !found && /[*?[]/.test(name))) {
      yield* complain(this.#proc, "Pattern matching characters used in file names");
      yield* complain(this.#proc, "Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning");
    }
    for (const { name, found } of names) if (!found) yield* this.trouble(`${name}: Not found in archive`);
    return out;
  }

  *list(): Run<void> {
    for (const member of yield* this.#chosen()) yield* this.#show(member, 1, this.#verbosity > 0);
    if (this.#isCut) throw this.#fatal("");
  }

  *compare(): Run<void> {
    const cwd = this.#directory();
    for (const member of yield* this.#chosen()) {
      if (this.#verbosity > 0) yield* this.#show(member, 1, this.#verbosity > 1);
      const name = withoutTrailingSlashes(member.name);
      const { differences, trouble } = compareMember(this.#proc, member, cwd);
      for (const difference of differences) yield* stdout(this.#proc).print(`${name}: ${difference}\n`);
      if (trouble !== undefined && !trouble.startsWith("Warning")) yield* this.trouble(`${name}: ${trouble}`);
      else if (trouble !== undefined) yield* complain(this.#proc, `${name}: ${trouble}`);
      if (this.status === 0 && (trouble !== undefined || differences.length > 0)) this.status = 1;
      yield* this.#proc.tick();
    }
  }

  *extract(): Run<void> {
    const members = yield* this.#chosen();
    const cwd = this.#directory();
    const later: Later[] = [];
    for (const member of members) {
      if (this.#verbosity > 0) yield* this.#show(member, this.#options.has("to-stdout") ? 2 : 1, this.#verbosity > 1);
      if (this.#options.has("to-stdout")) {
        yield* stdout(this.#proc).print(member.data);
        continue;
      }
      const strip = Number(this.#options.value("strip-components") ?? "0");
      let name = member.name;
      if (!this.#options.has("absolute-names") && name.startsWith("/")) {
        yield* complain(this.#proc, "Removing leading `/' from member names");
        name = name.replace(/^\/+/, "");
      }
      name = strip > 0 ? name.split("/").slice(strip).join("/") : name;
      if (name === "") continue;
      if (name.split("/").includes("..") && !this.#options.has("absolute-names")) {
        yield* this.trouble(`${name}: Member name contains '..', skipping`);
        continue;
      }
      yield* this.#finishDirectories(later, name);
      const problem = yield* extractMember(this.#proc, { ...member, name }, join(cwd, name), cwd, this.#options, this.#accounts, later);
      if (problem !== undefined) yield* this.trouble(problem);
    }
    yield* this.#finishDirectories(later, undefined);
    if (this.#isCut) throw this.#fatal("");
  }

  /** Times and modes of the directories that `next` is not put into. */
  *#finishDirectories(later: Later[], next: string | undefined): Run<void> {
    for (let last = later.at(-1); last !== undefined && !next?.startsWith(`${last.name}/`); last = later.at(-1)) {
      later.pop();
      const problem = last.finish();
      if (problem !== undefined) yield* this.trouble(problem);
    }
  }

  *#show(member: Member, fd: 1 | 2, long: boolean): Run<void> {
    let line = member.name;
    if (long) {
      const type = { file: "-", dir: "d", symlink: "l", hardlink: "h", char: "c", block: "b", fifo: "p" }[member.type];
      const who = this.#options.has("numeric-owner")
        ? `${String(member.uid)}/${String(member.gid)}`
        : `${member.owner || String(member.uid)}/${member.group || String(member.gid)}`;
      const size =
        member.device === undefined ? String(member.data.length) : `${String(member.device.major)},${String(member.device.minor)}`;
      const link = member.type === "symlink" ? ` -> ${member.target}` : member.type === "hardlink" ? ` link to ${member.target}` : "";
      line = `${type}${permissionLetters(member.mode)} ${who} ${size.padStart(Math.max(0, 18 - who.length))} ${formatTime("%Y-%m-%d %H:%M", timestamp(Math.floor(member.mtime)))} ${member.name}${link}`;
    }
    if (fd === 1) yield* stdout(this.#proc).print(`${line}\n`);
    else yield* this.#proc.printError(`${line}\n`);
  }

  #fatal(message: string): Failure {
    const end = "Error is not recoverable: exiting now";
    return new Failure(message === "" ? end : `${message}\n${ownName(this.#proc)}: ${end}`, 2);
  }
}
