/** Verbs that make a sysroot and its state roots: init-fs, os-init. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat, makeDirectories } from "../../engines/ostree/files.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { isSysError } from "../../vfs/errno.ts";
import { SYSROOT, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

/** What a root has beside /boot and /ostree, unless `--modern`: name and mode. */
const TOP_LEVEL: readonly (readonly [string, number])[] = [
  ["dev", 0o755],
  ["home", 0o755],
  ["proc", 0o755],
  ["run", 0o755],
  ["sys", 0o755],
  ["root", 0o700],
  ["tmp", 0o1777],
];

export const initFs: Verb = {
  name: "init-fs",
  operands: "PATH",
  about: "Initialize a root filesystem",
  options: [
    SYSROOT,
    { name: "modern", help: "Only create /boot and /ostree" },
    {
      name: "epoch",
      short: "E",
      argument: "",
      help: "An integer value, defines initial state.  Must be in the range [0-1], inclusive.",
    },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const { sys } = proc;
    const [path] = options.operands;
    if (path === undefined) throw new Misuse("PATH must be specified");
    try {
      sys.readdir(path);
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`opendir(${path}): ${error.text}`);
      throw error;
    }
    const epoch = options.value("epoch") ?? "0";
    if (!/^\d+$/.test(epoch)) throw new OstreeError(`Cannot parse integer value “${epoch}” for -E`);
    const isModern = options.has("modern") || Number(epoch) > 0;
    for (const [name, mode] of [["boot", 0o755] as const, ...(isModern ? [] : TOP_LEVEL)]) {
      if (lstat(sys, `${path}/${name}`)) continue;
      sys.mkdir(`${path}/${name}`, mode);
      sys.chmod(`${path}/${name}`, mode);
    }
    makeDirectories(sys, `${path}/ostree`, Number(epoch) > 1 ? 0o700 : 0o755);
    makeDirectories(sys, `${path}/ostree/deploy`);
    Repository.create(sys, `${path}/ostree/repo`, "bare");
    yield* proc.tick();
    return 0;
  },
};

function stateRootInit(name: string): Verb {
  return {
    name,
    operands: "STATEROOT",
    about: "Initialize empty state for given operating system",
    options: [SYSROOT, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        const stateroot = call.options.operands[0];
        if (stateroot === undefined) throw new Misuse("STATEROOT must be specified");
        const path = `ostree/deploy/${stateroot}`;
        if (lstat(child.sys, sysroot.path(path))) throw new OstreeError(`Creating ${path}: File exists`);
        // /var is filled at the first boot.
        makeDirectories(child.sys, sysroot.path(`${path}/var`));
        yield* child.print(`${path} initialized as OSTree stateroot\n`);
        return 0;
      });
    },
  };
}

export const osInit = stateRootInit("os-init");
export const staterootInit = stateRootInit("stateroot-init");
