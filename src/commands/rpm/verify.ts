/**
 * `rpm -V`: the files that are there, held against what the packages brought.
 * Source: rpm-software-management/rpm:lib/verify.cc; recorded with rpm 4.18.
 */
import { nvra } from "../../image/package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import { PackagedFiles, type PackagedFile } from "../../engines/rpm/packaged.ts";
import { installedSolvable } from "../../engines/rpm/solvables.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, type SysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { stdout } from "../output.ts";
import { unmet } from "./change.ts";
import { isConfig, isDocumentation, isLicense } from "./file-kinds.ts";

/** What can be told apart, in the order of the nine characters. */
const MARKS = "SM5DLUGTP";

/** Options that leave something out, and the mark that it has. */
const LEFT_OUT: readonly (readonly [option: string, mark: string])[] = [
  ["nosize", "S"],
  ["nomode", "M"],
  ["nofiledigest", "5"],
  ["nordev", "D"],
  ["nolinkto", "L"],
  ["nouser", "U"],
  ["nogroup", "G"],
  ["nomtime", "T"],
  ["nocaps", "P"],
];

export const VERIFY_OPTIONS: readonly Option[] = [
  { name: "nofiledigest", alsoLong: ["nomd5"], help: "don't verify digest of files" },
  { name: "nosize", help: "don't verify size of files" },
  { name: "nolinkto", help: "don't verify symlink path of files" },
  { name: "nouser", help: "don't verify owner of files" },
  { name: "nogroup", help: "don't verify group of files" },
  { name: "nomtime", help: "don't verify modification time of files" },
  { name: "nomode", help: "don't verify mode of files" },
  { name: "nordev", help: "don't verify devices of files" },
  { name: "nocaps", help: "don't verify capabilities of files" },
  { name: "nofiles", help: "don't verify files in package" },
  { name: "noscript", alsoLong: ["noscripts"], help: "don't execute verify script(s)", fidelity: "ignored" },
  { name: "noconfig", help: "skip %config files" },
  { name: "noghost", help: "skip %ghost files", fidelity: "ignored" },
  { name: "nodigest", help: "don't verify package or header digests when reading", fidelity: "ignored" },
  { name: "nosignature", help: "don't verify package or header signatures when reading", fidelity: "ignored" },
];

/** Files that setup's header says are made to be changed: %verify(not md5 size mtime). Source: src.fedoraproject.org/rpms/setup. */
const MADE_TO_CHANGE: ReadonlySet<string> = new Set(
  ["passwd", "group", "shadow", "gshadow", "subuid", "subgid", "hosts", "motd", "exports", "fstab"].map((name) => `/etc/${name}`),
);

/** Verifies packages one after the other against one reading of the system. */
export class Verification {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #rows: readonly InstalledPackage[];
  readonly #packaged: PackagedFiles;
  readonly #leftOut: ReadonlySet<string>;
  #sharing: ReadonlyMap<string, number> | undefined;

  /** `rows` are the whole database. */
  constructor(proc: Process, options: ParsedOptions, rows: readonly InstalledPackage[]) {
    this.#proc = proc;
    this.#options = options;
    this.#rows = rows;
    this.#packaged = new PackagedFiles(proc.sys);
    this.#leftOut = new Set(LEFT_OUT.flatMap(([option, mark]) => (options.has(option) ? [mark] : [])));
  }

  /** Tells what is not as it came. 0 when all is, 1 when files are not, otherwise how many dependencies nobody satisfies. */
  *verify(pkg: InstalledPackage): Run<number> {
    let status = 0;
    const needs = this.#options.has("nodeps") ? [] : this.#unsatisfied(pkg);
    if (needs.length > 0) {
      status = needs.length;
      yield* this.#tell(`Unsatisfied dependencies for ${nvra(pkg)}:\n${needs.join("")}`);
    }
    if (this.#options.has("nofiles")) return status;
    for (const path of pkg.files) {
      if (!this.#isAskedFor(path)) continue;
      const [line, isWrong] = yield* this.#file(pkg, path);
      if (isWrong) status = 1;
      if (line !== "") yield* this.#tell(line);
      yield* this.#proc.tick();
    }
    return status;
  }

  *#tell(text: string): Run<void> {
    if (!this.#options.has("quiet")) yield* stdout(this.#proc).print(text);
  }

  #unsatisfied(pkg: InstalledPackage): string[] {
    if ((pkg.details?.requires.length ?? 0) === 0) return [];
    const all = this.#rows.map((row) => installedSolvable(row, undefined));
    return unmet([installedSolvable(pkg, undefined)], all, (it) => `(installed) ${nvra(it.pkg)}`).sort();
  }

  /** `-c`, `-d` and `--noconfig` choose among the files. */
  #isAskedFor(path: string): boolean {
    const chosen = [
      ["configfiles", isConfig],
      ["docfiles", isDocumentation],
    ] as const;
    const wanted = chosen.filter(([option]) => this.#options.has(option));
    if (wanted.length > 0 && !wanted.some(([, isOne]) => isOne(path))) return false;
    return !(this.#options.has("noconfig") && isConfig(path));
  }

  *#file(pkg: InstalledPackage, path: string): Run<readonly [line: string, isWrong: boolean]> {
    const { sys } = this.#proc;
    const came = this.#packaged.of(pkg, path);
    let there: Stat;
    try {
      there = sys.lstat(path);
      // A link to a directory does for the directory, whoever may have made it.
      const target = came.kind === "dir" && there.type === "symlink" ? orUndefined(() => sys.stat(path)) : undefined;
      if (target?.type === "dir" && (there.uid === 0 || there.uid === target.uid)) there = target;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return [`missing   ${kindOf(path, came)} ${path}${because(error)}\n`, true];
    }
    const marks = this.#differences(pkg, path, came, there);
    const contents = yield* this.#contents(path, came, there);
    if (contents !== "same") marks.set("5", contents === "unreadable" ? "?" : "5");
    // Where the time is not known: who changes contents leaves a new one.
    if (contents === "changed" && came.mtime === undefined) marks.set("T", "T");
    for (const mark of this.#leftOut) marks.delete(mark);
    if (marks.size === 0 && !this.#options.has("verbose")) return ["", false];
    const text = [...MARKS].map((mark) => marks.get(mark) ?? ".").join("");
    return [`${text}  ${kindOf(path, came)} ${path}\n`, marks.size > 0];
  }

  #differences(pkg: InstalledPackage, path: string, came: PackagedFile, there: Stat): Map<string, string> {
    const isFile = there.type === "file" && !MADE_TO_CHANGE.has(path);
    const isOther = (known: number | undefined, found: number): boolean => known !== undefined && known !== found;
    const marks = new Map<string, string>();
    const note = (mark: string, differs: boolean): void => {
      if (differs) marks.set(mark, mark);
    };
    note("S", isFile && isOther(came.size, there.size));
    note("M", there.type !== "symlink" && ((came.kind ?? there.type) !== there.type || isOther(came.mode, there.mode)));
    note("L", there.type === "symlink" && came.kind !== undefined && this.#proc.sys.readlink(path) !== came.target);
    note("U", isOther(came.uid, there.uid));
    note("G", isOther(came.gid, there.gid));
    note("T", isFile && isOther(came.mtime, there.mtime.sec) && this.#owners(path) === 1);
    // What the package has instead of a file has neither the size nor the time of one.
    if (isFile && came.kind !== undefined && came.kind !== "file") for (const mark of "ST") note(mark, true);
    return marks;
  }

  *#contents(path: string, { kind, holds }: PackagedFile, there: Stat): Run<"same" | "changed" | "unreadable"> {
    if (there.type !== "file" || MADE_TO_CHANGE.has(path)) return "same";
    if (holds === undefined) return kind === undefined ? "same" : "changed";
    try {
      return holds(yield* this.#proc.readFile(path)) ? "same" : "changed";
    } catch (error) {
      if (isSysError(error)) return "unreadable";
      throw error;
    }
  }

  /** How many packages have a file of that name. */
  #owners(path: string): number {
    if (this.#sharing === undefined) {
      const counts = new Map<string, number>();
      for (const row of this.#rows) for (const file of row.files) counts.set(file, (counts.get(file) ?? 0) + 1);
      this.#sharing = counts;
    }
    return this.#sharing.get(path) ?? 1;
  }
}

function because(error: SysError): string {
  return error.errno === "ENOENT" ? "" : ` (${error.text})`;
}

/** The letter of a file's kind; directories and links have none. */
function kindOf(path: string, { kind }: PackagedFile): string {
  if (kind === "dir") return " ";
  return isConfig(path) ? "c" : isLicense(path) ? "l" : isDocumentation(path) ? "d" : " ";
}
