/**
 * What must be installed, upgraded and removed for a wish to come true.
 *
 * @simplified The first alternative that can be had is taken and nothing is tried again; apt's own solver weighs more.
 */
import { satisfies, formatRelation, type Relation } from "../../image/debian/versions.ts";
import type { AptCache, Candidate } from "./sources.ts";

export interface Wishes {
  readonly install: readonly Candidate[];
  readonly remove: readonly string[];
  /** What must come, whatever else is wished: of packages that are broken. */
  readonly mend?: readonly Candidate[];
  /** Everything that has a newer version. */
  readonly upgrade?: "no-new" | "no-remove" | "all";
  readonly recommends: boolean;
  /** Install again what is there in this version. */
  readonly reinstall?: boolean;
}

export interface Plan {
  /** What will be there that is not there now, by name; new packages and other versions. */
  readonly install: ReadonlyMap<string, Candidate>;
  readonly remove: ReadonlySet<string>;
  /** New packages that nobody asked for. */
  readonly automatic: ReadonlySet<string>;
  readonly keptBack: readonly string[];
}

/** "foo : Depends: bar (>= 2) but it is not installable". */
export class UnmetError extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.lines = lines;
  }
}

export function solveApt(cache: AptCache, wishes: Wishes): Plan {
  const solver = new Solver(cache, wishes.recommends);
  for (const name of wishes.remove) solver.remove(name);
  const isUpgrade = wishes.upgrade !== undefined;
  const keptBack: string[] = [];
  for (const candidate of [...wishes.install, ...(wishes.mend ?? [])]) solver.want(candidate);
  const problems = solver.settle();
  if (problems.length > 0) throw new UnmetError(problems);
  if (isUpgrade) {
    const upgradable = [...cache.versions.keys()].filter((name) => hasNewer(cache, name)).sort();
    for (const name of upgradable) {
      if (cache.isHeld(name)) {
        keptBack.push(name);
        continue;
      }
      const before = solver.copy();
      solver.want(cache.candidate(name) as Candidate, true);
      const isBad = solver.settle().length > 0;
      const hasNew = [...solver.install.keys()].some((one) => !cache.installed(one) && !before.install.has(one));
      const removes = solver.removed.size > before.removed.size;
      if (isBad || (hasNew && wishes.upgrade === "no-new") || (removes && wishes.upgrade !== "all")) {
        solver.restore(before);
        keptBack.push(name);
      }
    }
  }
  const asked = new Set(wishes.install.map(({ name }) => name));
  return {
    install: solver.install,
    remove: solver.removed,
    automatic: new Set([...solver.install.keys()].filter((name) => !asked.has(name) && !cache.installed(name))),
    keptBack: keptBack.filter((name) => !solver.install.has(name)),
  };
}

/** Whether an installed package has a newer version that can be had. */
export function hasNewer(cache: AptCache, name: string): boolean {
  const record = cache.installed(name);
  const candidate = cache.candidate(name);
  return record !== undefined && candidate !== undefined && candidate.version !== record.version && candidate.sources.length > 0;
}

/** Packages that came for others' sake, whom nobody needs any more; `without` are about to go, `plus` to come. */
export function unneeded(
  cache: AptCache,
  without: ReadonlySet<string> = new Set(),
  plus: ReadonlyMap<string, Candidate> = new Map(),
): string[] {
  const present = new Map<string, Candidate>(plus);
  for (const { name } of cache.database.known) {
    const own = cache.installedVersion(name);
    if (own !== undefined && !without.has(name) && !present.has(name)) present.set(name, own);
  }
  const providers = new Map<string, string[]>();
  for (const candidate of present.values())
    for (const [relation] of cache.relations(candidate, "Provides"))
      if (relation) providers.set(relation.name, [...(providers.get(relation.name) ?? []), candidate.name]);
  const seen = new Set<string>();
  const queue = [...present.keys()].filter((name) => !cache.automatic.has(name) || isSystem(present.get(name)));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const candidate = present.get(name);
    if (candidate === undefined) continue;
    for (const field of ["Pre-Depends", "Depends", "Recommends", "Suggests"])
      for (const group of cache.relations(candidate, field))
        for (const relation of group)
          queue.push(...(present.has(relation.name) ? [relation.name] : []), ...(providers.get(relation.name) ?? []));
  }
  return [...present.keys()].filter((name) => !seen.has(name)).sort();
}

function isSystem(candidate: Candidate | undefined): boolean {
  const fields = candidate?.fields;
  // @simplified Of kernels apt keeps the running one and the newest two; here all stay until they are named.
  if (candidate !== undefined && /^linux-image-\d/.test(candidate.name)) return true;
  return fields?.get("Essential") === "yes" || fields?.get("Priority") === "required" || fields?.get("Protected") === "yes";
}

class Solver {
  install = new Map<string, Candidate>();
  removed = new Set<string>();
  readonly #cache: AptCache;
  readonly #recommends: boolean;
  readonly #fresh: Candidate[] = [];

  constructor(cache: AptCache, recommends: boolean) {
    this.#cache = cache;
    this.#recommends = recommends;
  }

  copy(): { readonly install: ReadonlyMap<string, Candidate>; readonly removed: ReadonlySet<string> } {
    return { install: new Map(this.install), removed: new Set(this.removed) };
  }

  restore({ install, removed }: ReturnType<Solver["copy"]>): void {
    this.install = new Map(install);
    this.removed = new Set(removed);
    this.#fresh.length = 0;
  }

  want(candidate: Candidate, isUpgrade = false): void {
    if (isUpgrade && this.install.has(candidate.name)) return;
    this.install.set(candidate.name, candidate);
    this.removed.delete(candidate.name);
    this.#fresh.push(candidate);
  }

  remove(name: string): void {
    this.removed.add(name);
    this.install.delete(name);
  }

  /** Follows what is new until nothing is missing; what cannot be had comes back in apt's words. */
  settle(): string[] {
    const problems: string[] = [];
    for (let candidate = this.#fresh.shift(); candidate !== undefined; candidate = this.#fresh.shift()) {
      for (const field of ["Pre-Depends", "Depends"]) {
        for (const group of this.#cache.relations(candidate, field)) {
          if (group.some((relation) => this.#isMet(relation))) continue;
          const found = group.flatMap((relation) => this.#pick(relation) ?? [])[0];
          if (found) this.want(found);
          else problems.push(this.#complaint(candidate, field, group));
        }
      }
      if (this.#recommends && !this.#cache.installed(candidate.name))
        for (const group of this.#cache.relations(candidate, "Recommends")) {
          if (group.some((relation) => this.#isMet(relation))) continue;
          const found = group.flatMap((relation) => this.#pick(relation) ?? []).find((one) => this.#isInstallable(one));
          if (found) this.want(found);
        }
      for (const field of ["Conflicts", "Breaks"]) this.#makeRoom(candidate, field);
    }
    this.#removeDependents();
    return problems;
  }

  #present(name: string): Candidate | undefined {
    if (this.removed.has(name)) return undefined;
    return this.install.get(name) ?? this.#cache.installedVersion(name);
  }

  #isMet(relation: Relation): boolean {
    const own = this.#present(relation.name);
    if (own && satisfies(own.version, relation)) return true;
    return this.#cache
      .providers(relation.name)
      .some((provider) => this.#present(provider.name)?.version === provider.version && this.#provides(provider, relation));
  }

  #provides(provider: Candidate, relation: Relation): boolean {
    return this.#cache
      .relations(provider, "Provides")
      .some(
        ([one]) =>
          one?.name === relation.name && (relation.operator === undefined || (one.operator === "=" && satisfies(one.version, relation))),
      );
  }

  #pick(relation: Relation): Candidate | undefined {
    const own = this.#cache.candidate(relation.name);
    if (own && satisfies(own.version, relation) && !this.removed.has(relation.name)) return own;
    return this.#cache
      .providers(relation.name)
      .find(
        (provider) =>
          this.#cache.candidate(provider.name) === provider && !this.removed.has(provider.name) && this.#provides(provider, relation),
      );
  }

  /** Whether everything that it needs is there or can be had, one step deep. */
  #isInstallable(candidate: Candidate): boolean {
    return ["Pre-Depends", "Depends"].every((field) =>
      this.#cache
        .relations(candidate, field)
        .every((group) => group.some((relation) => this.#isMet(relation) || this.#pick(relation) !== undefined)),
    );
  }

  /** What contradicts it is upgraded where that helps, or goes. */
  #makeRoom(candidate: Candidate, field: string): void {
    for (const [relation] of this.#cache.relations(candidate, field)) {
      if (relation === undefined) continue;
      const names = [
        relation.name,
        ...(relation.operator === undefined ? this.#cache.providers(relation.name).map(({ name }) => name) : []),
      ];
      for (const name of names) {
        if (name === candidate.name) continue;
        const other = this.#present(name);
        if (other === undefined) continue;
        if (name === relation.name && !satisfies(other.version, relation)) continue;
        const newer = this.#cache.candidate(name);
        if (name === relation.name && newer && newer.version !== other.version && !satisfies(newer.version, relation)) this.want(newer);
        else this.remove(name);
      }
    }
  }

  /** Whoever depends on something that goes goes, too. */
  #removeDependents(): void {
    if (this.removed.size === 0) return;
    for (let hasChanged = true; hasChanged;) {
      hasChanged = false;
      for (const { name } of this.#cache.database.known) {
        const own = this.#present(name);
        if (own === undefined) continue;
        const isBroken = ["Pre-Depends", "Depends"].some((field) =>
          this.#cache
            .relations(own, field)
            .some(
              (group) =>
                group.some(
                  (relation) =>
                    this.removed.has(relation.name) || this.#cache.providers(relation.name).some((one) => this.removed.has(one.name)),
                ) && !group.some((relation) => this.#isMet(relation)),
            ),
        );
        if (!isBroken) continue;
        this.remove(name);
        hasChanged = true;
      }
    }
  }

  #complaint(candidate: Candidate, field: string, group: readonly Relation[]): string {
    const [first] = group;
    const own = first && this.#cache.candidate(first.name);
    const why =
      own === undefined
        ? "but it is not installable"
        : this.removed.has(own.name)
          ? "but it is not going to be installed"
          : `but ${own.version} is to be installed`;
    return ` ${candidate.name} : ${field}: ${group.map(formatRelation).join(" or ")} ${why}`;
  }
}

/** In which order to unpack: those first that others need. */
export function unpackOrder(cache: AptCache, install: ReadonlyMap<string, Candidate>): Candidate[] {
  const order: Candidate[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const candidate = install.get(name);
    if (candidate === undefined || seen.has(name)) return;
    seen.add(name);
    for (const field of ["Pre-Depends", "Depends"])
      for (const group of cache.relations(candidate, field)) for (const relation of group) visit(relation.name);
    order.push(candidate);
  };
  for (const name of install.keys()) visit(name);
  return order;
}
