/**
 * Refs that keep what layered deployments need: their bases (`rpmostree/base/N`) and the packages in them (`rpmostree/pkg/…`).
 * Source: coreos/rpm-ostree:src/daemon/rpmostree-sysroot-core.cxx (generate_baselayer_refs, generate_pkgcache_refs).
 */
import type { Checksum } from "../../image/ostree-objects.ts";
import { nevra } from "../../image/package.ts";
import { baseCommit, layeredPackages } from "./commit-packages.ts";
import { layeringOf } from "./layer-origin.ts";
import { keepLiveCommit, liveCommit } from "./live.ts";
import { cachedPackage, packageRefs } from "./pkgcache.ts";
import type { Sysroot } from "./sysroot.ts";

const BASES = "rpmostree/base/";

/** Writes the refs of bases and drops packages that no deployment has or asks for; how many those were. */
export function dropUnusedPackages(sysroot: Sysroot): number {
  const repo = sysroot.openRepository();
  const { deployments } = sysroot.load();
  const live = liveCommit(sysroot.sys);
  if (live === undefined) keepLiveCommit(repo, undefined);
  const bases = new Set<Checksum>();
  const needed = new Set<string>();
  for (const { checksum, origin } of deployments) {
    const base = baseCommit(repo, checksum);
    const layering = layeringOf(origin);
    for (const local of [...layering.requestedLocal, ...layering.forcedLocal, ...layering.replacedLocal]) needed.add(local.nevra);
    if (base === checksum) continue;
    bases.add(base);
    for (const pkg of layeredPackages(repo, checksum)) needed.add(nevra(pkg));
  }
  const wanted = new Map([...bases].map((checksum, i) => [`${BASES}${i}`, checksum]));
  const refs = repo.refs();
  for (const [ref, checksum] of wanted) if (refs.get(ref) !== checksum) repo.setRef(ref, checksum);
  for (const ref of refs.keys()) if (ref.startsWith(BASES) && !wanted.has(ref)) repo.deleteRef(ref);
  let dropped = 0;
  for (const ref of packageRefs(repo)) {
    const found = cachedPackage(repo, ref);
    if (found !== undefined && needed.has(nevra(found.pkg))) continue;
    repo.deleteRef(ref);
    dropped++;
  }
  return dropped;
}
