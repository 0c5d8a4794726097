/** What a page may ask of its lab now and then; comes to the worker when it is asked first. */
import type { Lab, LabOptions } from "../lab/lab.ts";
import { packRun, proofOf } from "../lab/packed-run.ts";
import { recording } from "../lab/recording.ts";
import type { CommandRecord } from "../lab/records.ts";
import { scriptOf } from "../lab/run-script.ts";
import type { Missable } from "../machine/program.ts";

/** Each question with its answer. */
export interface Answers {
  /** The run as text, see lab/packed-run.ts. */
  readonly packed: string;
  /** What the machine looks like, in a few letters. */
  readonly proof: string;
  /** The run as an asciicast. */
  readonly recording: string;
  /** The command lines typed at prompts so far. */
  readonly commands: readonly CommandRecord[];
}

export type Question = keyof Answers;

/** Stops for what is missing. */
type Answerer<Q extends Question> = (lab: Lab, options: LabOptions) => Generator<Missable, Answers[Q]>;

export const ANSWERERS: { readonly [Q in Question]: Answerer<Q> } = {
  *packed(lab) {
    return packRun(lab.log(), proofOf(lab));
  },
  *proof(lab) {
    return proofOf(lab);
  },
  recording: (lab, options) => recording(options, scriptOf(lab.log()), options.distro.title),
  *commands(lab) {
    return lab.commandsSince({ tick: 0, commands: 0, shown: 0, logins: 0 });
  },
};
