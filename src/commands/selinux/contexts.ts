/**
 * Security contexts of files. One that somebody set is the file's attribute `security.selinux`; any other is what the policy gives a file
 * of that name.
 *
 * @simplified Contexts that nobody set follow the name: a file that is moved has the one of its new place, as if it had been made there.
 * @simplified Nothing is refused for a context's sake, so a wrong one does no harm, and the mode of enforcing is only told.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { baseName, dirName, endsInDots, join } from "../paths.ts";
import { Policy, readConfig, type SelinuxConfig } from "./policy.ts";

const ATTRIBUTE = "security.selinux";
/** Where the mode is until the next boot. @simplified It is a file of selinuxfs. */
const [MODE_AT, MODE] = ["/run", "security.enforce"];

/** In a deployment each file has the context of the name that it has where that runs. */
const DEPLOYED = /^\/sysroot\/ostree\/deploy\/[^/]+\/deploy\/[^/]+\.\d+(\/.*)?$/;
const SHARED_VAR = /^\/sysroot\/ostree\/deploy\/[^/]+(\/var(?:\/.*)?)$/;
/** By the kind of file system, where it has no attributes. */
const GENERATED: Readonly<Record<string, string>> = {
  proc: "system_u:object_r:proc_t:s0",
  sysfs: "system_u:object_r:sysfs_t:s0",
  vfat: "system_u:object_r:dosfs_t:s0",
};

/** The name as the policy knows it: without links, but for the last part. Throws `SysError`. */
export function canonical(sys: Sys, path: string): string {
  const name = baseName(path);
  return name === "/" || endsInDots(path) ? sys.realpath(path) : join(sys.realpath(dirName(path)), name);
}

export class Selinux {
  readonly config: SelinuxConfig;
  readonly policy: Policy;
  readonly #sys: Sys;

  private constructor(sys: Sys, config: SelinuxConfig) {
    this.#sys = sys;
    this.config = config;
    this.policy = new Policy(sys, config.type);
  }

  /** Undefined where the kernel has it turned off. @simplified What the configuration says now is taken for what it said at the boot. */
  static of(sys: Sys, commandLine: string): Selinux | undefined {
    const config = readConfig(sys);
    if (config === undefined || config.mode === "disabled" || commandLine.split(" ").includes("selinux=0")) return undefined;
    return new Selinux(sys, config);
  }

  get isEnforcing(): boolean {
    try {
      return decodeUtf8(this.#sys.getxattr(MODE_AT, MODE)) === "1";
    } catch (error) {
      if (isSysError(error)) return this.config.mode === "enforcing";
      throw error;
    }
  }

  /** Throws `SysError` (EPERM) for whoever may not. */
  enforce(isEnforcing: boolean): void {
    this.#sys.setxattr(MODE_AT, MODE, encodeUtf8(isEnforcing ? "1" : "0"));
  }

  /** Of the file itself, not of what a link leads to. `path` is absolute and without links before its last name. Throws `SysError`. */
  contextOf(path: string): string {
    const { type } = this.#sys.lstat(path);
    try {
      return decodeUtf8(this.#sys.getxattr(path, ATTRIBUTE, { follow: false })).replace(/\0$/, "");
    } catch (error) {
      if (!isSysError(error, "ENODATA", "EOPNOTSUPP")) throw error;
    }
    const generated = type === "symlink" ? undefined : GENERATED[this.#sys.statfs(path).type];
    if (generated !== undefined) return generated;
    const name = DEPLOYED.exec(path)?.[1] ?? SHARED_VAR.exec(path)?.[1];
    if (name === undefined && /^\/sysroot(?:\/|$)/.test(path))
      return path === "/sysroot" || path === "/sysroot/" ? "system_u:object_r:root_t:s0" : "system_u:object_r:usr_t:s0";
    return this.policy.lookup(name ?? path, type) ?? "unconfined_u:object_r:user_tmp_t:s0";
  }

  /** Throws `SysError`: EROFS, EPERM, EINVAL for a context that cannot be. */
  setContext(path: string, context: string, follow = false): void {
    this.#sys.setxattr(path, ATTRIBUTE, encodeUtf8(`${context}\0`), { follow });
  }
}
