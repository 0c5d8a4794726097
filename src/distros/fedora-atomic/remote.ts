/**
 * The server that Fedora's desktops are pulled from.
 *
 * It publishes one release after the other: the next one appears when it sees a machine that runs the newest it has fetched.
 * So a learner can always upgrade once more after the reboot, until there is nothing newer. Beside the branch itself it has the
 * same under `updates/` and, under `testing/`, whatever is newer than what the machine runs.
 *
 * @simplified In life a release appears when it is built, whoever looks.
 */
import type { Catalogue, Release } from "../../image/catalogue.ts";
import type { OstreeHost, Remote, Visitor } from "../../engines/ostree/host.ts";
import type { Product } from "./product.ts";

export const FEDORA_URL = "https://ostree.fedoraproject.org";
/** Fedora 43's signing key. */
export const FEDORA_KEY = "C6E7F081CF80E13146676E88829B606631645531";

/** What the commits of a product are signed with; images are not, here. */
export function signedBy({ source }: Product): string | undefined {
  return source.kind === "ref" ? FEDORA_KEY : undefined;
}

/** Hosts that a system of this family asks, in the order of their (documentation's) addresses. */
const HOSTS = [
  "ostree.fedoraproject.org",
  "mirrors.fedoraproject.org",
  "dl.fedoraproject.org",
  "fedoraproject.org",
  "registry.fedoraproject.org",
  "codecs.fedoraproject.org",
  "copr.fedorainfracloud.org",
  "download.copr.fedorainfracloud.org",
  "mirrors.rpmfusion.org",
  "download1.rpmfusion.org",
  "dl.google.com",
  "quay.io",
  "ghcr.io",
  "dl.flathub.org",
];

/** @simplified Addresses are those kept for documentation, the same for everybody. */
export function addressOf(name: string): string | undefined {
  const at = HOSTS.indexOf(name.toLowerCase());
  return at < 0 ? undefined : `192.0.2.${at + 10}`;
}

/** `installed`: the newest release of an installation medium; nobody who fetched nothing gets one beyond it. */
export function fedoraHost(catalogue: Catalogue, installed: Release): OstreeHost {
  const remote: Remote = {
    signedBy: FEDORA_KEY,
    refs(visitor) {
      const offered = offeredTo(catalogue, installed, visitor);
      return new Map([
        [offered.ref, offered],
        [branchOf(offered.ref, "updates"), offered],
        [branchOf(offered.ref, "testing"), testedBy(catalogue, installed, visitor)],
      ]);
    },
    commit: (checksum) => catalogue.byCommit(checksum),
  };
  return { catalogue, remoteAt: (url) => (url === FEDORA_URL || url.startsWith(`${FEDORA_URL}/`) ? remote : undefined) };
}

function offeredTo(catalogue: Catalogue, installed: Release, visitor: Visitor): Release {
  const newest = (visitor.newest === undefined ? undefined : catalogue.byCommit(visitor.newest)) ?? installed;
  if (visitor.running !== newest.commit) return newest;
  return after(catalogue, newest);
}

/** To whoever has nothing of this branch yet: never older than what runs. */
function testedBy(catalogue: Catalogue, installed: Release, visitor: Visitor): Release {
  const running = visitor.running === undefined ? undefined : catalogue.byCommit(visitor.running);
  const isAhead = running !== undefined && catalogue.releases.indexOf(running) > catalogue.releases.indexOf(installed);
  return offeredTo(catalogue, installed, { ...visitor, newest: visitor.newest ?? (isAhead ? running.commit : undefined) });
}

function after(catalogue: Catalogue, release: Release): Release {
  return catalogue.releases[catalogue.releases.indexOf(release) + 1] ?? release;
}

/** "fedora/43/x86_64/silverblue" as "fedora/43/x86_64/testing/silverblue". */
function branchOf(ref: string, stream: string): string {
  return ref.replace(/[^/]+$/, (variant) => `${stream}/${variant}`);
}
