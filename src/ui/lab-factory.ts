/** Makes labs of the machines that this site has. Their programs come late, in families: see commands/programs.ts. */
import silverblueBooted from "virtual:prebuilt/silverblue";
import silverblueFamilies from "virtual:prebuilt/silverblue/families";
import type { FAMILIES } from "../commands/index.ts";
import { familyByProgram, type Family } from "../commands/programs.ts";
import { LATE_MACHINES, machinesWith, type LateMachine, type MakeDistro } from "../distros/machines.ts";
import type { PackageServersOf } from "../engines/ostree/host.ts";
import type { DeltaTools } from "../engines/ostree/static-delta/delta-tools.ts";
import { loadCatalogue, type Catalogue } from "../image/catalogue.ts";
import silverblueManifest from "../image/silverblue.manifest.json";
import { Lab, type LabOptions } from "../lab/lab.ts";
import type { LabLog } from "../lab/log.ts";
import type { Prebuilt } from "../lab/prebuilt.ts";
import type { Missable } from "../machine/program.ts";
import { Resource } from "../machine/resource.ts";
import type { CompilePattern } from "../shell/shell.ts";
import type { Answers, Question } from "./answers.ts";
import type { FetchPart, HostedLab, LabFactory, LabSetup } from "./hosted-lab.ts";
import { lateDistro, lateLessons, lateManifests } from "./late-machines.ts";
import type { LabMakers } from "./lessons/hosted-lesson.ts";
import { LatePart } from "./late-part.ts";

/** What a machine's releases are made of, where that comes with the programs. */
const MANIFESTS: Readonly<Record<string, unknown>> = { "silverblue.manifest.json": silverblueManifest };
/** Booted machines, each in its first flavour; the others boot when they are wanted. */
const BOOTED: Readonly<Record<string, string>> = { silverblue: silverblueBooted };

type FamilyName = keyof typeof FAMILIES;

/** The names of the programs in each family. */
const PROGRAMS = JSON.parse(silverblueFamilies) as Readonly<Record<FamilyName, readonly string[]>>;

/** In the order in which they are fetched when nobody asks for one. */
const LOADERS: Readonly<Record<FamilyName, () => Promise<Family>>> = {
  first: async () => (await import("../commands/families/first.ts")).first,
  ostree: async () => (await import("../commands/families/ostree.ts")).ostree,
  files: async () => (await import("../commands/families/files.ts")).files,
  coreutils: async () => (await import("../commands/families/coreutils.ts")).coreutils,
  system: async () => (await import("../commands/families/system.ts")).system,
  matching: async () => (await import("../commands/families/matching.ts")).matching,
  layered: async () => (await import("../commands/families/layered.ts")).layered,
  packages: async () => (await import("../commands/families/packages.ts")).packages,
  screen: async () => (await import("../commands/families/screen.ts")).screen,
  bootc: async () => (await import("../commands/families/bootc.ts")).bootc,
  flatpak: async () => (await import("../commands/families/flatpak.ts")).flatpak,
  selinux: async () => (await import("../commands/families/selinux.ts")).selinux,
  gawk: async () => (await import("../commands/families/gawk.ts")).gawk,
  containers: async () => (await import("../commands/families/containers.ts")).containers,
};

export class SiteLabs implements LabFactory {
  readonly #catalogues = new Map<string, Catalogue>();
  readonly #families = Object.entries(LOADERS).map(([name, load]) => new LatePart(name, load));
  readonly #patterns = new LatePart<CompilePattern>("patterns", async () => (await import("../shell/compile-pattern.ts")).compilePattern);
  readonly #start = new LatePart("start", async () => (await import("../distros/fedora-atomic/start-parts.ts")).startParts);
  readonly #registries = new LatePart("registries", async () => (await import("../distros/fedora-atomic/registry.ts")).registries);
  readonly #repositories = new LatePart<PackageServersOf>(
    "repositories",
    async () => (await import("../image/rpm-md/servers.ts")).packageServers,
  );
  readonly #deltas = new LatePart<DeltaTools>(
    "deltas",
    async () => (await import("../engines/ostree/static-delta/delta-tools.ts")).deltaTools,
  );
  readonly #lessons = new LatePart("lessons", lateLessons);
  readonly #parts = new Map(
    [...this.#families, this.#start, this.#patterns, this.#registries, this.#repositories, this.#deltas].map((part) => [
      part.resource.name,
      part,
    ]),
  );
  readonly #manifests = new Map(Object.entries(lateManifests).map(([name, load]) => [name, new LatePart(name, load)]));
  readonly #distros = new Map(
    (Object.keys(LATE_MACHINES) as LateMachine[]).map((name) => [name as string, new LatePart<MakeDistro>(name, () => lateDistro(name))]),
  );
  readonly #machines = machinesWith({
    families: familyByProgram(this.#families.map(({ resource }) => [resource, PROGRAMS[resource.name as FamilyName]] as const)),
    patterns: this.#patterns.resource,
    start: this.#start.resource,
    registries: this.#registries.resource,
    repositories: this.#repositories.resource,
    deltas: this.#deltas.resource,
    manifests: {
      ...Object.fromEntries(Object.entries(MANIFESTS).map(([name, manifest]) => [name, Resource.of(name, manifest)])),
      ...Object.fromEntries([...this.#manifests].map(([name, { resource }]) => [name, resource])),
    },
    distros: Object.fromEntries([...this.#distros].map(([name, { resource }]) => [name, resource])) as Record<
      LateMachine,
      Resource<MakeDistro>
    >,
  });

  constructor() {
    this.fetch("first").catch(() => undefined); // whoever needs it asks again
  }

  async fetch(name: string): Promise<void> {
    const late = name === "lessons" ? this.#lessons : (this.#parts.get(name) ?? this.#manifests.get(name) ?? this.#distros.get(name));
    await late?.fetch();
  }

  /** One by one, so that a key is answered in between. */
  async complete(): Promise<void> {
    for (const part of this.#parts.values()) await part.fetch();
  }

  async create(setup: LabSetup, fetch: FetchPart): Promise<HostedLab> {
    const options = await this.#options(setup, fetch);
    return made((await this.#makers(setup, fetch)).starting(options), fetch);
  }

  async replay(setup: LabSetup, log: unknown, fetch: FetchPart): Promise<HostedLab> {
    const options = await this.#options(setup, fetch);
    return made((await this.#makers(setup, fetch)).replaying(options, log as LabLog), fetch);
  }

  async answer<Q extends Question>(setup: LabSetup, lab: HostedLab, question: Q, fetch: FetchPart): Promise<Answers[Q]> {
    const { ANSWERERS } = await import("./answers.ts");
    return made(ANSWERERS[question]((lab.beneath ?? lab) as Lab, await this.#options(setup, fetch)), fetch);
  }

  /** A machine alone, or one with its lesson, which keeps a log of its own kind. */
  async #makers({ lesson }: LabSetup, fetch: FetchPart): Promise<LabMakers> {
    if (lesson === undefined) return Lab;
    await fetch(this.#lessons.resource.name);
    return this.#lessons.resource.content(lesson);
  }

  async #options({ machine, flavour: wanted, seed }: LabSetup, fetch: FetchPart): Promise<LabOptions> {
    const entry = this.#machines[machine];
    if (entry === undefined) throw new Error(`internal error: no machine ${machine}`);
    if (entry.needs !== undefined) await fetch(entry.needs.name);
    const catalogue = this.#catalogues.get(machine) ?? loadCatalogue(await this.#manifest(entry.manifest, fetch));
    this.#catalogues.set(machine, catalogue);
    const { flavours } = entry.distro;
    const flavour = flavours.some(({ id }) => id === wanted) ? wanted : flavours[0].id;
    const booted = flavour === flavours[0].id ? BOOTED[machine] : undefined;
    const prebuilt = booted === undefined ? undefined : (JSON.parse(booted) as Prebuilt);
    return { distro: entry.distro, catalogue, flavour, prebuilt, ...(seed !== undefined && { seed }) };
  }

  async #manifest(name: string, fetch: FetchPart): Promise<unknown> {
    const early = MANIFESTS[name];
    if (early !== undefined) return early;
    await fetch(name);
    const late = this.#manifests.get(name);
    if (late === undefined) throw new Error(`internal error: no ${name}`);
    return late.resource.content;
  }
}

/** Runs it to its end, and lets the event loop turn or the missing come wherever it stops. */
async function made<T>(making: Generator<Missable, T>, fetch: FetchPart): Promise<T> {
  for (;;) {
    const { done, value } = making.next();
    if (done === true) return value;
    if (value.isThere) await new Promise((resolve) => setTimeout(resolve));
    else await fetch(value.name);
  }
}
