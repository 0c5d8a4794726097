/** One run of dpkg: the database, what it says, what has gone wrong so far. */
import { md5 } from "@noble/hashes/legacy.js";
import { toHex } from "../../image/hex.ts";
import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { DpkgDatabase, PackageRecord, State } from "./database.ts";
import { lstat, readBytes } from "./files.ts";
import { shownName } from "./package.ts";

/** What stops the work on one package; the text is what dpkg says of it. */
export class DpkgError extends Error {}

/** What stops dpkg altogether (ohshit() outside of the work on a package). */
export class DpkgEnd extends Error {}

export type Force =
  "confold" | "confnew" | "confdef" | "confmiss" | "depends" | "overwrite" | "remove-reinstreq" | "remove-essential" | "downgrade" | "all";

export interface Speaker {
  out(text: string): Run<void>;
  err(text: string): Run<void>;
}

export class DpkgSession {
  readonly proc: Process;
  readonly database: DpkgDatabase;
  readonly #speaker: Speaker;
  readonly force: ReadonlySet<Force>;
  /** Names of packages whose triggers are to be processed at the end. */
  readonly failed: string[] = [];
  /** Triggers are left for later, as apt wants it. */
  readonly defersTriggers: boolean;
  #hasRead = false;

  constructor(
    proc: Process,
    database: DpkgDatabase,
    speaker: Speaker,
    options: { readonly force?: ReadonlySet<Force>; readonly defersTriggers?: boolean } = {},
  ) {
    this.proc = proc;
    this.database = database;
    this.#speaker = speaker;
    this.force = options.force ?? new Set();
    this.defersTriggers = options.defersTriggers ?? false;
  }

  say(text: string): Run<void> {
    return this.#speaker.out(text);
  }

  complain(text: string): Run<void> {
    return this.#speaker.err(text);
  }

  isForced(what: Force): boolean {
    return this.force.has(what) || this.force.has("all");
  }

  /** Says once how many files all packages have. On a terminal it counts. */
  *readDatabase(): Run<void> {
    if (this.#hasRead) return;
    this.#hasRead = true;
    const paths = new Set<string>();
    for (const { name } of this.database.known) for (const path of this.database.list(name)) paths.add(path);
    const text = "(Reading database ... ";
    yield* this.say(text);
    if (this.proc.sys.isatty(1)) for (let percent = 5; percent <= 100; percent += 5) yield* this.say(`\r${text}${percent}%`);
    if (this.proc.sys.isatty(1)) yield* this.say(`\r${text}`);
    yield* this.say(`${paths.size} files and directories currently installed.)\n`);
  }

  /** Changes what the database says of a package, for good, and writes it into the log. */
  setState(record: PackageRecord, state: State): void {
    record.state = state;
    this.database.note(record);
    this.log(
      `status ${state} ${record.name}:${record.fields.get("Architecture") ?? "all"} ${record.version === "" ? "<none>" : record.version}`,
    );
  }

  /** A line of /var/log/dpkg.log. */
  log(text: string): void {
    const { sys } = this.proc;
    const { year, month, day, hour, minute, second } = calendarDate(this.proc.now().sec);
    const stamp = `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}`;
    try {
      const fd = sys.open("/var/log/dpkg.log", O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o644);
      sys.write(fd, encodeUtf8(`${stamp} ${text}\n`));
      sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }

  /** Runs a maintainer script if the package has it. Throws `DpkgError` when it fails. */
  *script(
    record: PackageRecord,
    path: string,
    kind: string,
    args: readonly string[],
    environment: ReadonlyMap<string, string> = new Map(),
  ): Run<void> {
    if (!lstat(this.proc.sys, path)) return;
    const what = `${kind === "preinst" || kind === "postrm" || kind === "prerm" || kind === "postinst" ? kind : kind}`;
    const isFaulty = kind === "postinst" && this.proc.kernel.world.has("failing-scriptlet");
    const status = (yield* this.#run(path, args, record, environment)) || (isFaulty ? 1 : 0);
    if (status !== 0) {
      const phase = kind === "preinst" ? "new" : "installed";
      throw new DpkgError(
        `${phase} ${shownName(record.name, record.fields)} package ${scriptName(what)} script subprocess returned error exit status ${status}`,
      );
    }
  }

  *#run(path: string, args: readonly string[], record: PackageRecord, environment: ReadonlyMap<string, string>): Run<number> {
    const { proc } = this;
    const env = new Map([
      ...proc.env,
      ["DPKG_MAINTSCRIPT_PACKAGE", record.name],
      ["DPKG_MAINTSCRIPT_ARCH", record.fields.get("Architecture") ?? "all"],
      ["DPKG_RUNNING_VERSION", "1.22.22"],
      ["DPKG_ADMINDIR", "/var/lib/dpkg"],
      ...environment,
    ] as const);
    try {
      const child = proc.spawn({ argv: [path, ...args], program: { path }, env, cwd: "/" });
      for (;;) {
        const ended = yield* proc.wait(child.pid);
        if (ended === undefined || ended.ending.kind === "stopped") continue;
        return ended.ending.kind === "exited" ? ended.ending.status : 128;
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.complain(`dpkg: error: unable to execute ${path}: ${error.text}\n`);
      return 2;
    }
  }

  /** Runs `work` on a package; what goes wrong is told, and remembered for the end. */
  *attempt(name: string, what: "package" | "archive", action: string, work: Run<void>): Run<boolean> {
    try {
      yield* work;
      return true;
    } catch (error) {
      const text = error instanceof DpkgError ? error.message : isSysError(error) ? `${error.path ?? ""}: ${error.text}` : undefined;
      if (text === undefined) throw error;
      yield* this.complain(`dpkg: error processing ${what} ${name} (${action}):\n ${text}\n`);
      this.failed.push(name);
      return false;
    }
  }

  /** The md5 of a file as conffiles are compared; "newconffile" where there is none. */
  digest(path: string): string {
    try {
      return toHex(md5(readBytes(this.proc.sys, path)));
    } catch (error) {
      if (isSysError(error, "ENOENT", "ENOTDIR")) return "nonexistent";
      throw error;
    }
  }
}

const SCRIPT_NAMES: Readonly<Record<string, string>> = {
  preinst: "pre-installation",
  postinst: "post-installation",
  prerm: "pre-removal",
  postrm: "post-removal",
};

function scriptName(kind: string): string {
  return SCRIPT_NAMES[kind] ?? kind;
}
