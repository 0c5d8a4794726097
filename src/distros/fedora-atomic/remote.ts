/**
 * The server that Fedora's desktops are pulled from.
 *
 * It publishes one release after the other: the next one appears when it sees a machine that runs the newest it has fetched.
 * So a learner can always upgrade once more after the reboot, until there is nothing newer. Beside the branch itself it has the
 * same under `updates/` and `testing/`, and all of it for the product's sister, too.
 *
 * @simplified In life a release appears when it is built, whoever looks.
 */
import type { Catalogue, Release } from "../../image/catalogue.ts";
import type { OstreeHost, Remote } from "../../engines/ostree/host.ts";
import type { Product } from "./product.ts";
import type { WideCatalogue } from "./beside.ts";

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
export function fedoraHost(catalogue: Catalogue | WideCatalogue, installed: Release): OstreeHost {
  const sister = (): Catalogue | undefined => ("sister" in catalogue ? catalogue.sister : undefined);
  const own = new Set(namesOf(installed.ref));
  const remote: Remote = {
    signedBy: FEDORA_KEY,
    refs(visitor) {
      const seen = [installed, visitor.newest, visitor.running].map((known) =>
        typeof known === "string" ? catalogue.byCommit(known) : known,
      );
      const newest = Math.max(...seen.map((release) => release?.timestamp ?? 0));
      return new Map(
        [catalogue, sister()].flatMap((published) => {
          const offered = offeredTo(published?.releases ?? [], newest, visitor.running);
          return offered === undefined ? [] : namesOf(offered.ref).map((name) => [name, offered] as const);
        }),
      );
    },
    awaiting: (ref) => ("awaited" in catalogue && (ref === undefined || !own.has(ref)) ? catalogue.awaited.sister : undefined),
    commit: (checksum) => catalogue.byCommit(checksum),
  };
  return { catalogue, remoteAt: (url) => (url === FEDORA_URL || url.startsWith(`${FEDORA_URL}/`) ? remote : undefined) };
}

/** `newest`: when what the visitor knows was made. Whoever runs just that gets the next one. */
function offeredTo(releases: readonly Release[], newest: number, running: string | undefined): Release | undefined {
  const at = Math.max(
    0,
    releases.findLastIndex(({ timestamp }) => timestamp <= newest),
  );
  return releases[at]?.commit === running ? (releases[at + 1] ?? releases[at]) : releases[at];
}

/** "fedora/43/x86_64/silverblue", and the same release as "fedora/43/x86_64/testing/silverblue". */
function namesOf(ref: string): string[] {
  return [ref, ...["updates", "testing"].map((stream) => ref.replace(/[^/]+$/, (variant) => `${stream}/${variant}`))];
}
