/** dnf's changes: what is to be done is found, shown, asked about and carried out on the system that dnf runs on. */
import { evr, nevra, type Package } from "../../image/package.ts";
import { decodeRpm } from "../../image/rpm-md/rpm-file.ts";
import { provides, solvableOf, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import { COMMAND_LINE, matching } from "../../engines/rpm/solvables.ts";
import { solve } from "../../engines/rpm/solver.ts";
import { carryOut, PackageError, type PackagePlan, type PackageStep } from "../../engines/rpm/transaction.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { Answers } from "../answers.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure, reason } from "../complain.ts";
import { stdout } from "../output.ts";
import { padEnd, padStart } from "../table.ts";
import { noteTransaction } from "./history.ts";
import { announceOverlay, makeUsrWritable, type Writability } from "./host.ts";
import { isOlder, newest } from "./queries.ts";
import type { Packages } from "./metadata.ts";
import { binarySize, roundSize } from "./text.ts";

export interface Goal {
  readonly install: readonly Solvable[];
  readonly erase: readonly Solvable[];
  /** Of `install`: what somebody asked for by its name. */
  readonly asked: ReadonlySet<Solvable>;
  /** Of `install`: what others only recommend. */
  readonly weak: ReadonlySet<Solvable>;
}

/** What `verb` means for `words`. Throws `Failure` in dnf's words; undefined when it means nothing. */
export function* goalOf(proc: Process, packages: Packages, options: ParsedOptions, verb: string, words: readonly string[]): Run<Goal> {
  const { installed, available } = packages;
  if (verb === "remove") return yield* removal(proc, packages, words);
  if (verb === "upgrade") {
    const candidates = newest(available).filter((it) => installed.some((own) => isOlder(own, it)));
    const wanted = words.length === 0 ? candidates : candidates.filter((it) => words.some((word) => matching(word, [it]).length > 0));
    return solved(
      packages,
      options,
      wanted.map((it) => [it]),
      "upgrade",
    );
  }
  const jobs: Solvable[][] = [];
  const missing: string[] = [];
  for (const word of words) {
    if (word.endsWith(".rpm")) {
      jobs.push([yield* localPackage(proc, packages, word)]);
      continue;
    }
    const own = matching(word, installed);
    const found = matching(word, available);
    if (verb === "reinstall") {
      const same = found.filter((it) => own.some((other) => nevra(other.pkg) === nevra(it.pkg)));
      if (own.length === 0) missing.push(`No match for argument: ${word}`);
      else if (same.length === 0)
        throw new Failure(
          `Installed packages for argument '${word}' are not available in repositories in the same version, available versions: , cannot reinstall.`,
        );
      else jobs.push(same);
    } else if (own[0] !== undefined && verb === "install") {
      yield* proc.printError(`Package "${nevra(own[0].pkg)}" is already installed.\n\n`);
    } else if (found.length === 0) missing.push(`No match for argument: ${word}`);
    else jobs.push(found);
  }
  if (missing.length > 0 && !options.has("skip-unavailable")) {
    throw new Failure(
      `Failed to resolve the transaction:\n${missing.join("\n")}\nYou can try to add to command line:\n  --skip-unavailable to skip unavailable packages`,
    );
  }
  return solved(packages, options, jobs, verb);
}

function solved(packages: Packages, options: ParsedOptions, jobs: readonly (readonly Solvable[])[], verb: string): Goal {
  const { installed, available } = packages;
  const local = jobs.flat().filter((it) => it.repo === COMMAND_LINE);
  const request = {
    installed,
    available: [...available, ...local],
    install: jobs.map((candidates) => ({ candidates })),
    erase: [],
    locked: false,
  };
  let found = solve({ ...request, recommends: !/install_weak_deps=(0|false)/i.test(options.values("setopt").join(" ")) });
  if (found.kind === "problems" && verb === "upgrade") {
    // What cannot be upgraded stays; the rest is.
    const possible = jobs.filter((candidates) => solve({ ...request, install: [{ candidates }], recommends: false }).kind === "solved");
    found = solve({ ...request, install: possible.map((candidates) => ({ candidates })), recommends: false });
  }
  if (found.kind === "problems") {
    const many = found.problems.length > 1;
    const text = found.problems
      .map(([head = "", ...rest], i) => ` Problem${many ? ` ${i + 1}` : ""}: ${head}\n${rest.map((line) => `  - ${line}\n`).join("")}`)
      .join("");
    throw new Failure(
      `Failed to resolve the transaction:\n${text}You can try to add to command line:\n  --skip-broken to skip uninstallable packages`,
    );
  }
  const strict = solve({ ...request, recommends: false });
  const needed = new Set(strict.kind === "solved" ? strict.install : found.install);
  return {
    install: found.install,
    erase: found.erase,
    asked: new Set(found.install.filter((it) => jobs.some((candidates) => candidates.includes(it)))),
    weak: new Set(found.install.filter((it) => !needed.has(it))),
  };
}

function* removal(proc: Process, { installed }: Packages, words: readonly string[]): Run<Goal> {
  const erase = new Set<Solvable>();
  for (const word of words) {
    const found = matching(word, installed);
    if (found.length === 0) yield* proc.printError(`No packages to remove for argument: ${word}\n`);
    for (const it of found) erase.add(it);
  }
  const asked = new Set(erase);
  // Whoever needs what goes, goes, too.
  for (const gone of erase) {
    for (const it of installed) {
      if (erase.has(it)) continue;
      const isBroken = it.requires.some(
        (need) => provides(gone, need) && !installed.some((other) => !erase.has(other) && provides(other, need)),
      );
      if (isBroken) erase.add(it);
    }
  }
  const guarded = [...erase].filter(({ pkg }) => PROTECTED.includes(pkg.name));
  if (guarded.length > 0) {
    throw new Failure(
      `Failed to resolve the transaction:\nProblem: The operation would result in removing the following protected packages: ${guarded
        .map(({ pkg }) => pkg.name)
        .sort()
        .join(", ")}`,
    );
  }
  return { install: [], erase: [...erase], asked, weak: new Set() };
}

/** protected.d of Fedora. */
const PROTECTED = ["dnf5", "setup", "sudo", "systemd", "systemd-udev", "fedora-release-silverblue"];

function* localPackage(proc: Process, { servers }: Packages, word: string): Run<Solvable> {
  let bytes: Uint8Array | undefined;
  if (/^[a-z]+:\/\//.test(word)) {
    bytes = servers?.fileAt(word);
    if (bytes === undefined)
      throw new Failure(`Failed to download files\nLibrepo error: Curl error (6): Could not resolve hostname for ${word}`);
  } else {
    try {
      bytes = yield* proc.readFile(word);
    } catch (error) {
      throw new Failure(`Failed to access RPM "${word}": ${reason(error)}`);
    }
  }
  const pkg = decodeRpm(bytes);
  if (pkg === undefined) throw new Failure(`Failed to access RPM "${word}": not a rpm`);
  return solvableOf(pkg, COMMAND_LINE);
}

/** Shows the table, asks, carries it out. */
export function* carryOutGoal(
  proc: Process,
  packages: Packages,
  goal: Goal,
  options: ParsedOptions,
  writability: Writability,
): Run<ExitStatus> {
  const out = stdout(proc);
  if (goal.install.length + goal.erase.length === 0) {
    yield* out.print("Nothing to do.\n");
    return 0;
  }
  yield* out.print(tableText(goal));
  if (writability === "by an overlay") yield* announceOverlay(proc);
  if (options.has("assumeno")) {
    yield* out.print("Operation aborted by the user.\n");
    return 1;
  }
  if (!options.has("assumeyes")) {
    yield* out.print("Is this ok [y/N]: ");
    yield* out.flush();
    if (!(yield* new Answers(proc).read())) {
      yield* out.print("Operation aborted by the user.\n");
      return 1;
    }
  }
  if (writability === "by an overlay") yield* makeUsrWritable(proc);
  const remote = goal.install.filter(({ repo }) => repo !== COMMAND_LINE);
  for (const [i, it] of remote.entries()) {
    yield* proc.sleep(0.2 + (it.rpm?.downloadSize ?? 0) / 8_000_000);
    yield* out.print(progressRow(i + 1, remote.length + 1, epochName(it.pkg), it.rpm?.downloadSize ?? 0));
  }
  if (remote.length > 0) {
    const bytes = remote.reduce((sum, it) => sum + (it.rpm?.downloadSize ?? 0), 0);
    yield* out.print(`${"-".repeat(80)}\n${progressRow(remote.length + 1, remote.length + 1, "Total", bytes)}`);
  }
  if (options.has("downloadonly")) {
    yield* out.print("Complete!\n");
    return 0;
  }
  yield* out.print("Running transaction\n");
  const total = goal.install.length + goal.erase.length + 2;
  yield* out.print(progressRow(1, total, "Verify package files", goal.install.length));
  yield* out.print(progressRow(2, total, "Prepare transaction", goal.install.length + goal.erase.length));
  const warnings: string[] = [];
  const plan: PackagePlan = {
    install: goal.install.flatMap((it) => (it.rpm === undefined ? [] : [{ pkg: it.rpm, from: it.repo }])),
    erase: packages.rows.filter((row) => goal.erase.some(({ pkg }) => nevra(pkg) === nevra(row))),
  };
  try {
    yield* carryOut(proc, plan, {
      *watch(step) {
        if (step.kind === "warning") warnings.push(step.text);
        else if (step.kind !== "scriptlet")
          yield* out.print(progressRow(step.at + 2, total, `${WORDS[step.kind]} ${epochName(step.pkg)}`, step.pkg.size));
        yield* out.flush();
        yield* proc.sleep(0.05);
      },
    });
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw new Failure(`Transaction failed: Rpm transaction failed.\n${error.lines.map((line) => `  - ${line}`).join("\n")}`);
  }
  noteTransaction(proc, goal.install.length + goal.erase.length);
  for (const text of warnings) yield* proc.printError(`Warning: ${text}\n`);
  yield* out.print("Complete!\n");
  return 0;
}

const WORDS: Readonly<Record<Exclude<PackageStep["kind"], "warning" | "scriptlet">, string>> = {
  install: "Installing",
  upgrade: "Upgrading",
  erase: "Removing",
  cleanup: "Removing",
};

export function epochName(pkg: Package): string {
  return `${pkg.name}-${pkg.epoch ?? 0}:${pkg.version}-${pkg.release}.${pkg.arch}`;
}

export function progressRow(at: number, of: number, what: string, bytes: number): string {
  const head = `[${String(at).padStart(String(of).length)}/${of}] `;
  const width = 42;
  const title = padEnd(what.slice(0, width - head.length), width - head.length);
  return `${head}${title} 100% | ${padStart(binarySize(bytes * 4), 9)}/s | ${padStart(binarySize(bytes), 9)} |  00m00s\n`;
}

/** The table of what is to be done, and its summary. */
function tableText(goal: Goal): string {
  const replaced = (it: Solvable): Solvable | undefined => goal.erase.find(({ pkg }) => pkg.name === it.pkg.name);
  const added = goal.install.filter((it) => replaced(it) === undefined);
  const upgraded = goal.install.filter((it) => replaced(it) !== undefined);
  const removed = goal.erase.filter(({ pkg }) => !goal.install.some((it) => it.pkg.name === pkg.name));
  const groups: (readonly [string, readonly Solvable[]])[] = [
    ["Installing:", added.filter((it) => goal.asked.has(it))],
    ["Installing dependencies:", added.filter((it) => !goal.asked.has(it) && !goal.weak.has(it))],
    ["Installing weak dependencies:", added.filter((it) => !goal.asked.has(it) && goal.weak.has(it))],
    ["Upgrading:", upgraded],
    ["Removing:", removed.filter((it) => goal.asked.has(it))],
    ["Removing dependent packages:", removed.filter((it) => !goal.asked.has(it))],
  ];
  type Row = readonly [name: string, arch: string, version: string, repo: string, size: string];
  const rowOf = (it: Solvable): Row => [
    ` ${it.pkg.name}`,
    it.pkg.arch,
    evr(it.pkg),
    it.rpm === undefined ? ((it.pkg as InstalledPackage).details?.from ?? "<unknown>") : it.repo,
    binarySize(it.pkg.size),
  ];
  const head: Row = ["Package", "Arch", "Version", "Repository", "Size"];
  const rows = groups.flatMap(([, list]) =>
    list.flatMap((it) => [rowOf(it), ...(replaced(it) && it.rpm ? [replacing(replaced(it) as Solvable)] : [])]),
  );
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: Row): string =>
    `${row
      .map((cell, i) => (i === 4 ? padStart(cell, Math.max(9, widths[i] ?? 0)) : padEnd(cell, widths[i] ?? 0)))
      .join(" ")
      .trimEnd()}\n`;
  let text = line(head);
  for (const [title, list] of groups) {
    if (list.length === 0) continue;
    text += `${title}\n`;
    for (const it of [...list].sort((left, right) => (left.pkg.name < right.pkg.name ? -1 : 1))) {
      text += line(rowOf(it));
      const old = it.rpm && replaced(it);
      if (old !== undefined) text += line(replacing(old));
    }
  }
  const counts: (readonly [string, number])[] = [
    ["Installing", added.length],
    ["Upgrading", upgraded.length],
    ["Replacing", upgraded.length],
    ["Removing", removed.length],
  ];
  text += `\nTransaction Summary:\n`;
  for (const [word, n] of counts) if (n > 0) text += ` ${`${word}:`.padEnd(15)} ${padStart(String(n), 4)} package${n === 1 ? "" : "s"}\n`;
  const sum = (list: readonly Solvable[], of: (it: Solvable) => number): number => list.reduce((total, it) => total + of(it), 0);
  const inbound = sum(goal.install, (it) => it.rpm?.downloadSize ?? 0);
  const needed = sum(
    goal.install.filter(({ repo }) => repo !== COMMAND_LINE),
    (it) => it.rpm?.downloadSize ?? 0,
  );
  const comes = sum(goal.install, (it) => it.pkg.size);
  const goes = sum(goal.erase, (it) => it.pkg.size);
  if (goal.install.length > 0) text += `\nTotal size of inbound packages is ${roundSize(inbound)}. Need to download ${roundSize(needed)}.`;
  text += `\nAfter this operation, ${roundSize(Math.abs(comes - goes))} ${comes >= goes ? "extra will be used" : "will be freed"} (install ${roundSize(comes)}, remove ${roundSize(goes)}).\n`;
  return text;

  function replacing(old: Solvable): Row {
    return [
      `   replacing ${old.pkg.name}`,
      old.pkg.arch,
      evr(old.pkg),
      (old.pkg as InstalledPackage).details?.from ?? "<unknown>",
      binarySize(old.pkg.size),
    ];
  }
}
