/** Which repositories a system uses (`/etc/yum.repos.d/*.repo`), and what they offer: asked from their servers. */
import type { Repository } from "../../image/rpm-md/servers.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { listDirectory } from "../ostree/files.ts";
import { availableSolvable } from "./solvables.ts";

export interface RepoConfig {
  /** What stands in brackets. */
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Of its metadata; variables are replaced. "" when it says none. */
  readonly url: string;
  /** By which key the address was given: "metalink", "mirrorlist" or "baseurl". */
  readonly urlKey: string;
  readonly skipIfUnavailable: boolean;
  /** Seconds that its metadata is good for. */
  readonly expires: number;
  /** Where it is said. */
  readonly file: string;
}

const DIRECTORY = "/etc/yum.repos.d";
const TWO_DAYS = 172_800;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** In the order of files and of groups in them. */
export function readRepoConfigs(sys: Sys): RepoConfig[] {
  const release = /^VERSION_ID=["']?([^"'\n]*)/m.exec(readTextIfThere(sys, "/etc/os-release") ?? "")?.[1] ?? "";
  const files = listDirectory(sys, DIRECTORY)
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".repo"))
    .sort();
  return files.flatMap((name) => {
    const file = `${DIRECTORY}/${name}`;
    return parseRepoConfigs(file, readTextIfThere(sys, file) ?? "", release);
  });
}

/** What `text`, which is in `file`, says of repositories; `release` is what `$releasever` stands for. */
export function parseRepoConfigs(file: string, text: string, release: string): RepoConfig[] {
  return groups(text).map(({ id, values }) => {
    const value = (key: string): string | undefined =>
      values.get(key)?.replace(/\$\{?releasever\}?/g, release).replace(/\$\{?basearch\}?/g, "x86_64"); // prettier-ignore
    const urlKey = ["metalink", "mirrorlist", "baseurl"].find((key) => values.has(key)) ?? "";
    return {
      id,
      name: value("name") ?? id,
      enabled: isTrue(value("enabled") ?? "1"),
      url: value(urlKey) ?? "",
      urlKey,
      skipIfUnavailable: isTrue(value("skip_if_unavailable") ?? "0"),
      expires: seconds(value("metadata_expire")),
      file,
    };
  });
}

function groups(text: string): { readonly id: string; readonly values: ReadonlyMap<string, string> }[] {
  const found: { id: string; values: Map<string, string> }[] = [];
  for (const line of text.split("\n")) {
    const id = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    const [, key, value] = /^([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (id !== undefined && id !== "main") found.push({ id, values: new Map() });
    else if (key !== undefined && value !== undefined) found.at(-1)?.values.set(key, value);
  }
  return found;
}

function isTrue(text: string): boolean {
  return /^(1|yes|true|on)$/i.test(text);
}

function seconds(text: string | undefined): number {
  const [, number, unit = "s"] = /^(\d+)([smhdw])?$/.exec(text ?? "") ?? [];
  if (text === "-1" || text === "never") return Infinity;
  return number === undefined ? TWO_DAYS : Number(number) * (UNITS[unit] ?? 1);
}

/** The host part of an address. */
export function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/:]+)/.exec(url)?.[1] ?? url;
}

/** Everything that a repository offers. */
export function offeredBy(config: RepoConfig, repository: Repository): Solvable[] {
  return repository.packages.map((pkg) => availableSolvable(pkg, config.id));
}
