/**
 * What one round of checks looks at: forks of the learner's machine as it stands, made when they are first asked for and shared by all
 * predicates of the round. Nothing that is done here reaches the learner's machine.
 */
import type { DeploymentView } from "../engines/system-view.ts";
import { perform } from "../lab/acts.ts";
import { Lab, type LabOptions } from "../lab/lab.ts";
import { runScript, type Script, type ScriptResult } from "../lab/script.ts";
import { Budget, settling, type Paced } from "../lab/settle.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Version } from "./lesson.ts";
import { versionsOf, type Mark } from "./marks.ts";
import { readPackages, type Packages } from "./packages.ts";
import { roadsOf, type Road } from "./roads.ts";
import { CouldNotRun, NoSuchVersion } from "./verdict.ts";

/** Ticks that a script of a check may take: some hundred milliseconds of looping. */
const SCRIPT_TICKS = 50_000;
/** The same for an update and a restart. */
const ROAD_TICKS = 5_000_000;

/** The machine in one of its versions, at rest. */
export class Place {
  readonly lab: Lab;
  readonly #options: LabOptions;
  readonly #scripts = new Map<string, ScriptResult>();
  #versions: readonly DeploymentView[] | undefined;
  #packages: Packages | undefined;

  constructor(lab: Lab, options: LabOptions) {
    this.lab = lab;
    this.#options = options;
  }

  /** Its files, as root sees them. */
  get sys(): Sys {
    return this.lab.machine.inspect();
  }

  get versions(): readonly DeploymentView[] {
    return (this.#versions ??= versionsOf(this.lab, this.#options));
  }

  /** By name. */
  get packages(): Packages {
    return (this.#packages ??= readPackages(this.sys));
  }

  /** A copy, for who changes something. */
  fork(): Lab {
    return forkOf(this.lab);
  }

  /** Runs a script on a copy. */
  *run(script: Script): Paced<ScriptResult> {
    const key = JSON.stringify([script.user, script.text]);
    const known = this.#scripts.get(key);
    if (known) return known;
    const budget = new Budget(SCRIPT_TICKS);
    const found = yield* runScript(this.fork().machine, script, budget);
    if (!found) throw new CouldNotRun(`there is no user ${script.user} on this machine`);
    if (found.exit === undefined) throw new CouldNotRun(budget.isSpent ? "it took too long" : "the machine went down meanwhile");
    this.#scripts.set(key, found);
    return found;
  }
}

function forkOf(lab: Lab): Lab {
  const fork = lab.fork();
  if (!fork) throw new CouldNotRun("the machine is not at rest at a prompt");
  return fork;
}

/** What predicates count from. */
export interface Marks {
  readonly start: Mark;
  readonly step: Mark;
}

export class Scene {
  /** The learner's: for what is remembered of the run, never to be changed. */
  readonly lab: Lab;
  readonly options: LabOptions;
  /** Whether it is of interest where a goal is nearly met. */
  readonly explains: boolean;
  readonly #machine: Lab["machine"];
  readonly #revision: string;
  readonly #places = new Map<string, Place | CouldNotRun | NoSuchVersion>();

  constructor(lab: Lab, options: LabOptions, explains = true) {
    this.lab = lab;
    this.options = options;
    this.explains = explains;
    this.#machine = lab.machine;
    this.#revision = revisionOf(lab);
  }

  /** Whether `lab` stands where it stood. */
  isOf(lab: Lab): boolean {
    return lab.machine === this.#machine && revisionOf(lab) === this.#revision;
  }

  /** The machine as it runs, as it would come up now, or after going back. Throws `NoSuchVersion`, `CouldNotRun`. */
  *place(version: Version): Paced<Place> {
    return yield* this.#known(version, () => {
      switch (version) {
        case "booted":
          return atOnceHere(() => forkOf(this.lab));
        case "next-boot":
          return this.#travel([{ reboot: true }]);
        case "previous":
          return this.#goBack();
      }
    });
  }

  /** The machine after something has happened to it. */
  *after(what: "reboot" | "update" | "rollback" | "power-cut"): Paced<Place> {
    if (what === "reboot") return yield* this.place("next-boot");
    if (what === "rollback") return yield* this.place("previous");
    return yield* this.#known(what, () => (what === "update" ? this.#travel(this.#roads().update) : this.#cutPower()));
  }

  /** Something of the present waits for the next boot. */
  *isSomethingPending(): Paced<boolean> {
    const { versions } = yield* this.place("booted");
    return versions.some(({ isBooted, isDefault, isStaged }) => !isBooted && (isDefault || isStaged));
  }

  /** Names of the packages that the machine came with, as it left the installer. */
  *factoryPackages(): Paced<Packages> {
    const place = yield* this.#known("factory", () => this.#install());
    return place.packages;
  }

  *#known(name: string, make: () => Paced<Lab>): Paced<Place> {
    let place = this.#places.get(name);
    if (!place) {
      try {
        place = new Place(yield* make(), this.options);
      } catch (error) {
        if (!(error instanceof CouldNotRun || error instanceof NoSuchVersion)) throw error;
        place = error;
      }
      this.#places.set(name, place);
    }
    if (!(place instanceof Place)) throw place;
    return place;
  }

  #roads(): NonNullable<ReturnType<typeof roadsOf>> {
    const roads = roadsOf(this.options.distro.name);
    if (!roads) throw new CouldNotRun(`nobody knows how ${this.options.distro.title} is updated`);
    return roads;
  }

  *#goBack(): Paced<Lab> {
    const { rollback } = this.#roads();
    if (!rollback) throw new NoSuchVersion("this system keeps no version before the one that runs");
    const { versions } = yield* this.place("booted");
    if (!versions.some(({ isBooted }) => !isBooted)) throw new NoSuchVersion("there is no version before the one that runs");
    return yield* this.#travel(rollback);
  }

  *#travel(road: Road): Paced<Lab> {
    const lab = forkOf(this.lab);
    const budget = new Budget(ROAD_TICKS);
    for (const leg of road) {
      if ("run" in leg) {
        const result = yield* runScript(lab.machine, { text: leg.run, user: "root" }, budget);
        if (result?.exit !== 0 && result?.exit !== undefined)
          throw new NoSuchVersion(`\`${leg.run}\` says: ${(result.stderr || result.stdout).trim().split("\n").at(-1) ?? ""}`);
      } else yield* perform(lab, [{ kind: "reboot", ...(leg.entry === undefined ? {} : { entry: leg.entry }) }], budget);
      if (budget.isSpent) throw new CouldNotRun("it took too long");
    }
    return arrived(lab);
  }

  *#cutPower(): Paced<Lab> {
    const lab = forkOf(this.lab);
    yield* perform(lab, [{ kind: "power-cut" }], new Budget(ROAD_TICKS));
    return arrived(lab);
  }

  *#install(): Paced<Lab> {
    const lab = yield* Lab.starting(this.options);
    yield* settling(lab, (machine) => machine.idle && machine.atPrompt, new Budget(ROAD_TICKS));
    return lab;
  }
}

/** One that is up, if only to its emergency shell. */
function arrived(lab: Lab): Lab {
  const { power, atPrompt } = lab.machine;
  if (atPrompt) return lab;
  throw new NoSuchVersion(`the machine does not come up (${power})`);
}

function* atOnceHere<T>(make: () => T): Paced<T> {
  return make();
}

/** Equal for a machine that has not changed, nor the world around it. */
function revisionOf({ machine }: Lab): string {
  return `${machine.revision} ${machine.world.faults.join()}`;
}
