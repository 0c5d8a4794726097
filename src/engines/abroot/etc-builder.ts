/**
 * Carries what was changed in /etc over to the other root: from the pristine /etc of the old system, that of the new one and the old
 * upper directory it makes the new upper directory. Source: linux-immutability-tools/EtcBuilder.
 *
 * What is in the old upper directory stays, except where it says what the new system says anyway. Accounts are merged line by line:
 * the learner's lines, and those of the new system for names that are not there yet.
 */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Sys } from "../../vfs/sys.ts";
import { step, type Update } from "../update-step.ts";
import { copyAttributes, isSameFile, lstat, makeDirectories, readFile, removeAll, writeFile } from "./files.ts";

/** Files that are lists of names. */
const BY_NAME = new Set(["group", "gshadow", "passwd", "shadow", "shells"]);

export interface EtcTrees {
  readonly oldLower: string;
  readonly newLower: string;
  readonly oldUpper: string;
  readonly newUpper: string;
}

export function* buildEtc(sys: Sys, trees: EtcTrees): Update<void> {
  makeDirectories(sys, trees.newUpper);
  for (const { name } of sys.readdir(trees.newUpper)) removeAll(sys, `${trees.newUpper}/${name}`);
  if (lstat(sys, trees.oldUpper) !== undefined) yield* carry(sys, trees, "");
}

function* carry(sys: Sys, trees: EtcTrees, below: string): Update<void> {
  for (const { name } of sys.readdir(trees.oldUpper + below)) {
    const path = `${below}/${name}`;
    const from = trees.oldUpper + path;
    const to = trees.newUpper + path;
    const fresh = lstat(sys, trees.newLower + path);
    const { type, rdev } = sys.lstat(from);
    yield step("etc", { message: path });
    if (type === "dir") {
      sys.mkdir(to, 0o755);
      for (const attribute of sys.listxattr(from)) sys.setxattr(to, attribute, sys.getxattr(from, attribute));
      yield* carry(sys, trees, path);
      copyAttributes(sys, from, to);
    } else if (type === "char") {
      // What was deleted stays deleted, if there is anything to delete.
      if (fresh !== undefined) sys.mknod(to, "char", 0, rdev);
    } else if (type === "symlink") {
      sys.symlink(sys.readlink(from), to);
      copyAttributes(sys, from, to);
    } else if (type === "file") {
      const isList = below === "" && BY_NAME.has(name) && fresh?.type === "file";
      if (!isList && fresh?.type === "file" && isSameFile(sys, from, trees.newLower + path)) continue;
      writeFile(sys, to, isList ? mergedList(sys, from, trees.newLower + path) : readFile(sys, from), 0o600);
      copyAttributes(sys, from, to);
    }
  }
}

function mergedList(sys: Sys, mine: string, theirs: string): string {
  const lines = (path: string): string[] =>
    decodeUtf8(readFile(sys, path))
      .split("\n")
      .filter((line) => line !== "");
  const own = lines(mine);
  const nameOf = (line: string): string => line.split(":", 1)[0] ?? "";
  const known = new Set(own.map(nameOf));
  return [...own, ...lines(theirs).filter((line) => !known.has(nameOf(line)))].map((line) => `${line}\n`).join("");
}
