/**
 * What zypper says of a repository whose index is signed with a key that nobody here knows, and what it asks. The words and the outputs
 * that they go to were taken from zypper 1.14 (`zypper ref` on a repository signed anew).
 */
import type { RepoConfig } from "../../engines/rpm/repositories.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import { ask } from "./prompt.ts";
import { message } from "./text.ts";

/** Of whoever the servers' files come from while the fault is on. */
const KEY = "9C41E07D2B5A8F36";

const REJECTED = "Signature verification failed for repomd.xml";

const NOTES = [
  "Note: Signing data enables the recipient to verify that no modifications occurred after the data\n    were signed. Accepting data with no, wrong or unknown signature can lead to a corrupted system\n    and in extreme cases even to a system compromise.",
  "Note: File 'repomd.xml' is the repositories master index file. It ensures the integrity of the\n    whole repo.",
  "Warning: We can't verify that no one meddled with this file, so it might not be trustworthy\n    anymore! You should not continue unless you know it's safe.",
];

/** Whether what a repository offers is taken. */
export type Verdict = { readonly isTaken: true } | { readonly isTaken: false; readonly why: string };

export function* checkSignature(proc: Process, { name, url }: RepoConfig, options: ParsedOptions): Run<Verdict> {
  const isOpenSuse = /^https?:\/\/[^/]*\.opensuse\.org\//.test(url);
  if (!isOpenSuse || !proc.kernel.world.has("bad-signature")) return { isTaken: true };
  const out = stdout(proc);
  const isXml = options.has("xmlout");
  const say = (type: "info" | "warning", text: string): Run<void> =>
    out.print(isXml ? message(type, text) : `${type === "warning" ? "Warning: " : ""}${text}\n`);
  const root = options.values("root").at(-1)?.replace(/\/$/, "") ?? "";
  yield* say("info", `Looking for gpg key ID ${KEY.slice(-8)} in cache ${root}/var/cache/zypp/pubkeys.`);
  yield* say("info", `Repository ${name} does not define additional 'gpgkey=' URLs.`);
  if (options.has("no-gpg-checks")) {
    yield* say("warning", `Accepting file 'repomd.xml' from repository '${name}' signed with an unknown key '${KEY}'.`);
    return { isTaken: true };
  }
  const what = `File 'repomd.xml' from repository '${name}' is signed with an unknown key '${KEY}'.`;
  yield* say("warning", what);
  for (const note of NOTES) yield* isXml ? out.print(message("info", `    ${note}`)) : out.print(`\n    ${note}\n`);
  if (isXml) {
    yield* out.print(`<prompt id="13">\n<text>${what} Continue?</text>\n<option value="yes" desc=""/>\n<option default="1" value="no" desc=""/>\n</prompt>\n`); // prettier-ignore
    return { isTaken: false, why: REJECTED };
  }
  yield* out.print("\n");
  const isInteractive = !options.has("non-interactive") && !options.has("no-confirm");
  const answer = yield* ask(proc, `${what} Continue?`, { answers: [["yes"], ["no"]], fallback: "no" }, isInteractive);
  if (answer === undefined) return { isTaken: false, why: "Cannot read input. Bad stream or EOF." };
  return answer === "yes" ? { isTaken: true } : { isTaken: false, why: REJECTED };
}
