/**
 * A lesson as the engine and the page know it: plain data, compiled from `lessons/<track>/<lesson>/lesson.md` when the site is built
 * (or in the browser, for a lesson that somebody is writing). Whatever is HTML here was sanitised by the compiler.
 */
import type { Act } from "../lab/acts.ts";
import type { FaultName } from "../machine/world.ts";

export type { Act };

export interface Lesson {
  /** Stable: progress is kept under it. */
  readonly id: string;
  /** BCP 47, of the text. */
  readonly language: string;
  readonly title: string;
  readonly summary: string;
  /** How long it takes. */
  readonly minutes: number;
  readonly level: "beginner" | "intermediate" | "advanced";
  readonly machine: LessonMachine;
  /** What people believe before it, in their words; the lesson meets it. */
  readonly misconception: string;
  readonly objectives: readonly string[];
  /** Lessons that come before it. */
  readonly requires: readonly string[];
  readonly licence: string;
  /** What happened to the machine before the learner came. */
  readonly setup: readonly Act[];
  readonly coach: readonly CoachRule[];
  /** Before the first step; nothing is asked of the learner. */
  readonly intro: readonly Piece[];
  readonly steps: readonly [Step, ...Step[]];
  /** After the last. */
  readonly done: readonly Piece[];
  /** Terms that the text points at: a name, and what it means as HTML. */
  readonly glossary: Readonly<Record<string, { readonly title: string; readonly html: string }>>;
}

export interface LessonMachine {
  /** As in `--machine silverblue`. */
  readonly name: string;
  readonly flavour?: string;
  readonly seed?: number;
  /** A second one beside it, for lessons that compare; checks and solutions are of the first. */
  readonly beside?: string;
}

export interface Step {
  /** Unique in the lesson. */
  readonly id: string;
  readonly title: string;
  /** In reading order. */
  readonly body: readonly Piece[];
  readonly hints: readonly Hint[];
  readonly solutions: readonly Solution[];
  readonly tries: readonly WrongTry[];
}

/** A stretch of a step's text, or something in it that the engine knows of. */
export type Piece =
  /** Commands in it are `<button data-do="run" data-command="…">`, terms `<button data-term="…">`; see `authoring/`. */
  | { readonly kind: "prose"; readonly html: string }
  | { readonly kind: "check"; readonly check: Check }
  | { readonly kind: "predict"; readonly predict: Predict }
  | { readonly kind: "quiz"; readonly quiz: Quiz };

/** A goal: a state to reach, never a way. */
export interface Check {
  /** Unique in the lesson, as are the ids of predictions and quizzes. */
  readonly id: string;
  /** What is asked, as HTML of one line. */
  readonly title: string;
  /** Counts for more or nothing at all: a bonus does not hold up the step. */
  readonly isOptional: boolean;
  /** `auto`: looked at whenever the machine comes to rest; `button`: when the learner asks. */
  readonly when: "auto" | "button";
  readonly goal: Predicate;
  /** Asked in order when the goal does not hold: the first whose `if` holds says why; the last may be without. */
  readonly otherwise: readonly { readonly if?: Predicate; readonly say: string }[];
}

export interface Hint {
  /** Graded: a nudge, a pointer, the command itself. */
  readonly html: string;
  /** What a press of its button types. */
  readonly run?: string;
}

export interface Solution {
  readonly id: string;
  readonly title: string;
  readonly acts: readonly Act[];
  /** What it brings about where that is not "every check of the step": the ids of checks that pass, and of those that do not. */
  readonly expect?: { readonly pass: readonly string[]; readonly fail: readonly string[] };
}

/** A way that people take and that does not lead there; what they are told is tested. */
export interface WrongTry {
  readonly id: string;
  readonly acts: readonly Act[];
  /** A coach rule's id, a check's id (its `otherwise` speaks), or words that the terminal prints. */
  readonly says: { readonly coach: string } | { readonly check: string; readonly text: string } | { readonly output: string };
}

/** "What will happen?" The right answer is found by doing it on a fork, so it is never stale. */
export interface Predict {
  readonly id: string;
  /** HTML. */
  readonly question: string;
  /** Done on the fork before the options are asked; nothing is done to the learner's machine. */
  readonly acts: readonly Act[];
  /** Exactly one holds after the acts. */
  readonly options: readonly { readonly html: string; readonly holds: Predicate; readonly because?: string }[];
}

export interface Quiz {
  readonly id: string;
  readonly question: string;
  readonly isMultiple: boolean;
  readonly options: readonly { readonly html: string; readonly isRight: boolean; readonly because?: string }[];
}

/** Speaks once, when its `if` becomes true; a pattern that people fall into, not an error. */
export interface CoachRule {
  readonly id: string;
  readonly if: Predicate;
  /** HTML. */
  readonly say: string;
}

/** Which of the versions on the disk. `next-boot`: what a reboot now would bring; `previous`: the kept one that a rollback would bring. */
export type Version = "booted" | "next-boot" | "previous";

/** True or false of a machine and of what was done to it. All are evaluated on forks. */
export type Predicate =
  | { readonly file: FilePredicate }
  | { readonly mount: MountPredicate }
  | { readonly package: PackagePredicate }
  | { readonly version: VersionPredicate }
  | { readonly app: AppPredicate }
  | { readonly container: ContainerPredicate }
  | { readonly boot: BootPredicate }
  | { readonly survives: SurvivesPredicate }
  | { readonly command: CommandPredicate }
  | { readonly output: OutputPredicate }
  | { readonly unit: UnitPredicate }
  | { readonly fault: { readonly name: FaultName; readonly on: boolean } }
  | { readonly sh: ScriptPredicate }
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate };

export interface FilePredicate {
  readonly path: string;
  /** "booted" unless said. */
  readonly in?: Version;
  readonly absent?: boolean;
  readonly type?: "file" | "directory" | "link";
  readonly contains?: string;
  /** Regular expression, multi-line. */
  readonly matches?: string;
  readonly equals?: string;
  /** Octal, e.g. "0644". */
  readonly mode?: string;
  readonly owner?: string;
  /** Letters of lsattr(1) that are set, e.g. "i". */
  readonly attributes?: string;
  /** What a write to it as root would meet. */
  readonly writable?: boolean;
}

/** What a path lies on. */
export interface MountPredicate {
  readonly path: string;
  readonly readonly?: boolean;
  readonly fstype?: string;
  readonly in?: Version;
}

/** A Flatpak app. */
export interface AppPredicate {
  readonly id: string;
  readonly scope?: "user" | "system";
  readonly absent?: boolean;
}

/** A container of the learner's. */
export interface ContainerPredicate {
  readonly name: string;
  readonly absent?: boolean;
  /** That is installed in it. */
  readonly package?: string;
}

/** What the terminal has shown since `since`, the step unless said; regular expression, multi-line. */
export interface OutputPredicate {
  readonly matches: string;
  readonly since?: "step" | "start";
}

export interface UnitPredicate {
  readonly name: string;
  readonly active?: boolean;
  readonly enabled?: boolean;
  readonly in?: Version;
}

/** Exit status 0 is true. `fail-message TEXT` ends it and says why not, `note TEXT` adds to what was seen. */
export interface ScriptPredicate {
  readonly script: string;
  /** The learner unless said. */
  readonly user?: string;
  readonly in?: Version;
}

export interface PackagePredicate {
  readonly name: string;
  readonly in?: Version;
  readonly absent?: boolean;
  /** `layered`: on top of what the system came with. */
  readonly state?: "base" | "layered";
  readonly version?: string;
}

export interface VersionPredicate {
  /** The one that is looked at; without it, `count` counts all. */
  readonly which?: "booted" | "default" | "staged" | "previous" | "pinned";
  readonly absent?: boolean;
  /** As "44.20261103.0", a regular expression. */
  readonly matches?: string;
  readonly pinned?: boolean;
  /** e.g. ">=2". */
  readonly count?: string;
  /** Is it another than at the start of the lesson or step? */
  readonly changed?: "start" | "step";
}

export interface BootPredicate {
  /** "step" unless said, here and below. */
  readonly since?: "step" | "start";
  /** e.g. ">=1"; boots that ended at a login. */
  readonly count?: string;
  readonly into?: "default" | "other" | "new" | "old";
}

export interface SurvivesPredicate {
  /** A file that is there now. */
  readonly path: string;
  readonly across: "reboot" | "update" | "rollback" | "power-cut";
}

/** What was typed; for "have a look" tasks. */
export interface CommandPredicate {
  /** Regular expression over the line as typed, white space made single. */
  readonly ran: string;
  readonly exit?: number | "failed";
  readonly since?: "step" | "start";
  readonly count?: string;
}
