/**
 * What lies outside a machine and may be in trouble: the network and the servers behind it. An instructor puts it there
 * (`LabEvent` "fault"); who is on the machine sees only what follows from it.
 */

/** Everything that can be switched on, in the order in which it is listed. */
export const FAULTS = [
  "offline",
  "bad-signature",
  "disk-nearly-full",
  "dead-repository",
  "dependency-conflict",
  "failing-scriptlet",
  "failing-health-check",
  "busy-transaction",
  "power-cut",
] as const;

export type FaultName = (typeof FAULTS)[number];

/** What is not outside but done to the machine itself (`MachineSpec.saboteur`). */
export const INSIDE: ReadonlySet<FaultName> = new Set(["disk-nearly-full", "failing-health-check", "busy-transaction"]);

/** Plain data, fit for JSON. */
export interface WorldState {
  readonly faults: readonly FaultName[];
  /** The number of the disk write that does not happen any more, the plug being pulled before it; see `Disk.writes`. */
  readonly lastsUntil?: number;
}

/** The surroundings of one machine. The kernel shows them to programs (`kernel.world`), the distro to its servers. */
export class World {
  readonly #faults = new Set<FaultName>();
  readonly #addressOf: (name: string) => string | undefined;
  readonly #isLinkUp: () => boolean;
  #lastsUntil: number | undefined;

  /**
   * `addressOf`: what the name servers of the world know of a host; nothing unless given. `isLinkUp`: whether somebody on the machine has
   * brought the network up.
   */
  constructor(addressOf: (name: string) => string | undefined = () => undefined, isLinkUp = (): boolean => true) {
    this.#addressOf = addressOf;
    this.#isLinkUp = isLinkUp;
  }

  /** Whether nobody outside can be reached, whoever is to blame. */
  get isOffline(): boolean {
    return this.has("offline") || !this.#isLinkUp();
  }

  /** What a name server says now. */
  addressOf(name: string): string | undefined {
    return this.isOffline ? undefined : this.#addressOf(name);
  }

  /** Whether that is in trouble now. */
  has(fault: FaultName): boolean {
    return this.#faults.has(fault);
  }

  /** Switches a fault on or off. */
  set(fault: FaultName, on: boolean): void {
    if (on) this.#faults.add(fault);
    else this.#faults.delete(fault);
    if (fault === "power-cut") this.#lastsUntil = undefined;
  }

  /** Lets the power last until the write of that number is about to happen. */
  setPowerCut(write: number): void {
    this.set("power-cut", true);
    this.#lastsUntil = write;
  }

  /** The number of that write; undefined when nobody is about to pull the plug. */
  get lastsUntil(): number | undefined {
    return this.#lastsUntil;
  }

  /** What is on, in the order of `FAULTS`. */
  get faults(): FaultName[] {
    return FAULTS.filter((fault) => this.#faults.has(fault));
  }

  get state(): WorldState {
    return { faults: this.faults, ...(this.#lastsUntil === undefined ? {} : { lastsUntil: this.#lastsUntil }) };
  }

  restore({ faults, lastsUntil }: WorldState): void {
    this.#faults.clear();
    for (const fault of faults) this.#faults.add(fault);
    this.#lastsUntil = lastsUntil;
  }
}
