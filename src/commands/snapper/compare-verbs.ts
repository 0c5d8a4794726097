/** `snapper status`, `diff`, `xadiff` and `undochange`. Sources: openSUSE/snapper:client/snapper/cmd-{status,diff,xadiff,undochange}.cc. */
import { comparison } from "../../engines/snapper/comparison.ts";
import { attributesOf, type FileChange } from "../../engines/snapper/compare.ts";
import { SnapperError } from "../../engines/snapper/errors.ts";
import { below, lstat } from "../../engines/snapper/files.ts";
import type { Snapshots } from "../../engines/snapper/snapshots.ts";
import { undo, undoSteps } from "../../engines/snapper/undo.ts";
import type { Run } from "../../machine/program.ts";
import { readText } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Option } from "../command.ts";
import { stdout } from "../output.ts";
import type { Call, Verb } from "./call.ts";
import { shell } from "./change.ts";
import { GrammarError } from "./grammar.ts";

interface Compared {
  readonly snapshots: Snapshots;
  readonly from: number;
  readonly to: number;
  readonly changes: readonly FileChange[];
}

function* compared(call: Call, snapshots: Snapshots): Run<Compared> {
  const [from, to] = call.twoNumbers(call.args[0] ?? "");
  const changes = yield* comparison(snapshots, from, to);
  yield* call.report(snapshots);
  return { snapshots, from, to, changes };
}

/** The changes of the files that are named on the command line or in --input; all of them when none are. */
function chosen(call: Call, { snapshots, changes }: Compared): readonly FileChange[] {
  const file = call.options.value("input");
  const names = file === undefined ? call.args.slice(1) : namesIn(call, file);
  if (names.length === 0 && file === undefined) return changes;
  const wanted = new Set(
    names.map((name) => {
      const known = changes.find((change) => below(snapshots.config.subvolume, change.name) === name);
      if (known === undefined) throw new SnapperError(`File '${name}' not found.`);
      return known;
    }),
  );
  return changes.filter((change) => wanted.has(change));
}

/** One name a line, with or without what `status` puts before it. */
function namesIn({ proc }: Call, file: string): string[] {
  let text: string;
  try {
    text = readText(proc.sys, file);
  } catch (error) {
    throw isSysError(error) ? new SnapperError(`Opening file '${file}' failed.`) : error;
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^[-+ct.][p.][u.][g.][x.][a.] /, ""));
}

export const status: Verb = {
  name: "status",
  title: "Comparing snapshots",
  operands: "<number1>..<number2>",
  options: [{ name: "output", short: "o", argument: "<file>", help: "Save status to file." }],
  *run(call) {
    const snapshots = yield* call.opened();
    if (call.args.length === 0) throw new GrammarError("Command 'status' needs one argument.", false);
    if (call.args.length > 1)
      throw new GrammarError(
        "Command 'status' needs one argument.\nMaybe you forgot the delimiter '..' between the snapshot numbers.\nSee 'man snapper' for further instructions.",
        false,
      );
    const { changes } = yield* compared(call, snapshots);
    const text = changes.map((change) => `${change.status} ${below(snapshots.config.subvolume, change.name)}\n`).join("");
    const file = call.options.value("output");
    if (file === undefined) yield* call.print(text);
    else yield* call.proc.writeFile(file, text);
    return 0;
  },
};

const INPUT: Option = { name: "input", short: "i", argument: "<file>", help: "Read files to diff from file." };

function needsOne(call: Call, verb: string): void {
  if (call.args.length === 0) throw new GrammarError(`Command '${verb}' needs at least one argument.`, false);
}

export const diff: Verb = {
  name: "diff",
  title: "Comparing snapshots",
  operands: "<number1>..<number2> [files]",
  options: [
    INPUT,
    { name: "diff-cmd", argument: "<command>", help: "Command used for comparing files." },
    { name: "extensions", short: "x", argument: "<options>", help: "Extra options passed to the diff command." },
  ],
  *run(call) {
    const snapshots = yield* call.opened();
    needsOne(call, "diff");
    const both = yield* compared(call, snapshots);
    const command = call.options.value("diff-cmd") ?? "/usr/bin/diff --new-file --unified";
    const extensions = call.options.value("extensions");
    for (const { name } of chosen(call, both)) {
      const paths = [both.from, both.to].map((num) => below(snapshots.treeOf(num), name));
      const words = [command, ...(extensions === undefined ? [] : [extensions]), ...paths.map(quoted)];
      yield* shell(call.proc, words.join(" "));
    }
    return 0;
  },
};

/** As a shell takes it for one word, whatever is in it. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

export const xadiff: Verb = {
  name: "xadiff",
  title: "Comparing snapshots extended attributes",
  operands: "<number1>..<number2> [files]",
  options: [],
  *run(call) {
    const { sys } = call.proc;
    const snapshots = yield* call.opened();
    needsOne(call, "xadiff");
    const both = yield* compared(call, snapshots);
    for (const change of chosen(call, both)) {
      const [before = "", after = ""] = [both.from, both.to].map((num) => below(snapshots.treeOf(num), change.name));
      if (lstat(sys, before) === undefined || lstat(sys, after) === undefined) continue;
      const [was, is] = [attributesOf(sys, before), attributesOf(sys, after)];
      const lines = [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
        if (was.get(name) === is.get(name)) return [];
        return `${is.has(name) ? (was.has(name) ? " -+" : "  +") : "  -"}:${name}\n`;
      });
      if (lines.length > 0) yield* call.print(`--- ${before}\n+++ ${after}\n${lines.join("")}`);
    }
    return 0;
  },
};

const ING = { create: "creating", modify: "modifying", delete: "deleting" } as const;

export const undochange: Verb = {
  name: "undochange",
  title: "Undo changes",
  operands: "<number1>..<number2> [files]",
  options: [{ ...INPUT, help: "Read files for which to undo changes from file." }],
  *run(call) {
    const { sys } = call.proc;
    const snapshots = yield* call.opened();
    needsOne(call, "undochange");
    if (call.twoNumbers(call.args[0] ?? "")[0] === 0) throw new SnapperError("Invalid snapshots.");
    const both = yield* compared(call, snapshots);
    const changes = chosen(call, both);
    const steps = undoSteps(changes);
    if (steps.length === 0) {
      yield* call.print("nothing to do\n");
      return 0;
    }
    const count = (action: string): number => steps.filter((step) => step.action === action).length;
    if (!call.isQuiet) yield* call.print(`create:${count("create")} modify:${count("modify")} delete:${count("delete")}\n`);
    // The files are the caller's affair, whoever looks after the snapshots.
    const daemon = sys.credentials;
    for (const step of steps) {
      if (call.globals.has("verbose")) yield* call.print(`${ING[step.action]} ${below(snapshots.config.subvolume, step.name)}\n`);
      sys.credentials = call.user;
      const kind = changes.find(({ name }) => name === step.name)?.status ?? "";
      for (const line of yield* undo(sys, step, snapshots.treeOf(both.from), snapshots.config.subvolume, kind)) yield* call.warn(line);
      sys.credentials = daemon;
    }
    yield* stdout(call.proc).flush();
    return 0;
  },
};
