/** `ostree static-delta show`. Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-core.c (_ostree_repo_static_delta_dump). */
import { delta, deltaDirectory, parseDelta } from "../deltas.ts";
import { readBytes } from "../files.ts";
import { formatSize } from "../format-size.ts";
import type { Repository } from "../repo.ts";
import { decodeSuperblock, type PartHeader } from "./format.ts";
import { operationsOf, SHOWN_OPERATIONS, type Operation } from "./operations.ts";
import { openPart } from "./part-file.ts";
import { refusedAs } from "./refused-as.ts";

/** `name`: commits, or the path of a superblock. Its parts are looked for in the repository all the same. Throws `OstreeError`. */
export function* showDelta(repo: Repository, name: string, tell: (line: string) => void): Generator<void, void, void> {
  const inside = name.includes("/") ? undefined : `${deltaDirectory(parseDelta(name))}/superblock`;
  const shown = inside ?? name;
  const path = inside === undefined ? name : `${repo.path}/${inside}`;
  const block = decodeSuperblock(refusedAs(`openat(${shown})`, () => readBytes(repo.sys, path)));
  const { from, to, fallbacks, parts } = block;
  tell(`Delta: ${name}\nSigned: no\n`);
  tell(from === undefined ? "From <scratch>\n" : `From: ${from}\n`);
  tell(`To: ${to}\nEndianness: ${block.endianness}\nTimestamp: ${block.timestamp}\nNumber of parents: ${block.parents}\n`);
  tell(`Number of fallback entries: ${fallbacks.length}\n`);
  for (const { checksum } of fallbacks) tell(`  ${checksum}\n`);
  const ofFallbacks = sizesOf(fallbacks);
  tell(sizesText("Total Fallback", ofFallbacks));
  tell(`Number of parts: ${parts.length}\n`);
  for (const [i, part] of parts.entries()) yield* showPart(repo, `${deltaDirectory(delta(from, to))}/${i}`, i, part, tell);
  const ofParts = sizesOf(parts);
  tell(sizesText("Total Part", ofParts));
  const all = { size: ofParts.size + ofFallbacks.size, uncompressed: ofParts.uncompressed + ofFallbacks.uncompressed };
  tell(sizesText("Total", all));
}

function* showPart(
  repo: Repository,
  path: string,
  i: number,
  { objects, size, uncompressedSize }: PartHeader,
  tell: (line: string) => void,
): Generator<void, void, void> {
  tell(`PartMeta${i}: nobjects=${objects.length} size=${size} usize=${uncompressedSize}\n`);
  const file = refusedAs(`openat(${path})`, () => readBytes(repo.sys, `${repo.path}/${path}`));
  const payload = yield* openPart(file);
  const { modes, xattrs, data, operations } = payload;
  tell(`PartPayload${i}: nmodes=${modes.length} nxattrs=${xattrs.length} blobsize=${data.length} opsize=${operations.length}\n`);
  const counts = new Map<Operation["kind"], number>();
  for (const { kind } of objects.length === 0 ? [] : operationsOf(payload, objects)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  tell(`PartPayloadOps${i}: ${SHOWN_OPERATIONS.map(([kind, shown]) => `${shown}=${counts.get(kind) ?? 0}`).join(" ")}\n`);
}

interface Sizes {
  readonly size: number;
  readonly uncompressed: number;
}

function sizesOf(items: readonly { readonly size: number; readonly uncompressedSize: number }[]): Sizes {
  return items.reduce((sum, item) => ({ size: sum.size + item.size, uncompressed: sum.uncompressed + item.uncompressedSize }), {
    size: 0,
    uncompressed: 0,
  });
}

function sizesText(title: string, { size, uncompressed }: Sizes): string {
  return `${title} Size: ${size} (${formatSize(size)})\n${title} Uncompressed Size: ${uncompressed} (${formatSize(uncompressed)})\n`;
}
