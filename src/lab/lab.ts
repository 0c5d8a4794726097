/**
 * One run of one machine: events in, chunks and views out. The headless product.
 *
 * A run is a value: build, machine, flavour, seed and the log of events, each with the tick at which it was delivered.
 * Checkpoints taken at prompts make undo a restore; they are never needed to know what happened.
 */
import type { Catalogue } from "../image/catalogue.ts";
import type { Distro } from "../distros/distro.ts";
import { importMachine } from "../machine/checkpoint-export.ts";
import { Machine, type MachineCheckpoint } from "../machine/machine.ts";
import type { Missable } from "../machine/program.ts";
import type { TraceEvent } from "../vfs/types.ts";
import { CheckpointRing, type Checkpoint, type Logins } from "./checkpoint-ring.ts";
import { isDeed, isSubstantial, type LabChunk, type LabEvent } from "./events.ts";
import type { LabLog, LoggedEvent } from "./log.ts";
import { BadRun, scriptOf, type RunScript, type When } from "./run-script.ts";
import { screensOf, type Prebuilt } from "./prebuilt.ts";
import type { CommandRecord, LabMark } from "./records.ts";
import { Transcript } from "./transcript.ts";
import { ViewBuilder } from "./view-builder.ts";
import type { View } from "./view.ts";

/** Keys that a terminal takes before they are read. */
const LONGEST_KEYS = 4096;
/** A terminal paints this much in a few frames. */
const MOST_PRINTED = 64 * 1024;
/** Ticks between two looks while a run is replayed to where it comes to rest. */
const REPLAYED_AT_ONCE = 100_000;
/** A command that works for longer than this many ticks is taken for one that never ends; in a browser that is half a minute. */
const PATIENCE = 20_000_000;
/** What a command's trace may hold; a runaway loop must not fill memory. */
const TRACE_LIMIT = 500;

export interface LabOptions {
  readonly distro: Distro;
  readonly catalogue: Catalogue;
  readonly flavour?: string;
  readonly seed?: number;
  /** A machine that has booted, used when it is of this flavour and seed; without it the power button is pressed. */
  readonly prebuilt?: Prebuilt | undefined;
}

interface Undone {
  readonly checkpoint: Checkpoint;
  readonly tail: readonly LoggedEvent[];
  readonly commands: readonly CommandRecord[];
}

/** What a fork has from the lab that it was made from. */
interface Past {
  readonly checkpoint: Checkpoint;
  readonly events: readonly LoggedEvent[];
  readonly commands: readonly CommandRecord[];
}

export class Lab {
  readonly #options: ReturnType<typeof withDefaults>;
  #machine: Machine;
  #queue: LabEvent[] = [];
  #events: LoggedEvent[] = [];
  #chunks: LabChunk[] = [];
  #transcripts = [new Transcript(), new Transcript()];
  #checkpoints = new CheckpointRing();
  /** What the machine had written to files at the last one. */
  #written = 0;
  #undone: Undone[] = [];
  /** Command lines, of which the last ones may still run. */
  #commands: CommandRecord[] = [];
  #logins: Logins = { count: 0, boot: 0 };
  #trace: TraceEvent[] = [];
  #lastRefusal: TraceEvent | undefined;
  #revision = 0;
  #wasAtPrompt = false;
  /** Events that a view could tell of. */
  #notable = 0;
  /** What the last view was of. */
  #viewed = "";
  #isViewDue = false;
  #preparation: Generator<void> | undefined;
  /** Nobody looks: a log is run again, or it is a fork that was never shown. */
  #isUnseen = false;
  /** An event was delivered, of which the machine has not taken notice yet. */
  #isStirred = false;
  /** Bytes that came out in this run. */
  #printed = 0;
  readonly #views: ViewBuilder;
  /** Ticks of machines before the present one, since a restored machine counts from its own checkpoint. */
  #tickBase = 0;

  constructor(options: LabOptions, past?: Past) {
    this.#options = withDefaults(options);
    this.#views = new ViewBuilder(options.distro);
    this.#machine = past ? this.#continue(past) : this.#start();
    this.#viewed = this.#state();
  }

  /**
   * A lab of its own that goes on from here, with the same log behind it, but nothing to undo. It costs the same whatever has happened,
   * and neither lab can tell that there is the other. Nothing comes out of it until it was shown. Undefined unless the machine is at rest at a prompt.
   * What is typed there and not entered is not in it.
   */
  fork(): Lab | undefined {
    if (!this.isAtRest) return undefined;
    if (!this.#machine.atPrompt) return this.#forkOf(this.#checkpoints.last);
    const machine = this.#machine.checkpoint();
    if (!machine) return this.#forkByReplay();
    const checkpoint = { ...this.#atRest(machine), weight: 0 };
    return new Lab(this.#options, { checkpoint, events: this.#events, commands: this.#commands });
  }

  /** A shell waits at its prompt, maybe with half a line. */
  get isAtRest(): boolean {
    if (this.#queue.length > 0 || !this.#machine.idle) return false;
    return this.#machine.atPrompt || this.#isOnlyTyped();
  }

  /** Since the last checkpoint no line was entered and nothing else done. */
  #isOnlyTyped(): boolean {
    const checkpoint = this.#checkpoints.last;
    return checkpoint !== undefined && !this.#events.slice(checkpoint.events).some(({ event }) => isDeed(event));
  }

  #forkOf(checkpoint: Checkpoint | undefined): Lab | undefined {
    if (!checkpoint) return undefined;
    const events = this.#events.slice(0, checkpoint.events);
    return new Lab(this.#options, { checkpoint, events, commands: this.#commands.slice(0, checkpoint.commands) });
  }

  /** Somebody lives behind the prompt, e.g. a container: what has happened since nobody did happens again. */
  #forkByReplay(): Lab | undefined {
    const checkpoint = this.#checkpoints.last;
    const lab = this.#forkOf(checkpoint);
    if (!checkpoint || !lab) return undefined;
    for (const { tick, event } of this.#events.slice(checkpoint.events)) {
      if (lab.#runTo({ tick }, Infinity).next().done !== true) return undefined;
      lab.#log(event);
      lab.#deliver(event);
    }
    return lab.#runTo({ tick: this.tick }, Infinity).next().done === true ? lab : undefined;
  }

  #continue({ checkpoint, events, commands }: Past): Machine {
    this.#events = events.slice();
    this.#commands = commands.slice();
    this.#checkpoints = new CheckpointRing(checkpoint);
    this.#isUnseen = true;
    this.#wasAtPrompt = true;
    return this.#revive(checkpoint);
  }

  /** A fresh machine, booting or as it is after its boot. */
  #start(): Machine {
    const { distro, flavour, seed, catalogue } = this.#options;
    const spec = distro.machine({ flavour, seed, catalogue });
    const prebuilt = usablePrebuilt(this.#options);
    if (prebuilt === undefined) {
      const machine = this.#connect(new Machine(spec));
      machine.powerOn();
      return machine;
    }
    const machine = Machine.restore(
      spec,
      importMachine(prebuilt.machine, (id) => distro.sealedTree(catalogue, id), spec.drivers),
    );
    this.#tickBase = prebuilt.tick - machine.ticks;
    this.#transcripts = screensOf(prebuilt).map((screen) => new Transcript(screen));
    return this.#connect(machine);
  }

  /** Everything that terminals and picture need to show the lab as it stands: what a lab that did not boot before their eyes begins with. */
  show(): LabChunk[] {
    this.#isUnseen = false;
    this.#chunks = [];
    return [...this.#screens(), { kind: "view", view: this.view() }];
  }

  #screens(): LabChunk[] {
    return this.#transcripts.map((transcript, tty) => ({ kind: "screen", tty, data: transcript.bytes() }));
  }

  #connect(machine: Machine): Machine {
    machine.onOutput = (tty, data) => {
      this.#transcripts[tty]?.append(data);
      this.#printed += data.length;
      this.#tell({ kind: "output", tty, data });
    };
    machine.onTrace = (event) => this.#record(event);
    machine.onFault = (message) => this.#tell({ kind: "fault", message });
    machine.onCommand = (line) => {
      const command: { -readonly [key in keyof CommandRecord]: CommandRecord[key] } = {
        line,
        exit: undefined,
        boot: machine.bootCount,
        tick: this.tick,
        shown: this.#shown,
        shownAtEnd: undefined,
      };
      this.#commands.push(command);
      return (status) => {
        command.exit = status;
        command.shownAtEnd = this.#shown;
      };
    };
    return machine;
  }

  #record(event: TraceEvent): void {
    if (event.verdict !== "ok") this.#lastRefusal = event;
    if (this.#trace.length >= TRACE_LIMIT) return;
    this.#trace.push(event);
    this.#tell({ kind: "trace", event });
  }

  #tell(chunk: LabChunk): void {
    if (!this.#isUnseen) this.#chunks.push(chunk);
  }

  /** The machine itself, for tests and the command line; the interface has only views. */
  get machine(): Machine {
    return this.#machine;
  }

  get tick(): number {
    return this.#tickBase + this.#machine.ticks;
  }

  /** Nothing will happen until an event comes or a sleeper wakes. */
  get idle(): boolean {
    const next = this.#queue[0];
    return (next === undefined || !this.#takes(next)) && (!this.#isViewDue || this.#isUnseen) && this.#machine.idle;
  }

  /**
   * What must come from outside before the run can go on, as of the last `run`: until it is there no tick passes. Events are delivered all
   * the same, and a power cut or Ctrl-C may be the end of the wait.
   */
  get missing(): Missable | undefined {
    return this.#machine.missing;
  }

  /** When idle: nanoseconds of virtual time until the next sleeper wakes; undefined when nobody sleeps. The rim paces this. */
  get sleepsFor(): number | undefined {
    return this.#machine.sleepsFor;
  }

  /** Lets the virtual clock jump to the next sleeper's moment. */
  wake(): void {
    this.#machine.skipToNextWake();
  }

  /**
   * Does a few milliseconds of what would take a second when it is asked for; false when nothing is left. Names of objects are hashes:
   * the first look into a repository needs them all. Images never change, so no machine can tell.
   */
  prepare(): boolean {
    this.#preparation ??= nameObjects(this.#options.catalogue);
    return this.#preparation.next().done !== true;
  }

  /**
   * Queues an event; it is delivered at the beginning of the next `run`.
   * @simplified Ctrl-C, Ctrl-\\ and Ctrl-Z end a paste that is under way; in life they would wait behind it.
   */
  send(event: LabEvent): void {
    if (event.kind === "keys" && /^[\x03\x1a\x1c]$/.test(event.text))
      this.#queue = this.#queue.filter((other) => other.kind !== "keys" || other.tty !== event.tty);
    this.#queue.push(event);
  }

  /**
   * Delivers what is queued, then runs at most `ticks`, or until `isOver`, which is asked before each, or much has been printed for
   * whoever asks. Returns what came out, in order.
   * When there is news, a view is last; at a prompt it comes alone in a run of its own, so that what the machine says need not wait for it.
   */
  run(ticks: number, isOver?: () => boolean): LabChunk[] {
    for (let event = this.#nextEvent(); event !== undefined; event = this.#nextEvent()) {
      this.#undone = [];
      this.#log(event);
      this.#deliver(event);
      // A line without end is echoed and lost: the terminal takes any number of keys.
      if (isOver?.() === true) break;
    }
    this.#printed = 0;
    this.#turn(ticks, isOver && (() => this.#printed >= MOST_PRINTED || isOver()));
    if (this.#isViewDue && !this.#isUnseen && (this.#chunks.length === 0 || !this.#machine.idle))
      this.#chunks.push({ kind: "view", view: this.view() });
    return this.#take();
  }

  /** What is to be delivered now. Of a long paste as much as the terminal takes; the rest waits until it was read. */
  #nextEvent(): LabEvent | undefined {
    const event = this.#queue[0];
    if (event === undefined || !this.#takes(event)) return undefined;
    if (event.kind !== "keys" || event.text.length <= LONGEST_KEYS) return this.#queue.shift();
    // A character in two units is not torn.
    const end = LONGEST_KEYS - Number(/[\ud800-\udbff]/.test(event.text[LONGEST_KEYS - 1] ?? ""));
    this.#queue[0] = { ...event, text: event.text.slice(end) };
    return { ...event, text: event.text.slice(0, end) };
  }

  #takes(event: LabEvent): boolean {
    return event.kind !== "keys" || this.#machine.typedAhead(event.tty) < LONGEST_KEYS;
  }

  #log(event: LabEvent): void {
    const tick = this.tick;
    const last = this.#events.at(-1);
    if (last?.tick === tick && last.event.kind === "keys" && event.kind === "keys" && last.event.tty === event.tty)
      this.#events[this.#events.length - 1] = { ...last, event: { ...event, text: last.event.text + event.text } };
    else this.#events.push({ tick, ...this.#rest(), event });
  }

  /** Whether anything would happen without an event. */
  #rest(): { readonly atRest?: true } {
    return !this.#isStirred && this.#machine.idle && this.sleepsFor === undefined && this.missing === undefined ? { atRest: true } : {};
  }

  #deliver(event: LabEvent): void {
    const machine = this.#machine;
    this.#isStirred = true;
    // The next prompt is a new one, however soon it comes.
    if (isSubstantial(event)) this.#wasAtPrompt = false;
    if (event.kind !== "resize") this.#notable++;
    switch (event.kind) {
      case "keys":
        if (/[\r\n]/.test(event.text)) {
          this.#trace = [];
          this.#lastRefusal = undefined;
        }
        machine.keys(event.tty, event.text);
        break;
      case "resize":
        machine.resize(event.tty, event.columns, event.rows);
        break;
      case "power-cut":
        machine.powerCut(event.seed === undefined ? {} : { seed: event.seed });
        break;
      case "power-on":
        machine.powerOn();
        break;
      case "reboot":
        machine.pressReboot();
        break;
      case "open-tty":
        machine.openTty(event.tty);
        break;
      case "fault":
        machine.setFault(event.name, event.on, event.write);
        break;
      default:
        event satisfies never;
    }
  }

  #turn(ticks: number, isOver?: () => boolean): void {
    this.#machine.run(ticks, isOver);
    if (ticks > 0) this.#isStirred = false;
    this.#settle();
  }

  /** At each fresh prompt: a checkpoint and a view. */
  #settle(): void {
    const atPrompt = this.#machine.idle && this.#machine.atPrompt;
    const { bootCount, power } = this.#machine;
    if (atPrompt && power === "running" && bootCount !== this.#logins.boot) {
      this.#logins = { count: this.#logins.count + 1, boot: bootCount };
      // Nobody reads what a boot says and types in less time than a journal waits (five seconds, ext4(5)).
      this.#machine.disk.sync();
    }
    if (atPrompt && !this.#wasAtPrompt) this.#takeCheckpoint();
    this.#wasAtPrompt = atPrompt;
    this.#isViewDue ||= this.#machine.idle ? this.#state() !== this.#viewed : !this.#viewed.startsWith(this.#powerState());
  }

  /** Changes whenever a view would. */
  #state(): string {
    return `${this.#powerState()}${this.#machine.idle && this.#machine.atPrompt} ${this.#notable}`;
  }

  #powerState(): string {
    return `${this.#machine.power} ${this.#machine.bootCount} `;
  }

  #takeCheckpoint(): void {
    const machine = this.#machine.checkpoint();
    if (!machine) return;
    this.#checkpoints.push(this.#checkpointOf(machine));
  }

  #checkpointOf(machine: MachineCheckpoint): Checkpoint {
    const rest = this.#atRest(machine);
    const written = this.#machine.bytesWritten;
    const weight = Math.max(0, written - this.#written) + rest.transcripts.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#written = written;
    return { ...rest, weight };
  }

  #atRest(machine: MachineCheckpoint): Omit<Checkpoint, "weight"> {
    return {
      machine,
      events: this.#events.length,
      tick: this.tick,
      transcripts: this.#transcripts.map((transcript) => ({ bytes: transcript.bytes(), dropped: transcript.dropped })),
      commands: this.#commands.length,
      logins: this.#logins,
    };
  }

  get seed(): number {
    return this.#options.seed;
  }

  get flavour(): string {
    return this.#options.flavour;
  }

  /** All that terminal `tty` has shown, cut to the recent past. */
  screen(tty: number): Uint8Array {
    return this.#transcripts[tty]?.bytes() ?? new Uint8Array();
  }

  /** This moment, for `commandsSince` and `shownSince`. */
  mark(): LabMark {
    return { tick: this.tick, commands: this.#commands.length, shown: this.#shown, logins: this.#logins.count };
  }

  /** Command lines that were typed at prompts, those inside other shells included. */
  commandsSince({ commands }: LabMark): readonly CommandRecord[] {
    return this.#commands.slice(commands);
  }

  /** What the console has shown, as it was sent to the terminal. */
  shownSince({ shown }: Pick<LabMark, "shown">): Uint8Array {
    return this.#transcripts[0]?.since(shown) ?? new Uint8Array();
  }

  /** What a command has printed so far: its own output, without echo and prompt. */
  printedBy({ shown, shownAtEnd = this.#shown }: CommandRecord): Uint8Array {
    return this.shownSince({ shown }).subarray(0, shownAtEnd - shown);
  }

  /** Bytes that the console has shown so far. */
  get #shown(): number {
    return this.#transcripts[0]?.end ?? 0;
  }

  /** A fresh view of the machine as it stands. */
  view(): View {
    this.#isViewDue = false;
    this.#viewed = this.#state();
    this.#revision++;
    return this.glance();
  }

  /** The machine as it stands, for whoever is not the page: its next view is as due as before. */
  glance(): View {
    return this.#views.build({
      revision: this.#revision,
      machine: this.#machine,
      flavour: this.#options.flavour,
      trace: this.#trace,
      lastRefusal: this.#lastRefusal,
      canUndo: this.#checkpoints.undoTarget(this.#events) !== undefined,
      canRedo: this.#undone.length > 0,
      undoLabel: this.#undoLabel(),
    });
  }

  #undoLabel(): string {
    const target = this.#checkpoints.undoTarget(this.#events);
    if (!target) return "";
    const since = this.#events.slice(target.checkpoint.events).map(({ event }) => event);
    const special = since.find((event) => event.kind !== "keys" && event.kind !== "resize" && event.kind !== "open-tty");
    if (special) return special.kind === "fault" ? `fault ${special.name}` : special.kind;
    return this.#machine.lastCommand ?? "";
  }

  /** Takes back the last command, or whatever happened since the last prompt. Without anything to undo, nothing comes out. */
  undo(): LabChunk[] {
    const target = this.#checkpoints.undoTarget(this.#events);
    if (!target) return [];
    const tail = this.#events.slice(target.checkpoint.events);
    this.#checkpoints.drop(target.dropped);
    const present = this.#machine.idle ? this.#machine.checkpoint() : undefined;
    if (present)
      this.#undone.push({
        checkpoint: this.#checkpointOf(present),
        tail,
        commands: this.#commands.slice(target.checkpoint.commands),
      });
    else this.#undone = [];
    this.#restore(target.checkpoint);
    return this.#take();
  }

  /** Does again what undo took back. */
  redo(): LabChunk[] {
    const undone = this.#undone.pop();
    if (!undone) return [];
    const before = this.#checkpoints.last;
    this.#events.push(...undone.tail);
    this.#commands.push(...undone.commands);
    this.#restore({ ...undone.checkpoint, events: this.#events.length });
    if (before) this.#checkpoints.push({ ...undone.checkpoint, events: this.#events.length });
    return this.#take();
  }

  #restore(checkpoint: Checkpoint): void {
    this.#machine.dispose();
    this.#events.length = Math.min(this.#events.length, checkpoint.events);
    this.#commands.length = Math.min(this.#commands.length, checkpoint.commands);
    this.#machine = this.#revive(checkpoint);
    this.#written = this.#machine.bytesWritten;
    this.#trace = [];
    this.#lastRefusal = undefined;
    this.#chunks = [];
    this.#chunks.push(...this.#screens());
    this.#wasAtPrompt = true;
    this.#chunks.push({ kind: "view", view: this.view() });
  }

  /** The machine of `checkpoint`, and with it what was shown and known then. */
  #revive({ machine: saved, tick, transcripts, logins }: Checkpoint): Machine {
    const { distro, flavour, seed, catalogue } = this.#options;
    const machine = this.#connect(Machine.restore(distro.machine({ flavour, seed, catalogue }), saved));
    this.#tickBase = tick - machine.ticks;
    this.#transcripts = transcripts.map(({ bytes, dropped }) => new Transcript(bytes, dropped));
    this.#logins = logins;
    return machine;
  }

  /** A new machine, as from the installer. */
  reset(): LabChunk[] {
    this.#machine.dispose();
    this.#tickBase = 0;
    this.#queue = [];
    this.#events = [];
    this.#commands = [];
    this.#logins = { count: 0, boot: 0 };
    this.#checkpoints = new CheckpointRing();
    this.#written = 0;
    this.#undone = [];
    this.#trace = [];
    this.#lastRefusal = undefined;
    this.#wasAtPrompt = false;
    this.#transcripts = [new Transcript(), new Transcript()];
    this.#machine = this.#start();
    return this.show();
  }

  /** The run so far, fit for a save file or a link. */
  log(): LabLog {
    return {
      version: 1,
      machine: this.#options.distro.name,
      flavour: this.#options.flavour,
      seed: this.#options.seed,
      events: this.#events.slice(),
      tick: this.tick,
      ...this.#rest(),
    };
  }

  /** A new lab, when what its machine starts from is there. */
  static *starting(options: LabOptions): Generator<Missable, Lab> {
    const { start } = options.distro;
    if (usablePrebuilt(withDefaults(options)) === undefined && !start.isThere) yield start;
    return new Lab(options);
  }

  /** Runs a log again where nothing is missing; see `replaying`. */
  static replay(options: LabOptions, log: LabLog | RunScript, patience = PATIENCE): Lab {
    const { done, value } = Lab.replaying(options, log, patience).next();
    if (done !== true) throw new Error(`internal error: the run needs ${value.name}`);
    return value;
  }

  /**
   * Runs a log again, to where it ended, and stops for whatever is missing until it is there. Nothing of it comes out, ask
   * `show`. A run in which something happened during the boot begins with the boot. Throws `BadRun` when a step of it takes more than
   * `patience` ticks.
   */
  static *replaying(options: LabOptions, log: LabLog | RunScript, patience = PATIENCE): Generator<Missable, Lab> {
    const script = "version" in log ? scriptOf(log) : log;
    const lab = yield* Lab.before(options, script);
    lab.#isUnseen = true;
    for (const { when, event } of script.events) {
      yield* lab.#runTo(when, patience);
      lab.#log(event);
      lab.#deliver(event);
    }
    yield* lab.#runTo(script.end, patience);
    lab.#isUnseen = false;
    lab.#chunks = [];
    return lab;
  }

  /** The machine that a run began with: one that has booted, unless something happened before it had. */
  static *before(options: LabOptions, { flavour, seed, events, end }: RunScript): Generator<Missable, Lab> {
    const { prebuilt } = options;
    const first = events[0]?.when ?? end;
    const isAfterBoot = prebuilt !== undefined && (first === "at rest" || ("tick" in first && prebuilt.tick <= first.tick));
    return yield* Lab.starting({ ...options, flavour, seed, prebuilt: isAfterBoot ? prebuilt : undefined });
  }

  *#runTo(when: When, patience: number): Generator<Missable, void> {
    const end = when === "at rest" ? Infinity : "tick" in when ? when.tick : this.tick + when.after;
    const start = this.tick;
    while (this.tick < end) {
      const before = this.tick;
      if (before - start > patience) throw new BadRun("the run never comes to rest");
      this.#turn(Math.min(end - before, REPLAYED_AT_ONCE));
      if (this.missing !== undefined) {
        yield this.missing;
        continue;
      }
      if (this.tick === end || !this.#machine.idle) continue;
      if (this.sleepsFor === undefined) return;
      this.wake();
    }
    this.#settle();
  }

  #take(): LabChunk[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}

function withDefaults(options: LabOptions): LabOptions & { readonly flavour: string; readonly seed: number } {
  return { ...options, flavour: options.flavour ?? options.distro.flavours[0].id, seed: options.seed ?? 1 };
}

/** The machine that has booted, when it is the one that is wanted. */
function usablePrebuilt({ prebuilt, flavour, seed }: ReturnType<typeof withDefaults>): Prebuilt | undefined {
  return prebuilt?.flavour === flavour && prebuilt.seed === seed ? prebuilt : undefined;
}

function* nameObjects({ releases }: Catalogue): Generator<void> {
  for (const release of releases) yield* release.nameObjects();
}
