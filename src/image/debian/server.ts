/** What Debian's servers answer: lists of what each suite has, and the packages. */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Deb, Debs } from "./archive.ts";
import { formatParagraph } from "./control.ts";
import { compareVersions } from "./versions.ts";

/** What is behind the addresses of an archive, for whoever has these versions installed. */
export interface ArchiveServer {
  /** The file at that address; undefined: there is none. A host that no name server knows is the machine's to find out. */
  file(url: string, installed: ReadonlyMap<string, string>): Uint8Array | undefined;
}

/** Where nobody answers. */
export const NO_SERVER: ArchiveServer = { file: () => undefined };

export const DEBIAN_HOSTS = ["deb.debian.org", "security.debian.org"] as const;

/** By suite: what its Release says it is. */
const LABELS: Readonly<Record<string, string>> = {
  trixie: "stable",
  "trixie-security": "stable-security",
  "trixie-updates": "stable-updates",
};

/**
 * The archive publishes the next wave to whoever has installed the one before.
 * @simplified In life updates come when they are ready, whoever looks.
 */
export function debianServer(debs: Debs): ArchiveServer {
  return {
    file(url, installed) {
      const waves = wavesFor(debs, installed);
      const [, suite, rest = ""] = /\/dists\/([^/]+)\/(.*)$/.exec(url) ?? [];
      if (suite !== undefined) {
        const has = debs.suites(waves).get(suite);
        if (has === undefined) return undefined;
        const isSecurity = /^https?:\/\/security\./.test(url);
        if (isSecurity !== (suite === "trixie-security") && !url.includes("debian-security")) return undefined;
        const date = debs.waves.slice(0, waves).findLast((wave) => wave.suite === suite)?.date ?? 0;
        if (rest === "InRelease") return encodeUtf8(release(suite, date, has.length));
        if (rest === "main/binary-amd64/Packages") return encodeUtf8(has.map((deb) => `${indexEntry(deb)}\n`).join(""));
        return undefined;
      }
      const pool = /\/(pool\/.*)$/.exec(url)?.[1];
      for (const suiteDebs of debs.suites(debs.waves.length).values())
        for (const deb of suiteDebs) if (deb.filename === pool) return deb.bytes();
      for (let count = 0; count < debs.waves.length; count++)
        for (const suiteDebs of debs.suites(count).values()) for (const deb of suiteDebs) if (deb.filename === pool) return deb.bytes();
      return undefined;
    },
  };
}

function wavesFor(debs: Debs, installed: ReadonlyMap<string, string>): number {
  const isDone = (versions: Readonly<Record<string, string>>): boolean =>
    Object.entries(versions).every(([name, version]) => {
      const own = installed.get(name);
      return own === undefined || compareVersions(own, version) >= 0;
    });
  let count = 1;
  while (count < debs.waves.length && isDone(debs.waves[count - 1]?.versions ?? {})) count++;
  return Math.min(count, debs.waves.length);
}

function release(suite: string, date: number, count: number): string {
  return `Origin: Debian\nLabel: Debian\nSuite: ${LABELS[suite] ?? suite}\nCodename: ${suite}\nDate: ${date}\nComponents: main\nPackages: ${count}\n`;
}

function indexEntry(deb: Deb): string {
  return formatParagraph([...deb.control, ["Filename", deb.filename], ["Size", String(deb.size)]]);
}
