/** What a remote offers: refs with what their commits say of themselves. A repository on this machine, or a server on the network. */
import type { Variant } from "../../image/gvariant.ts";
import { swap64 } from "../../image/gvariant.ts";
import type { Checksum, Commit } from "../../image/ostree-objects.ts";
import type { Update } from "../update-step.ts";
import { step } from "../update-step.ts";
import { OstreeError, within } from "../ostree/errors.ts";
import { lstat } from "../ostree/files.ts";
import { importRefs } from "../ostree/import.ts";
import { Repository } from "../ostree/repo.ts";
import { Transaction } from "../ostree/transaction.ts";

/** What is told of an app in a remote's catalogue (AppStream). */
export interface AppInfo {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly branch: string;
}

/** A commit that a server has, and how to write its objects. */
export interface ServedCommit {
  readonly checksum: Checksum;
  readonly commit: Commit;
  write(transaction: Transaction): void;
}

/** A repository on the network. */
export interface FlatpakServer {
  readonly title?: string;
  readonly comment?: string;
  readonly description?: string;
  readonly homepage?: string;
  readonly icon?: string;
  /** The address of the repository, where this one is that of a `.flatpakrepo` file. */
  readonly repository?: string;
  /** By ref: what is offered to one who has `deployed` of it. */
  refs(deployed: (ref: string) => Checksum | undefined): ReadonlyMap<string, ServedCommit>;
  readonly apps: readonly AppInfo[];
}

/** Who answers at an address; undefined when its name does not resolve. */
export type ServerAt = (url: string) => FlatpakServer | undefined;

/** A ref as a remote offers it. */
export interface Offer {
  readonly ref: string;
  readonly checksum: Checksum;
  readonly commit: Commit;
  readonly metadata: string;
  /** Bytes. */
  readonly downloadSize: number;
  readonly installedSize: number;
  readonly endOfLife: string | undefined;
  /** The ref that replaces it. */
  readonly rebasedTo: string | undefined;
  /** Puts what `to` lacks into it: of what is offered, or of an older `commit`, which leaves the ref as it is. */
  pull(to: Repository, remote: string, bootId: string, commit?: Checksum): Update<void>;
}

export interface Remote {
  /** Throws `OstreeError`. */
  offers(deployed?: (ref: string) => Checksum | undefined): ReadonlyMap<string, Offer>;
  /** An older commit of a ref. Throws `OstreeError`. */
  commit(checksum: Checksum): Commit | undefined;
  readonly apps: readonly AppInfo[];
  /** Bytes a second at which it sends; undefined: at once. */
  readonly rate: number | undefined;
}

/** Throws `OstreeError` when nobody answers. */
export function remoteAt(repo: Repository, name: string, serverAt: ServerAt): Remote {
  const url = repo.remoteOption(name, "url") ?? "";
  const path = /^file:\/\/(\/.*)$/.exec(url)?.[1];
  if (path !== undefined) return localRemote(repo, name, path);
  const server = serverAt(url);
  if (server) return servedRemote(server);
  throw new OstreeError(`Unable to load summary from remote ${name}: While fetching ${url}/summary.idx: [6] Could not resolve hostname`);
}

function localRemote(of: Repository, name: string, path: string): Remote {
  const isVerified = of.remoteOption(name, "gpg-verify-summary") !== "false";
  const isThere = lstat(of.sys, `${path}/config`) !== undefined;
  if (!isThere || isVerified)
    throw new OstreeError(
      `Unable to load summary from remote ${name}: ` +
        (isVerified && isThere
          ? "GPG verification enabled, but no summary signatures found (use gpg-verify-summary=false in remote config to disable)"
          : isVerified
            ? "GPG verification enabled, but no summary found (check that the configured URL in remote config is correct)"
            : `Remote listing for ${name} not available; server has no summary file. Check the URL passed to remote-add was valid.`),
    );
  const from = within(`Unable to load summary from remote ${name}`, () => Repository.open(of.sys, path));
  return {
    rate: undefined,
    apps: [],
    offers() {
      const refs = [...from.refs()].filter(([ref]) => /^(app|runtime)\//.test(ref)).sort();
      return new Map(
        refs.map(([ref, checksum]) => [
          ref,
          offerOf(ref, checksum, from.commit(checksum), function* (to, remote, bootId, commit) {
            yield* importRefs(from, to, { refs: [ref], remote, bootId, ...(commit === undefined ? {} : { commit }) });
          }),
        ]),
      );
    },
    commit: (checksum) => (from.hasObject(checksum, "commit") ? from.commit(checksum) : undefined),
  };
}

/** As a line that most homes have. */
const RATE = 12_500_000;

function servedRemote(server: FlatpakServer): Remote {
  const nothing = (): undefined => undefined;
  return {
    rate: RATE,
    apps: server.apps,
    offers(deployed = nothing) {
      return new Map(
        [...server.refs(deployed)].map(([ref, served]) => [
          ref,
          offerOf(ref, served.checksum, served.commit, (to, remote, bootId) => pullServed(ref, served, to, remote, bootId)),
        ]),
      );
    },
    commit: (checksum) => [...server.refs(nothing).values()].find((served) => served.checksum === checksum)?.commit,
  };
}

function* pullServed(ref: string, served: ServedCommit, to: Repository, remote: string, bootId: string): Update<void> {
  if (!to.hasObject(served.checksum, "commit") || to.isPartial(served.checksum)) {
    to.markPartial(served.checksum, "");
    const transaction = new Transaction(to, bootId);
    let isWritten = false;
    try {
      served.write(transaction);
      yield step("commit-objects");
      for (const _ of transaction.commitSteps()) yield step("commit-objects");
      isWritten = true;
    } finally {
      if (!isWritten) transaction.abandon();
    }
    to.clearPartial(served.checksum);
  }
  yield step("ref");
  to.setRef(`${remote}:${ref}`, served.checksum);
}

function offerOf(ref: string, checksum: Checksum, commit: Commit, pull: Offer["pull"]): Offer {
  return { ref, checksum, commit, ...aboutCommit(commit), pull };
}

/** What a commit's metadata say of what it holds. */
export function aboutCommit(commit: Pick<Commit, "metadata">): Omit<Offer, "ref" | "checksum" | "commit" | "pull"> {
  const value = (key: string): Variant | undefined => commit.metadata.find(([name]) => name === key)?.[1];
  const text = (key: string): string | undefined => {
    const found = value(key);
    return found?.type === "s" ? (found.value as string) : undefined;
  };
  const size = (key: string): number => {
    const found = value(key);
    return found?.type === "t" ? Number(swap64(found.value as bigint)) : 0;
  };
  return {
    metadata: text("xa.metadata") ?? "",
    downloadSize: size("xa.download-size"),
    installedSize: size("xa.installed-size"),
    endOfLife: text("ostree.endoflife"),
    rebasedTo: text("ostree.endoflife-rebase"),
  };
}
