/** passwd(5), shadow(5), group(5) and gshadow(5) as files that are changed. */
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { Failure } from "../complain.ts";

export type AccountFile = "passwd" | "shadow" | "group" | "gshadow" | "subuid" | "subgid";

const PASSWORD_LOCK = "/etc/.pwd.lock";

/** The lines of the files in /etc, and what becomes of them. What the image brings in /usr/lib is not touched. */
export class AccountFiles {
  readonly #proc: Process;
  readonly #lines = new Map<AccountFile, string[][]>();
  readonly #changed = new Set<AccountFile>();

  constructor(proc: Process) {
    this.#proc = proc;
  }

  /** Ends the program unless it may write the file: "cannot lock /etc/passwd". */
  *lock(file: AccountFile, status: number): Run<void> {
    const { sys } = this.#proc;
    const name = this.#proc.name;
    try {
      sys.access("/etc", "W");
      if (!sys.credentials.privileged) throw new Failure("");
    } catch (error) {
      const why = isSysError(error) ? error.text : "Permission denied";
      yield* this.#proc.printError(`${name}: ${why}.\n`);
      throw new Failure(`cannot lock /etc/${file}; try again later.`, status);
    }
    // lckpwdf(3) leaves its file behind.
    if (!exists(sys, PASSWORD_LOCK)) yield* this.#write(PASSWORD_LOCK, "", 0o600);
  }

  lines(file: AccountFile): string[][] {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      const text = readTextIfThere(this.#proc.sys, `/etc/${file}`) ?? "";
      lines = text.split("\n").flatMap((line) => (line === "" ? [] : [line.split(":")]));
      this.#lines.set(file, lines);
    }
    return lines;
  }

  find(file: AccountFile, name: string): string[] | undefined {
    return this.lines(file).find(([first]) => first === name);
  }

  /** Sets a field of an entry, and remembers that the file changed. */
  set(file: AccountFile, entry: string[], field: number, value: string): void {
    if (entry[field] === value) return;
    entry[field] = value;
    this.#changed.add(file);
  }

  add(file: AccountFile, entry: string[]): void {
    this.lines(file).push(entry);
    this.#changed.add(file);
  }

  remove(file: AccountFile, name: string): void {
    const lines = this.lines(file);
    const at = lines.findIndex(([first]) => first === name);
    if (at < 0) return;
    lines.splice(at, 1);
    this.#changed.add(file);
  }

  /** Adds or takes a name in a list with commas, such as a group's members. */
  listed(file: AccountFile, entry: string[], field: number, name: string, isIn: boolean): void {
    const names = (entry[field] ?? "").split(",").filter((one) => one !== "" && one !== name);
    this.set(file, entry, field, [...names, ...(isIn ? [name] : [])].join(","));
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** Writes what changed: a copy of before beside it, then the new file in its place. */
  *save(): Run<void> {
    const { sys } = this.#proc;
    for (const file of this.#changed) {
      const path = `/etc/${file}`;
      const old = readTextIfThere(sys, path);
      const secret = file === "shadow" || file === "gshadow";
      const mode = old === undefined ? (secret ? 0 : 0o644) : sys.stat(path).mode;
      if (old !== undefined) yield* this.#write(`${path}-`, old, mode);
      yield* this.#write(
        `${path}+`,
        this.lines(file)
          .map((line) => `${line.join(":")}\n`)
          .join(""),
        mode,
      );
      sys.rename(`${path}+`, path);
    }
  }

  *#write(path: string, text: string, mode: number): Run<void> {
    yield* this.#proc.writeFile(path, text, 0o600);
    this.#proc.sys.chmod(path, mode);
  }
}

/** Whether useradd and groupadd take a name. */
export function isValidName(name: string): boolean {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.-]*\$?$/.test(name) && !/^[0-9]+$/.test(name) && name !== "." && name !== ".." && name.length <= 32;
}

/** Days since 1970, as shadow(5) counts. */
export function today(proc: Process): string {
  return String(Math.floor(proc.now().sec / 86400));
}

/** The first number from `from` to `to` that nobody has. System accounts are numbered downwards. */
export function freeNumber(taken: ReadonlySet<number>, isSystem: boolean): number {
  if (isSystem) {
    for (let number = 999; number > 200; number--) if (!taken.has(number)) return number;
    return -1;
  }
  let number = 1000;
  for (const used of taken) if (used >= number && used < 60000) number = used + 1;
  return number;
}
