/** Which packages a command line means: names, owners of files, files of packages, all of them. */
import { nvra } from "../../image/package.ts";
import { rowOf } from "../../engines/rpm/unpack.ts";
import { decodeRpm } from "../../image/rpm-md/rpm-file.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { SysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { orUndefined, reason } from "../complain.ts";
import { canonicalPath } from "../coreutils/realpath.ts";
import { globToPattern } from "../glob.ts";
import { namesOf } from "../../engines/rpm/solvables.ts";
import { stdout } from "../output.ts";

/**
 * Shows `visit` what each operand stands for among `packages`, in order, and says what stands for nothing. The sum of what it returns
 * and of the operands that stood for nothing.
 */
export function* select(
  proc: Process,
  options: ParsedOptions,
  packages: readonly InstalledPackage[],
  visit: (chosen: readonly InstalledPackage[]) => Run<number>,
): Run<number> {
  if (options.has("all") && !options.has("package")) return yield* visit(among(packages, options));
  const find = options.has("package") ? inFile : options.has("file") ? ownersAmong(packages) : namedAmong(packages);
  let status = 0;
  for (const operand of options.operands) {
    const found = yield* find(proc, operand);
    status += found === undefined ? 1 : yield* visit(found);
  }
  return status;
}

type Find = (proc: Process, operand: string) => Run<readonly InstalledPackage[] | undefined>;

function among(packages: readonly InstalledPackage[], options: ParsedOptions): readonly InstalledPackage[] {
  const patterns = options.operands.map((glob) => globToPattern(glob));
  const chosen = packages.filter(
    (pkg) => patterns.length === 0 || patterns.some((pattern) => pattern.test(pkg.name) || pattern.test(nvra(pkg))),
  );
  return options.has("last") ? chosen.sort((a, b) => b.buildTime - a.buildTime) : chosen;
}

/** As a row of the database would have it that is in a file. */
function* inFile(proc: Process, file: string): Run<readonly InstalledPackage[] | undefined> {
  try {
    const pkg = decodeRpm(yield* proc.readFile(file));
    if (pkg !== undefined) return [rowOf(pkg, "", 0)];
    yield* proc.printError(`error: ${file}: not an rpm package (or package manifest)\n`);
  } catch (error) {
    yield* proc.printError(`error: open of ${file} failed: ${reason(error)}\n`);
  }
  return undefined;
}

function ownersAmong(packages: readonly InstalledPackage[]): Find {
  const owners = new Map<string, InstalledPackage[]>();
  for (const pkg of packages) for (const path of pkg.files) owners.set(path, [...(owners.get(path) ?? []), pkg]);
  return function* (proc, operand) {
    const absolute = operand.startsWith("/") ? operand.replace(/(?<=.)\/+$/, "") : `${proc.sys.getcwd().replace(/\/$/, "")}/${operand}`;
    const real = orUndefined(() => canonicalPath(proc, absolute, "all but last")) ?? absolute;
    const found = owners.get(absolute) ?? owners.get(real) ?? owners.get(real.replace(/^\/usr\/etc\//, "/etc/"));
    if (found !== undefined) return found;
    const why = errorOf(() => proc.sys.lstat(absolute));
    if (why === undefined) yield* stdout(proc).print(`file ${absolute} is not owned by any package\n`);
    else {
      yield* stdout(proc).flush();
      yield* proc.printError(`error: file ${absolute}: ${why.text}\n`);
    }
    return undefined;
  };
}

/** By name, name-version, name-version-release, with or without architecture. */
function namedAmong(packages: readonly InstalledPackage[]): Find {
  return function* (proc, operand) {
    const found = packages.filter((pkg) => namesOf(pkg).includes(operand));
    if (found.length > 0) return found;
    yield* stdout(proc).print(`package ${operand} is not installed\n`);
    return undefined;
  };
}

function errorOf(call: () => unknown): SysError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof SysError) return error;
    throw error;
  }
}
