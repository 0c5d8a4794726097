/**
 * An .rpm as a file: what `curl -O` fetches, `rpm -qp` reads and `rpm -i` installs.
 *
 * @simplified After the lead of a real one comes the header as a line of JSON and then the files' contents, not compressed.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { capabilityText, parseCapability } from "./capability.ts";
import type { RpmFile, RpmPackage, ScriptName } from "./rpm-package.ts";

/** The first bytes of every .rpm, by which file(1) knows it. */
const LEAD = [0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0];

type FileRow = readonly [path: string, kind: RpmFile["kind"], mode: number, owner: string, size: number, target?: string];

export interface RpmHeader extends Omit<
  RpmPackage,
  "requires" | "provides" | "conflicts" | "obsoletes" | "recommends" | "files" | "scripts"
> {
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
  readonly obsoletes: readonly string[];
  readonly recommends: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}

export function encodeRpm(pkg: RpmPackage): Uint8Array {
  const contents = pkg.files.map((file) => (file.kind === "file" ? file.bytes() : new Uint8Array()));
  const rows = pkg.files.map((file, i): FileRow => {
    const { path, kind, mode, user, group, target } = file;
    return [path, kind, mode, `${user}:${group}`, contents[i]?.length ?? 0, ...(target === "" ? [] : [target])] as unknown as FileRow;
  });
  const head = encodeUtf8(`${JSON.stringify({ ...headerOf(pkg), files: rows })}\n`);
  const whole = new Uint8Array(LEAD.length + head.length + contents.reduce((sum, bytes) => sum + bytes.length, 0));
  whole.set(LEAD);
  whole.set(head, LEAD.length);
  let at = LEAD.length + head.length;
  for (const bytes of contents) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}

/** Undefined when `bytes` are no .rpm. */
export function decodeRpm(bytes: Uint8Array): RpmPackage | undefined {
  if (!LEAD.every((byte, i) => bytes[i] === byte)) return undefined;
  const end = bytes.indexOf(10, LEAD.length);
  try {
    const header = JSON.parse(decodeUtf8(bytes.subarray(LEAD.length, end))) as RpmHeader & { readonly files: readonly FileRow[] };
    let at = end + 1;
    const files = header.files.map(([path, kind, mode, owner, size, target = ""]): RpmFile => {
      const [user = "root", group = "root"] = owner.split(":");
      const contents = bytes.slice(at, (at += size));
      return { path, kind, mode, user, group, target, bytes: () => contents };
    });
    return at > bytes.length ? undefined : { ...packageOf(header), files };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Everything but the files, fit for JSON. */
export function headerOf(pkg: RpmPackage): RpmHeader {
  const { name, epoch, version, release, arch, summary, license, size, url, buildTime, description, vendor, downloadSize } = pkg;
  const texts = (list: RpmPackage["requires"]): string[] => list.map(capabilityText);
  return {
    ...{ name, epoch, version, release, arch, summary, license, size, url, buildTime, description, vendor, downloadSize },
    requires: texts(pkg.requires),
    provides: texts(pkg.provides),
    conflicts: texts(pkg.conflicts),
    obsoletes: texts(pkg.obsoletes),
    recommends: texts(pkg.recommends),
    scripts: Object.fromEntries(pkg.scripts),
  };
}

/** The reverse of `headerOf`, without files. */
export function packageOf(header: RpmHeader): RpmPackage {
  return {
    ...header,
    epoch: header.epoch ?? undefined,
    url: header.url ?? undefined,
    requires: header.requires.map(parseCapability),
    provides: header.provides.map(parseCapability),
    conflicts: header.conflicts.map(parseCapability),
    obsoletes: header.obsoletes.map(parseCapability),
    recommends: header.recommends.map(parseCapability),
    scripts: new Map(Object.entries(header.scripts) as [ScriptName, string][]),
    files: [],
  };
}
