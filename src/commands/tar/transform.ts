/** Names that are not stored or made as they stand: --transform, --strip-components, and what would lead out of the directory. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { replacementParts, substitute, type Substitute } from "../substitution.ts";
import { withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./member.ts";

export const HINT = "Try 'tar --help' or 'tar --usage' for more information.";

/** What a name is of. */
type Kind = "member" | "symlink" | "hardlink";

interface Transformation extends Substitute {
  readonly kinds: ReadonlySet<Kind>;
}

/** Flags that say which names an expression is for; a small letter takes the kind in, a capital leaves it out. */
const SCOPES: Readonly<Record<string, Kind>> = { r: "member", s: "symlink", h: "hardlink" };

export class Names {
  readonly #transformations: readonly Transformation[];
  readonly #stripped: number;
  readonly #isAbsolute: boolean;
  readonly #warn: (message: string) => Run<void>;
  readonly #said = new Set<string>();

  /** Throws `Failure` for an expression that is none. */
  constructor(options: ParsedOptions, warn: (message: string) => Run<void>) {
    this.#transformations = options.values("transform").flatMap((text) => parseTransformations(text));
    this.#stripped = Number(options.value("strip-components") ?? "0");
    this.#isAbsolute = options.has("absolute-names");
    this.#warn = warn;
  }

  /** A name without what would lead out of the directory; what is removed is told once. */
  *safe(name: string, what: "member names" | "hard link targets"): Run<string> {
    if (this.#isAbsolute) return name;
    const prefix = /^(?:(?:[^]*\/)?\.\.(?=\/|$))?\/*/.exec(name)?.[0] ?? "";
    if (prefix !== "" && !this.#said.has(`${what}\0${prefix}`)) {
      this.#said.add(`${what}\0${prefix}`);
      yield* this.#warn(`Removing leading \`${prefix}' from ${what}`);
    }
    return name.slice(prefix.length) || ".";
  }

  /** A member under the names that --transform gives it. */
  transformed(member: Member): Member {
    const isDirectory = member.type === "dir";
    const plain = isDirectory ? withoutTrailingSlashes(member.name) : member.name;
    const name = this.#apply(plain, "member") + (isDirectory ? "/" : "");
    const isLink = member.type === "symlink" || member.type === "hardlink";
    return { ...member, name, target: isLink ? this.#apply(member.target, member.type) : member.target };
  }

  /** A member as it is made, or shown where that is asked for: transformed, within the directory, and without the components that go. */
  *extracted(member: Member): Run<Member> {
    const { name, target, type } = this.transformed(member);
    const own = this.#strip(yield* this.safe(name, "member names"));
    if (type !== "hardlink") return { ...member, name: own, target };
    return { ...member, name: own, target: this.#strip(yield* this.safe(target, "hard link targets")) };
  }

  #strip(name: string): string {
    return this.#stripped > 0 ? name.split("/").slice(this.#stripped).join("/") || (name.endsWith("/") ? "/" : "") : name;
  }

  #apply(name: string, kind: Kind): string {
    return this.#transformations.reduce((text, one) => (one.kinds.has(kind) ? (substitute(text, one) ?? text) : text), name);
  }
}

/** `s/REGEXP/REPLACEMENT/FLAGS`, several with semicolons between them. */
function parseTransformations(text: string): Transformation[] {
  const out: Transformation[] = [];
  let rest = text;
  do {
    const delimiter = rest[1];
    if (!rest.startsWith("s") || delimiter === undefined) throw invalid();
    const [source, afterSource] = delimited(rest.slice(2), delimiter);
    const [replacement, after] = delimited(afterSource, delimiter);
    const [flags = ""] = /^[^;]*/.exec(after) ?? [];
    out.push(transformation(source, replacement, flags));
    rest = after.slice(flags.length + 1);
  } while (rest !== "");
  return out;
}

function delimited(text: string, delimiter: string): readonly [string, string] {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === delimiter) return [text.slice(0, at).replaceAll(`\\${delimiter}`, delimiter), text.slice(at + 1)];
  }
  throw invalid();
}

function transformation(source: string, replacement: string, flags: string): Transformation {
  const kinds = new Set<Kind>(Object.values(SCOPES));
  let number = 1;
  let letters = "";
  for (const [flag] of flags.matchAll(/[0-9]+|[^]/g)) {
    const scope = SCOPES[flag.toLowerCase()];
    if (scope !== undefined) {
      if (flag === flag.toLowerCase()) kinds.add(scope);
      else kinds.delete(scope);
    } else if (/^[0-9]/.test(flag)) number = Number(flag);
    else if (/[gix]/.test(flag)) letters += flag;
    else throw new Failure(`Unknown flag in transform expression: ${flag}\n${HINT}`, 2);
  }
  try {
    const syntax = letters.includes("x") ? "extended" : "basic";
    const pattern = Pattern.compile(source, { syntax, dialect: "sed", ignoreCase: letters.includes("i") });
    return { pattern, parts: replacementParts(replacement), global: letters.includes("g"), number: Math.max(1, number), kinds };
  } catch (error) {
    if (error instanceof PatternError) throw invalid(`: ${error.message}`);
    throw error;
  }
}

function invalid(why = ""): Failure {
  return new Failure(`Invalid transform expression${why}\n${HINT}`, 2);
}
