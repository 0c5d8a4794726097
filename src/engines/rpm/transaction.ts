/**
 * One place where packages come onto a running system and go from it: rpm, dnf and whatever else works on the root of its process.
 * A second root (a container's) is the same in a process that was moved there: `inRoot`.
 *
 * Order as rpm's: files are checked against one another, then package by package %pre, files, %post; then what is replaced or removed with
 * %preun, files, %postun; the database after each, so that it never has what is not there.
 */
import { nevra, nvra, type Package } from "../../image/package.ts";
import type { RpmPackage, ScriptName } from "../../image/rpm-md/rpm-package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { PowerLoss } from "../../vfs/disk-types.ts";
import { readDatabase, writeDatabase } from "./database.ts";
import { runScriptlet } from "./scriptlet.ts";
import { conflictText, fileConflicts, removeFiles, rowOf, unpackFile } from "./unpack.ts";

export interface PackagePlan {
  /** In the order in which they are to come. */
  readonly install: readonly { readonly pkg: RpmPackage; readonly from: string }[];
  /** Rows of the database; what is replaced is among them. */
  readonly erase: readonly InstalledPackage[];
}

export type PackageStep =
  | { readonly kind: "install" | "upgrade" | "erase" | "cleanup"; readonly pkg: Package; readonly at: number; readonly of: number }
  | { readonly kind: "scriptlet"; readonly name: ScriptName; readonly pkg: Package }
  /** A line for stderr, e.g. that a file of /etc was kept. */
  | { readonly kind: "warning"; readonly text: string };

export interface PlanOptions {
  readonly watch: (step: PackageStep) => Run<void>;
  readonly scripts?: boolean;
  /** Files of others are replaced. */
  readonly replaceFiles?: boolean;
}

/** Installing did not begin, or a package did not come: in rpm's words, a line each. */
export class PackageError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "PackageError";
    this.lines = lines;
  }
}

/** Carries `plan` out on the system that `proc` runs on. Throws `PackageError`, and `SysError` where the system refuses. */
export function* carryOut(proc: Process, plan: PackagePlan, options: PlanOptions): Run<void> {
  const { sys } = proc;
  const erased = new Set(plan.erase.map(nevra));
  let rows = readDatabase(sys);
  if (options.replaceFiles !== true) {
    const packages = plan.install.map(({ pkg }) => pkg);
    const conflicts = fileConflicts(
      sys,
      packages,
      rows.filter((row) => !erased.has(nevra(row))),
    );
    if (conflicts.length > 0) throw new PackageError(conflicts.map(conflictText));
  }
  const total = plan.install.length + plan.erase.length;
  let at = 0;
  const failed: string[] = [];
  const replaced = new Set<string>();
  for (const { pkg, from } of plan.install) {
    yield* proc.tick();
    const before = rows.find((row) => row.name === pkg.name && row.arch === pkg.arch);
    const instances = before === undefined ? 1 : 2;
    yield* options.watch({ kind: before === undefined ? "install" : "upgrade", pkg, at: ++at, of: total });
    const pre = yield* script(proc, pkg, pkg.scripts, "pre", instances, options);
    if (pre !== 0) {
      failed.push(`%prein(${nvra(pkg)}) scriptlet failed, exit status ${pre}`, `${nvra(pkg)}: install failed`);
      continue;
    }
    for (const file of pkg.files) {
      const kept = unpackFile(sys, file, pkg, before);
      if (kept !== undefined) yield* options.watch({ kind: "warning", text: `${file.path} created as ${kept}` });
      yield* proc.tick();
    }
    rows = [...rows.filter((row) => nevra(row) !== nevra(pkg)), rowOf(pkg, from, proc.now().sec)];
    writeDatabase(sys, rows);
    const post = yield* script(proc, pkg, pkg.scripts, "post", instances, options);
    if (post !== 0) yield* options.watch({ kind: "warning", text: `%post(${nvra(pkg)}) scriptlet failed, exit status ${post}` });
    if (before !== undefined) replaced.add(nevra(before));
  }
  for (const row of plan.erase) {
    yield* proc.tick();
    const isReplaced = replaced.has(nevra(row));
    yield* options.watch({ kind: isReplaced ? "cleanup" : "erase", pkg: row, at: ++at, of: total });
    const left = isReplaced ? 1 : 0;
    const scripts = new Map(Object.entries(row.details?.scripts ?? {}) as [ScriptName, string][]);
    yield* script(proc, row, scripts, "preun", left, options);
    rows = rows.filter((other) => nevra(other) !== nevra(row));
    for (const path of removeFiles(sys, row, rows)) {
      yield* options.watch({ kind: "warning", text: `${path} saved as ${path}.rpmsave` });
    }
    writeDatabase(sys, rows);
    yield* script(proc, row, scripts, "postun", left, options);
  }
  for (const { pkg } of plan.install) yield* script(proc, pkg, pkg.scripts, "posttrans", 1, options);
  if (failed.length > 0) throw new PackageError(failed);
}

function* script(
  proc: Process,
  pkg: Package,
  scripts: ReadonlyMap<ScriptName, string>,
  name: ScriptName,
  instances: number,
  options: PlanOptions,
): Run<number> {
  const text = scripts.get(name);
  if (text === undefined || options.scripts === false) return 0;
  yield* options.watch({ kind: "scriptlet", name, pkg });
  return yield* runScriptlet(proc, { name, text, instances });
}

/** Runs `body` in a child whose root is `root`. What it returns or throws comes out here. */
export function* inRoot<T>(proc: Process, root: string, body: (child: Process) => Run<T>): Run<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  const child = proc.spawn({
    argv: proc.argv,
    *program(self) {
      try {
        self.sys.chroot(root);
        self.sys.chdir("/");
        outcome = { value: yield* body(self) };
        return 0;
      } catch (error) {
        if (error instanceof PowerLoss) throw error;
        outcome = { error };
        return 1;
      }
    },
  });
  for (;;) {
    const ended = yield* proc.wait(child.pid);
    if (ended === undefined || ended.ending.kind === "stopped") continue;
    if (outcome === undefined) throw new PackageError(["transaction was interrupted"]);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }
}
