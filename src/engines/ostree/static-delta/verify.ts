/**
 * `ostree static-delta verify`.
 *
 * @simplified Nothing is signed here: of the types of signatures, one is not built into Debian's and Fedora's ostree, the other finds none.
 */
import { deltaDirectory, parseDelta } from "../deltas.ts";
import { OstreeError } from "../errors.ts";
import { readBytes } from "../files.ts";
import type { Repository } from "../repo.ts";
import { refusedAs } from "./refused-as.ts";

/** `name`: commits, or the path of a superblock. Always throws `OstreeError`, after what it tells. */
export function* verifyDelta(
  repo: Repository,
  name: string,
  { type, hasKeys }: { readonly type: string | undefined; readonly hasKeys: boolean },
  tell: (line: string) => void,
): Generator<void, never, void> {
  if (type !== "dummy") {
    tell("Sign-type not supported\n");
    throw new OstreeError("Requested signature type is not implemented");
  }
  if (!hasKeys) throw new OstreeError("not implemented");
  tell("Verification fails\n");
  const inside = name.includes("/") ? undefined : `${deltaDirectory(parseDelta(name))}/superblock`;
  refusedAs(`openat(${inside ?? name})`, () => readBytes(repo.sys, inside === undefined ? name : `${repo.path}/${inside}`));
  throw new OstreeError("no signatures in static-delta");
}
