/** Recorded command sessions: their JSON, and how an answer is compared with what was recorded. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What may differ from run to run: matches of `re` count as the word `what`. */
export interface Volatile {
  readonly what: string;
  /** In Python's syntax. */
  readonly re: string;
}

export interface TypedStep {
  readonly user: string;
  readonly cwd: string;
  readonly cmd: string;
  /** Lines typed when the command has fallen silent. */
  readonly typed?: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly volatile?: readonly Volatile[];
  /** The tool walks directories in the file system's own order, or in that of checksums, which are never the recorded ones. */
  readonly lines_in_any_order?: boolean;
}

export interface EventStep {
  /** "reboot [ENTRY]", "powercut", "publish …". */
  readonly event: string;
}

export interface TreeEntry {
  readonly type: string;
  readonly mode?: string;
  readonly owner: string;
  readonly target?: string;
  readonly text?: string;
  readonly size?: number;
}

export type Tree = Readonly<Record<string, TreeEntry>>;

export interface Transcript {
  readonly scenario: string;
  readonly topic: string;
  readonly machine: { readonly name: string; readonly prepare?: readonly string[] };
  readonly shell: "session" | "oneshot" | "tty";
  readonly steps: readonly (TypedStep | EventStep)[];
  readonly initial_trees?: Readonly<Record<string, Tree>>;
  readonly final_trees?: Readonly<Record<string, Tree>>;
}

/** What a shell did at one step. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Reads one recording, gzipped or not. Throws `SyntaxError` for anything but JSON. */
export function readTranscript(path: string): Transcript {
  const raw = readFileSync(path);
  return JSON.parse((raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString("utf8")) as Transcript;
}

/** Python's pattern for JavaScript: flags at the front become flags. */
function patternOf(re: string): RegExp {
  const [, flags = "", body = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(re) ?? [];
  return new RegExp(body, `gu${flags}`);
}

export interface Masked {
  readonly text: string;
  /** UTF-8 bytes that were matched. */
  readonly matched: number;
}

/**
 * What a shell says when it starts a job, and its own number where it misses its terminal: no two machines count processes alike. The
 * recorder marks them only in some steps.
 */
const PROCESS_NUMBERS: readonly Volatile[] = [
  { what: "process id", re: String.raw`(?m)(?<=^\[\d+\] )\d+$` },
  { what: "process id", re: String.raw`(?m)(?<=^bash: \[)\d+(?=: 1 \(255\)\] tcsetattr: )` },
];

/** `text` with every volatile match replaced by its word. Of matches that overlap the one that begins first counts: a time within a date does not. */
export function mask(text: string, volatile: readonly Volatile[] = []): Masked {
  const found = [...volatile, ...PROCESS_NUMBERS]
    .flatMap(({ what, re }) => [...text.matchAll(patternOf(re))].map((match) => ({ what, from: match.index, match: match[0] })))
    .sort((left, right) => left.from - right.from || right.match.length - left.match.length);
  let matched = 0;
  let masked = "";
  let at = 0;
  for (const { what, from, match } of found) {
    if (from < at) continue;
    masked += `${text.slice(at, from)}<${what}>`;
    at = from + match.length;
    matched += Buffer.byteLength(match);
  }
  return { text: masked + text.slice(at), matched };
}

/** Whether `answer` is what was recorded, volatile parts and the order of unordered lines aside. */
export function firstDifference(step: TypedStep, answer: Answer): Difference | undefined {
  if (answer.exit !== step.exit) return { part: "exit", recorded: String(step.exit), ours: String(answer.exit) };
  for (const part of ["stdout", "stderr"] as const) {
    const recorded = comparable(step, step[part]);
    const ours = comparable(step, answer[part]);
    if (recorded !== ours) return { part, recorded, ours };
  }
  return undefined;
}

export interface Difference {
  readonly part: string;
  readonly recorded: string;
  readonly ours: string;
}

function comparable(step: TypedStep, text: string): string {
  const masked = mask(text, step.volatile).text;
  if (step.lines_in_any_order !== true) return masked;
  // A walk that asks at every name puts no newline behind its questions.
  return masked
    .split(step.typed === undefined ? "\n" : /\n|(?<=\? )/)
    .sort()
    .join("\n");
}

/** The first path at which two dumps differ. */
export function treeDifference(recorded: Tree, ours: Tree): Difference | undefined {
  for (const path of [...new Set([...Object.keys(recorded), ...Object.keys(ours)])].sort()) {
    const [left, right] = [recorded[path], ours[path]].map((entry) => (entry ? JSON.stringify(sorted(entry)) : "nothing"));
    if (left !== right) return { part: path, recorded: left ?? "", ours: right ?? "" };
  }
  return undefined;
}

function sorted(entry: TreeEntry): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)));
}
