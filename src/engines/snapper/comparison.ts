/** Two snapshots compared: with the filters of the system, and remembered beside the newer one in `filelist-N.txt.gz`. */
import { gunzipSync, gzipSync } from "fflate";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Run } from "../../machine/program.ts";
import { readText } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { compareTrees, inverted, type FileChange } from "./compare.ts";
import { SnapperError } from "./errors.ts";
import { below, readBytes, replace } from "./files.ts";
import type { Snapshots } from "./snapshots.ts";

/** Where a filter of the same name comes first from. */
const FILTERS = ["/etc/snapper/filters", "/usr/share/snapper/filters"];

/** What has become of `from` in `to`. Throws SnapperError. */
export function* comparison(snapshots: Snapshots, from: number, to: number): Run<FileChange[]> {
  snapshots.find(from);
  snapshots.find(to);
  if (from === to) throw new SnapperError("Identical snapshots.");
  if (from !== 0 && to !== 0) {
    const changes = yield* remembered(snapshots, Math.min(from, to), Math.max(from, to));
    return from < to ? changes : inverted(changes);
  }
  snapshots.problems.push("not read-only snapshots", "special btrfs cmpDirs failed, btrfs send/receive error");
  return yield* compareTrees(snapshots.sys, snapshots.treeOf(from), snapshots.treeOf(to), filter(snapshots.sys));
}

function* remembered(snapshots: Snapshots, older: number, newer: number): Run<FileChange[]> {
  const { sys } = snapshots;
  const file = `${snapshots.directoryOf(newer)}/filelist-${older}.txt.gz`;
  const isIgnored = filter(sys);
  const known = readList(sys, file);
  if (known !== undefined) return known.filter(({ name }) => !isIgnored(name));
  const isSealed = snapshots.isReadOnly(older) && snapshots.isReadOnly(newer);
  if (!isSealed) snapshots.problems.push("not read-only snapshots", "special btrfs cmpDirs failed, btrfs send/receive error");
  const all = yield* compareTrees(sys, snapshots.treeOf(older), snapshots.treeOf(newer), () => false);
  if (isSealed) {
    const [head, tail] = frame(snapshots.version);
    const text = [head, ...all.map(({ name, status }) => `${status} ${name}`), tail, ""].join("\n");
    try {
      replace(sys, file, gzipSync(encodeUtf8(text), { mtime: 0 }), { sync: false });
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return all.filter(({ name }) => !isIgnored(name));
}

const frame = (version: string): readonly [string, string] => [`snapper-${version}-list-1-begin`, `snapper-${version}-list-1-end`];

/** A list that is not there, not whole, or of no known shape is made anew. */
function readList(sys: Sys, file: string): FileChange[] | undefined {
  let lines: readonly string[];
  try {
    lines = decodeUtf8(gunzipSync(readBytes(sys, file))).split("\n");
  } catch {
    return undefined;
  }
  if (!/^snapper-.*-list-1-begin$/.test(lines[0] ?? "") || !/^snapper-.*-list-1-end$/.test(lines.at(-2) ?? "")) return undefined;
  return lines.slice(1, -2).map((line) => ({ status: line.slice(0, 6), name: line.slice(7) }));
}

/** fnmatch(3) with FNM_LEADING_DIR against every line of every filter. */
function filter(sys: Sys): (name: string) => boolean {
  const patterns = filterLines(sys).map(
    (line) =>
      new RegExp(
        `^${line
          .replace(/[.+^${}()|\\]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}(?:/.*)?$`,
        "s",
      ),
  );
  return (name) => patterns.some((pattern) => pattern.test(name));
}

function filterLines(sys: Sys): string[] {
  const files = new Map<string, string>();
  for (const directory of [...FILTERS].reverse())
    for (const name of namesIn(sys, directory)) if (name.endsWith(".txt")) files.set(name, below(directory, name));
  return [...files.values()].flatMap((file) => readText(sys, file).split("\n")).filter((line) => line !== "");
}

function namesIn(sys: Sys, directory: string): string[] {
  try {
    return sys.readdir(directory).map(({ name }) => name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
