/** Packages on top of the image: two lists of names in /etc/abroot, and in each root what it was made with. Source: Vanilla-OS/ABRoot:core/packages.go. */
import { isoTime } from "../../base/calendar.ts";
import { readText, readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { AbrootConfig } from "./config.ts";
import { AbrootError } from "./error.ts";
import { lstat, makeDirectories, writeFile } from "./files.ts";

const DIRECTORY = "/etc/abroot";
const ADD = `${DIRECTORY}/packages.add`;
const REMOVE = `${DIRECTORY}/packages.remove`;
const AGREEMENT = `${DIRECTORY}/ABPkgManager.userAgreement`;
const SUMMARY = "/usr/share/abroot/package-summary";
const STATUS = "/var/lib/dpkg/status";
const NEEDS_AGREEMENT = 2;

export interface Unstaged {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export class PackageLists {
  readonly #sys: Sys;
  readonly #config: AbrootConfig;

  /** Makes the two files if they are not there, as every use does. */
  constructor(sys: Sys, config: AbrootConfig) {
    this.#sys = sys;
    this.#config = config;
    makeDirectories(sys, DIRECTORY);
    for (const path of [ADD, REMOVE]) if (lstat(sys, path) === undefined) writeFile(sys, path, "");
  }

  get needsAgreement(): boolean {
    return this.#config.iPkgMngStatus === NEEDS_AGREEMENT;
  }

  /** Whether packages may be put on top, as far as an agreement is asked for. */
  get isAgreed(): boolean {
    return !this.needsAgreement || lstat(this.#sys, AGREEMENT) !== undefined;
  }

  /** `now` in seconds since 1970. */
  agree(now: number): void {
    writeFile(this.#sys, AGREEMENT, isoTime(now));
  }

  get added(): readonly string[] {
    return words(readText(this.#sys, ADD));
  }

  get removed(): readonly string[] {
    return words(readText(this.#sys, REMOVE));
  }

  /** `isInRepository` asks the server. Throws AbrootError. */
  add(name: string, isInRepository: (name: string) => boolean): void {
    this.#check();
    const { added, removed } = this;
    if (removed.includes(name))
      return this.#write(
        REMOVE,
        removed.filter((each) => each !== name),
      );
    for (const each of name.split(" ")) if (!isInRepository(each)) throw new AbrootError(`package does not exist in repo: ${each}`);
    if (!added.includes(name)) this.#write(ADD, [...added, name]);
  }

  remove(name: string): void {
    this.#check();
    const { added, removed } = this;
    // As the real one: any text that begins so will do.
    if (!added.join(" ").includes(name) && readTextIfThere(this.#sys, STATUS)?.includes(`Package: ${name}`) !== true)
      throw new AbrootError(`package does not exist on system: ${name}`);
    if (added.includes(name))
      return this.#write(
        ADD,
        added.filter((each) => each !== name),
      );
    if (!removed.includes(name)) this.#write(REMOVE, [...removed, name]);
  }

  /** What a root's packages differ in from what the lists ask for. */
  unstaged(root = ""): Unstaged {
    const staged = summary(readTextIfThere(this.#sys, root + SUMMARY) ?? "");
    const { added, removed } = this;
    const outside = (these: readonly string[], those: readonly string[]): string[] => these.filter((name) => !those.includes(name));
    return {
      added: [...outside(added, staged.added), ...outside(staged.removed, removed)],
      removed: [...outside(removed, staged.removed), ...outside(staged.added, added)],
    };
  }

  /** The command of the recipe; "" when there is nothing on top. */
  get command(): string {
    const { added, removed } = this;
    const { iPkgMngPre, iPkgMngPost, iPkgMngAdd, iPkgMngRm } = this.#config;
    if (added.length === 0 && removed.length === 0) return "";
    return [
      iPkgMngPre,
      removed.length === 0 ? "" : `${iPkgMngRm} ${removed.join(" ")}`,
      added.length === 0 ? "" : `${iPkgMngAdd} ${added.join(" ")}`,
      iPkgMngPost,
    ]
      .filter((each) => each !== "")
      .join(" && ");
  }

  /** Notes in `root` what it was made with; nothing where nothing is on top, so that an image's own stays. */
  writeSummary(root: string): void {
    if (!this.isAgreed) return;
    const text = [...this.added.map((name) => `+ ${name}\n`), ...this.removed.map((name) => `- ${name}\n`)].join("");
    if (text === "") return;
    makeDirectories(this.#sys, `${root}/usr/share/abroot`);
    writeFile(this.#sys, root + SUMMARY, text);
  }

  #check(): void {
    if (!this.isAgreed) throw new AbrootError("package manager agreement not accepted");
  }

  #write(path: string, names: readonly string[]): void {
    writeFile(this.#sys, path, names.map((name) => `${name}\n`).join(""));
  }
}

/** What was put on top of a root, and what left out. */
export function packagesOnTop(sys: Sys, root: string): Unstaged {
  return summary(readTextIfThere(sys, root + SUMMARY) ?? "");
}

function summary(text: string): Unstaged {
  const marked = (mark: string): string[] => text.split("\n").flatMap((line) => (line.startsWith(`${mark} `) ? [line.slice(2)] : []));
  return { added: marked("+"), removed: marked("-") };
}

function words(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
