/** The machines of Fedora's atomic family: ostree systems that differ by data. */
import { Programs } from "../../commands/programs.ts";
import type { OstreeHost, PackageServersOf } from "../../engines/ostree/host.ts";
import type { DeltaTools } from "../../engines/ostree/static-delta/delta-tools.ts";
import { reachedThrough } from "../../engines/ostree/world.ts";
import { viewsOf } from "../../engines/ostree/views.ts";
import { timestamp } from "../../base/timestamp.ts";
import type { Catalogue } from "../../image/catalogue.ts";
import type { BootEngine, ProgramTable } from "../../machine/ports.ts";
import type { Run } from "../../machine/program.ts";
import type { Resource } from "../../machine/resource.ts";
import { exists } from "../../machine/read-text.ts";
import type { Distro } from "../distro.ts";
import type { Userland } from "../userland.ts";
import { withOthers, type Beside } from "./beside.ts";
import { LEARNER, PARTITIONS } from "./layout.ts";
import { shippedTree } from "./objects-tree.ts";
import type { Product } from "./product.ts";
import type { Registries } from "./registry.ts";
import { addressOf, fedoraHost, signedBy } from "./remote.ts";
import type { startParts } from "./start-parts.ts";

/** What of this family may come later than a machine that has booted. */
export interface AtomicParts {
  readonly start: Resource<typeof startParts>;
  /** Who answers for container images. */
  readonly registries: Resource<Registries>;
  /** What lies behind the addresses of package repositories. */
  readonly repositories: Resource<PackageServersOf>;
  readonly deltas: Resource<DeltaTools>;
  /** By the names of the files in `image/`; those that cannot be had are not there. */
  readonly manifests: Readonly<Record<string, Resource<unknown>>>;
}

/** What the classic flavour adds to the kernel's arguments. */
const WITHOUT_COMPOSEFS = "ostree.prepare-root.composefs=0";

/** Friday 16 January 2026, 09:00 UTC: all of the catalogue is published. */
const START = timestamp(1768554000);
const MEMORY = 1024 ** 3;
const MENU_SECONDS = 5;

/** `hostOf`: who answers at the addresses of remotes and registries; Fedora's servers unless a test brings its own. */
export function fedoraAtomic(
  product: Product,
  { start, registries, repositories, deltas, manifests }: AtomicParts,
  userland: Userland,
  hostOf: (catalogue: Catalogue) => OstreeHost = serversOf(product, registries),
): Distro {
  const { name, title, hostname, flavours } = product;
  const awaited: Beside = { sister: manifests[product.sister ?? ""], registries };
  const published = (own: Catalogue): Catalogue => withOthers(own, awaited);
  return {
    name,
    title,
    flavours,
    machine: ({ flavour, seed, catalogue }) => ({
      name,
      title,
      hostname,
      makeDisk: () => start.content.factoryDisk(product, catalogue, { extraKernelArgs: flavour === "classic" ? [WITHOUT_COMPOSEFS] : [] }),
      partitions: PARTITIONS,
      engine: lateEngine(start, published(catalogue)),
      programs: (world) => programsOf(userland, { ...reachedThrough(world, hostOf(published(catalogue))), repositories, deltas }),
      addressOf,
      *saboteur(proc) {
        return yield* (yield* start.get()).sabotage(product.desktop)(proc);
      },
      loginShell: userland.loginShell,
      seed,
      startTime: START,
      memoryBytes: MEMORY,
      menuTimeout: MENU_SECONDS,
      autologin: LEARNER,
    }),
    start,
    sealedTree: (catalogue, id) => shippedTree(published(catalogue), id, signedBy(product)),
    describe(sys) {
      const { deployments, bootEntries } = exists(sys, "/ostree") ? viewsOf(sys) : viewsOf(sys, "/sysroot", "/boot");
      return { deployments, bootEntries, etcDefaults: "/usr/etc" };
    },
  };
}

function serversOf(product: Product, registries: AtomicParts["registries"]): (catalogue: Catalogue) => OstreeHost {
  return (catalogue) => {
    const [first, second = first] = catalogue.releases;
    if (!second) throw new RangeError("no releases");
    const remotes = product.source.kind === "image" ? { catalogue, remoteAt: () => undefined } : fedoraHost(catalogue, second);
    return { ...remotes, registries, registryAt: (...asked) => registries.content.at(catalogue, second)(...asked) };
  };
}

function lateEngine(start: AtomicParts["start"], catalogue: Catalogue): BootEngine {
  const engine = function* (): Run<BootEngine> {
    return (yield* start.get()).ostreeBootEngine(catalogue);
  };
  return {
    *prepareRoot(init, kargs) {
      return yield* (yield* engine()).prepareRoot(init, kargs);
    },
    *afterSwitchRoot(init, kargs) {
      yield* (yield* engine()).afterSwitchRoot(init, kargs);
    },
    *nextRoot(init) {
      const next = (yield* engine()).nextRoot;
      return next && (yield* next(init));
    },
    *finalize(init) {
      return yield* (yield* engine()).finalize(init);
    },
  };
}

function programsOf({ shells, families }: Userland, host: OstreeHost): ProgramTable {
  const programs = new Programs(families, host);
  return { find: (name) => shells.get(name) ?? programs.find(name) };
}
