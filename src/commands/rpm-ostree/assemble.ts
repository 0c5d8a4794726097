/** From a base and what is asked for on top of it to the commit that is deployed. */
import { packagesOf } from "../../engines/ostree/commit-packages.ts";
import { sealedTreeOf, type OstreeHost } from "../../engines/ostree/host.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { isEmptyLayering, layeringOf } from "../../engines/ostree/layer-origin.ts";
import { layer } from "../../engines/ostree/layering.ts";
import { bootId } from "../../engines/ostree/process.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { nevra } from "../../image/package.ts";
import type { Run } from "../../machine/program.ts";
import type { Change } from "./change.ts";
import { isLayeringLocked } from "./daemon-config.ts";
import { resolveLayers } from "./layers.ts";
import type { MetadataOptions } from "./repo-metadata.ts";
import type { Transaction } from "./transaction.ts";

/** What has been resolved and fetched, and not yet made. */
export interface Assembly {
  /** Other packages than those of the deployment that it builds on, though base and requests may be the same. */
  readonly isChanged: boolean;
  /** Makes the commit and gives its checksum. */
  build(): Run<Checksum>;
}

/** The base itself when nothing is layered on it. */
export function* assemble(transaction: Transaction, host: OstreeHost, change: Change, options: MetadataOptions = {}): Run<Assembly> {
  const { proc, sysroot } = transaction;
  const repo = sysroot.openRepository();
  if (requiresAssembly(change.origin) && isLayeringLocked(proc.sys)) {
    throw new OstreeError("Cannot operate; `LockLayering=true` in configuration.");
  }
  const resolved = yield* resolveLayers(transaction, host, change.base, change.origin, options);
  if (resolved === undefined) {
    return {
      isChanged: false,
      *build() {
        yield* proc.tick();
        return change.base;
      },
    };
  }
  const { plan, overrides } = resolved;
  const before = new Set((packagesOf(host, repo, change.from.checksum) ?? []).map(nevra));
  const base = (packagesOf(host, repo, change.base) ?? []).map(nevra);
  const gone = new Set(plan.removed.map(nevra));
  const after = [...base.filter((id) => !gone.has(id)), ...plan.added.map(({ pkg }) => nevra(pkg))];
  return {
    isChanged: after.length !== before.size || after.some((id) => !before.has(id)),
    *build() {
      if (overrides > 0) {
        const overlays = plan.added.filter(({ pkg }) => !plan.removed.some(({ name }) => name === pkg.name)).length;
        const parts = [
          `${overrides} override${overrides === 1 ? "" : "s"}`,
          ...(overlays > 0 ? [`${overlays} overlay${overlays === 1 ? "" : "s"}`] : []),
        ];
        transaction.say(`Applying ${parts.join(" and ")}`);
      }
      const watcher = {
        begin: (text: string) => transaction.begin(text),
        end: () => transaction.end(),
        check: () => transaction.check(),
        run: <T>(update: Parameters<typeof transaction.run<T>>[0]) => transaction.run(update),
      };
      return yield* layer(proc, repo, { treeOf: (commit) => sealedTreeOf(host, commit) }, plan, watcher, bootId(proc.sys));
    },
  };
}

/** Whether the base alone is not what is asked for. Source: coreos/rpm-ostree:rust/src/treefile.rs (may_require_local_assembly). */
function requiresAssembly(origin: KeyFile): boolean {
  const has = (key: string): boolean => origin.getBoolean("rpmostree", key);
  return (
    !isEmptyLayering(layeringOf(origin)) ||
    has("regenerate-initramfs") ||
    has("ex-cliwrap") ||
    origin.getList("rpmostree", "initramfs-etc").length > 0
  );
}
