/** Substitution as `s` of sed(1) and --transform of tar(1) do it: a replacement with groups and changes of case. */
import type { Pattern } from "../base/posix-pattern.ts";

type CaseChange = "U" | "L" | "u" | "l" | "E";

/** A piece of an `s` replacement: text, a group (0 is the whole match), or a change of case from here on. */
export type ReplacementPart = { readonly text: string } | { readonly group: number } | { readonly change: CaseChange };

/** What is to be replaced, and by what. */
export interface Substitute {
  readonly pattern: Pattern;
  readonly parts: readonly ReplacementPart[];
  /** All matches, not only one. */
  readonly global: boolean;
  /** Replace from this match on (or only this one); from 1. */
  readonly number: number;
}

/** `text` with what matches replaced; undefined when nothing was. */
export function substitute(text: string, { pattern, parts, global, number }: Substitute): string | undefined {
  let out = "";
  let copied = 0;
  let count = 0;
  let changed = false;
  let previousEnd = -1;
  for (let from = 0; from <= text.length;) {
    const match = pattern.find(text, from);
    if (match === undefined) break;
    // An empty match right behind another match is none.
    if (match.end === match.start && match.start === previousEnd) {
      from = match.start + (isSurrogatePair(text, match.start) ? 2 : 1);
      continue;
    }
    previousEnd = match.end;
    count++;
    if (count >= number) {
      out +=
        text.slice(copied, match.start) +
        replacement(parts, (group) =>
          match.groups[group] === undefined ? "" : text.slice(match.groups[group].start, match.groups[group].end),
        );
      copied = match.end;
      changed = true;
      if (!global) break;
    }
    from = match.end > match.start ? match.end : match.end + (isSurrogatePair(text, match.end) ? 2 : 1);
  }
  return changed ? out + text.slice(copied) : undefined;
}

function isSurrogatePair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff;
}

/** The text of a replacement, with \U, \L, \u, \l and \E carried out. */
function replacement(parts: readonly ReplacementPart[], group: (index: number) => string): string {
  let out = "";
  let lasting: "U" | "L" | undefined;
  let once: "u" | "l" | undefined;
  for (const part of parts) {
    if ("change" in part) {
      if (part.change === "u" || part.change === "l") once = part.change;
      else lasting = part.change === "E" ? undefined : part.change;
      continue;
    }
    let text = "text" in part ? part.text : group(part.group);
    if (text === "") continue;
    if (lasting !== undefined) text = lasting === "U" ? text.toUpperCase() : text.toLowerCase();
    if (once !== undefined) {
      const [first = ""] = text;
      text = (once === "u" ? first.toUpperCase() : first.toLowerCase()) + text.slice(first.length);
      once = undefined;
    }
    out += text;
  }
  return out;
}

const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** GNU's escapes for characters. In a pattern what they stand for is never special. */
export function withEscapes(source: string, isPattern: boolean): string {
  return source.replace(/\\(d[0-9]{3}|o[0-7]{3}|x[0-9a-fA-F]{2}|c.|[^])/g, (whole, what: string) => {
    const known = what.length === 1 ? ESCAPES[what] : undefined;
    if (known !== undefined) return known;
    let character: string | undefined;
    if (/^d[0-9]{3}/.test(what)) character = String.fromCharCode(Number(what.slice(1)) & 255);
    else if (/^o[0-7]{3}/.test(what)) character = String.fromCharCode(parseInt(what.slice(1), 8) & 255);
    else if (/^x[0-9a-fA-F]{2}/.test(what)) character = String.fromCharCode(parseInt(what.slice(1), 16));
    else if (/^c./.test(what)) character = String.fromCharCode((what[1] ?? "").toUpperCase().charCodeAt(0) ^ 64);
    if (character === undefined) return whole;
    return isPattern && /[.*[\]^$\\/+?(){}|]/.test(character) ? `\\${character}` : character;
  });
}

/** A replacement as it is written, read. */
export function replacementParts(text: string): readonly ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") parts.push({ text: plain });
    plain = "";
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === "&") {
      flush();
      parts.push({ group: 0 });
    } else if (character !== "\\") plain += character;
    else {
      const next = text[++i] ?? "";
      const special = /^(?:d[0-9]{3}|o[0-7]{3}|x[0-9a-fA-F]{2}|c.)/.exec(text.slice(i))?.[0];
      if (/[0-9]/.test(next)) {
        flush();
        parts.push({ group: Number(next) });
      } else if (/[ULulE]/.test(next)) {
        flush();
        parts.push({ change: next as CaseChange });
      } else if (special !== undefined) {
        plain += withEscapes(`\\${special}`, false);
        i += special.length - 1;
      } else plain += ESCAPES[next] ?? next;
    }
  }
  flush();
  return parts;
}
