import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { signaturesOf } from "../../engines/ostree/signature.ts";
import { contentChecksum, metadataString, type Checksum } from "../../image/ostree-objects.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const log: Verb = {
  name: "log",
  operands: "REV",
  about: "Show log starting at commit or ref",
  options: [REPO, { name: "raw", help: "Show raw variant data", fidelity: "unbuilt" }, VERBOSE, VERSION],
  *run(call) {
    const repo = openRepository(call);
    const rev = call.options.operands[0];
    if (rev === undefined) throw new Misuse("A rev argument is required");
    let at: Checksum | undefined = repo.resolve(rev);
    for (let isFirst = true; at !== undefined; isFirst = false) {
      if (!repo.hasObject(at, "commit")) {
        if (isFirst) throw new OstreeError(`No such metadata object ${at}.commit`);
        yield* call.proc.print("<< History beyond this commit not fetched >>\n");
        break;
      }
      yield* call.proc.print(commitText(repo, at));
      at = repo.commit(at).parent;
    }
    return 0;
  },
};

export const show: Verb = {
  name: "show",
  operands: "OBJECT",
  about: "Output a metadata object",
  options: [
    REPO,
    { name: "print-related", help: 'Show the "related" commits', fidelity: "unbuilt" },
    {
      name: "print-variant-type",
      argument: "TYPE",
      help: "Memory map OBJECT (in this case a filename) to the GVariant type string",
      fidelity: "unbuilt",
    },
    { name: "print-metadata-key", argument: "KEY", help: "Print string value of metadata key" },
    { name: "print-detached-metadata-key", argument: "KEY", help: "Print string value of detached metadata key", fidelity: "unbuilt" },
    { name: "print-sizes", help: "Show the commit size metadata", fidelity: "unbuilt" },
    { name: "raw", help: "Show raw variant data", fidelity: "unbuilt" },
    { name: "no-byteswap", short: "B", help: "Do not automatically convert variant data from big endian", fidelity: "ignored" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "ignored" },
    { name: "gpg-verify-remote", argument: "REMOTE", help: "Use REMOTE name for GPG configuration", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = openRepository(call);
    const rev = options.operands[0];
    if (rev === undefined) throw new Misuse("An object argument is required");
    const checksum = repo.resolve(rev);
    const key = options.value("print-metadata-key");
    if (key !== undefined) {
      const value = metadataString(repo.commit(checksum), key);
      if (value === undefined) throw new OstreeError(`No such metadata key '${key}'`);
      yield* proc.print(`'${value}'\n`);
      return 0;
    }
    if (!repo.hasObject(checksum, "commit")) {
      repo.readFile(checksum);
      throw new OstreeError("Only commits can be shown in Immutable Lab");
    }
    yield* proc.print(commitText(repo, checksum));
    const signatures = signaturesOf(repo, checksum);
    if (signatures.length > 0) {
      const lines = signatures.map((key) => `  Signature made by key ID ${key}\n`).join("");
      yield* proc.print(`Found ${signatures.length} signature${signatures.length === 1 ? "" : "s"}:\n\n${lines}`);
    }
    return 0;
  },
};

/** One block of `ostree log`. */
export function commitText(repo: Repository, checksum: Checksum): string {
  const commit = repo.commit(checksum);
  const lines = [`commit ${checksum}`];
  if (commit.parent !== undefined) lines.push(`Parent:  ${commit.parent}`);
  lines.push(`ContentChecksum:  ${contentChecksum(commit)}`, `Date:  ${dateText(commit.timestamp)}`);
  const version = metadataString(commit, "version");
  if (version !== undefined) lines.push(`Version: ${version}`);
  const paragraphs: string[] = [];
  if (commit.subject === "") lines.push("(no subject)");
  else paragraphs.push(commit.subject);
  if (commit.body !== "") paragraphs.push(commit.body);
  const indented = paragraphs.map(
    (text) =>
      "\n" +
      text
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n") +
      "\n",
  );
  return `${lines.join("\n")}\n${indented.join("")}\n`;
}

function dateText(seconds: number): string {
  const at = calendarDate(seconds);
  return `${String(at.year)}-${twoDigits(at.month)}-${twoDigits(at.day)} ${twoDigits(at.hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)} +0000`;
}
