/**
 * `lab crash`: the power goes before every single disk write of a script, and each time the machine is switched on again.
 *
 * The script runs once, uncut; before each of its writes the disk is forked, which costs nothing. What a power cut leaves is that
 * fork: memory is lost in any case. With `--reorder`, writes that were not synced are lost or land in another order. Each fork is
 * then booted and examined: the release that came up must be the one before or the one after, its /usr what its commit says to the
 * byte, the list of deployments as before or as after, /etc untouched or merged, and what is below /var as it was at some moment of
 * the run. With `--again` whoever finds the old system does it all once more, and must get where the uncut run got.
 */
import { createHash } from "node:crypto";
import { assert } from "../base/assert.ts";
import { DpkgDatabase } from "../engines/dpkg/database.ts";
import { Sysroot } from "../engines/ostree/sysroot.ts";
import type { Release } from "../image/catalogue.ts";
import { Lab, type LabOptions } from "../lab/lab.ts";
import { Machine, type MachineSpec } from "../machine/machine.ts";
import { exists } from "../machine/read-text.ts";
import type { DiskWrite } from "../vfs/disk-types.ts";
import type { Disk } from "../vfs/disk.ts";
import type { SealedDir } from "../vfs/sealed.ts";
import { Allowed, FigureKeeper, figuresOf, type Figures } from "./crash-figures.ts";
import { DiskQuestions } from "./disk-questions.ts";
import { bootToPrompt, labOptions, MACHINE_OPTIONS, settle } from "./labs.ts";
import { completeCommands, Session } from "./session.ts";
import { firstDifference, liveChecksum, liveFiles, verifiedDirectory } from "./tree-reader.ts";
import { numberOption, readScript, readWords, type Output } from "./usage.ts";

/** What one power cut left. */
export type Verdict = "old" | "new" | "mixed" | "unbootable";

export interface Cut {
  readonly write: DiskWrite;
  readonly verdict: Verdict;
  /** What booted, or why nothing did; for a mixed one what did not fit. */
  readonly detail: string;
}

/** The machine at a prompt after a start. */
interface Arrival {
  /** The commit that runs. */
  readonly booted: string;
  /** All deployments in order, what is pinned and what runs. */
  readonly list: string;
  /** The same without the numbers of deployments of one commit, which count what was given up, too. */
  readonly commits: string;
  readonly figures: Figures;
}

/** The disk right before one of the script's writes. */
export interface Moment {
  readonly write: DiskWrite;
  readonly disk: Disk;
  /** How many starts there had been since the script began. */
  readonly boot: number;
  /** Figures at this moment, of the system that runs. */
  readonly figures: Figures;
}

/** A run without a cut. */
export interface Recording {
  readonly options: LabOptions;
  readonly spec: MachineSpec;
  readonly moments: readonly Moment[];
  /** What came up: before the script, and after each of its restarts; the last is one more restart at its end. */
  readonly arrivals: readonly Arrival[];
}

export function crashCommand(words: readonly string[], output: Output): boolean {
  const parsed = readWords(words, { flags: ["again"], values: [...MACHINE_OPTIONS, "reorder"] });
  const script = readScript(parsed);
  const reorder = parsed.values.has("reorder") ? numberOption(parsed, "reorder", 0) : undefined;
  const recording = recordWrites(labOptions(parsed), script);
  const count: Record<Verdict, number> = { old: 0, new: 0, mixed: 0, unbootable: 0 };
  const examiner = new Examiner(recording);
  for (const moment of recording.moments) {
    const { write, verdict, detail } = cutAt(recording, moment, {
      seed: reorder,
      script: parsed.flags.has("again") ? script : undefined,
      examiner,
    });
    count[verdict]++;
    output.line(`${String(write.n).padStart(5)} ${write.op.padEnd(9)} ${write.path}\n      → ${verdict}: ${detail}`);
  }
  const { old, new: fresh, mixed, unbootable } = count;
  output.line(`${recording.moments.length} cuts: ${old} old, ${fresh} new, ${mixed} mixed, ${unbootable} unbootable`);
  return mixed === 0 && unbootable === 0;
}

/** Runs `script` on a fresh machine, keeping the disk as it is before each write. */
export function recordWrites(options: LabOptions, script: string): Recording {
  const lab = new Lab(options);
  bootToPrompt(lab);
  const { machine } = lab;
  const began = machine.bootCount;
  const arrivals: Arrival[] = [arrivalOf(machine, options)];
  const moments: Moment[] = [];
  const figures = new FigureKeeper(machine);
  machine.disk.onBeforeWrite = (write) => {
    moments.push({ write, disk: machine.disk.fork(), boot: machine.bootCount - began, figures: figures.at(write) });
  };
  const arrive = (): void => {
    if (machine.bootCount - began < arrivals.length) return;
    settle(lab, () => machine.idle && machine.atPrompt);
    arrivals.push(arrivalOf(machine, options));
  };
  let session = new Session(machine, "learner");
  const commands = [...completeCommands(script)];
  for (const [at, command] of commands.entries()) {
    if (!session.isAlive) session = new Session(machine, "learner");
    session.run(command);
    // What the start after the last command writes is no part of the script.
    if (at === commands.length - 1) machine.disk.onBeforeWrite = undefined;
    if (session.isAlive) continue;
    settle(lab, () => machine.idle && machine.atPrompt);
    arrive();
  }
  machine.pressReboot();
  settle(lab, () => machine.bootCount - began >= arrivals.length && machine.idle && machine.atPrompt);
  arrive();
  return { options, spec: machine.spec, moments, arrivals };
}

interface CutOptions {
  /** Unsynced writes are lost or reordered. */
  readonly seed?: number | undefined;
  /** Run again where the old system came up. */
  readonly script?: string | undefined;
  /** Who may know the answer from an earlier cut. */
  readonly examiner?: Examiner;
}

/** Switches the machine on with the disk of `moment` and says what came up. */
export function cutAt(recording: Recording, moment: Moment, options: CutOptions = {}): Cut {
  const { arrivals } = recording;
  const { write } = moment;
  const { seed, script, examiner = new Examiner(recording) } = options;
  const disk = moment.disk.fork();
  disk.powerCut(seed === undefined ? {} : { seed: seed + write.n });
  const old = arrivals[moment.boot];
  assert(old !== undefined, "a moment after the last start");
  const fresh = arrivals[moment.boot + 1] ?? old;
  const isLast = moment.boot === recording.moments.at(-1)?.boot;
  const { arrival, detail, stranger, reached } = examiner.examine(
    disk,
    isLast && script !== undefined ? { script, unless: fresh.list } : undefined,
  );
  if (arrival === undefined) return { write, verdict: "unbootable", detail };
  const mixed = (because: string): Cut => ({ write, verdict: "mixed", detail: because });

  const { booted, figures, list } = arrival;
  if (booted !== old.booted && booted !== fresh.booted) return mixed(`booted ${booted || "nothing known"}`);
  if (stranger !== undefined) return mixed(`${stranger} is not as in ${booted}`);
  if (list !== old.list && list !== fresh.list) return mixed(`deployments ${list}`);
  const isNew = list !== old.list;
  const known = seed === undefined ? allowed([moment], arrivals) : allowedAtAll(recording);
  const etc = isNew ? new Allowed([fresh.figures.etc]) : known.etc;
  const odd = etc.firstOdd(figures.etc, seed !== undefined) ?? known.data.firstOdd(figures.data, seed !== undefined);
  if (odd !== undefined) return mixed(`${odd} is neither untouched nor as the update leaves it`);
  if (!isNew && reached !== undefined && reached !== fresh.commits) return mixed(`done again, it came to ${reached}`);
  return { write, verdict: isNew ? "new" : "old", detail };
}

interface Possible {
  readonly etc: Allowed;
  readonly data: Allowed;
}

/** What /etc and /var may hold when it is as at one of the moments; data also as it was at a prompt. */
function allowed(moments: readonly Moment[], arrivals: readonly Arrival[]): Possible {
  return {
    etc: new Allowed(moments.map(({ figures }) => figures.etc)),
    data: new Allowed([...moments, ...arrivals].map(({ figures }) => figures.data)),
  };
}

const atAll = new WeakMap<readonly Moment[], Possible>();

/** What they may hold when the order of writes is not kept. */
function allowedAtAll({ moments, arrivals }: Recording): Possible {
  let possible = atAll.get(moments);
  if (!possible) atAll.set(moments, (possible = allowed(moments, arrivals)));
  return possible;
}

/** What came up from a disk. */
interface Finding {
  /** undefined when no prompt did. */
  readonly arrival: Arrival | undefined;
  /** Which release, or why none. */
  readonly detail: string;
  /** What is not as in the commit that booted. */
  readonly stranger: string | undefined;
  /** The deployments after the script was done again. */
  readonly reached: string | undefined;
}

/** A script to do again, unless the list of deployments that came up is `unless`. */
interface Again {
  readonly script: string;
  readonly unless: string | undefined;
}

/** What each finding hangs on, and the finding. */
interface Known {
  readonly questions: DiskQuestions;
  readonly again: Again | undefined;
  readonly finding: Finding;
}

/** So many findings are kept; a cut is most like the ones before it. */
const KEPT = 12;

/** Starts machines and looks at what comes up; not for disks which are shown to give what another one gave (disk-questions.ts). */
export class Examiner {
  readonly #options: LabOptions;
  readonly #spec: MachineSpec;
  /** The one that was of use last comes first. */
  #known: Known[] = [];
  /** How many machines were started. */
  starts = 0;

  constructor({ options, spec }: Pick<Recording, "options" | "spec">) {
    this.#options = options;
    this.#spec = spec;
  }

  examine(disk: Disk, again?: Again): Finding {
    const isFor = (each: Known): boolean => each.again?.script === again?.script && each.again?.unless === again?.unless;
    const known = this.#known.find((each) => isFor(each) && each.questions.agree(disk)) ?? this.#start(disk, again);
    this.#known = [known, ...this.#known.filter((each) => each !== known)].slice(0, KEPT);
    return known.finding;
  }

  #start(disk: Disk, again: Again | undefined): Known {
    this.starts++;
    const questions = new DiskQuestions(disk);
    const machine = new Machine(this.#spec, disk);
    machine.powerOn();
    bootToPrompt({ machine });
    const finding = this.#look(machine, again);
    machine.dispose();
    return { questions, again, finding };
  }

  #look(machine: Machine, again: Again | undefined): Finding {
    const options = this.#options;
    if (!machine.atPrompt) return { arrival: undefined, detail: `power state ${machine.power}`, stranger: undefined, reached: undefined };
    const arrival = arrivalOf(machine, options);
    const { booted, list } = arrival;
    const release = options.catalogue.byCommit(booted);
    const stranger = release
      ? firstDifference(machine.inspect(), "/usr", usrOf(release))
      : booted === ""
        ? undefined
        : strangerIn(machine, booted);
    const reached = again === undefined || list === again.unless ? undefined : runAgain(machine, options, again.script);
    return { arrival, detail: booted === "" ? list : `${release?.version ?? "layered"} ${booted.slice(0, 10)}`, stranger, reached };
  }
}

/** "/usr" when it is not as the commit that was made on the machine has it, by checksums; undefined when it is. */
function strangerIn(machine: Machine, booted: string): string | undefined {
  const sys = machine.inspect();
  const repo = new Sysroot(sys).openRepository();
  const wanted = repo.dirtree(repo.commit(booted).dirtree).dirs.find(({ name }) => name === "usr")?.dirtree;
  return liveChecksum(sys, "/usr") === wanted ? undefined : "/usr";
}

const verified = new WeakMap<Release, SealedDir>();

/** /usr as the release has it, its commit's checksum verified. */
function usrOf(release: Release): SealedDir {
  let dir = verified.get(release);
  if (!dir) verified.set(release, (dir = verifiedDirectory(release, "/usr")));
  return dir;
}

/** The script once more on a machine that stands at its prompt, and a restart: what the list of deployments is then. */
function runAgain(machine: Machine, options: LabOptions, script: string): string {
  const began = machine.bootCount;
  let session = new Session(machine, "learner");
  for (const command of completeCommands(script)) {
    if (!session.isAlive) session = new Session(machine, "learner");
    session.run(command);
    if (!session.isAlive) settle({ machine }, () => machine.idle && machine.atPrompt);
  }
  if (machine.bootCount === began) machine.pressReboot();
  settle({ machine }, () => machine.bootCount > began && machine.idle && machine.atPrompt);
  return arrivalOf(machine, options).commits;
}

function arrivalOf(machine: Machine, { distro }: LabOptions): Arrival {
  const { deployments } = distro.describe(machine.inspect(), () => machine.inspectDisk());
  if (!exists(machine.inspect(), "/ostree")) return singleRoot(machine);
  const marks = (d: (typeof deployments)[number]): string => (d.isPinned ? "(pinned)" : "") + (d.isBooted ? "*" : "");
  return {
    booted: deployments.find((deployment) => deployment.isBooted)?.checksum ?? "",
    list: deployments.map((d) => `${d.checksum.slice(0, 10)}.${d.serial}${marks(d)}`).join(" "),
    commits: deployments.map((d) => d.checksum.slice(0, 10) + marks(d)).join(" "),
    figures: figuresOf(machine),
  };
}

/** Of a system without deployments: what its package database says, and what is in /usr. */
function singleRoot(machine: Machine): Arrival {
  const sys = machine.inspect();
  const known = new DpkgDatabase(sys).known;
  const odd = known.filter(({ state, flag }) => flag !== "ok" || !["installed", "config-files"].includes(state));
  const all = createHash("sha256");
  for (const { name, version } of known) all.update(`${name} ${version}\n`);
  for (const [path, contents] of liveFiles(sys, "/usr", () => false)) all.update(`${path} ${contents}\n`);
  const list = [
    ...odd.map(({ name, state, flag }) => `${name}:${state}${flag === "ok" ? "" : `:${flag}`}`),
    all.digest("hex").slice(0, 10),
  ].join(" ");
  return { booted: "", list, commits: list, figures: figuresOf(machine) };
}
