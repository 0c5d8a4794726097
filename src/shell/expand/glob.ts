/** Pathname expansion: the names that match a pattern, sorted by their bytes. */
import { inLocale } from "../characters.ts";
import { append } from "../../base/append.ts";
import type { Run } from "../../machine/program.ts";
import { TICK } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { DirEntry } from "../../vfs/types.ts";
import { hasPatternCharacters, Pattern, unescapePattern } from "../pattern.ts";
import type { Shell } from "../shell.ts";

/** Names that are compared at once. */
const NAMES_PER_TICK = 4096;

/** The paths that `pattern` (quoted characters escaped) matches; none is an empty list. */
export function* glob(shell: Shell, pattern: string): Run<string[]> {
  const { options } = shell;
  const extglob = options.shopt("extglob");
  const segments = splitPath(pattern, extglob);
  const isAbsolute = pattern.startsWith("/");
  let bases: string[] = [isAbsolute ? (/^\/+/.exec(pattern)?.[0] ?? "/") : ""];
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    const next: string[] = [];
    for (const base of bases) {
      if (segment === "**" && options.shopt("globstar")) append(next, yield* descend(shell, base, isLast));
      else if (hasPatternCharacters(stripEscaped(segment), extglob)) append(next, yield* matchNames(shell, base, segment, isLast));
      else if (segment === "") next.push(base);
      else {
        const path = base + unescapePattern(segment);
        if (isLast ? exists(shell, path) : isDirectory(shell, path)) next.push(isLast ? path : path + "/");
      }
    }
    bases = next;
  }
  const ignored = shell.variables.scalar("GLOBIGNORE");
  const kept =
    ignored === undefined || ignored === ""
      ? bases
      : bases.filter((path) => !ignored.split(":").some((each) => new Pattern(each).matches(path)));
  return [...new Set(kept)].filter((path) => path !== "").sort(compareNames);
}

/** By code points, as C.UTF-8 collates. */
export function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Slashes inside an extended pattern's parentheses or in brackets do not separate. */
function splitPath(pattern: string, extglob: boolean): string[] {
  const segments: string[] = [];
  let current = "";
  let depth = 0;
  const body = pattern.replace(/^\/+/, "");
  for (let i = 0; i < body.length; i++) {
    const char = body.charAt(i);
    if (char === "\\") {
      const next = body.charAt(i + 1);
      i++;
      if (next !== "/" || depth > 0) {
        current += char + next;
        continue;
      }
      segments.push(current);
      current = "";
      continue;
    }
    if (extglob && char === "(" && /[?*+@!]$/.test(current)) depth++;
    else if (depth > 0 && char === ")") depth--;
    if (char === "/" && depth === 0) {
      if (current !== "") segments.push(current);
      current = "";
    } else current += char;
  }
  segments.push(current);
  return segments;
}

function stripEscaped(segment: string): string {
  return segment.replace(/\\[\s\S]/g, "");
}

function* matchNames(shell: Shell, base: string, segment: string, isLast: boolean): Run<string[]> {
  const pattern = new Pattern(inLocale(shell, segment), {
    extglob: shell.options.shopt("extglob"),
    ignoreCase: shell.options.shopt("nocaseglob"),
  });
  const wantsDots = /^(?:\\)?\./.test(segment) || showsDots(shell);
  const out: string[] = [];
  let looked = 0;
  for (const entry of yield* list(shell, base)) {
    if (++looked % NAMES_PER_TICK === 0) yield TICK;
    if (entry.name.startsWith(".") && !wantsDots) continue;
    if (!pattern.matches(inLocale(shell, entry.name))) continue;
    const path = base + entry.name;
    if (isLast) out.push(path);
    else if (entry.type === "dir" || (entry.type === "symlink" && isDirectory(shell, path))) out.push(path + "/");
  }
  return out;
}

/** With GLOBIGNORE set, names that begin with a dot count as others do. */
function showsDots(shell: Shell): boolean {
  return shell.options.shopt("dotglob") || (shell.variables.scalar("GLOBIGNORE") ?? "") !== "";
}

/** `**`: every directory below, and every file where it is the last part. */
function* descend(shell: Shell, base: string, isLast: boolean): Run<string[]> {
  const out = [base];
  for (const entry of yield* list(shell, base)) {
    if (entry.name.startsWith(".") && !showsDots(shell)) continue;
    const path = base + entry.name;
    if (entry.type === "dir") {
      if (isLast) out.push(path);
      const below = yield* descend(shell, path + "/", isLast);
      append(out, isLast ? below.filter((each) => each !== path + "/") : below);
    } else if (isLast) out.push(path);
  }
  return out;
}

function* list(shell: Shell, directory: string): Run<DirEntry[]> {
  yield TICK;
  try {
    return shell.proc.sys.readdir(directory === "" ? "." : directory);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function exists(shell: Shell, path: string): boolean {
  try {
    shell.proc.sys.lstat(path);
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function isDirectory(shell: Shell, path: string): boolean {
  try {
    return shell.proc.sys.stat(path).type === "dir";
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
