/** zypper's changes: what is to be done is found, shown, asked about and carried out on the root that zypper was given. */
import { compareEvr } from "../../image/package.ts";
import { parseCapability } from "../../image/rpm-md/capability.ts";
import { provides, type RpmPackage, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import { nevra } from "../../image/package.ts";
import { hostOf } from "../../engines/rpm/repositories.ts";
import { matching } from "../../engines/rpm/solvables.ts";
import { solve } from "../../engines/rpm/solver.ts";
import { carryOut, PackageError } from "../../engines/rpm/transaction.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { newest } from "../dnf5/queries.ts";
import { stdout } from "../output.ts";
import { ask, type Prompt } from "./prompt.ts";
import { EXIT, zyppSetting, ZypperError, type ZyppSystem } from "./system.ts";
import { DETAILS, summaryOf, summaryText, summaryXml, type Detail, type Goal } from "./summary.ts";
import { byteSize, doneRow, fullName, say } from "./text.ts";

export type Change = "install" | "remove" | "update" | "dist-upgrade";

const ABORTED =
  "Problem occurred during or after installation or removal of packages:\nInstallation has been aborted as directed.\nPlease see the above error message for a hint.\n";

const RESOLVING = {
  install: "Resolving package dependencies...\n",
  remove: "Resolving package dependencies...\n",
  "dist-upgrade": "Computing distribution upgrade...\n",
} as const;

export interface ChangeOptions {
  readonly parsed: ParsedOptions;
  readonly repositoryName: (id: string) => string;
}

/** Does `verb` to what `words` name. Its exit status is zypper's. */
export function* change(
  proc: Process,
  system: ZyppSystem,
  verb: Change,
  words: readonly string[],
  options: ChangeOptions,
): Run<ExitStatus> {
  const out = stdout(proc);
  const isInteractive = !options.parsed.has("non-interactive") && !options.parsed.has("no-confirm");
  const isXml = options.parsed.has("xmlout");
  const found = yield* jobsFor(proc, system, verb, words, isXml);
  if (verb === "dist-upgrade" && !isXml)
    yield* proc.printError(
      "Warning: You are about to do a distribution upgrade with all enabled repositories. Make sure these repositories are compatible before you continue. See 'man zypper' for more information about this command.\n",
    );
  if (verb !== "update") yield* say(proc, isXml, RESOLVING[verb]);
  yield* out.flush();
  yield* proc.sleep(0.5);
  const goal = yield* solved(proc, system, found, options, isInteractive);
  if (goal === undefined) return EXIT.zypp;
  const ended = system.skipped ? EXIT.repositoriesSkipped : EXIT.ok;
  const summary = summaryOf(system, goal);
  if (isXml) yield* out.print(summaryXml(summary, options.repositoryName));
  if (goal.install.length + goal.erase.length === 0) {
    yield* say(proc, isXml, "Nothing to do.\n");
    yield* out.flush();
    return ended;
  }
  const text = (details: ReadonlySet<Detail>): string => summaryText(summary, details, options.repositoryName);
  const details = new Set<Detail>(options.parsed.has("details") ? DETAILS : []);
  if (!isXml) yield* out.print(text(details));
  while (isInteractive || !isXml) {
    const answer = yield* ask(proc, "Continue?", CONTINUE, isInteractive);
    if (answer === "y") break;
    if (answer === "n" || answer === undefined) return EXIT.zypp;
    toggle(details, answer);
    yield* out.print(text(details));
  }
  if (options.parsed.has("dry-run")) return ended;
  const status = yield* commit(proc, system, goal, options);
  return status === EXIT.ok ? ended : status;
}

/** @simplified "g" shows the summary where it stands, not in a pager. */
const CONTINUE = {
  answers: [
    ["y", "Yes, accept the summary and proceed with installation/removal of packages."],
    ["n", "No, cancel the operation."],
    ["v", "Toggle display of package versions."],
    ["a", "Toggle display of package architectures."],
    ["r", "Toggle display of repositories from which the packages will be installed."],
    ["m", "Toggle display of package vendor names."],
    ["d", "Toggle between showing all details and as few details as possible."],
    ["g", "View the summary in pager."],
  ],
  shown: 3,
  fallback: "y",
} as const satisfies Prompt<string>;

const TOGGLED: Readonly<Partial<Record<string, readonly Detail[]>>> = {
  v: ["version"],
  a: ["arch"],
  r: ["repository"],
  m: ["vendor"],
  d: DETAILS,
};

/** All that the answer names are shown from now on, or no longer if they all were. */
function toggle(details: Set<Detail>, answer: string): void {
  const named = TOGGLED[answer] ?? [];
  const areShown = named.every((detail) => details.has(detail));
  for (const detail of named)
    if (areShown) details.delete(detail);
    else details.add(detail);
}

interface Jobs {
  readonly install: readonly (readonly Solvable[])[];
  readonly erase: readonly Solvable[];
}

function* jobsFor(proc: Process, system: ZyppSystem, verb: Change, words: readonly string[], isXml: boolean): Run<Jobs> {
  const { installed, available } = system;
  if (verb === "remove") return yield* removals(proc, installed, words, isXml);
  if (verb === "install") return yield* installations(proc, system, words, isXml);
  const own = new Map(installed.map((it) => [it.pkg.name, it]));
  const wanted = newest(available).filter((it) => {
    const known = own.get(it.pkg.name);
    if (known === undefined || (words.length > 0 && !words.some((word) => matching(word, [it]).length > 0))) return false;
    const order = compareEvr(known.pkg, it.pkg);
    return verb === "dist-upgrade" ? order !== 0 : order < 0;
  });
  return { install: wanted.map((it) => [it]), erase: [] };
}

function* installations(proc: Process, { installed, available }: ZyppSystem, words: readonly string[], isXml: boolean): Run<Jobs> {
  const jobs: (readonly Solvable[])[] = [];
  for (const word of words) {
    const own = matching(word, installed).filter((it) => it.pkg.name === word);
    const found = matching(word, available);
    const isName = found.some(({ pkg }) => pkg.name === word) || own.length > 0;
    if (!isName) yield* say(proc, isXml, `'${word}' not found in package names. Trying capabilities.\n`);
    const [best] = newest(found.filter(({ pkg }) => !isName || pkg.name === word));
    const [mine] = own;
    if (best === undefined && mine === undefined) throw new ZypperError(`No provider of '${word}' found.`, EXIT.capabilityNotFound);
    if (mine !== undefined) {
      yield* say(proc, isXml, `'${word}' is already installed.\n`);
      if (best === undefined || compareEvr(mine.pkg, best.pkg) >= 0) {
        yield* say(proc, isXml, `No update candidate for '${fullName(mine.pkg)}'. The highest available version is already installed.\n`);
        continue;
      }
    }
    jobs.push(found);
  }
  return { install: jobs, erase: [] };
}

/** Whoever needs what goes, goes, too. */
function* removals(proc: Process, installed: readonly Solvable[], words: readonly string[], isXml: boolean): Run<Jobs> {
  const erase = new Set<Solvable>();
  for (const word of words) {
    const found = matching(word, installed);
    if (found.length === 0) {
      yield* say(proc, isXml, `'${word}' not found in package names. Trying capabilities.\n`);
      const nothing = `${RESOLVING.remove}Nothing to do.\n`;
      throw new ZypperError(`No provider of '${word}' found.`, EXIT.capabilityNotFound, nothing);
    }
    for (const it of found) erase.add(it);
  }
  for (const gone of erase)
    for (const it of installed) {
      const isBroken = it.requires.some(
        (need) => provides(gone, need) && !installed.some((other) => !erase.has(other) && provides(other, need)),
      );
      if (isBroken) erase.add(it);
    }
  return { install: [], erase: [...erase] };
}

function* solved(
  proc: Process,
  system: ZyppSystem,
  { install, erase }: Jobs,
  options: ChangeOptions,
  isInteractive: boolean,
): Run<Goal | undefined> {
  const { parsed } = options;
  const onlyRequires = /^(1|yes|true|on)$/i.test(zyppSetting(proc, "solver.onlyRequires") ?? "");
  const recommends = parsed.has("recommends") || (!parsed.has("no-recommends") && !onlyRequires);
  const isContradicted = proc.kernel.world.has("dependency-conflict");
  const found = solve({
    installed: system.installed,
    available: system.available,
    install: install.map((candidates) => ({ candidates: isContradicted ? candidates.map(contradicting) : candidates })),
    erase,
    locked: false,
    recommends,
  });
  if (found.kind === "solved") return found;
  const many = found.problems.length > 1;
  if (many)
    yield* proc.print(
      `${found.problems.length} Problems:\n${found.problems.map((lines) => `Problem: ${problemText(lines)}\n`).join("")}\n`,
    );
  const left = new Set(install);
  for (const [i, lines] of found.problems.entries()) {
    const culprit = /(?:needed by|package) ([^\s]+-[^\s]+\.(?:x86_64|noarch))/.exec(lines.join("\n"))?.[1] ?? "it";
    yield* proc.print(
      `Problem: ${many ? `${i + 1}: ` : ""}${problemText(lines)}\n Solution 1: do not install ${culprit}\n` +
        ` Solution 2: break ${culprit} by ignoring some of its dependencies\n\n`,
    );
    const answer = yield* ask(proc, "Choose from above solutions by number or cancel", SOLUTIONS, isInteractive);
    if (answer !== "1") return undefined;
    const unwanted = install.filter((candidates) => candidates.some(({ pkg }) => nevra(pkg) === culprit));
    if (unwanted.length === 0) return undefined;
    for (const candidates of unwanted) left.delete(candidates);
  }
  yield* proc.print("Resolving dependencies...\n");
  return yield* solved(proc, system, { install: [...left], erase }, options, isInteractive);
}

/** @simplified The second solution and the details are not built: they cancel, too. */
const SOLUTIONS = {
  answers: [["1"], ["2"], ["c", "Cancel"], ["d", "Toggle between showing all details and as few details as possible."]],
  fallback: "c",
} as const satisfies Prompt<string>;

/** A package of repositories that nobody keeps in step. */
function contradicting(it: Solvable): Solvable {
  return { ...it, requires: [...it.requires, parseCapability("glibc >= 2.43")] };
}

/** What libsolv says, in zypper's words. */
function problemText([line = ""]: readonly string[]): string {
  return line
    .replace(/^nothing provides (.+?) needed by (\S+) from \S+$/, "nothing provides '$1' needed by the to be installed $2")
    .replace(
      /^package (\S+) from \S+ conflicts with (\S+) provided by (\S+) from @System$/,
      "the installed $3 conflicts with '$2' provided by the to be installed $1",
    )
    .replace(/ from (?:@System|repo-\S+)/g, "");
}

function* commit(proc: Process, system: ZyppSystem, { install, erase }: Goal, options: ChangeOptions): Run<ExitStatus> {
  const out = stdout(proc);
  const total = install.length;
  for (const [i, { pkg, rpm, repo }] of install.entries()) {
    const size = rpm?.downloadSize ?? 0;
    const count = `(${String(i + 1).padStart(String(total).length)}/${total}), ${byteSize(size)}`;
    yield* out.print(`${`Retrieving: ${fullName(pkg)} (${options.repositoryName(repo)})`.padEnd(79)} ${count}\n`);
    if (proc.kernel.world.isOffline) {
      const url = system.repositories.find(({ id }) => id === repo)?.url ?? "";
      yield* out.print(
        `${doneRow(`Retrieving: ${fullName(pkg)}.rpm`, "error")}Abort, retry, ignore? [a/r/i/...? shows all options] (a): a\n`,
      );
      yield* out.flush();
      yield* proc.printError(
        `Download (curl) error for '${url}${pkg.arch}/${fullName(pkg)}.rpm':\nError code: Connection failed\nError message: Could not resolve host: ${hostOf(url)}\n\n${ABORTED}`,
      );
      return EXIT.commit;
    }
    yield* proc.sleep(0.1 + size / 10_000_000);
    yield* out.print(doneRow(`Retrieving: ${fullName(pkg)}.rpm`));
    yield* out.flush();
  }
  yield* out.print(`\n${doneRow("Checking for file conflicts:")}`);
  yield* out.flush();
  const isFaulty = proc.kernel.world.has("failing-scriptlet");
  const plan = {
    install: install.flatMap(({ rpm, repo }) => (rpm === undefined ? [] : [{ pkg: isFaulty ? failing(rpm) : rpm, from: repo }])),
    erase: system.rows.filter((row) => erase.some(({ pkg }) => nevra(pkg) === nevra(row))),
  };
  const removed = plan.erase.filter((row) => !install.some(({ pkg }) => pkg.name === row.name));
  const steps = total + removed.length;
  let at = 0;
  let failed = false;
  let hasLast = false;
  /** The package that is being worked at, and what rpm said besides. */
  let row = "";
  const said: string[] = [];
  const ended = function* (result = "done"): Run<void> {
    yield* out.print(doneRow(row, result));
    if (said.length > 0 && result === "done") yield* out.print(`Additional rpm output:\n${said.join("\n")}\n\n\n`);
    said.length = 0;
    yield* out.flush();
  };
  try {
    yield* carryOut(proc, plan, {
      *watch(step) {
        if (step.kind === "warning") {
          failed ||= step.text.includes("scriptlet failed");
          said.push(`warning: ${step.text}`);
        } else if (step.kind === "scriptlet") hasLast ||= step.name === "posttrans";
        else if (step.kind === "install" || step.kind === "upgrade" || step.kind === "erase") {
          if (row !== "") yield* ended();
          row = `(${String(++at).padStart(String(steps).length)}/${steps}) ${step.kind === "erase" ? "Removing" : "Installing"}: ${fullName(step.pkg)}`;
        }
        yield* proc.sleep(0.05);
      },
    });
    if (row !== "") yield* ended();
    if (hasLast) yield* out.print(doneRow("Executing %posttrans scripts"));
  } catch (error) {
    if (!(error instanceof PackageError) && !isSysError(error)) throw error;
    if (row !== "") yield* ended("error");
    yield* out.flush();
    const [name = ""] = install.slice(Math.max(0, at - 1), at).map(({ pkg }) => fullName(pkg));
    const lines =
      error instanceof PackageError ? error.lines : [`unpacking of archive failed on file: cpio: ${error.text}`, `${name}: install failed`];
    yield* proc.printError(
      `Installation of ${name} failed:\nError: Subprocess failed. Error: RPM failed: ${lines.map((line) => `error: ${line}\n`).join("")}\n`,
    );
    yield* out.print("Abort, retry, ignore? [a/r/i] (a): a\n");
    yield* out.flush();
    yield* proc.printError(ABORTED);
    return EXIT.commit;
  }
  return failed ? EXIT.scriptFailed : EXIT.ok;
}

function failing(pkg: RpmPackage): RpmPackage {
  return { ...pkg, scripts: new Map([...pkg.scripts, ["post", "exit 1\n"]]) };
}
