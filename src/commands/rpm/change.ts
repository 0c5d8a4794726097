/** rpm's changes: `-i`, `-U`, `-F`, `--reinstall` and `-e`, on the system that rpm runs on. */
import { compareEvr, nevra, nvra } from "../../image/package.ts";
import { capabilityText } from "../../image/rpm-md/capability.ts";
import { provides, solvableOf, type RpmPackage, type Solvable } from "../../image/rpm-md/rpm-package.ts";
import { COMMAND_LINE, installedSolvable, namesOf } from "../../engines/rpm/solvables.ts";
import { carryOut, PackageError, type PackagePlan } from "../../engines/rpm/transaction.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";

const HASHES = 33;

/** Installs what was read from files. The number of errors. */
export function* installFiles(
  proc: Process,
  options: ParsedOptions,
  rows: readonly InstalledPackage[],
  packages: readonly RpmPackage[],
): Run<number> {
  const isForced = options.has("force");
  const upgrades = options.has("upgrade") || options.has("freshen");
  const problems: string[] = [];
  const chosen = packages.filter((pkg) => {
    const old = rows.find((row) => row.name === pkg.name && row.arch === pkg.arch);
    if (options.has("freshen") && (old === undefined || compareEvr(old, pkg) >= 0)) return false;
    if (old !== undefined && nevra(old) === nevra(pkg) && !isForced && !options.has("reinstall"))
      problems.push(`\tpackage ${nvra(pkg)} is already installed`);
    else if (old !== undefined && upgrades && compareEvr(old, pkg) > 0 && !isForced) {
      problems.push(`\tpackage ${nvra(old)} (which is newer than ${nvra(pkg)}) is already installed`);
    }
    return true;
  });
  if (problems.length > 0) {
    yield* proc.printError(problems.map((line) => `${line}\n`).join(""));
    return problems.length;
  }
  const replaced = rows.filter(
    (row) => (upgrades || options.has("reinstall") || isForced) && chosen.some((pkg) => pkg.name === row.name && pkg.arch === row.arch),
  );
  const coming = chosen.map((pkg) => solvableOf(pkg, COMMAND_LINE));
  const staying = rows.filter((row) => !replaced.includes(row)).map((row) => installedSolvable(row, undefined));
  if (!options.has("nodeps")) {
    const failures = unmet(coming, [...coming, ...staying], (it) => nvra(it.pkg));
    if (failures.length > 0) return yield* failed(proc, failures);
  }
  const plan = { install: chosen.map((pkg) => ({ pkg, from: COMMAND_LINE })), erase: replaced };
  return options.has("test") ? 0 : yield* carriedOut(proc, options, plan, "Updating / installing...");
}

/** Removes installed packages. The number of errors. */
export function* erase(proc: Process, options: ParsedOptions, rows: readonly InstalledPackage[], words: readonly string[]): Run<number> {
  const gone: InstalledPackage[] = [];
  let missing = 0;
  for (const word of words) {
    const found = rows.filter((row) => namesOf(row).includes(word));
    if (found.length === 0) {
      yield* proc.printError(`error: package ${word} is not installed\n`);
      missing++;
    }
    gone.push(...found);
  }
  if (missing > 0) return missing;
  if (!options.has("nodeps")) {
    const staying = rows.filter((row) => !gone.includes(row)).map((row) => installedSolvable(row, undefined));
    const failures = unmet(staying, staying, (it) => `(installed) ${nvra(it.pkg)}`);
    if (failures.length > 0) return yield* failed(proc, failures);
  }
  return options.has("test") ? 0 : yield* carriedOut(proc, options, { install: [], erase: gone }, "Cleaning up / removing...");
}

/** What `packages` need and nobody has. */
export function unmet(packages: readonly Solvable[], all: readonly Solvable[], named: (it: Solvable) => string): string[] {
  return packages.flatMap((it) =>
    it.requires
      .filter((wanted) => !all.some((other) => provides(other, wanted)))
      .map((wanted) => `\t${capabilityText(wanted)} is needed by ${named(it)}\n`),
  );
}

function* failed(proc: Process, lines: readonly string[]): Run<number> {
  yield* proc.printError(`error: Failed dependencies:\n${lines.join("")}`);
  return lines.length;
}

function* carriedOut(proc: Process, options: ParsedOptions, plan: PackagePlan, title: string): Run<number> {
  const hash = options.has("hash");
  const bar = (what: string, at: number, of: number): string =>
    `${what.padEnd(38)}${"#".repeat(HASHES)} [${String(Math.round((at / of) * 100)).padStart(3)}%]\n`;
  if (hash) yield* proc.print(`${plan.install.length > 0 ? bar("Verifying...", 1, 1) : ""}${bar("Preparing...", 1, 1)}${title}\n`);
  try {
    yield* carryOut(proc, plan, {
      replaceFiles: options.has("force"),
      *watch(step) {
        if (step.kind === "warning") yield* proc.printError(`warning: ${step.text}\n`);
        else if (step.kind !== "scriptlet" && hash) {
          yield* proc.print(
            bar(`${String(step.at).padStart(4)}:${step.pkg.name}-${step.pkg.version}-${step.pkg.release}`, step.at, step.of),
          );
        } else if (step.kind !== "scriptlet" && options.has("verbose")) yield* proc.print(`${nvra(step.pkg)}\n`);
      },
    });
    return 0;
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    yield* proc.printError(error.lines.map((line) => `\t${line}\n`).join(""));
    return error.lines.length;
  }
}
