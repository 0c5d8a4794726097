/**
 * restorecon(8): gives files the contexts that the policy says.
 * Sources: SELinuxProject/selinux:policycoreutils/setfiles/{setfiles,restore}.c, libselinux/src/selinux_restorecon.c (3.9).
 */
import type { Process } from "../../machine/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { reason } from "../complain.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { below, recursive } from "../recursion.ts";
import { canonical, type Selinux } from "./contexts.ts";
import { selinuxOf } from "./enforce.ts";
import { typeOf } from "./policy.ts";

const FAILED = 255;
const FLAGS = "[-iIDFUmnprRv0xT] [-e excludedir]";
/** Files between two steps of the progress. */
const STEP = 1024;

function usage(name: string): string {
  return `usage:  ${name} ${FLAGS} pathname...\nusage:  ${name} ${FLAGS} -f filename\n`;
}

export const restorecon: Command = {
  name: "restorecon",
  package: "policycoreutils",
  style: "gnu",
  usage: [`restorecon ${FLAGS} pathname...`, `restorecon ${FLAGS} -f filename`],
  about: "Restore the default security contexts of files.",
  options: [
    { name: "e", short: "e", long: false, argument: "directory", help: "leave out what is below the directory" },
    { name: "f", short: "f", long: false, argument: "infilename", help: "read names from the file, or from standard input" },
    { name: "F", short: "F", long: false, help: "set the whole context, also of what was customised" },
    { name: "i", short: "i", long: false, help: "ignore files that are not there" },
    { name: "I", short: "I", long: false, help: "check all, whatever was remembered", fidelity: "ignored" },
    { name: "D", short: "D", long: false, help: "remember what was checked", fidelity: "ignored" },
    { name: "U", short: "U", long: false, help: "set user and role, too" },
    { name: "m", short: "m", long: false, help: "do not leave out mounts that have no contexts" },
    { name: "n", short: "n", long: false, help: "change nothing" },
    { name: "p", short: "p", long: false, help: "show progress" },
    { name: "R", short: "R", alsoShort: ["r"], long: false, help: "change directories and what is in them" },
    { name: "v", short: "v", long: false, help: "show changes" },
    { name: "0", short: "0", long: false, help: "names from a file end with a null character" },
    { name: "x", short: "x", long: false, help: "stay on one file system" },
    { name: "T", short: "T", long: false, argument: "nthreads", help: "how many threads to use", fidelity: "ignored" },
    { name: "W", short: "W", long: false, help: "warn of expressions that match nothing", fidelity: "ignored" },
  ],
  usageStatus: FAILED,
  usageHint: usage,
  completes: "files",
  *run(proc, options) {
    const name = proc.argv[0] ?? "restorecon";
    const selinux = selinuxOf(proc);
    if (selinux === undefined) return 0;
    const refuse = function* (why = ""): Run<number> {
      yield* proc.printError(why + usage(name));
      return FAILED;
    };
    if (proc.argv.length < 2) return yield* refuse();
    if (options.has("v") && options.has("p")) return yield* refuse("Progress and Verbose mutually exclusive\n");
    const excluded: string[] = [];
    for (const path of options.values("e")) {
      try {
        proc.sys.lstat(path);
      } catch (error) {
        yield* proc.printError(`Can't stat exclude path "${path}", ${reason(error)} - ignoring.\n`);
        continue;
      }
      if (!path.startsWith("/")) {
        yield* proc.printError(`Full path required for exclude: ${path}.\n`);
        return FAILED;
      }
      excluded.push(path.replace(/(?<=.)\/+$/, ""));
    }
    if (!selinux.policy.isThere) {
      yield* proc.printError(`/etc/selinux/${selinux.config.type}/contexts/files/file_contexts: No such file or directory\n`);
      return 1;
    }
    const file = options.value("f");
    const listed = file === undefined ? options.operands : readTextIfThere(proc.sys, file === "-" ? "/dev/stdin" : file)?.split(options.has("0") ? "\0" : "\n"); // prettier-ignore
    if (listed === undefined) return yield* refuse(`Unable to open ${file ?? ""}: No such file or directory\n`);
    const walk = new Relabelling(proc, selinux, options, [...excluded, ...(options.has("m") ? [] : unlabelledMounts(proc))]);
    let isGood = true;
    for (const path of listed.filter((each) => each !== "")) if (!(yield* walk.start(path))) isGood = false;
    if (options.has("p")) yield* stdout(proc).print("\n");
    return isGood ? 0 : FAILED;
  },
};

/**
 * Where file systems are mounted that say of themselves that they keep no contexts.
 * @simplified The overlay that the root is does not say that it keeps them, as the real one does, and is taken for one that does.
 */
function unlabelledMounts(proc: Process): string[] {
  const rows = (readTextIfThere(proc.sys, "/proc/mounts") ?? "").split("\n").map((line) => line.split(" "));
  return rows.flatMap(([, path = "", , options = ""]) =>
    ["", "/"].includes(path) || options.split(",").includes("seclabel") ? [] : [path],
  );
}

class Relabelling {
  readonly #proc: Process;
  readonly #selinux: Selinux;
  readonly #options: ParsedOptions;
  readonly #excluded: readonly string[];
  #device: number | undefined;
  #count = 0;

  constructor(proc: Process, selinux: Selinux, options: ParsedOptions, excluded: readonly string[]) {
    this.#proc = proc;
    this.#selinux = selinux;
    this.#options = options;
    this.#excluded = excluded;
  }

  /** Whether nothing went wrong. */
  *start(given: string): Run<boolean> {
    const { sys } = this.#proc;
    const isAbsent = (error: unknown): boolean => this.#options.has("i") && isSysError(error, "ENOENT");
    let path: string;
    try {
      path = canonical(sys, given);
    } catch (error) {
      if (isAbsent(error)) return true;
      return yield* this.#fail(`SELinux: Could not get canonical path for ${given} restorecon: ${reason(error)}.`);
    }
    try {
      this.#device = sys.lstat(path).dev;
    } catch (error) {
      return isAbsent(error) || (yield* this.#fail(`lstat(${path}) failed: ${reason(error)}`));
    }
    if (!this.#options.has("R")) return this.#isExcluded(path) || (yield* this.#relabel(path, true));
    const isGood = yield* recursive(this.#descend(path, true));
    if (this.#options.has("p") && path === "/") yield* stdout(this.#proc).print(`\r${path} 100.0%\n`);
    return isGood;
  }

  *#descend(path: string, isFirst: boolean): Run<boolean> {
    const { sys } = this.#proc;
    yield* this.#proc.tick();
    let isGood = true;
    let isDirectory: boolean;
    try {
      const { type, dev } = sys.lstat(path);
      if (this.#options.has("x") && dev !== this.#device) return true;
      isDirectory = type === "dir";
    } catch (error) {
      return yield* this.#fail(`Could not stat ${path}: ${reason(error)}.`);
    }
    if (isDirectory && this.#isExcluded(path)) return true;
    if (!(yield* this.#relabel(path, isFirst))) isGood = false;
    if (!isDirectory) return isGood;
    let names: readonly string[];
    try {
      names = sys.readdir(path).map(({ name }) => name);
    } catch (error) {
      return yield* this.#fail(`Could not read ${path}: ${reason(error)}.`);
    }
    for (const name of names) if (!(yield* below(this.#descend(join(path, name), false)))) isGood = false;
    return isGood;
  }

  #isExcluded(path: string): boolean {
    return this.#excluded.some((each) => path === each || path.startsWith(`${each}/`));
  }

  *#relabel(path: string, isFirst: boolean): Run<boolean> {
    const { policy } = this.#selinux;
    const out = stdout(this.#proc);
    const has = (flag: string): boolean => this.#options.has(flag);
    try {
      const full = policy.lookup(path, this.#proc.sys.lstat(path).type);
      if (full === undefined) {
        if (isFirst) yield* out.print(`Warning no default label for ${path}\n`);
        return true;
      }
      if (has("p") && ++this.#count % STEP === 0) yield* out.print(`\r${this.#count / STEP}k`);
      const current = this.#selinux.contextOf(path);
      if (current === full) return true;
      if (!has("F") && policy.customizable.has(typeOf(current))) {
        if (has("v")) yield* out.print(`${path} not reset as customized by admin to ${current}\n`);
        return true;
      }
      const wanted = has("F") ? full : merged(current, full, has("U"));
      if (wanted === current) return true;
      if (!has("n")) this.#selinux.setContext(path, wanted);
      if (has("v")) yield* out.print(`${has("n") ? "Would relabel" : "Relabeled"} ${path} from ${current} to ${wanted}\n`);
      return true;
    } catch (error) {
      return yield* this.#fail(`Could not set context for ${path}:  ${reason(error)}`);
    }
  }

  *#fail(message: string): Run<false> {
    yield* stdout(this.#proc).flush();
    yield* this.#proc.printError(`${this.#proc.argv[0] ?? "restorecon"}: ${message}\n`);
    return false;
  }
}

/** Only the type is reset; user and role if they are asked for. The range stays. */
function merged(current: string, full: string, withUser: boolean): string {
  const [user = "", role = "", , ...range] = current.split(":");
  const [otherUser = "", otherRole = "", type = ""] = full.split(":");
  return [withUser ? otherUser : user, withUser ? otherRole : role, type, ...range].join(":");
}
