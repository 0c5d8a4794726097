/** `--install` and `--uninstall`, which many verbs take: what they make of an origin's requests. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { layeringOf, setLayering, type Layering, type LocalPackage } from "../../engines/ostree/layer-origin.ts";
import { databaseOf } from "../../engines/ostree/layering.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import { COMMAND_LINE, namesOf } from "../../engines/rpm/solvables.ts";
import { checksumBytes, type Checksum } from "../../image/ostree-objects.ts";
import { nevra, type Package } from "../../image/package.ts";
import { decodeRpm } from "../../image/rpm-md/rpm-file.ts";
import type { RpmPackage } from "../../image/rpm-md/rpm-package.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Option } from "../command.ts";
import type { Call } from "../ostree/goption.ts";
import { importOne, inactiveRequests } from "./layers.ts";
import type { Transaction } from "./transaction.ts";

export interface PackageEdits {
  /** Names, capabilities, and files as `readLocal` read them. */
  readonly install: readonly (string | RpmPackage)[];
  readonly uninstall: readonly string[];
  /** `uninstall --all`. */
  readonly uninstallAll?: boolean;
  readonly idempotent?: boolean;
  readonly allowInactive?: boolean;
  /** Local packages may replace files of others. */
  readonly forceFiles?: boolean;
}

/** The two options, for verbs that take them beside what they do. */
export const INSTALL: Option = { name: "install", argument: "PKG", help: "Overlay additional package" };
export const UNINSTALL: Option = { name: "uninstall", argument: "PKG", help: "Remove overlayed additional package" };

/** What `--install` and `--uninstall` ask for. */
export function* editsOf({ proc, options }: Call, host: OstreeHost): Run<PackageEdits> {
  return { install: yield* readLocal(proc, host, options.values("install")), uninstall: options.values("uninstall") };
}

/** The packages that words on the command line stand for: what ends in .rpm is a file or an address, and is read by the client. */
export function* readLocal(proc: Process, host: OstreeHost, words: readonly string[]): Run<(string | RpmPackage)[]> {
  const found: (string | RpmPackage)[] = [];
  for (const word of words) {
    if (!/\.rpm$/.test(word) && !/^https?:\/\//.test(word)) {
      found.push(word);
      continue;
    }
    const bytes = yield* bytesOf(proc, host, word);
    const pkg = decodeRpm(bytes);
    if (pkg === undefined) throw new OstreeError(`rpmReadPackageFile failed: not an rpm package`);
    found.push(pkg);
  }
  return found;
}

function* bytesOf(proc: Process, host: OstreeHost, word: string): Run<Uint8Array> {
  if (/^https?:\/\//.test(word)) {
    yield* proc.print(`Downloading '${word}'... `);
    const bytes = (yield* packageServersFor(proc, host))?.fileAt(word);
    yield* proc.sleep(0.5);
    if (bytes === undefined) {
      yield* proc.print("\n");
      throw new OstreeError(
        `Downloading ${word}: error sending request for url (${word}): client error (Connect): dns error: failed to lookup address information: Name or service not known`,
      );
    }
    yield* proc.print("done!\n");
    return bytes;
  }
  try {
    return yield* proc.readFile(word);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`Opening ${word}: ${error.text}`);
    throw error;
  }
}

/** Changes what `origin` asks for on `base`; true when that made a difference. Throws `OstreeError`. */
export function* editPackages(
  transaction: Transaction,
  host: OstreeHost,
  origin: KeyFile,
  base: Checksum,
  edits: PackageEdits,
): Run<boolean> {
  const { sysroot } = transaction;
  const repo = sysroot.openRepository();
  const before = layeringOf(origin);
  let next: Layering = removed(before, edits);
  const names = edits.install.filter((item) => typeof item === "string");
  for (const name of names) {
    if (!next.requested.includes(name)) next = { ...next, requested: [...next.requested, name] };
    else if (edits.idempotent !== true) throw new OstreeError(`Package/capability '${name}' is already requested`);
  }
  for (const pkg of edits.install) {
    if (typeof pkg === "string") continue;
    const key = edits.forceFiles === true ? "forcedLocal" : "requestedLocal";
    const isThere = [...next.requestedLocal, ...next.forcedLocal].some((local) => local.nevra === nevra(pkg));
    if (isThere && edits.idempotent === true) continue;
    if (isThere) throw new OstreeError(`Package '${nevra(pkg)}' is already layered`);
    yield* importOne(transaction, repo, pkg, COMMAND_LINE);
    next = { ...next, [key]: [...next[key], localOf(pkg)] };
  }
  if (names.length > 0 && edits.allowInactive !== true) {
    const rows = databaseOf(repo, base);
    const [given] = inactiveRequests({ ...next, requested: names.filter((name) => !before.requested.includes(name)) }, rows);
    if (given) {
      throw new OstreeError(
        `"${given.request}" is already provided by: ${nevra(given.by)}. Use --allow-inactive to explicitly require it.`,
      );
    }
  }
  const lost = names.find((name) => next.removed.includes(name));
  if (lost !== undefined) throw new OstreeError(`Cannot request '${lost}' provided by removed package '${lost}'`);
  if (JSON.stringify(before) === JSON.stringify(next)) return false;
  setLayering(origin, { ...next, requested: [...next.requested].sort() });
  return true;
}

export function localOf(pkg: RpmPackage): LocalPackage {
  return { digest: checksumBytes(new Uint8Array([...nevra(pkg)].map((sign) => sign.charCodeAt(0)))), nevra: nevra(pkg) };
}

function removed(layering: Layering, { uninstall, uninstallAll, idempotent }: PackageEdits): Layering {
  if (uninstallAll === true) return { ...layering, requested: [], requestedLocal: [], forcedLocal: [] };
  let next = layering;
  for (const word of uninstall) {
    const keepsLocal = (local: LocalPackage): boolean => !namesOfNevra(local.nevra).includes(word);
    const after: Layering = {
      ...next,
      requested: next.requested.filter((name) => name !== word),
      requestedLocal: next.requestedLocal.filter(keepsLocal),
      forcedLocal: next.forcedLocal.filter(keepsLocal),
    };
    const isFound = JSON.stringify(after) !== JSON.stringify(next);
    if (!isFound && idempotent !== true) throw new OstreeError(`Package/capability '${word}' is not currently requested`);
    next = after;
  }
  return next;
}

/** Ways to name a package that is known by its NEVRA alone. */
export function namesOfNevra(text: string): string[] {
  const match = /^(.+)-(?:(\d+):)?([^-]+)-([^-]+)\.([^.]+)$/.exec(text);
  if (match === null) return [text];
  const [, name = "", epoch, version = "", release = "", arch = ""] = match;
  return namesOf({ name, epoch: epoch === undefined ? undefined : Number(epoch), version, release, arch } as Package);
}
