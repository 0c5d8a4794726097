/**
 * What the policy says of files: the tables in /etc/selinux/TYPE/contexts, as the library reads them.
 * Source: SELinuxProject/selinux:libselinux/src/{label_file.c,selinux_config.c}; file_contexts(5).
 *
 * @simplified Of several expressions that match the last one counts; the library prefers those without an expression, too.
 */
import { Pattern } from "../../base/posix-pattern.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { FileType } from "../../vfs/types.ts";

export const SELINUX_ROOT = "/etc/selinux";
/** What stands for no context at all. */
export const NONE = "<<none>>";

const TYPE_LETTERS: Readonly<Record<string, FileType>> = {
  "--": "file",
  "-d": "dir",
  "-l": "symlink",
  "-c": "char",
  "-b": "block",
  "-p": "fifo",
  "-s": "socket",
};

interface Spec {
  /** All names that match begin so. */
  readonly stem: string;
  readonly source: string;
  readonly type: FileType | undefined;
  readonly context: string;
}

export interface SelinuxConfig {
  readonly mode: "enforcing" | "permissive" | "disabled";
  /** "targeted". */
  readonly type: string;
}

/** /etc/selinux/config; undefined where there is none, or none that says a mode. */
export function readConfig(sys: Sys): SelinuxConfig | undefined {
  const text = readTextIfThere(sys, `${SELINUX_ROOT}/config`) ?? "";
  const mode = /^SELINUX=\s*(enforcing|permissive|disabled)\s*$/im.exec(text)?.[1]?.toLowerCase() as SelinuxConfig["mode"] | undefined;
  return mode && { mode, type: /^SELINUXTYPE=\s*(\S+)/im.exec(text)?.[1] ?? "targeted" };
}

export class Policy {
  /** Types that restorecon leaves alone unless forced. */
  readonly customizable: ReadonlySet<string>;
  readonly #specs: readonly Spec[];
  readonly #aliases: readonly (readonly [path: string, original: string])[];
  readonly #patterns = new Map<string, Pattern>();

  constructor(sys: Sys, type: string, file?: string) {
    const folder = `${SELINUX_ROOT}/${type}/contexts`;
    const lines = (name: string): string[] => (readTextIfThere(sys, name) ?? "").split("\n").filter((line) => /^\s*[^\s#]/.test(line));
    const main = file ?? `${folder}/files/file_contexts`;
    this.#specs = ["", ".homedirs", ".local"].flatMap((end) => lines(main + end)).flatMap(specOf);
    this.#aliases = [".subs", ".subs_dist"]
      .flatMap((end) => lines(main + end))
      .map((line) => line.trim().split(/\s+/))
      .map(([path = "", original = ""]) => [path, original] as const);
    this.customizable = new Set(lines(`${folder}/customizable_types`).map((line) => line.trim()));
  }

  /** Whether there are any expressions. */
  get isThere(): boolean {
    return this.#specs.length > 0;
  }

  /** Whether a file can have the type. */
  hasType(type: string): boolean {
    return this.customizable.has(type) || EXTRA_TYPES.has(type) || this.#specs.some(({ context }) => typeOf(context) === type);
  }

  /** The context that the file at the absolute `path` is to have; undefined where none is said. */
  lookup(path: string, type: FileType | undefined): string | undefined {
    const name = this.#original(path);
    const found = this.#specs.findLast(
      (spec) => name.startsWith(spec.stem) && (spec.type === undefined || spec.type === type) && this.#pattern(spec.source).test(name),
    );
    return found === undefined || found.context === NONE ? undefined : found.context;
  }

  /** The path under the name that the expressions use. */
  #original(path: string): string {
    const alias = this.#aliases.find(([each]) => path === each || path.startsWith(`${each}/`));
    return alias === undefined ? path : alias[1] + path.slice(alias[0].length);
  }

  #pattern(source: string): Pattern {
    const pattern = this.#patterns.get(source) ?? Pattern.compile(source, { syntax: "extended", cover: "whole" });
    this.#patterns.set(source, pattern);
    return pattern;
  }
}

/** What files of the targeted policy have besides what its expressions give. */
const EXTRA_TYPES = new Set(["default_t", "user_tmp_t", "unlabeled_t", "file_t", "httpd_sys_content_t", "container_file_t"]);

/** "system_u:object_r:etc_t:s0" has "etc_t". */
export function typeOf(context: string): string {
  return context.split(":")[2] ?? "";
}

function specOf(line: string): Spec[] {
  const fields = line.trim().split(/\s+/);
  const [source = "", letters = ""] = fields;
  const context = fields.at(-1) ?? "";
  if (fields.length < 2) return [];
  const plain = /^[^.*+?()[\]{}|\\^$]*/.exec(source)?.[0] ?? "";
  // A letter before "*" or "?" need not be there.
  const stem = /^[*?{]/.test(source.slice(plain.length)) ? plain.slice(0, -1) : plain;
  return [{ stem, source, type: fields.length > 2 ? TYPE_LETTERS[letters] : undefined, context }];
}
