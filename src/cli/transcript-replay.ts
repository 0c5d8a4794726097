/** One recording replayed: what came of each of its steps. */
import type { RecordedMachines } from "../distros/recorded/recorded.ts";
import { firstDifference, mask, treeDifference, type Difference, type Transcript, type TypedStep } from "./transcript-format.ts";
import { isMachine, withoutNumbers, TranscriptMachine } from "./transcript-machine.ts";

/** A step by its number from 0, or one of the comparisons of directories before and after all steps. */
export type StepName = number | "initial" | "final";

export interface StepResult {
  readonly step: StepName;
  /** What was typed, or what happened. */
  readonly what: string;
  readonly outcome:
    | { readonly kind: "passed" }
    | { readonly kind: "failed"; readonly difference: Difference }
    /** The recorded system lacked a program that ours has. */
    | { readonly kind: "skipped"; readonly because: string };
  /** Bytes of output recorded, and how many of them were matched as volatile. */
  readonly bytes: number;
  readonly volatileBytes: number;
}

/** Why the recording cannot be replayed at all yet; undefined when it can. */
export function missingMachine({ machine: { name } }: Transcript): string | undefined {
  return isMachine(name) ? undefined : `no such machine yet: ${name}`;
}

/** Replays all steps, going on after failures. The machine must exist. */
export function replayTranscript(transcript: Transcript, machines: RecordedMachines): StepResult[] {
  const { name, prepare = [] } = transcript.machine;
  if (!isMachine(name)) throw new RangeError(`no machine ${name}`);
  const machine = new TranscriptMachine(machines, name, transcript.shell);
  /** A fault that came up meanwhile is what counts. */
  const judged = (step: StepName, what: string, outcome: StepResult["outcome"], bytes = 0, volatileBytes = 0): StepResult => {
    const fault = machine.faults.splice(0)[0];
    return {
      step,
      what,
      outcome: fault === undefined ? outcome : failure({ part: "fault", recorded: "none", ours: fault }),
      bytes,
      volatileBytes,
    };
  };
  const trees = (step: "initial" | "final", recorded: Transcript["initial_trees"] = {}): StepResult[] => {
    const paths = Object.keys(recorded);
    if (paths.length === 0) return [];
    const differences = paths.flatMap((path) => treeDifference(withoutNumbers(recorded[path] ?? {}), machine.tree(path)) ?? []);
    return [judged(step, paths.join(" "), differences[0] ? failure(differences[0]) : PASSED)];
  };
  for (const command of prepare) machine.prepare(command);
  const initial = trees("initial", transcript.initial_trees);
  const steps = transcript.steps.map((step, number) => {
    if ("event" in step) {
      const outcome = machine.act(step.event) ? PASSED : failure({ part: "event", recorded: step.event, ours: "no such event yet" });
      return judged(number, step.event, outcome);
    }
    const { outcome, bytes, volatileBytes } = runStep(machine, machines, step);
    return judged(number, step.cmd, outcome, bytes, volatileBytes);
  });
  return [...initial, ...steps, ...trees("final", transcript.final_trees)];
}

const PASSED = { kind: "passed" } as const;

function failure(difference: Difference): StepResult["outcome"] {
  return { kind: "failed", difference };
}

function runStep(machine: TranscriptMachine, machines: RecordedMachines, step: TypedStep): Omit<StepResult, "step" | "what"> {
  const matched = [step.stdout, step.stderr].map((text) => mask(text, step.volatile).matched);
  const counts = {
    bytes: Buffer.byteLength(step.stdout) + Buffer.byteLength(step.stderr),
    volatileBytes: matched.reduce((sum, each) => sum + each, 0),
  };
  const answer = machine.shell(step.user).run(step.cmd, step.typed ?? []);
  const difference =
    answer.cwd !== undefined && answer.cwd !== step.cwd
      ? { part: "directory", recorded: step.cwd, ours: answer.cwd }
      : firstDifference(step, answer);
  if (!difference) return { ...counts, outcome: PASSED };
  const lacked = lackedProgram(step, machines);
  return {
    ...counts,
    outcome: lacked === undefined ? failure(difference) : { kind: "skipped", because: `the recorded system has no ${lacked}` },
  };
}

/** A program that was not found when this was recorded, though this build has it. */
function lackedProgram(step: TypedStep, machines: RecordedMachines): string | undefined {
  if (step.exit !== 127) return undefined;
  const name = /: ([^\s:]+): command not found$/m.exec(step.stderr)?.[1];
  return name !== undefined && machines.hasProgram(name) ? name : undefined;
}
