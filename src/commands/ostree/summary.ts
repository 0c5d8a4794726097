import { OstreeError } from "../../engines/ostree/errors.ts";
import { rawSummaryText, readSummary, summaryOf, summaryText, writeSummary, type Summary } from "../../engines/ostree/summary.ts";
import { GVariantTextError, parseGVariant, printGVariant, byteswapped } from "../../image/gvariant-text.ts";
import type { Variant } from "../../image/gvariant.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const summary: Verb = {
  name: "summary",
  about: "Manage summary metadata",
  options: [
    REPO,
    { name: "update", short: "u", help: "Update the summary" },
    { name: "view", short: "v", help: "View the local summary file" },
    { name: "raw", help: "View the raw bytes of the summary file" },
    { name: "list-metadata-keys", help: "List the available metadata keys" },
    { name: "print-metadata-key", argument: "KEY", help: "Print string value of metadata key" },
    { name: "gpg-sign", argument: "KEY-ID", help: "GPG Key ID to sign the summary with", fidelity: "unbuilt" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "ignored" },
    { name: "sign", argument: "KEY-ID", help: "Key ID to sign the summary with", fidelity: "unbuilt" },
    { name: "sign-type", argument: "NAME", help: "Signature type to use (defaults to 'ed25519')", fidelity: "unbuilt" },
    { name: "add-metadata", short: "m", argument: "KEY=VALUE", help: "Additional metadata field to add to the summary" },
    { name: "verbose", help: "Print debug information during command processing", fidelity: "ignored" },
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    // `-v` is the verbose flag of all verbs, too, and that says how the repository was opened.
    const repo = yield* openRepository(
      call,
      proc.argv.some((word) => /^-[a-z]*v/.test(word)),
    );
    if (options.has("update")) {
      const extra = options.values("add-metadata").map(metadataPair);
      repo.requireWritable();
      writeSummary(repo, summaryOf(repo, proc.now().sec, extra));
      return 0;
    }
    const asked = ["view", "raw", "list-metadata-keys", "print-metadata-key"].some((name) => options.has(name));
    if (!asked) throw new OstreeError("No option specified; use -u to update summary");
    const found = readSummary(repo);
    if (!found) throw new OstreeError("openat(summary): No such file or directory");
    return yield* showSummary(proc, found, options);
  },
};

/** `KEY=VALUE`, the value in GVariant's text format. Throws `OstreeError`. */
export function metadataPair(text: string): readonly [string, Variant] {
  const at = text.indexOf("=");
  if (at < 0) throw new OstreeError(`Missing '=' in KEY=VALUE metadata '${text}'`);
  try {
    return [text.slice(0, at), parseGVariant(text.slice(at + 1))];
  } catch (error) {
    if (error instanceof GVariantTextError) throw new OstreeError(`Parsing ${text}: ${error.message}`);
    throw error;
  }
}

/** Also what `ostree remote summary` does with one from elsewhere. */
export function* showSummary(proc: Process, found: Summary, options: ParsedOptions): Run<ExitStatus> {
  const key = options.value("print-metadata-key");
  if (options.has("list-metadata-keys")) {
    const keys = found.metadata.map(([name]) => name).sort();
    yield* proc.print(keys.map((name) => `${name}\n`).join(""));
  } else if (key !== undefined) {
    const value = new Map(found.metadata).get(key);
    if (!value) throw new OstreeError(`No such metadata key '${key}'`);
    yield* proc.print(`${printGVariant(value.type, byteswapped(value.type, value.value))}\n`);
  } else yield* proc.print(options.has("raw") ? rawSummaryText(found) : summaryText(found));
  return 0;
}
