/**
 * `lab crash`: the power goes before every single disk write of a script, and each time the machine is switched on again.
 *
 * The script runs once, uncut; before each of its writes the disk is forked, which costs nothing. What a power cut leaves is that
 * fork: memory is lost in any case. With `--reorder`, writes that were not synced are lost or land in another order.
 */
import type { DiskWrite } from "../vfs/disk-types.ts";
import type { Disk } from "../vfs/disk.ts";
import { Machine, type MachineSpec } from "../machine/machine.ts";
import type { SystemState } from "../distros/distro.ts";
import { bootToPrompt, labOptions, MACHINE_OPTIONS, settle } from "./labs.ts";
import { Session } from "./session.ts";
import { Lab } from "../lab/lab.ts";
import type { Release } from "../image/catalogue.ts";
import { liveChecksum, sealedChecksum } from "./tree-reader.ts";
import { numberOption, readScript, readWords, type Output } from "./usage.ts";

/** What one power cut left. */
export type Verdict = "old" | "new" | "mixed" | "unbootable";

export interface Cut {
  readonly write: DiskWrite;
  readonly verdict: Verdict;
  /** What booted, or why nothing did; for a mixed one what did not fit. */
  readonly detail: string;
}

/** What must be whole after a cut, at one moment. */
interface Figures {
  readonly etc: string;
  readonly data: string;
}

interface Moment {
  readonly write: DiskWrite;
  readonly disk: Disk;
  readonly figures: Figures;
}

/** Places below /var that every boot writes to by itself. */
const NOISE = ["/var/log", "/var/tmp", "/var/cache", "/var/lib/systemd", "/var/lib/rpm-ostree"];

/** Files of /etc that the system itself makes at boot. */
const ETC_NOISE = ["/etc/.updated", "/etc/machine-id"];

export function crashCommand(words: readonly string[], output: Output): boolean {
  const parsed = readWords(words, { flags: [], values: [...MACHINE_OPTIONS, "reorder"] });
  const script = readScript(parsed);
  const reorder = parsed.values.has("reorder") ? numberOption(parsed, "reorder", 0) : undefined;
  const options = labOptions(parsed);
  const count: Record<Verdict, number> = { old: 0, new: 0, mixed: 0, unbootable: 0 };
  for (const cut of crashTable(options, script, reorder)) {
    count[cut.verdict]++;
    output.line(`${String(cut.write.n).padStart(5)}  ${cut.write.op.padEnd(9)} ${cut.write.path}\n       → ${cut.verdict}: ${cut.detail}`);
  }
  const total = count.old + count.new + count.mixed + count.unbootable;
  output.line(`${total} cuts: ${count.old} old, ${count.new} new, ${count.mixed} mixed, ${count.unbootable} unbootable`);
  return count.mixed === 0 && count.unbootable === 0;
}

/** One row for each disk write of `script`. `tamper` may wrap the disk's writes, for the test that breaks the order on purpose. */
export function* crashTable(options: ConstructorParameters<typeof Lab>[0], script: string, reorder: number | undefined, prepare?: (machine: Machine) => void): Generator<Cut> {
  const lab = new Lab(options);
  bootToPrompt(lab);
  prepare?.(lab.machine);
  const old = bootedOf(lab.machine, options);
  const moments: Moment[] = [];
  const { machine } = lab;
  const figures = new FigureKeeper(machine);
  const disk = machine.disk;
  const began = machine.bootCount;
  disk.onBeforeWrite = (write) => {
    if (machine.bootCount === began) moments.push({ write, disk: disk.fork(), figures: figures.at(write) });
  };
  const session = new Session(machine, "learner");
  for (const line of script.split("\n")) if (line.trim() !== "" && machine.bootCount === began) session.run(line);
  settle(lab, () => machine.bootCount > began && machine.atPrompt);
  disk.onBeforeWrite = undefined;
  const fresh = bootedOf(machine, options);
  const freshFigures = figuresOf(machine);
  const seen: Figures[] = [];
  const sums = new Map<string, string>();
  const usr = (release: Release): string => {
    const sum = sums.get(release.commit) ?? sealedChecksum(release, "/usr");
    sums.set(release.commit, sum);
    return sum;
  };
  const spec = options.distro.machine({ flavour: options.flavour ?? options.distro.flavours[0].id, seed: options.seed ?? 1, catalogue: options.catalogue });
  for (const moment of moments) {
    seen.push(moment.figures);
    yield bootAfter(moment, { spec, options, old, fresh, freshFigures, seen, seed: reorder === undefined ? undefined : reorder + moment.write.n, usr });
  }
}

interface Expected {
  readonly spec: MachineSpec;
  readonly options: ConstructorParameters<typeof Lab>[0];
  readonly old: string;
  readonly fresh: string;
  readonly freshFigures: Figures;
  readonly seen: readonly Figures[];
  readonly seed: number | undefined;
  /** Checksum of /usr as the release has it. */
  usr(release: Release): string;
}

function bootAfter({ write, disk }: Moment, expected: Expected): Cut {
  const { spec, options, old, fresh, freshFigures, seen, seed, usr } = expected;
  disk.onBeforeWrite = undefined;
  disk.powerCut(seed === undefined ? {} : { seed });
  const machine = new Machine(spec, disk);
  machine.powerOn();
  bootToPrompt({ machine });
  if (!machine.atPrompt) return { write, verdict: "unbootable", detail: `power state ${machine.power}` };
  const sys = machine.inspect();
  const booted = bootedOf(machine, options);
  const release = options.catalogue.byCommit(booted);
  if (!release || (booted !== old && booted !== fresh)) return { write, verdict: "mixed", detail: `booted ${booted || "nothing known"}` };
  if (liveChecksum(sys, "/usr") !== usr(release)) return { write, verdict: "mixed", detail: `/usr is not that of ${booted}` };
  const now = figuresOf(machine);
  const isNew = booted === fresh && fresh !== old;
  const fitsEtc = isNew ? now.etc === freshFigures.etc : seen.some(({ etc }) => etc === now.etc);
  if (!fitsEtc) return { write, verdict: "mixed", detail: "/etc is neither untouched nor merged" };
  if (now.data !== freshFigures.data && !seen.some(({ data }) => data === now.data)) return { write, verdict: "mixed", detail: "/var has changed" };
  return { write, verdict: isNew ? "new" : "old", detail: `${release.version} ${booted.slice(0, 10)}` };
}

/** Checksum of the booted deployment, "" when there is none. */
function bootedOf(machine: Machine, options: { readonly distro: { describe(sys: ReturnType<Machine["inspect"]>): SystemState } }): string {
  return options.distro.describe(machine.inspect()).deployments.find((deployment) => deployment.isBooted)?.checksum ?? "";
}

function figuresOf(machine: Machine): Figures {
  const sys = machine.inspect();
  return {
    etc: liveChecksum(sys, "/etc", (path) => ETC_NOISE.includes(path)),
    data: liveChecksum(sys, "/var", (path) => NOISE.includes(path)),
  };
}

/** The figures before each write; taken afresh only when the write before could have changed them. */
class FigureKeeper {
  readonly #machine: Machine;
  #last: Figures;
  #stale = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#last = figuresOf(machine);
  }

  at(write: DiskWrite): Figures {
    if (this.#stale) this.#last = figuresOf(this.#machine);
    this.#stale = /\/etc(\/|$)|\/var(\/|$)|:\/home/.test(write.path);
    return this.#last;
  }
}
