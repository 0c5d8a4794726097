/**
 * Packages as they are written down in generator/: paragraphs, of which the first line has name, [epoch:]version-release,
 * architecture, size of the .rpm and installed size in kB, license (it may have spaces) and address; the second the summary. Then lines
 * by their first letter: D description, R requires, P provides, C conflicts, O obsoletes, r recommends (each with commas between), F files,
 * T a file with the text that follows, S a scriptlet with the text that follows. Lines of text begin with "| ".
 *
 * Files, with spaces between: an absolute path, or one below /usr; "man/x.1" and "doc/x" are in their places; "so/libx.so.1=libx.so.1.2"
 * is a library in /usr/lib64 with its link; "a>b" a symbolic link, "a/" a directory; "a@4755" has that mode, "a@750:root:wireshark" owners.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import { standIn } from "../contents.ts";
import type { Package } from "../package.ts";
import { usualMode } from "../path-list.ts";
import { parseCapability, type Capability } from "./capability.ts";
import { SCRIPTS, type RpmFile, type RpmPackage, type ScriptName } from "./rpm-package.ts";

const KILOBYTE = 1024;
/** 2 December 2025 and up to three weeks later. */
const FIRST_BUILD = 1764633600;
const BUILDS_WITHIN = 1_800_000;

export interface ParseOptions {
  readonly vendor: string;
}

/** The packages in `text`. Throws `RangeError` for what is none. */
export function parsePackages(text: string, options: ParseOptions): RpmPackage[] {
  return paragraphs(text).map((lines) => parsePackage(lines, options));
}

/** Paragraphs without comments, as lines. */
export function paragraphs(text: string): string[][] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split("\n").filter((line) => line !== "" && !line.startsWith("#")))
    .filter((lines) => lines.length > 0);
}

function parsePackage(lines: readonly string[], { vendor }: ParseOptions): RpmPackage {
  const [head = "", summary = "", ...rest] = lines;
  const match = /^(\S+) (?:(\d+):)?(\S+)-(\S+) (x86_64|noarch|i686) (\d+) (\d+) (.+) (\S+)$/.exec(head);
  if (match === null) throw new RangeError(`not a package: "${head}"`);
  const [, name = "", epoch, version = "", release = "", arch = "", download, size, license = "", url] = match;
  const pkg: Package = {
    name,
    epoch: epoch === undefined ? undefined : Number(epoch),
    version,
    release,
    arch,
    summary,
    license,
    size: Number(size) * KILOBYTE,
    url,
    buildTime: FIRST_BUILD + (hash(head) % BUILDS_WITHIN),
  };
  const lists = new Map<string, Capability[]>();
  const texts = new Map<string, string>();
  const scripts = new Map<ScriptName, string>();
  let files: RpmFile[] = arch === "noarch" && Number(size) < 20 ? [] : [entry(`/usr/share/licenses/${name}/COPYING`, pkg)];
  let description = `${summary}.`;
  let add: ((line: string) => void) | undefined;
  for (const line of rest) {
    const [letter, value] = [line[0] ?? "", line.slice(2)];
    if (letter === "|") add?.(`${value}\n`);
    else if (letter === "D") description = value;
    else if (letter === "F") files = [...files, ...value.split(" ").flatMap((token) => fileOf(token, pkg))];
    else if (letter === "T") add = (more) => texts.set(value, (texts.get(value) ?? "") + more);
    else if (letter === "S" && isScript(value)) add = (more) => scripts.set(value, (scripts.get(value) ?? "") + more);
    else if ("RPCOr".includes(letter)) lists.set(letter, [...(lists.get(letter) ?? []), ...value.split(", ").map(parseCapability)]);
    else throw new RangeError(`package ${name}: "${line}"`);
  }
  for (const [token, text] of texts) files.push(...fileOf(token, pkg).map((file) => ({ ...file, bytes: () => encodeUtf8(text) })));
  return {
    ...pkg,
    description,
    vendor,
    downloadSize: Number(download) * KILOBYTE + (hash(head) % KILOBYTE),
    requires: lists.get("R") ?? [],
    provides: lists.get("P") ?? [],
    conflicts: lists.get("C") ?? [],
    obsoletes: lists.get("O") ?? [],
    recommends: lists.get("r") ?? [],
    files: files.sort((left, right) => (left.path < right.path ? -1 : 1)),
    scripts,
  };
}

function isScript(name: string): name is ScriptName {
  return (SCRIPTS as readonly string[]).includes(name);
}

function fileOf(token: string, pkg: Package): RpmFile[] {
  const [, library, soname, real] = /^(so)\/([^=]+)(?:=(.+))?$/.exec(token) ?? [];
  if (library !== undefined && soname !== undefined) {
    if (real === undefined) return [entry(`/usr/lib64/${soname}`, pkg)];
    return [entry(`/usr/lib64/${real}`, pkg), { ...entry(`/usr/lib64/${soname}`, pkg), kind: "symlink", mode: 0o777, target: real }];
  }
  const [, place = "", mode, user = "root", group = "root", target] =
    /^([^>]*?)(?:@([0-7]{3,4})(?::([^:]+):([^>]+))?)?(?:>(.*))?$/.exec(token) ?? [];
  const path = pathOf(place, pkg);
  if (target !== undefined) return [{ ...entry(path, pkg), kind: "symlink", mode: 0o777, target }];
  if (path.endsWith("/")) return [{ ...entry(path.slice(0, -1), pkg), kind: "dir", mode: mode === undefined ? 0o755 : parseInt(mode, 8) }];
  return [{ ...entry(path, pkg, mode === undefined ? undefined : parseInt(mode, 8)), user, group }];
}

function pathOf(place: string, pkg: Package): string {
  const [, manual, section] = /^man\/(.+\.([0-9]))$/.exec(place) ?? [];
  if (manual !== undefined) return `/usr/share/man/man${section ?? ""}/${manual}.gz`;
  if (place.startsWith("doc/")) return `/usr/share/doc/${pkg.name}/${place.slice(4)}`;
  return place.startsWith("/") ? place : `/usr/${place}`;
}

/** A file with the contents of a stand-in. */
function entry(path: string, pkg: Package, mode = usualMode(path)): RpmFile {
  let bytes: Uint8Array | undefined;
  return { path, kind: "file", mode, user: "root", group: "root", target: "", bytes: () => (bytes ??= standIn(path, mode, pkg).bytes()) };
}

/** A number that looks random and depends on `text` alone (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
