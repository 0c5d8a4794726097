/**
 * `ostree sign` and `gpg-sign`: what they ask for. Recorded with ostree 2025.2.
 *
 * @simplified There is no cryptography here, so nothing is signed; Debian's and Fedora's builds know no type but "ed25519" and "dummy".
 */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

const UNSIGNED = "Signing is not built in Immutable Lab";

export const sign: Verb = {
  name: "sign",
  operands: "COMMIT KEY-ID...",
  about: "Sign a commit",
  options: [
    REPO,
    { name: "delete", short: "d", help: "Delete signatures having any of the KEY-IDs", fidelity: "simplified" },
    { name: "verify", help: "Verify signatures", fidelity: "simplified" },
    { name: "sign-type", short: "s", argument: "NAME", help: "Signature type to use (defaults to 'ed25519')", fidelity: "simplified" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const [commit, ...keys] = options.operands;
    if (commit === undefined) throw new Misuse("Need a COMMIT to sign or verify", false);
    if (!options.has("verify") && keys.length === 0) throw new Misuse("Need at least one KEY-ID to sign with", false);
    repo.resolve(commit);
    yield* proc.tick();
    const isKnown = ["ed25519", "dummy"].includes(options.value("sign-type") ?? "ed25519");
    // Without libsodium not even the usual one is there to verify with.
    if (!isKnown || options.has("verify")) throw new OstreeError("Requested signature type is not implemented");
    throw new OstreeError(UNSIGNED);
  },
};

export const gpgSign: Verb = {
  name: "gpg-sign",
  operands: "COMMIT KEY-ID...",
  about: "Sign a commit",
  options: [
    REPO,
    { name: "delete", short: "d", help: "Delete signatures having any of the GPG KEY-IDs", fidelity: "simplified" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "simplified" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const repo = yield* openRepository(call);
    const [commit, ...keys] = call.options.operands;
    if (commit === undefined) throw new Misuse("Need a COMMIT to sign", false);
    if (keys.length === 0) throw new Misuse("Need at least one GPG KEY-ID to sign with", false);
    yield* call.proc.tick();
    repo.resolve(commit);
    throw new OstreeError(UNSIGNED);
  },
};
