/**
 * `lab crash`: the power goes before every single disk write of a script, and each time the machine is switched on again.
 *
 * The script runs once, uncut; before each of its writes the disk is forked, which costs nothing. What a power cut leaves is that
 * fork: memory is lost in any case. With `--reorder`, writes that were not synced are lost or land in another order. Each fork is
 * then booted and examined: the release that came up must be the one before or the one after, its /usr what its commit says to the
 * byte, the list of deployments as before or as after, /etc untouched or merged, and what is below /var as it was at some moment of
 * the run. With `--every N` only each N-th write is tried. With `--again` whoever finds the old system does it all once more, and must
 * get where the uncut run got.
 */
import { createHash } from "node:crypto";
import { assert } from "../base/assert.ts";
import { DpkgDatabase } from "../engines/dpkg/database.ts";
import { directoryOf, readDatabase } from "../engines/rpm/database.ts";
import { Sysroot } from "../engines/ostree/sysroot.ts";
import type { Catalogue, Release } from "../image/catalogue.ts";
import { Lab, type LabOptions } from "../lab/lab.ts";
import { Machine, type MachineSpec } from "../machine/machine.ts";
import { exists } from "../machine/read-text.ts";
import type { DiskWrite } from "../vfs/disk-types.ts";
import type { Disk } from "../vfs/disk.ts";
import type { SealedDir } from "../vfs/sealed.ts";
import { Allowed, FigureKeeper, figuresOf, type Figures } from "./crash-figures.ts";
import { DiskQuestions } from "./disk-questions.ts";
import { bootToPrompt, labOptions, MACHINE_OPTIONS, settle } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { completeCommands, Session } from "./session.ts";
import { firstDifference, liveChecksum, verifiedDirectory } from "./tree-reader.ts";
import { numberOption, readScript, readWords, UsageError, type Output } from "./usage.ts";

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
  /** The same by what each holds, without the numbers of deployments of one commit, which count what was given up, too. */
  readonly contents: string;
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
  /** What was typed while writes counted. */
  readonly script: string;
  readonly moments: readonly Moment[];
  /** What came up: before the script, and after each of its restarts; the last is one more restart at its end. */
  readonly arrivals: readonly Arrival[];
}

export function crashCommand(words: readonly string[], output: Output): boolean {
  const parsed = readWords(words, { flags: ["again"], values: [...MACHINE_OPTIONS, "reorder", "every"] });
  const seed = parsed.values.has("reorder") ? numberOption(parsed, "reorder", 0) : undefined;
  const every = numberOption(parsed, "every", 1);
  if (every < 1) throw new UsageError(`--every takes a number from 1 on, not ${every}`);
  const recording = recordWrites(labOptions(parsed), readScript(parsed));
  const count: Record<Verdict, number> = { old: 0, new: 0, mixed: 0, unbootable: 0 };
  const examiner = new Examiner(recording);
  const tried = recording.moments.filter((_, at) => at % every === 0);
  for (const moment of tried) {
    const { write, verdict, detail } = cutAt(recording, moment, { seed, again: parsed.flags.has("again"), examiner });
    count[verdict]++;
    output.line(`${String(write.n).padStart(5)} ${write.op.padEnd(9)} ${write.path}\n      → ${verdict}: ${detail}`);
  }
  const { old, new: fresh, mixed, unbootable } = count;
  output.line(`${tried.length} cuts: ${old} old, ${fresh} new, ${mixed} mixed, ${unbootable} unbootable`);
  return mixed === 0 && unbootable === 0;
}

/** A line of a script: what comes before it prepares the machine, and its writes are no cuts. It may have the lines of `lab run` that begin with a colon. */
const COUNT = /^:count\n/m;

/** Runs the script on a fresh machine, keeping the disk as it is before each write that counts. Throws `UsageError` when the preparations go wrong. */
export function recordWrites(options: LabOptions, text: string): Recording {
  const [script = "", preparations = ""] = text.split(COUNT).reverse();
  const lab = new Lab(options);
  const runner = new ScriptRunner(lab, false);
  for (const { cmd, exit } of runner.run(preparations))
    if (exit !== 0 && exit !== undefined) throw new UsageError(`before :count, ${JSON.stringify(cmd)} ended with ${exit}`);
  const { machine } = lab;
  // The machine has stood at its prompt for longer than a journal waits with what it was told before (five seconds, ext4(5)).
  machine.disk.sync();
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
  return { options, spec: machine.spec, script, moments, arrivals };
}

interface CutOptions {
  /** Unsynced writes are lost or reordered. */
  readonly seed?: number | undefined;
  /** The script is run once more where the old system came up. */
  readonly again?: boolean;
  /** Who may know the answer from an earlier cut. */
  readonly examiner?: Examiner;
}

/** Switches the machine on with the disk of `moment` and says what came up. */
export function cutAt(recording: Recording, moment: Moment, options: CutOptions = {}): Cut {
  const { arrivals } = recording;
  const { write } = moment;
  const { seed, again = false, examiner = new Examiner(recording) } = options;
  const disk = moment.disk.fork();
  disk.powerCut(seed === undefined ? {} : { seed: seed + write.n });
  const old = arrivals[moment.boot];
  assert(old !== undefined, "a moment after the last start");
  const fresh = arrivals[moment.boot + 1] ?? old;
  const isLast = moment.boot === recording.moments.at(-1)?.boot;
  const { arrival, detail, stranger } = examiner.examine(disk);
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
  if (again && isLast && list !== fresh.list) {
    const reached = examiner.doneAgain(disk);
    if (reached !== fresh.contents) return mixed(`done again, it came to ${reached}`);
  }
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
}

/** What each finding hangs on, and the finding. */
interface Known {
  readonly questions: DiskQuestions;
  readonly finding: Finding;
}

/** So many findings are kept; a cut is most like the ones before it. */
const KEPT = 12;

/** Starts machines and looks at what comes up; not for disks which are shown to give what another one gave (disk-questions.ts). */
export class Examiner {
  readonly #recording: Pick<Recording, "options" | "spec" | "script">;
  /** The one that was of use last comes first. */
  #known: Known[] = [];
  /** How many machines were started to look at what comes up. */
  starts = 0;

  constructor({ options, spec, script }: Pick<Recording, "options" | "spec" | "script">) {
    // With the seed of the run that was cut, this start would have the same boot ID, and what that run left would count as of this boot.
    this.#recording = { options, script, spec: { ...spec, seed: spec.seed + 1 } };
  }

  examine(disk: Disk): Finding {
    const known = this.#known.find(({ questions }) => questions.agree(disk)) ?? this.#learn(disk);
    this.#known = [known, ...this.#known.filter((each) => each !== known)].slice(0, KEPT);
    return known.finding;
  }

  #learn(disk: Disk): Known {
    this.starts++;
    const copy = disk.fork();
    const questions = new DiskQuestions(copy);
    return { questions, finding: this.#started(copy, (machine) => this.#look(machine)) };
  }

  /** What the deployments hold after the script was done once more on a machine with a copy of this disk, and a restart. Nothing is asked of the disk that another one's answers could spare: the tool finds something else after each cut. */
  doneAgain(disk: Disk): string {
    const { options, script } = this.#recording;
    return this.#started(disk.fork(), (machine) => runAgain(machine, options, script));
  }

  #started<T>(disk: Disk, what: (machine: Machine) => T): T {
    const machine = new Machine(this.#recording.spec, disk);
    machine.powerOn();
    bootToPrompt({ machine });
    const result = what(machine);
    machine.dispose();
    return result;
  }

  #look(machine: Machine): Finding {
    const { options } = this.#recording;
    if (!machine.atPrompt) return { arrival: undefined, detail: `power state ${machine.power}`, stranger: undefined };
    const arrival = arrivalOf(machine, options);
    const { booted, list } = arrival;
    const release = options.catalogue.byCommit(booted);
    const stranger = release
      ? firstDifference(machine.inspect(), "/usr", usrOf(release))
      : booted === ""
        ? undefined
        : strangerIn(machine, booted);
    return { arrival, detail: booted === "" ? list : `${release?.version ?? "layered"} ${booted.slice(0, 10)}`, stranger };
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
  return arrivalOf(machine, options).contents;
}

function arrivalOf(machine: Machine, { distro, catalogue }: LabOptions): Arrival {
  const sys = machine.inspect();
  const { deployments } = distro.describe(sys, () => machine.inspectDisk(machine.disk));
  const running = deployments.find(({ isBooted }) => isBooted);
  if (!exists(sys, "/ostree")) return singleRoot(machine, running?.name ?? "");
  const sysroot = new Sysroot(sys);
  const marks = (d: (typeof deployments)[number]): string => (d.isPinned ? "(pinned)" : "") + (d.isBooted ? "*" : "");
  return {
    booted: running?.checksum ?? "",
    list: deployments.map((d) => `${d.checksum.slice(0, 10)}.${d.serial}${marks(d)}`).join(" "),
    contents: deployments.map((d) => contentOf(sysroot, d.checksum, catalogue) + marks(d)).join(" "),
    figures: figuresOf(machine),
  };
}

/**
 * What a deployment holds, the same for two that were made at different times: a release by its commit; what was layered here by
 * its /usr without the rpm database, which knows when something was installed.
 */
function contentOf(sysroot: Sysroot, checksum: string, catalogue: Catalogue): string {
  const deployment = sysroot.load().deployments.find((each) => each.checksum === checksum);
  if (deployment === undefined || catalogue.byCommit(checksum)) return checksum.slice(0, 10);
  const usr = `${sysroot.deploymentPath(deployment)}/usr`;
  return `layered ${liveChecksum(sysroot.sys, usr, `${usr}/share/rpm`).slice(0, 10)}`;
}

/** Of a system that has no commits: which of its roots runs, what its package database says that is not in order, and what is in /usr. */
function singleRoot(machine: Machine, root: string): Arrival {
  const sys = machine.inspect();
  const packages = createHash("sha256");
  const odd: string[] = [];
  for (const { name, version, state, flag } of new DpkgDatabase(sys).known) {
    packages.update(`${name} ${version}\n`);
    if (flag !== "ok" || !["installed", "config-files"].includes(state)) odd.push(`${name}:${state}${flag === "ok" ? "" : `:${flag}`}`);
  }
  for (const { name, version, release } of readDatabase(sys)) packages.update(`${name} ${version}-${release}\n`);
  const installed = packages.digest("hex");
  const told = (usr: string): string =>
    [
      ...odd,
      createHash("sha256")
        .update(installed + usr)
        .digest("hex")
        .slice(0, 10),
    ].join(" ");
  return {
    booted: "",
    list: `${root} ${told(liveChecksum(sys, "/usr"))}`.trimStart(),
    // The rpm database knows when something was installed.
    contents: told(liveChecksum(sys, "/usr", directoryOf(sys))),
    figures: figuresOf(machine),
  };
}
