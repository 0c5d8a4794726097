/**
 * Which packages must come (and go) for what was asked: a search with going back, over packages as values.
 *
 * What cannot be is told in the words of libsolv, from the branch that the search tried first.
 * Source of the words: openSUSE/libsolv:src/problems.c; seen in threads of rpm-ostree's tracker.
 */
import { compareEvr, nevra } from "../../image/package.ts";
import { capabilityText, satisfies, type Capability } from "../../image/rpm-md/capability.ts";
import { provides, type Solvable } from "../../image/rpm-md/rpm-package.ts";

/** Something asked for, and what would be it, the best first. */
export interface Job {
  readonly candidates: readonly Solvable[];
}

export interface SolveRequest {
  readonly installed: readonly Solvable[];
  readonly available: readonly Solvable[];
  readonly install: readonly Job[];
  /** Of the installed ones. */
  readonly erase: readonly Solvable[];
  /** Installed packages stay as they are but for `erase` and what a job names itself: an image. Otherwise newer ones may come instead. */
  readonly locked: boolean;
  /** Also what packages recommend, where it can be had. */
  readonly recommends: boolean;
}

export type Solution =
  | { readonly kind: "solved"; readonly install: readonly Solvable[]; readonly erase: readonly Solvable[] }
  /** Each the lines of one problem, without their marks. */
  | { readonly kind: "problems"; readonly problems: readonly (readonly string[])[] };

export function solve(request: SolveRequest): Solution {
  const search = new Search(request);
  const remaining = search.run([]);
  if (remaining instanceof Impossible) return { kind: "problems", problems: [remaining.lines()] };
  const alone = request.install.map((job) => search.run([job], { chosen: [], erased: new Set(request.erase) }));
  const failed = alone.filter((result) => result instanceof Impossible);
  if (failed.length > 0) return { kind: "problems", problems: distinct(failed.map((result) => result.lines())) };
  const found = search.run(request.install);
  if (found instanceof Impossible) return { kind: "problems", problems: [found.lines()] };
  let state = minimal(found, request);
  if (request.recommends) state = withRecommended(search, state, request);
  return { kind: "solved", install: inOrder(state), erase: [...state.erased] };
}

/** Newest first, whatever is called as was asked before whatever merely provides it, 64-bit before other builds. */
export function byPreference(wanted: string): (left: Solvable, right: Solvable) => number {
  return (left, right) =>
    Number(right.pkg.name === wanted) - Number(left.pkg.name === wanted) ||
    (left.pkg.name === right.pkg.name ? compareEvr(right.pkg, left.pkg) : 0) ||
    left.pkg.name.length - right.pkg.name.length ||
    (left.pkg.name < right.pkg.name ? -1 : left.pkg.name > right.pkg.name ? 1 : 0) ||
    (left.repo < right.repo ? -1 : left.repo > right.repo ? 1 : 0);
}

/** `Solvable.repo` of what is there already. */
const INSTALLED = "@System";

export function shown(solvable: Solvable): string {
  return `${nevra(solvable.pkg)} from ${solvable.repo}`;
}

// ——— the search

/** What is decided so far; never changed, so that going back costs nothing. */
interface State {
  readonly chosen: readonly Solvable[];
  readonly erased: ReadonlySet<Solvable>;
}

type Need =
  { readonly kind: "job"; readonly job: Job } | { readonly kind: "requirement"; readonly wanted: Capability; readonly by: Solvable };

/** However many branches there are, no more are tried. */
const MOST_STEPS = 20_000;

class Search {
  readonly #request: SolveRequest;
  readonly #providers = new Map<string, readonly Solvable[]>();
  #steps = 0;

  constructor(request: SolveRequest) {
    this.#request = request;
  }

  run(jobs: readonly Job[], from?: State): State | Impossible {
    this.#steps = 0;
    const erased = new Set(from?.erased ?? this.#request.erase);
    const broken = from === undefined ? this.#brokenBy([...erased], { chosen: [], erased }) : [];
    const needs: Need[] = [...jobs.map((job): Need => ({ kind: "job", job })), ...broken];
    return this.#solve(needs, { chosen: from?.chosen ?? [], erased });
  }

  #solve(needs: readonly Need[], state: State): State | Impossible {
    const [need, ...rest] = needs;
    if (need === undefined) return state;
    if (this.#steps++ > MOST_STEPS) return new Impossible([], []);
    const isMet =
      need.kind === "job" ? need.job.candidates.some((it) => isActive(it, state, this.#request)) : this.#has(state, need.wanted);
    if (isMet) return this.#solve(rest, state);
    const candidates = need.kind === "job" ? need.job.candidates : this.#candidatesFor(need, state);
    const failures: Impossible[] = [];
    /** What failed later and for another's sake, with whatever was chosen here. */
    let elsewhere: Impossible | undefined;
    for (const candidate of candidates) {
      const next = this.#add(candidate, state, need.kind === "job");
      if (next instanceof Impossible) {
        failures.push(next);
        continue;
      }
      const found = this.#solve([...next.needs, ...rest], next.state);
      if (!(found instanceof Impossible)) return found;
      if (found.need === undefined || next.needs.includes(found.need)) failures.push(found);
      else elsewhere ??= found;
    }
    if (elsewhere !== undefined) return elsewhere;
    if (need.kind === "requirement") return unmet(need, candidates.length, failures);
    const [first] = failures;
    return new Impossible(first?.rules ?? [], first?.missing ?? [], need);
  }

  /** Who could provide it: what is there to be had, and for what an installed package needs, a newer build of that package. */
  #candidatesFor(need: Need & { readonly kind: "requirement" }, state: State): readonly Solvable[] {
    const found = this.#providersOf(need.wanted);
    const isInstalled = this.#request.installed.includes(need.by);
    if (!isInstalled || this.#request.locked) return found;
    const newer = this.#request.available.filter(
      (it) => it.pkg.name === need.by.pkg.name && compareEvr(it.pkg, need.by.pkg) > 0 && !state.chosen.includes(it),
    );
    return [...found, ...newer.sort(byPreference(need.by.pkg.name))];
  }

  #providersOf(wanted: Capability): readonly Solvable[] {
    const key = capabilityText(wanted);
    let found = this.#providers.get(key);
    if (found === undefined) {
      const name = wanted.name.replace(/\(.*$/, "");
      found = this.#request.available.filter((it) => provides(it, wanted)).sort(byPreference(name));
      this.#providers.set(key, found);
    }
    return found;
  }

  #has(state: State, wanted: Capability): boolean {
    if (state.chosen.some((it) => provides(it, wanted))) return true;
    return this.#request.installed.some((it) => !state.erased.has(it) && provides(it, wanted));
  }

  /** The state with `candidate`, and what that needs; or why it cannot be. */
  #add(candidate: Solvable, state: State, isAsked: boolean): { readonly state: State; readonly needs: readonly Need[] } | Impossible {
    const { installed, locked } = this.#request;
    for (const other of state.chosen) {
      const clash = clashOf(candidate, other);
      if (clash !== undefined) return new Impossible([clash], []);
    }
    const gone = new Set(state.erased);
    const replaced: Solvable[] = [];
    for (const other of installed) {
      if (gone.has(other)) continue;
      const clash = clashOf(candidate, other);
      if (clash === undefined) continue;
      const isNewer = isSamePackage(candidate, other) && (isAsked || compareEvr(candidate.pkg, other.pkg) > 0);
      if (locked || !(isNewer || obsoletes(candidate, other))) return new Impossible([clash], []);
      gone.add(other);
      replaced.push(other);
    }
    const next: State = { chosen: [...state.chosen, candidate], erased: gone };
    const own = candidate.requires.map((wanted): Need => ({ kind: "requirement", wanted, by: candidate }));
    return { state: next, needs: [...own, ...this.#brokenBy(replaced, next)] };
  }

  /** What installed packages need and only `gone` provided. */
  #brokenBy(gone: readonly Solvable[], state: State): Need[] {
    if (gone.length === 0) return [];
    return this.#request.installed.flatMap((it) =>
      state.erased.has(it)
        ? []
        : it.requires
            .filter((wanted) => gone.some((lost) => provides(lost, wanted)) && !this.#has(state, wanted))
            .map((wanted): Need => ({ kind: "requirement", wanted, by: it })),
    );
  }
}

function isActive(solvable: Solvable, state: State, { installed }: SolveRequest): boolean {
  return state.chosen.includes(solvable) || (installed.includes(solvable) && !state.erased.has(solvable));
}

function isSamePackage(left: Solvable, right: Solvable): boolean {
  return left.pkg.name === right.pkg.name && left.pkg.arch === right.pkg.arch;
}

/** Why two packages cannot be installed together; undefined when they can. */
function clashOf(candidate: Solvable, other: Solvable): string | undefined {
  if (isSamePackage(candidate, other)) return `cannot install both ${shown(candidate)} and ${shown(other)}`;
  for (const [one, two] of [
    [candidate, other],
    [other, candidate],
  ] as const) {
    const conflict = one.conflicts.find((wanted) => provides(two, wanted));
    if (conflict !== undefined) return `package ${shown(one)} conflicts with ${capabilityText(conflict)} provided by ${shown(two)}`;
    const obsoleted = one.obsoletes.find((wanted) => isNamed(two, wanted));
    if (obsoleted !== undefined) return `package ${shown(one)} obsoletes ${capabilityText(obsoleted)} provided by ${shown(two)}`;
  }
  return undefined;
}

function obsoletes(candidate: Solvable, other: Solvable): boolean {
  return candidate.obsoletes.some((wanted) => isNamed(other, wanted));
}

/** Obsoletes look at the names of packages alone. */
function isNamed({ pkg, provides: offered }: Solvable, wanted: Capability): boolean {
  const [own] = offered;
  return pkg.name === wanted.name && own !== undefined && satisfies(own, wanted);
}

/** The lines of a problem: rules that cannot hold together, and what nobody provides. */
class Impossible {
  readonly rules: readonly string[];
  readonly missing: readonly string[];
  /** What could not be met. */
  readonly need: Need | undefined;

  constructor(rules: readonly string[], missing: readonly string[], need?: Need) {
    this.rules = rules;
    this.missing = missing;
    this.need = need;
  }

  lines(): string[] {
    return [...this.rules, "conflicting requests", ...this.missing];
  }
}

function unmet(need: Need & { readonly kind: "requirement" }, tried: number, failures: readonly Impossible[]): Impossible {
  const { by, wanted } = need;
  if (tried === 0 && by.repo !== INSTALLED)
    return new Impossible([], [`nothing provides ${capabilityText(wanted)} needed by ${shown(by)}`], need);
  const rules = [`package ${shown(by)} requires ${capabilityText(wanted)}, but none of the providers can be installed`];
  for (const failure of failures) rules.push(...failure.rules);
  return new Impossible([...new Set(rules)], [...new Set(failures.flatMap(({ missing }) => missing))], need);
}

function distinct(problems: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(problems.map((lines) => [lines.join("\n"), lines])).values()];
}

// ——— what is left to do with a solution

/** Without packages that nothing asked for and nothing needs: a later choice may have brought what an earlier one was made for. */
function minimal(state: State, request: SolveRequest): State {
  const asked = (it: Solvable): boolean => request.install.some(({ candidates }) => candidates.includes(it));
  for (const spare of state.chosen) {
    if (asked(spare)) continue;
    const replaces = request.installed.some((it) => state.erased.has(it) && clashOf(spare, it) !== undefined);
    if (replaces) continue;
    const others = state.chosen.filter((it) => it !== spare);
    const remaining = [...request.installed.filter((it) => !state.erased.has(it)), ...others];
    const isNeeded = remaining.some((it) =>
      it.requires.some((wanted) => provides(spare, wanted) && !remaining.some((other) => provides(other, wanted))),
    );
    if (!isNeeded) return minimal({ chosen: others, erased: state.erased }, request);
  }
  return state;
}

function withRecommended(search: Search, from: State, request: SolveRequest): State {
  let state = from;
  const seen = new Set<string>();
  for (let i = 0; i < state.chosen.length; i++) {
    for (const wanted of state.chosen[i]?.recommends ?? []) {
      const key = capabilityText(wanted);
      if (seen.has(key)) continue;
      seen.add(key);
      const active = [...state.chosen, ...request.installed.filter((it) => !state.erased.has(it))];
      if (active.some((it) => provides(it, wanted))) continue;
      const candidates = request.available.filter((it) => provides(it, wanted)).sort(byPreference(wanted.name));
      const found = candidates.length === 0 ? undefined : search.run([{ candidates }], state);
      if (found !== undefined && !(found instanceof Impossible) && found.erased.size === state.erased.size) state = found;
    }
  }
  return state;
}

/** What is required before what requires it, otherwise by name. */
function inOrder({ chosen }: State): Solvable[] {
  const sorted = [...chosen].sort((left, right) => (left.pkg.name < right.pkg.name ? -1 : 1));
  const placed = new Set<Solvable>();
  const result: Solvable[] = [];
  const place = (it: Solvable): void => {
    if (placed.has(it)) return;
    placed.add(it);
    for (const wanted of it.requires) for (const other of sorted) if (other !== it && provides(other, wanted)) place(other);
    result.push(it);
  };
  for (const it of sorted) place(it);
  return result;
}
