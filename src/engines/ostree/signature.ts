/**
 * Detached metadata of a commit (`….commitmeta`), where a repository keeps its signatures.
 *
 * @simplified No cryptography: the "signature" names the key that made it and is believed. A commit without one is unsigned.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { decodeGVariant, encodeGVariant, type Variant } from "../../image/gvariant.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { isSysError } from "../../vfs/errno.ts";
import { readBytes } from "./files.ts";
import type { Repository } from "./repo.ts";

const SIGNATURES = "ostree.gpgsigs";

/** The object's bytes for a commit signed by the key `fingerprint`. */
export function encodeSignature(fingerprint: string): Uint8Array {
  return encodeGVariant("a{sv}", [[SIGNATURES, { type: "aay", value: [encodeUtf8(`openpgp:${fingerprint}`)] }]]);
}

/** Fingerprints of the keys that signed `commit`; none when it is unsigned. */
export function signaturesOf(repo: Repository, commit: Checksum): string[] {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(repo.sys, repo.objectPath(commit, "commitmeta"));
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
  try {
    const metadata = new Map(decodeGVariant("a{sv}", bytes) as [string, Variant][]);
    const signatures = (metadata.get(SIGNATURES)?.value ?? []) as Uint8Array[];
    return signatures.flatMap((signature) => /^openpgp:([0-9A-F]{40})$/.exec(decodeUtf8(signature))?.[1] ?? []);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
