#!/usr/bin/env node
/** `lab`: the same machine in Node. Each verb is a file of its own; `main.ts` reads the words and sets the exit status. */
import { argv, exit, stderr, stdout } from "node:process";
import { crashCommand } from "./crash.ts";
import { differCommand } from "./differ.ts";
import { DOCS_USAGE, docsCommand } from "./docs.ts";
import { faultList } from "../lab/faults.ts";
import { LESSON_USAGE, lessonCommand } from "./lesson.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { SITE_USAGE, siteCommand } from "./site.ts";
import { traceCommand } from "./trace.ts";
import { transcriptCommand } from "./transcript.ts";
import { translateCommand } from "./translate.ts";
import { UsageError, type Output } from "./usage.ts";

const USAGE = `Usage: lab VERB …
  run --machine NAME [--flavour NAME] [--seed N] [--json] [--tty] SCRIPT|-
                        run the lines of a script on a fresh machine; lines that begin with a colon act on the machine:
                        :reboot [ENTRY]  :power-cut [after N writes]  :user NAME  :fault NAME [off]
  fault                 list what can be made to go wrong
  trace FILE|DIR…       replay recorded kernel traces
  transcript [--gaps FILE] FILE|DIR…
                        replay recorded command sessions
  crash --machine NAME [--flavour NAME] [--reorder SEED] [--every N] [--again] SCRIPT|-
                        cut the power before every disk write of a script; with --again it is run again afterwards
  replay LINK|FILE      verify a run
  translate [--from NAME] --to NAME LINE
                        what a line that is typed on one machine is on another
  differ kernel [--seed N] [--cases N] [--seconds N] [--keep NAME]
                        run random calls on this computer's kernel and on ours
  differ ostree [FILE…]  play recorded sessions about repositories with this computer's ostree
  differ shell [--record] [FILE…]
                        run tables of scripts in the real bash and in ours
  differ scripts [--record] [FILE…]
                        run whole administrators' scripts with the real tools and in ours
${LESSON_USAGE}${DOCS_USAGE}${SITE_USAGE}`;

type Verb = (words: readonly string[], output: Output) => boolean | Promise<boolean>;

/** `lab fault`: what `:fault`, the page and its address take. */
function faultCommand(words: readonly string[], { line }: Output): boolean {
  if (words.length > 0) throw new UsageError("takes no arguments; in a script, write :fault NAME [off]");
  line(faultList());
  return true;
}

const verbs: Readonly<Record<string, Verb>> = {
  run: runCommand,
  fault: faultCommand,
  trace: traceCommand,
  transcript: transcriptCommand,
  crash: crashCommand,
  replay: replayCommand,
  translate: translateCommand,
  differ: differCommand,
  lesson: lessonCommand,
  docs: docsCommand,
  site: siteCommand,
};

const output: Output = {
  line: (text) => stdout.write(`${text}\n`),
  error: (text) => stderr.write(`${text}\n`),
};

const [name = "", ...words] = argv.slice(2);
const verb = verbs[name];
if (!verb) {
  (name === "" || name === "--help" ? stdout : stderr).write(USAGE);
  exit(name === "--help" ? 0 : 2);
}
try {
  const isGood = await verb(words, output);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  output.error(`lab ${name}: ${error.message}`);
  process.exitCode = 2;
}
