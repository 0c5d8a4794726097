/**
 * One place where apps are installed: `/var/lib/flatpak`, or `~/.local/share/flatpak`.
 *
 * Nothing is remembered between calls: the repository, the deployments and their links on the disk are all there is.
 * Layout and order of changes: flatpak/flatpak:common/flatpak-dir.c, and the real one's directories looked at.
 */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isAdministrator } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { OstreeError, within } from "../ostree/errors.ts";
import { listDirectory, lstat, makeDirectories, parentOf, readBytes, readLink, replaceFile, temporaryName } from "../ostree/files.ts";
import { KeyFile } from "../ostree/keyfile.ts";
import { Repository } from "../ostree/repo.ts";
import { Context } from "./context.ts";
import { decodeDeployData, type DeployData } from "./deploy-data.ts";
import { refText, type Ref, type RefKind } from "./ref.ts";

export interface Deployed extends DeployData {
  readonly installation: Installation;
  readonly ref: Ref;
  /** `…/app/ID/ARCH/BRANCH/COMMIT`. */
  readonly path: string;
}

/** What the system's helper is asked for, as refusals name it. */
export type HelperOperation =
  | "Deploy"
  | "Uninstall"
  | "ConfigureRemote"
  | "Configure"
  | "EnsureRepo"
  | "PruneLocalRepo"
  | "DeployAppstream"
  | "UpdateRemote"
  | "RemoveLocalRef";

const SYSTEM_PATH = "/var/lib/flatpak";

export class Installation {
  readonly name: "user" | "system";
  readonly path: string;
  readonly sys: Sys;

  private constructor(sys: Sys, name: "user" | "system", path: string) {
    this.sys = sys;
    this.name = name;
    this.path = path;
  }

  static system(sys: Sys): Installation {
    return new Installation(sys, "system", SYSTEM_PATH);
  }

  static user(sys: Sys, environment: ReadonlyMap<string, string>): Installation {
    const data =
      environment.get("FLATPAK_USER_DIR") ??
      `${environment.get("XDG_DATA_HOME") ?? `${environment.get("HOME") ?? ""}/.local/share`}/flatpak`;
    return new Installation(sys, "user", data);
  }

  /**
   * Runs `work` as who may write here: in the user's own installation the user, in the system's root, by way of the helper that polkit
   * lets do it. Throws `OstreeError` when it does not.
   *
   * @simplified The helper is no process of its own: the one that asks becomes root for the time.
   */
  *changing<W, T>(operation: HelperOperation, work: () => Generator<W, T, void>): Generator<W, T, void> {
    const { sys } = this;
    const own = sys.credentials;
    if (this.name === "user" || own.uid === 0) return yield* work();
    if (!isAdministrator(sys)) throw new OstreeError(`Flatpak system operation ${operation} not allowed for user`);
    const mask = sys.umask(0o022);
    sys.credentials = rootCredentials();
    try {
      return yield* work();
    } finally {
      sys.credentials = own;
      sys.umask(mask);
    }
  }

  /** The same for a change without waits. */
  change<T>(operation: HelperOperation, work: () => T): T {
    const steps = this.changing(operation, function* (): Generator<never, T, void> {
      return work();
    });
    return steps.next().value as T;
  }

  /** Undefined when this user's is not there yet; root makes the system's. Throws `OstreeError` when that is not there for others. */
  get repository(): Repository | undefined {
    if (lstat(this.sys, `${this.path}/repo/config`) === undefined) {
      if (this.name === "user") return undefined;
      if (this.sys.credentials.uid === 0) return this.ensured();
    }
    return within(`While opening repository ${this.path}/repo`, () => Repository.open(this.sys, `${this.path}/repo`));
  }

  /** The repository, made if need be. */
  ensured(): Repository {
    if (lstat(this.sys, `${this.path}/repo/config`) === undefined) {
      this.change("EnsureRepo", () => {
        if (this.name === "user") {
          makeDirectories(this.sys, parentOf(this.path));
          if (lstat(this.sys, this.path) === undefined) this.sys.mkdir(this.path, 0o700);
        }
        makeDirectories(this.sys, this.path);
        const repo = Repository.create(this.sys, `${this.path}/repo`, "bare-user-only");
        makeDirectories(this.sys, `${this.path}/repo/tmp/cache`);
        const config = repo.config;
        config.set("core", "min-free-space-size", "500MB");
        repo.writeConfig(config);
      });
    }
    return Repository.open(this.sys, `${this.path}/repo`);
  }

  /** Tells whoever watches that something is different (`.changed`). */
  markChanged(): void {
    replaceFile(this.sys, `${this.path}/.changed`, "");
  }

  // ——— remotes

  /** In the order in which lists have them: by priority, then by name. */
  get remotes(): string[] {
    const repo = this.repository;
    if (repo === undefined) return [];
    const priority = (name: string): number => Number(repo.remoteOption(name, "xa.prio") ?? "1");
    return repo.remotes().sort((a, b) => priority(b) - priority(a) || (a < b ? -1 : 1));
  }

  /** Throws `OstreeError` when there is none of that name. */
  remoteRepository(remote: string): Repository {
    const repo = this.repository;
    if (repo === undefined || !repo.remotes().includes(remote))
      throw new OstreeError(`Remote "${remote}" not found in the ${this.name} installation`);
    return repo;
  }

  isDisabled(remote: string): boolean {
    return this.repository?.remoteOption(remote, "xa.disable") === "true";
  }

  /** `[core] xa.KEY` of the repository's configuration. */
  setting(key: string): string | undefined {
    return this.repository?.config.get("core", `xa.${key}`);
  }

  setSetting(key: string, value: string | undefined): void {
    const repo = this.ensured();
    this.change("Configure", () => {
      const config = repo.config;
      if (value === undefined) config.remove("core", `xa.${key}`);
      else config.set("core", `xa.${key}`, value);
      repo.writeConfig(config);
    });
  }

  /** Patterns of `mask` or `pin`, sorted. */
  patterns(key: "masked" | "pinned"): string[] {
    return (this.setting(key) ?? "").split(";").filter((pattern) => pattern !== "");
  }

  setPatterns(key: "masked" | "pinned", patterns: readonly string[]): void {
    this.setSetting(key, patterns.length === 0 ? "" : [...new Set(patterns)].sort().join(";"));
  }

  isMatched(key: "masked" | "pinned", ref: Ref): boolean {
    return this.patterns(key).some((pattern) => patternMatches(pattern, ref));
  }

  // ——— deployments

  directoryOf({ kind, id, arch, branch }: Ref): string {
    return `${this.path}/${kind}/${id}/${arch}/${branch}`;
  }

  /** What is installed, apps first, by name. */
  deployed(): Deployed[] {
    const found: Deployed[] = [];
    for (const kind of ["app", "runtime"] as const) {
      for (const id of this.#names(`${this.path}/${kind}`)) {
        for (const arch of this.#names(`${this.path}/${kind}/${id}`)) {
          if (arch === "current") continue;
          for (const branch of this.#names(`${this.path}/${kind}/${id}/${arch}`)) {
            const deployed = this.deployedAt({ kind, id, arch, branch });
            if (deployed) found.push(deployed);
          }
        }
      }
    }
    return found;
  }

  #names(path: string): string[] {
    return listDirectory(this.sys, path)
      .map(({ name }) => name)
      .sort();
  }

  /** Undefined when it is not installed. */
  deployedAt(ref: Ref): Deployed | undefined {
    const directory = this.directoryOf(ref);
    const active = readLink(this.sys, `${directory}/active`);
    return active === undefined ? undefined : this.deployedCommit(ref, active);
  }

  deployedCommit(ref: Ref, commit: Checksum): Deployed | undefined {
    const path = `${this.directoryOf(ref)}/${commit}`;
    if (lstat(this.sys, `${path}/deploy`) === undefined) return undefined;
    try {
      return { ...decodeDeployData(readBytes(this.sys, `${path}/deploy`)), installation: this, ref, path };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** The branch that `flatpak run ID` takes; undefined when there is none. */
  currentOf(id: string): Ref | undefined {
    const [arch, branch] = readLink(this.sys, `${this.path}/app/${id}/current`)?.split("/") ?? [];
    return arch === undefined || branch === undefined ? undefined : { kind: "app", id, arch, branch };
  }

  /** The newest commit of it that was pulled. */
  latestOf({ origin, ref }: Deployed): Checksum | undefined {
    return this.repository?.resolveIfThere(`${origin}:${refText(ref)}`);
  }

  metadataOf({ path }: Deployed): string {
    return decodeUtf8(readBytes(this.sys, `${path}/metadata`));
  }

  // ——— overrides

  overridesPath(id: string | undefined): string {
    return `${this.path}/overrides/${id ?? "global"}`;
  }

  /** The file of them as it is; "" when there is none. */
  overridesText(id: string | undefined): string {
    return readTextIfThere(this.sys, this.overridesPath(id)) ?? "";
  }

  /** What this installation says on top of the metadata; `id` undefined: of every app. */
  overrides(id: string | undefined): Context {
    return Context.parse(this.overridesText(id));
  }

  /** No helper does this: of the system's only root writes them. Throws `OstreeError`. */
  writeOverrides(id: string | undefined, context: Context): void {
    const path = this.overridesPath(id);
    const present = this.overridesText(id);
    try {
      makeDirectories(this.sys, `${this.path}/overrides`);
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(error.text);
      throw error;
    }
    try {
      replaceFile(this.sys, path, context.toString(false, present === "" ? undefined : KeyFile.parse(present)));
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`Failed to create file “${temporaryName(this.sys, `${path}.`)}”: ${error.text}`);
      throw error;
    }
  }

  /** Whether they are gone. */
  removeOverrides(id: string | undefined): boolean {
    try {
      if (lstat(this.sys, this.overridesPath(id))) this.sys.unlink(this.overridesPath(id));
      return true;
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  }
}

/** Of the app's or runtime's metadata: what it needs and what extends it. */
export interface Needs {
  readonly runtime: string | undefined;
  readonly sdk: string | undefined;
  readonly command: string | undefined;
  readonly extensions: readonly Extension[];
}

export interface Extension {
  readonly id: string;
  readonly directory: string;
  readonly branch: string;
  readonly isAutoDownloaded: boolean;
  readonly isAutoDeleted: boolean;
  /** Only the parts for the languages of the system. */
  readonly isLocale: boolean;
}

/** Throws nothing: what is missing is undefined. */
export function needsOf(metadata: string, kind: RefKind, branch: string): Needs {
  const file = KeyFile.parse(metadata);
  const group = kind === "app" ? "Application" : "Runtime";
  const extensions = file.groups().flatMap((name): Extension[] => {
    const id = /^Extension ([^@]+)/.exec(name)?.[1];
    if (id === undefined) return [];
    const versions = file.getList(name, "versions");
    const version = file.get(name, "version") ?? versions[0] ?? branch;
    return [
      {
        id,
        directory: file.get(name, "directory") ?? "",
        branch: version,
        isAutoDownloaded: !file.getBoolean(name, "no-autodownload"),
        isAutoDeleted: file.getBoolean(name, "autodelete"),
        isLocale: file.getBoolean(name, "locale-subset"),
      },
    ];
  });
  return { runtime: file.get(group, "runtime"), sdk: file.get(group, "sdk"), command: file.get(group, "command"), extensions };
}

/** `org.x.*`, `app/org.x.Y//stable`: parts that are missing match anything. Source: flatpak_filter_glob_to_regexp. */
function patternMatches(pattern: string, ref: Ref): boolean {
  const parts = pattern.split("/");
  const kind = parts[0] === "app" || parts[0] === "runtime" ? parts.shift() : undefined;
  const [id = "", arch = "", branch = ""] = parts;
  const fits = (glob: string | undefined, text: string): boolean =>
    glob === undefined ||
    glob === "" ||
    new RegExp(`^${glob.replace(/[^*]/g, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`).replaceAll("*", ".*")}$`, "u").test(text);
  return fits(kind, ref.kind) && fits(id, ref.id) && fits(arch, ref.arch) && fits(branch, ref.branch);
}
