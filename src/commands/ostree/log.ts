import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat, readBytes } from "../../engines/ostree/files.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import { signaturesOf } from "../../engines/ostree/signature.ts";
import { decodeGVariant, defaultGVariant, type GValue, type Variant } from "../../image/gvariant.ts";
import { byteswapped, printGVariant } from "../../image/gvariant-text.ts";
import { fromHex, toHex } from "../../image/hex.ts";
import { checksumBytes, metadataString, type Checksum, type Commit } from "../../image/ostree-objects.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const log: Verb = {
  name: "log",
  operands: "REV",
  about: "Show log starting at commit or ref",
  options: [REPO, { name: "raw", help: "Show raw variant data" }, VERBOSE, VERSION],
  *run(call) {
    const repo = yield* openRepository(call);
    const rev = call.options.operands[0];
    if (rev === undefined) throw new Misuse("A rev argument is required");
    const isRaw = call.options.has("raw");
    let at: Checksum | undefined = repo.resolve(rev);
    for (let isFirst = true; at !== undefined; isFirst = false) {
      if (!repo.hasObject(at, "commit")) {
        if (isFirst) throw new OstreeError(`No such metadata object ${at}.commit`);
        yield* call.proc.print("<< History beyond this commit not fetched >>\n");
        break;
      }
      yield* call.proc.print(isRaw ? rawText(repo, at, "commit") : commitText(repo, at));
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
    { name: "print-related", help: 'Show the "related" commits' },
    { name: "print-variant-type", argument: "TYPE", help: "Memory map OBJECT (in this case a filename) to the GVariant type string" },
    { name: "list-metadata-keys", help: "List the available metadata keys" },
    { name: "print-metadata-key", argument: "KEY", help: "Print string value of metadata key" },
    { name: "print-hex", help: "For byte array valued keys, output an unquoted hexadecimal string" },
    { name: "list-detached-metadata-keys", help: "List the available detached metadata keys" },
    { name: "print-detached-metadata-key", argument: "KEY", help: "Print string value of detached metadata key" },
    { name: "print-sizes", help: "Show the commit size metadata", fidelity: "simplified" },
    { name: "raw", help: "Show raw variant data" },
    { name: "no-byteswap", short: "B", help: "Do not automatically convert variant data from big endian" },
    { name: "gpg-homedir", argument: "HOMEDIR", help: "GPG Homedir to use when looking for keyrings", fidelity: "ignored" },
    { name: "gpg-verify-remote", argument: "REMOTE", help: "Use REMOTE name for GPG configuration", fidelity: "unbuilt" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const rev = options.operands[0];
    if (rev === undefined) throw new Misuse("An object argument is required");
    const type = options.value("print-variant-type");
    if (type !== undefined) {
      yield* proc.print(`${variantText({ type, value: valueIn(type, readBytes(proc.sys, rev)) }, options.has("no-byteswap"))}\n`);
      return 0;
    }
    const checksum = repo.resolve(rev);
    if (isAboutMetadata(options)) return yield* showMetadata(proc, repo, checksum, options);
    if (options.has("print-related")) return 0;
    if (options.has("print-sizes")) {
      repo.commit(checksum);
      throw new OstreeError("No metadata key ostree.sizes in commit");
    }
    const kind = checksum === rev ? kindOf(repo, checksum) : "commit";
    if (kind === "file") yield* proc.print(fileText(repo, checksum));
    else if (options.has("raw")) yield* proc.print(rawText(repo, checksum, kind, options.has("no-byteswap")));
    else if (kind !== "commit") yield* proc.print(`${kind} ${checksum}\n`);
    else yield* proc.print(commitText(repo, checksum) + signatureText(repo, checksum));
    return 0;
  },
};

/** @simplified Where part of a value cannot be, all of it is the type's default; GLib takes the default for that part. */
function valueIn(type: string, bytes: Uint8Array): GValue {
  try {
    return decodeGVariant(type, bytes);
  } catch (error) {
    if (error instanceof RangeError) return defaultGVariant(type);
    throw error;
  }
}

type MetadataKind = "commit" | "dirtree" | "dirmeta";

const TYPES: { readonly [kind in MetadataKind]: string } = {
  commit: "(a{sv}aya(say)sstayay)",
  dirtree: "(a(say)a(sayay))",
  dirmeta: "(uuua(ayay))",
};

function kindOf(repo: Repository, checksum: Checksum): MetadataKind | "file" {
  for (const kind of ["commit", "dirtree", "dirmeta"] as const) if (repo.hasObject(checksum, kind)) return kind;
  if (!repo.hasObject(checksum, "file")) throw repo.missingFile(checksum);
  return "file";
}

/** `commit 1234…` and the object's whole value. */
function rawText(repo: Repository, checksum: Checksum, kind: MetadataKind, isAsStored = false): string {
  const type = TYPES[kind];
  return `${kind} ${checksum}\n${variantText({ type, value: decodeGVariant(type, repo.readMetadata(checksum, kind)) }, isAsStored)}\n`;
}

/** Everything is shown as if stored in the order of network bytes, whatever it was. */
function variantText({ type, value }: Variant, isAsStored: boolean): string {
  return printGVariant(type, isAsStored ? value : byteswapped(type, value));
}

function isAboutMetadata(options: ParsedOptions): boolean {
  return ["list-metadata-keys", "print-metadata-key", "list-detached-metadata-keys", "print-detached-metadata-key"].some((name) =>
    options.has(name),
  );
}

function* showMetadata(proc: Process, repo: Repository, checksum: Checksum, options: ParsedOptions): Run<number> {
  const isDetached = options.has("list-detached-metadata-keys") || options.has("print-detached-metadata-key");
  const metadata = new Map(isDetached ? detachedMetadata(repo, checksum) : repo.commit(checksum).metadata);
  const key = options.value("print-metadata-key") ?? options.value("print-detached-metadata-key");
  if (key === undefined) {
    yield* proc.print(
      [...metadata.keys()]
        .sort()
        .map((name) => `${name}\n`)
        .join(""),
    );
    return 0;
  }
  const found = metadata.get(key);
  if (!found) throw new OstreeError(`No such metadata key '${key}'`);
  const isHex = options.has("print-hex") && found.value instanceof Uint8Array;
  yield* proc.print(`${isHex ? toHex(found.value as Uint8Array) : variantText(found, options.has("no-byteswap"))}\n`);
  return 0;
}

/** Throws `OstreeError` when the commit has none. */
function detachedMetadata(repo: Repository, checksum: Checksum): [string, Variant][] {
  const path = repo.objectPath(checksum, "commitmeta");
  if (!lstat(repo.sys, path)) throw new OstreeError(`No detached metadata for commit ${checksum}`);
  return decodeGVariant("a{sv}", readBytes(repo.sys, path)) as [string, Variant][];
}

function fileText(repo: Repository, checksum: Checksum): string {
  const file = repo.describeFile(checksum);
  const isLink = file.kind === "symlink";
  const lines = [
    `Object: ${checksum}`,
    "Type: file",
    `File Type: ${isLink ? "symlink" : "regular"}`,
    ...(isLink ? [`Target: ${file.target}`] : [`Size: ${file.size}`]),
    `Mode: 0${(isLink ? 0o120777 : 0o100000 | file.mode).toString(8)}`,
    `Uid: ${file.uid}`,
    `Gid: ${file.gid}`,
    "Extended Attributes: { @a(ayay) [] }",
  ];
  return `${lines.join("\n")}\n`;
}

function signatureText(repo: Repository, checksum: Checksum): string {
  const signatures = signaturesOf(repo, checksum);
  if (signatures.length === 0) return "";
  const lines = signatures.map((key) => `  Signature made by key ID ${key}\n`).join("");
  return `Found ${signatures.length} signature${signatures.length === 1 ? "" : "s"}:\n\n${lines}`;
}

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

/** The "ContentChecksum": the same for commits with the same tree. */
function contentChecksum(commit: Pick<Commit, "dirtree" | "dirmeta">): Checksum {
  return checksumBytes(fromHex(commit.dirtree + commit.dirmeta));
}
