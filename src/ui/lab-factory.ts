/** Makes labs of the machines that this site has. */
import type { SystemPrograms } from "../distros/silverblue/silverblue.ts";
import { machinesWith } from "../distros/machines.ts";
import { loadCatalogue, type Catalogue } from "../image/catalogue.ts";
import silverblueManifest from "../image/silverblue.manifest.json?raw";
import { Lab, type LabLog, type LabOptions } from "../lab/lab.ts";
import type { Prebuilt } from "../lab/prebuilt.ts";
import silverblueBooted from "virtual:prebuilt/silverblue";
import type { LabFactory, LabSetup } from "./hosted-lab.ts";

const MANIFESTS: Readonly<Record<string, string>> = { "silverblue.manifest.json": silverblueManifest };
/** Booted machines, each in its first flavour; the others boot when they are wanted. */
const BOOTED: Readonly<Record<string, string>> = { silverblue: silverblueBooted };

export class SiteLabs implements LabFactory {
  readonly #machines = machinesWith(() => this.#arrived());
  readonly #catalogues = new Map<string, Catalogue>();
  #programs: SystemPrograms | undefined;
  #coming: Promise<void> | undefined;

  /** Every program but the shell: fetched while the machine is made. */
  complete(): Promise<void> {
    this.#coming ??= this.#fetch().catch((error: unknown) => {
      this.#coming = undefined;
      throw error;
    });
    return this.#coming;
  }

  async #fetch(): Promise<void> {
    const { silverbluePrograms } = await import("../distros/silverblue/programs.ts");
    this.#programs = silverbluePrograms();
  }

  #arrived(): SystemPrograms {
    if (this.#programs === undefined) throw new Error("internal error: a program was looked for before it could be there");
    return this.#programs;
  }

  create(setup: LabSetup): Lab | Promise<Lab> {
    const programs = this.complete();
    const options = this.#options(setup);
    if (options.prebuilt === undefined) return programs.then(() => new Lab(options));
    programs.catch(() => undefined); // told by who needs them
    return new Lab(options);
  }

  async replay(setup: LabSetup, log: unknown): Promise<Lab> {
    await this.complete();
    return Lab.replay(this.#options(setup), log as LabLog);
  }

  #options({ machine, flavour }: LabSetup): LabOptions {
    const entry = this.#machines[machine];
    const manifest = MANIFESTS[entry?.manifest ?? ""];
    if (entry === undefined || manifest === undefined) throw new Error(`internal error: no machine ${machine}`);
    const catalogue = this.#catalogues.get(machine) ?? loadCatalogue(manifest);
    this.#catalogues.set(machine, catalogue);
    const booted = flavour === entry.distro.flavours[0].id ? BOOTED[machine] : undefined;
    return { distro: entry.distro, catalogue, flavour, prebuilt: booted === undefined ? undefined : (JSON.parse(booted) as Prebuilt) };
  }
}
