/** What an origin file says of packages: requested ones, removed and replaced ones. Source: coreos/rpm-ostree:rust/src/origin.rs. */
import type { Checksum } from "../../image/ostree-objects.ts";
import type { KeyFile } from "./keyfile.ts";
import { originRefspec } from "./origin.ts";

/** A package that came as a file: its SHA-256 and what it is, as the origin has it ("<sha256>:<nevra>"). */
export interface LocalPackage {
  readonly digest: Checksum;
  readonly nevra: string;
}

export interface Layering {
  /** Names and capabilities, as they were asked for. */
  readonly requested: readonly string[];
  readonly requestedLocal: readonly LocalPackage[];
  /** Local packages that may replace files of others. */
  readonly forcedLocal: readonly LocalPackage[];
  /** Base packages that go. */
  readonly removed: readonly string[];
  readonly replacedLocal: readonly LocalPackage[];
  /** Base packages that a repository's newest builds stand for, as the origin has it: "repo=updates,bash,nano". */
  readonly replacedRemote: readonly string[];
}

export const NO_LAYERING: Layering = {
  requested: [],
  requestedLocal: [],
  forcedLocal: [],
  removed: [],
  replacedLocal: [],
  replacedRemote: [],
};

type Key = readonly [group: string, key: string];

const KEYS: Readonly<Record<keyof Layering, Key>> = {
  requested: ["packages", "requested"],
  requestedLocal: ["packages", "requested-local"],
  forcedLocal: ["packages", "requested-local-fileoverride"],
  removed: ["overrides", "remove"],
  replacedLocal: ["overrides", "replace-local"],
  replacedRemote: ["overrides", "replace"],
};

export function layeringOf(origin: KeyFile | undefined): Layering {
  const list = ([group, key]: Key): string[] => (origin?.get(group, key) ?? "").split(";").filter((item) => item !== "");
  const locals = (key: Key): LocalPackage[] => list(key).map(localOf);
  return {
    requested: list(KEYS.requested),
    requestedLocal: locals(KEYS.requestedLocal),
    forcedLocal: locals(KEYS.forcedLocal),
    removed: list(KEYS.removed),
    replacedLocal: locals(KEYS.replacedLocal),
    replacedRemote: list(KEYS.replacedRemote),
  };
}

export interface RemoteReplacement {
  /** "repo=updates". */
  readonly from: string;
  readonly repository: string;
  readonly names: readonly string[];
}

/** `replacedRemote` in its parts. */
export function remoteReplacements({ replacedRemote }: Pick<Layering, "replacedRemote">): RemoteReplacement[] {
  return replacedRemote.map((entry) => {
    const [from = "", ...names] = entry.split(",");
    return { from, repository: from.replace(/^repo=/, ""), names };
  });
}

/** The same with other `names` from there; without any it is gone. */
export function withRemoteReplacement(layering: Layering, from: string, names: readonly string[]): Layering {
  const others = layering.replacedRemote.filter((entry) => !entry.startsWith(`${from},`));
  return { ...layering, replacedRemote: names.length === 0 ? others : [...others, [from, ...names].join(",")] };
}

function localOf(text: string): LocalPackage {
  const cut = text.indexOf(":");
  return { digest: text.slice(0, cut), nevra: text.slice(cut + 1) };
}

export function isEmptyLayering(layering: Layering): boolean {
  return Object.values(layering).every((list: readonly unknown[]) => list.length === 0);
}

/** Writes that layering into `origin`; `refspec` becomes `baserefspec` as soon as there is any, and back. */
export function setLayering(origin: KeyFile, layering: Layering): void {
  const refspec = originRefspec(origin);
  origin.remove("packages");
  origin.remove("overrides");
  for (const [name, [group, key]] of Object.entries(KEYS) as [keyof Layering, Key][]) {
    const items = layering[name].map((item) => (typeof item === "string" ? item : `${item.digest}:${item.nevra}`));
    if (items.length > 0) origin.set(group, key, items.map((item) => `${item};`).join(""));
  }
  if (refspec === undefined) return;
  origin.remove("origin", "refspec");
  origin.remove("origin", "baserefspec");
  origin.set("origin", isEmptyLayering(layering) ? "refspec" : "baserefspec", refspec);
}
