/**
 * The programs of a machine, by name. They come in families, each whole or not at all: a page fetches one when the first of its
 * programs is run, asked for its options or read about.
 */
import { NOWHERE, type OstreeHost } from "../engines/ostree/host.ts";
import type { ProgramTable } from "../machine/ports.ts";
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Program, Run } from "../machine/program.ts";
import { Resource } from "../machine/resource.ts";
import type { Command } from "./command.ts";

/** What a family of programs is told of the machine that it is on. */
export interface Surroundings {
  /** Who answers at the addresses of remotes. */
  readonly host: OstreeHost;
  /** The table of any program, by one of its names; undefined when there is none. */
  command(name: string): Run<Command | undefined>;
}

/** See family.ts. */
export interface Family {
  commands(around: Surroundings): readonly Command[];
  programOf(command: Command): Program;
}

/** By the name of a program: the family that has it. */
export type FamilyByProgram = ReadonlyMap<string, Resource<Family>>;

/** Families, there or not, with what is in each. */
export function familyByProgram(families: Iterable<readonly [family: Resource<Family>, programs: Iterable<string>]>): FamilyByProgram {
  const byProgram = new Map<string, Resource<Family>>();
  for (const [family, programs] of families) for (const name of programs) byProgram.set(name, family);
  return byProgram;
}

/** Families that are there, by name. */
export function present(families: Readonly<Record<string, Family>>): FamilyByProgram {
  return familyByProgram(Object.entries(families).map(([name, family]) => [Resource.of(name, family), namesIn(family)] as const));
}

export class Programs implements ProgramTable, Surroundings {
  readonly host: OstreeHost;
  readonly #families: FamilyByProgram;
  readonly #made = new Map<Family, ReadonlyMap<string, Command>>();

  constructor(families: FamilyByProgram, host: OstreeHost) {
    this.#families = families;
    this.host = host;
  }

  find(name: string): Program | undefined {
    const resource = this.#families.get(name);
    return resource && ((proc) => this.#run(resource, name, proc));
  }

  *#run(resource: Resource<Family>, name: string, proc: Process): Run<ExitStatus> {
    const family = yield* resource.get();
    const command = this.#commandsOf(family).get(name);
    if (command === undefined) throw new Error(`internal error: ${resource.name} has no program ${name}`);
    return yield* family.programOf(command)(proc);
  }

  *command(name: string): Run<Command | undefined> {
    const resource = this.#families.get(name);
    return resource && this.#commandsOf(yield* resource.get()).get(name);
  }

  #commandsOf(family: Family): ReadonlyMap<string, Command> {
    const made = this.#made.get(family) ?? byName(family.commands(this));
    this.#made.set(family, made);
    return made;
  }
}

/** Every name by which a program of the family may be called. */
export function namesIn(family: Family): Iterable<string> {
  return byName(family.commands(ALONE)).keys();
}

/** For tables that nobody runs. */
const ALONE: Surroundings = {
  host: NOWHERE,
  *command() {
    return undefined;
  },
};

function byName(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const aliases = commands.flatMap((command) => command.alsoAs ?? []);
  return new Map([...aliases, ...commands].map((command) => [command.name, command]));
}
