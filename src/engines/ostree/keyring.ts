/**
 * Which keys a remote's commits may be signed with.
 * Source: ostreedev/ostree:src/libostree/ostree-repo.c (`_ostree_repo_gpg_verify_data_internal`), ostree-gpg-verify-result.c.
 *
 * @simplified A key file is a stand-in, known by its name; there is no cryptography.
 */
import type { Checksum } from "../../image/ostree-objects.ts";
import { exists } from "../../machine/read-text.ts";
import { OstreeError } from "./errors.ts";
import { localeTime } from "./render.ts";
import type { Repository } from "./repo.ts";

/** The files that keys come in, by fingerprint. */
const KEY_FILES: Readonly<Record<string, string>> = {
  C6E7F081CF80E13146676E88829B606631645531: "RPM-GPG-KEY-fedora-43-primary",
};

/** Where keys are that any remote may be signed with. */
const TRUSTED = "/usr/share/ostree/trusted.gpg.d";

/** Of a commit without a signature, where one is asked for. */
export const NOT_SIGNED = "GPG verification enabled, but no signatures found (use gpg-verify=false in remote config to disable)";

function isTrusted(repo: Repository, remote: string, fingerprint: string): boolean {
  const file = KEY_FILES[fingerprint];
  if (file === undefined) return false;
  const paths = (repo.remoteOption(remote, "gpgkeypath") ?? "").split(/[,;]/).filter((path) => path !== "");
  return [...paths, TRUSTED].some((path) => path.endsWith(`/${file}`) || exists(repo.sys, `${path.replace(/\/$/, "")}/${file}`));
}

/**
 * Lets a commit through that `signedBy` has signed, as the remote's configuration demands. Throws `OstreeError` when nobody has, or
 * somebody whose key is not in the remote's keyring.
 */
export function verifySignature(
  repo: Repository,
  remote: string,
  commit: { readonly checksum: Checksum; readonly timestamp: number },
  signedBy: string | undefined,
): void {
  if (repo.remoteOption(remote, "gpg-verify") === "false") return;
  if (signedBy === undefined) throw new OstreeError(`Commit ${commit.checksum}: ${NOT_SIGNED}`);
  if (isTrusted(repo, remote, signedBy)) return;
  const made = `Signature made ${localeTime(commit.timestamp)} using RSA key ID ${signedBy.slice(-16)}`;
  throw new OstreeError(`Commit ${commit.checksum}: ${made}\nCan't check signature: public key not found`);
}
