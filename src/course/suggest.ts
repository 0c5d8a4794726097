/** Goals that somebody may have had: what is true of a machine after a deed and was not before. */
import type { DeploymentView } from "../engines/system-view.ts";
import type { Lab, LabOptions } from "../lab/lab.ts";
import type { Paced } from "../lab/settle.ts";
import { readTextIfThere } from "../machine/read-text.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Predicate } from "./lesson.ts";
import { holds } from "./look.ts";
import { identityOf, markOf, versionsOf } from "./marks.ts";
import { Scene, type Marks } from "./scene.ts";

export interface Suggestion {
  readonly goal: Predicate;
  /** What is asked, in words without markup. */
  readonly title: string;
}

/** Where people keep what is theirs. */
const PLACES = ["/etc", "/home", "/var", "/tmp", "/usr/bin"];
/** What machines write by themselves, below these. */
const NOISE =
  /^\/var\/(log|lib|cache|tmp|spool|run|lock|account)(\/|$)|^\/etc\/(g?shadow|machine-id|resolv\.conf|ld\.so\.cache|\.updated|.*-$)|\/\.(bash_history|lesshst|cache|local|config|var|viminfo)(\/|$)|^\/tmp\/(systemd|\.)|\.lock$/;
/** A file that is longer is not read. */
const LONGEST_TEXT = 65_536;
/** A stretch of a line that can be asked for by the letter. */
const PLAIN_TEXT = /[\w.,:=/@%+-][\w .,:=/@%+-]{0,38}[\w.,:=/@%+-]|\w/g;
const MOST_FILES = 20_000;
/** Of one deed. */
const MOST_GOALS = 3;

interface FileFact {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly flags: string;
  readonly text: string;
}

/** `before` and `after` are at rest at a prompt, as `line` left them; "" when nothing was typed. */
export function* suggestionsFor(
  options: LabOptions,
  start: Marks["start"],
  before: Lab,
  after: Lab,
  line: string,
): Paced<readonly Suggestion[]> {
  const marks = { start, step: markOf(before, options) };
  const then = new Scene(before, options, false);
  const now = new Scene(after, options, false);
  const found: Suggestion[] = [];
  for (const suggestion of candidates(options, before, after, line)) {
    if (found.length === MOST_GOALS) break;
    if (!(yield* holds(then, marks, suggestion.goal)) && (yield* holds(now, marks, suggestion.goal))) found.push(suggestion);
  }
  return found;
}

function* candidates(options: LabOptions, before: Lab, after: Lab, line: string): Generator<Suggestion> {
  yield { goal: { boot: { count: ">=1" } }, title: "The machine was restarted" };
  yield { goal: { version: { which: "booted", changed: "step" } }, title: "Another version runs" };
  yield* ofVersions(versionsOf(before, options), versionsOf(after, options));
  // A restart empties what is in memory, which nobody meant.
  if (after.mark().logins === before.mark().logins) yield* ofFiles(survey(before.machine.inspect()), survey(after.machine.inspect()));
  for (const word of new Set(line.split(/[\s'"=]+/).filter((each) => /^[\w@][\w@.-]*$/.test(each)))) {
    if (/^\w+(\.\w+){2,}$/.test(word)) {
      yield { goal: { app: { id: word } }, title: `The app ${word} is installed` };
      yield { goal: { app: { id: word, absent: true } }, title: `The app ${word} is not installed` };
    }
    if (/\b(podman|toolbox|distrobox)\b/.test(line)) {
      yield { goal: { container: { name: word } }, title: `There is a container ${word}` };
      yield { goal: { container: { name: word, absent: true } }, title: `There is no container ${word}` };
    }
    if (/\bsystemctl\b/.test(line)) {
      for (const active of [true, false])
        yield { goal: { unit: { name: word, active } }, title: `${word} is ${active ? "" : "not "}running` };
      for (const enabled of [true, false])
        yield { goal: { unit: { name: word, enabled } }, title: `${word} is ${enabled ? "" : "not "}started at boot` };
    }
    if (/\b(install|remove|uninstall|add|apt|dnf|zypper)\b/.test(line)) {
      yield { goal: { package: { name: word } }, title: `The package ${word} is there` };
      yield { goal: { package: { name: word, absent: true } }, title: `The package ${word} is not there` };
    }
  }
  for (const name of after.machine.world.faults) yield { goal: { fault: { name, on: true } }, title: `The trouble ${name} is there` };
  for (const name of before.machine.world.faults) yield { goal: { fault: { name, on: false } }, title: `The trouble ${name} is over` };
}

function* ofVersions(before: readonly DeploymentView[], after: readonly DeploymentView[]): Generator<Suggestion> {
  const known = new Set(before.map(identityOf));
  const names = (version: DeploymentView): readonly string[] => [...version.layers];
  const had = new Set(before.flatMap(names));
  for (const version of after.filter((each) => !known.has(identityOf(each))))
    for (const name of names(version).filter((each) => !had.has(each)))
      yield version.isBooted
        ? { goal: { package: { name, in: "booted" } }, title: `${name} is in the version that runs` }
        : { goal: { package: { name, in: "next-boot" } }, title: `${name} is in the version that boots next` };
  yield { goal: { version: { which: "staged" } }, title: "A version waits for the next boot" };
  yield { goal: { version: { which: "staged", absent: true } }, title: "No version waits for the next boot" };
  yield { goal: { version: { which: "default", changed: "step" } }, title: "Another version is the default" };
  const pins = after.filter(({ isPinned }) => isPinned).length;
  yield {
    goal: { version: { which: "pinned", count: String(pins) } },
    title: pins === 1 ? "One version is pinned" : `${pins} versions are pinned`,
  };
  if (after.length < before.length)
    yield { goal: { version: { count: String(after.length) } }, title: `${after.length} versions are kept` };
}

function* ofFiles(before: ReadonlyMap<string, FileFact>, after: ReadonlyMap<string, FileFact>): Generator<Suggestion> {
  for (const [path, fact] of after) {
    const was = before.get(path);
    const text = newText(was?.text ?? "", fact.text);
    if (text !== undefined && was?.text !== fact.text) yield { goal: { file: { path, contains: text } }, title: `${path} says ${text}` };
    else if (was === undefined)
      yield fact.type === "dir"
        ? { goal: { file: { path, type: "directory" } }, title: `There is a directory ${path}` }
        : { goal: { file: { path } }, title: `There is a file ${path}` };
    if (was === undefined) continue;
    const mode = (fact.mode & 0o7777).toString(8).padStart(4, "0");
    if (was.mode !== fact.mode) yield { goal: { file: { path, mode } }, title: `The mode of ${path} is ${mode}` };
    const letters = [...fact.flags].filter((letter) => /[a-zA-Z]/.test(letter) && !was.flags.includes(letter)).join("");
    if (letters !== "") yield { goal: { file: { path, attributes: letters } }, title: `${path} has the attribute ${letters}` };
  }
  for (const path of before.keys()) if (!after.has(path)) yield { goal: { file: { path, absent: true } }, title: `${path} is gone` };
}

/** Of the first line of `text` that is new, the longest stretch that can be asked for by the letter. */
function newText(before: string, text: string): string | undefined {
  const known = new Set(before.split("\n"));
  for (const line of text.split("\n").filter((each) => !known.has(each))) {
    const [longest] = (line.match(PLAIN_TEXT) ?? []).filter((part) => !before.includes(part)).sort((a, b) => b.length - a.length);
    if (longest !== undefined) return longest;
  }
  return undefined;
}

/** What is in the places that are people's own, and programs, for an unlocked core. */
function survey(sys: Sys): ReadonlyMap<string, FileFact> {
  const facts = new Map<string, FileFact>();
  const folders = PLACES.filter((place) => factOf(sys, place)?.type === "dir");
  for (const folder of folders) {
    if (facts.size > MOST_FILES) break;
    for (const path of namesIn(sys, folder)) {
      const fact = NOISE.test(path) ? undefined : factOf(sys, path);
      if (fact === undefined) continue;
      facts.set(path, fact);
      if (fact.type === "dir") folders.push(path);
    }
  }
  return facts;
}

function namesIn(sys: Sys, folder: string): string[] {
  try {
    return sys.readdir(folder).map(({ name }) => `${folder}/${name}`);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function factOf(sys: Sys, path: string): FileFact | undefined {
  try {
    const { type, mode, uid, size } = sys.lstat(path);
    const flags = type === "file" ? sys.getFlags(path) : "";
    return { type, mode, uid, flags, text: type === "file" && size <= LONGEST_TEXT ? (readTextIfThere(sys, path) ?? "") : "" };
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
