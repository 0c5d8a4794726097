/**
 * `systemctl edit`: a drop-in in /etc, or with `--full` a whole unit, written in an editor or read from standard input.
 * Source: systemd/systemd:src/systemctl/systemctl-edit.c, src/shared/edit-util.c (257).
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import { temporaryName, writeNewFile } from "../../engines/ostree/files.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { flushBefore } from "../output.ts";
import { baseName, dirName } from "../paths.ts";
import { Refusal } from "./connect.ts";

const CONFIG = "/etc/systemd/system";
const START = "### Anything between here and the comment below will become the contents of the drop-in file";
const END = "### Edits below this comment will be discarded";

export function* editUnits(proc: Process, manager: SystemManager, units: readonly string[], options: ParsedOptions): Run<ExitStatus> {
  const isPiped = options.has("stdin");
  if (!isPiped && !(proc.sys.isatty(1) && proc.sys.isatty(2))) throw new Refusal("Cannot edit units interactively if not on a tty.");
  const files = units.map((unit) => fileOf(manager, unit, options));
  const given = isPiped ? decodeUtf8(yield* proc.readToEnd(0)) : undefined;
  for (const file of files) yield* editFile(proc, file, given);
  manager.reload();
  return 0;
}

/** A file that is to be written, and what its editor shows beside it. */
interface EditedFile {
  readonly path: string;
  /** The directory that only it is in. */
  readonly own: string | undefined;
  /** What a whole unit starts from. */
  readonly original: string | undefined;
  /** The files that a drop-in adds to; undefined for a whole unit. */
  readonly comments: readonly string[] | undefined;
}

/** Throws `Refusal` for a unit that is masked or that there is not. */
function fileOf(manager: SystemManager, name: string, options: ParsedOptions): EditedFile {
  const unit = manager.load(name);
  if (unit.load === "masked") throw new Refusal(`Cannot edit ${name}: unit is masked.`);
  const isFull = options.has("full");
  if (unit.file === "" && !options.has("force"))
    throw new Refusal(`No files found for ${name}.\nRun 'systemctl edit --force --full ${name}' to create a new unit.`);
  if (isFull) return { path: `${CONFIG}/${name}`, own: undefined, original: unit.file === "" ? undefined : unit.file, comments: undefined };
  const chosen = options.value("drop-in") ?? "override.conf";
  const dropIn = chosen.endsWith(".conf") ? chosen : `${chosen}.conf`;
  if (dropIn.includes("/")) throw new Refusal(`Invalid drop-in file name '${dropIn}'.`);
  const own = `${CONFIG}/${name}.d`;
  return { path: `${own}/${dropIn}`, own, original: undefined, comments: [unit.file, ...unit.dropIns].filter((each) => each !== "") };
}

/** Writes one file from what `given` says or an editor leaves. Throws `Refusal` where it may not be written. */
function* editFile(proc: Process, { path, own, original, comments }: EditedFile, given: string | undefined): Run<void> {
  const { sys } = proc;
  const temporary = temporaryName(sys, `${dirName(path)}/.#${baseName(path)}`);
  if (own !== undefined && !exists(sys, own)) refusing(`create parent directories for '${path}'`, () => sys.mkdir(own, 0o755));
  const before = readTextIfThere(sys, path) ?? (original === undefined ? undefined : readTextIfThere(sys, original));
  const text = given ?? (comments === undefined ? (before ?? "") : withMarkers(proc, path, before, comments));
  refusing(`create temporary file for '${path}'`, () => writeNewFile(sys, temporary, encodeUtf8(text), { mode: 0o644 }));
  try {
    const isDropIn = given === undefined && comments !== undefined;
    if (given === undefined) yield* runEditor(proc, isDropIn ? ["+4", temporary] : [temporary]);
    const edited = readTextIfThere(sys, temporary) ?? "";
    const contents = (isDropIn ? between(edited) : edited).trim();
    yield* flushBefore(proc);
    if (contents === "") {
      if (isDropIn && edited.split("\n").some((line) => line.trim() !== "" && !line.trimStart().startsWith("#")))
        yield* proc.printError("Found modifications outside of the staging area, which would be discarded.\n");
      yield* proc.printError(
        given === undefined
          ? `${path}: after editing, new contents are empty, not writing file.\n`
          : "Stripped stdin content is empty, not writing file.\n",
      );
      return;
    }
    yield* proc.writeFile(temporary, `${contents}\n`);
    sys.rename(temporary, path);
    yield* proc.printError(`Successfully installed edited file '${path}'.\n`);
  } finally {
    orUndefined(() => sys.unlink(temporary));
    // A directory that was made for nothing goes.
    if (own !== undefined) orUndefined(() => sys.rmdir(own));
  }
}

/** What the drop-in says already, between marks, and below it as comments what it adds to. */
function withMarkers(proc: Process, path: string, before: string | undefined, comments: readonly string[]): string {
  const own = before ?? "";
  const beside = comments
    .filter((each) => each !== path)
    .map((each) => {
      const text = (readTextIfThere(proc.sys, each) ?? "").trim();
      return `\n\n### ${each}${text === "" ? "" : `\n# ${text.replaceAll("\n", "\n# ")}`}`;
    });
  return `### Editing ${path}\n${START}\n\n${own}${own.endsWith("\n") ? "" : "\n"}\n${END}\n${beside.join("")}`;
}

function between(text: string): string {
  const start = text.indexOf(START);
  const inside = start < 0 ? text : text.slice(start + START.length);
  const end = inside.indexOf(END);
  return end < 0 ? inside : inside.slice(0, end);
}

/** $SYSTEMD_EDITOR, $EDITOR or $VISUAL, else the first known one. Throws `Refusal` when there is none. */
function* runEditor(proc: Process, files: readonly string[]): Run<void> {
  const wanted = ["SYSTEMD_EDITOR", "EDITOR", "VISUAL"].map((name) => proc.env.get(name) ?? "").find((value) => value !== "");
  for (const command of [...(wanted === undefined ? [] : [wanted]), "editor", "nano", "vim", "vi"]) {
    const argv = command.split(/\s+/).filter((word) => word !== "");
    const program = findProgram(proc, argv[0] ?? "");
    if (program === undefined || !exists(proc.sys, program)) {
      if (command === wanted)
        yield* proc.printError(`Specified editor '${argv[0] ?? ""}' not available, trying fallbacks: No such file or directory\n`);
      continue;
    }
    const child = proc.spawn({ argv: [...argv, ...files], program: { path: program } });
    const { ending } = (yield* proc.wait(child.pid)) ?? {};
    if (ending?.kind === "exited" && ending.status === 0) return;
    throw new Refusal(ending?.kind === "exited" ? `(editor) failed with exit status ${ending.status}.` : "(editor) terminated by signal.");
  }
  throw new Refusal("Cannot edit files, no editor available. Please set either $SYSTEMD_EDITOR, $EDITOR or $VISUAL.");
}

function refusing(what: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (isSysError(error)) throw new Refusal(`Failed to ${what}: ${error.text}`);
    throw error;
  }
}
