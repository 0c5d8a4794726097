/** Puts a delta into files: a superblock, and beside it, or in it, the parts. Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-compilation.c. */
import { decodeGVariant, type Variant } from "../../../image/gvariant.ts";
import { delta, deltaDirectory, deltaPath, type Delta } from "../deltas.ts";
import { OstreeError } from "../errors.ts";
import { baseOf, lstat, makeDirectories, parentOf, readBytes, replaceFile } from "../files.ts";
import type { Repository } from "../repo.ts";
import { compile } from "./compile.ts";
import { encodeSuperblock } from "./format.ts";
import type { DeltaRequest } from "./request.ts";
import { refusedAs } from "./refused-as.ts";

/** `now` in seconds since 1970. `tell` gets lines of progress. Throws `OstreeError`. Yields so that nobody waits long. */
export function* generateDelta(
  repo: Repository,
  { from, to }: Delta,
  request: DeltaRequest,
  now: number,
  tell: (line: string) => void,
): Generator<void, void, void> {
  const { filename } = request;
  if (filename === "") throw new OstreeError("Invalid 'filename' parameter");
  const { sys } = repo;
  const which = delta(from, to);
  const commit = repo.readMetadata(to, "commit");
  const directory = filename === undefined ? deltaPath(repo, which) : parentOf(filename) || ".";
  if (filename === undefined) makeDirectories(sys, directory);
  else refusedAs(`opendir(${directory})`, () => sys.readdir(directory));
  const { parts, fallbacks } = yield* compile(repo, from, to, request, tell);
  const metadata: [string, Variant][] = [["ostree.endianness", { type: "y", value: (request.isBigEndian ? "B" : "l").charCodeAt(0) }]];
  for (const [i, { file }] of parts.entries()) {
    if (request.isInline) {
      const value: Variant = { type: "(yay)", value: [file[0] ?? 0, file.subarray(1)] };
      metadata.push([`${deltaDirectory(which)}/${i}`, value]);
    } else replaceFile(sys, `${directory}/${i}`, file);
    yield;
  }
  const detached = repo.objectPath(to, "commitmeta");
  if (lstat(sys, detached)) {
    const value = decodeGVariant("a{sv}", readBytes(sys, detached));
    metadata.push([`${deltaDirectory(which)}/commitmeta`, { type: "a{sv}", value }]);
  }
  const superblock = {
    metadata,
    timestamp: now,
    from,
    to,
    commit,
    parents: 0,
    parts: parts.map(({ header }) => header),
    fallbacks,
  };
  const name = filename === undefined ? "superblock" : baseOf(filename);
  replaceFile(sys, `${directory}/${name}`, encodeSuperblock(superblock, request.isBigEndian));
}
