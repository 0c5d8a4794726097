/** What is at a path, in one of the versions. */
import { readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts } from "../../machine/users.ts";
import type { SysError } from "../../vfs/errno.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { FilePredicate } from "../lesson.ts";
import type { Place } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { quoted, versionInWords } from "./words.ts";

const TYPES = { file: "file", directory: "dir", link: "symlink" } as const;
const TYPE_NAMES: Readonly<Record<string, string>> = { file: "a file", dir: "a directory", symlink: "a link" };

export function lookAtFile(place: Place, asked: FilePredicate): Verdict {
  const { path } = asked;
  const where = versionInWords(asked.in);
  const { sys } = place;
  const found = statIfThere(sys, path, asked.type === "link");
  if (asked.absent === true)
    return found ? { ok: false, evidence: `${path} is there in ${where}.` } : { ok: true, evidence: `${path} is not there in ${where}.` };
  if (!found) return { ok: false, evidence: `${path} does not exist in ${where}.` };
  const odd = firstOdd(place, asked, found);
  return odd === undefined ? { ok: true, evidence: `${path} in ${where} is as asked.` } : { ok: false, evidence: `In ${where}, ${odd}.` };
}

/** What is not as asked. */
function firstOdd(place: Place, asked: FilePredicate, found: Stat): string | undefined {
  const { path } = asked;
  const { sys } = place;
  if (asked.type !== undefined && found.type !== TYPES[asked.type]) return `${path} is ${TYPE_NAMES[found.type] ?? found.type}`;
  const odd = oddContents(sys, asked);
  if (odd !== undefined) return odd;
  if (asked.mode !== undefined && (found.mode & 0o7777) !== parseInt(asked.mode, 8))
    return `the mode of ${path} is ${(found.mode & 0o7777).toString(8).padStart(4, "0")}`;
  if (asked.owner !== undefined) {
    const owner = readAccounts(sys).userById(found.uid)?.name ?? String(found.uid);
    if (owner !== asked.owner) return `${path} belongs to ${owner}`;
  }
  if (asked.attributes !== undefined) {
    const flags = flagsOf(sys, path);
    const missing = [...asked.attributes].filter((letter) => !flags.includes(letter)).join("");
    if (missing !== "") return `${path} does not have the attribute ${missing}`;
  }
  if (asked.writable !== undefined) {
    const refusal = refusalOfWrite(place.fork().machine.inspect(), path, found.type === "dir");
    if ((refusal === undefined) !== asked.writable)
      return refusal === undefined ? `root can write to ${path}` : `a write to ${path} is refused: ${refusal.text}`;
  }
  return undefined;
}

function oddContents(sys: Sys, { path, contains, matches, equals }: FilePredicate): string | undefined {
  if (contains === undefined && matches === undefined && equals === undefined) return undefined;
  const text = readTextIfThere(sys, path);
  if (text === undefined) return `${path} cannot be read as a file`;
  const holds = text === "" ? `${path} is empty` : `${path} says ${quoted(text)}`;
  if (contains !== undefined && !text.includes(contains)) return `${holds}; ${quoted(contains)} is not in it`;
  if (matches !== undefined && !new RegExp(matches, "m").test(text)) return `${holds}, which is not what is asked`;
  if (equals !== undefined && text.replace(/\n$/, "") !== equals.replace(/\n$/, "")) return `${holds}, not ${quoted(equals)}`;
  return undefined;
}

/** What a write as root meets; undefined when it is done. On a copy, since it is really tried. */
function refusalOfWrite(sys: Sys, path: string, isDirectory: boolean): SysError | undefined {
  try {
    if (isDirectory) {
      const probe = `${path}/.lab-probe`;
      sys.mkdir(probe, 0o700);
      sys.rmdir(probe);
    } else sys.close(sys.open(path, O.WRONLY));
    return undefined;
  } catch (error) {
    if (isSysError(error)) return error;
    throw error;
  }
}

function flagsOf(sys: Sys, path: string): string {
  try {
    return sys.getFlags(path);
  } catch (error) {
    if (isSysError(error)) return "";
    throw error;
  }
}

function statIfThere(sys: Sys, path: string, isLink: boolean): Stat | undefined {
  try {
    return isLink ? sys.lstat(path) : sys.stat(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
