/**
 * `dnf download`: packages of the repositories as files, which changes nothing of the system and needs no rights.
 * Source: rpm-software-management/dnf5:dnf5/commands/download/download.cpp; for a word that no package has, #2174 there.
 */
import { encodeRpm } from "../../image/rpm-md/rpm-file.ts";
import { nvra } from "../../image/package.ts";
import type { RpmPackage, Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import type { Packages } from "./metadata.ts";
import { named, newest } from "./queries.ts";
import { epochName, progressRow } from "./transaction.ts";

/** Writes the newest build of each into the current directory, or `--destdir`. Throws `Failure` where it cannot. */
export function* download(proc: Process, packages: Packages, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  for (const word of words)
    if (!options.has("skip-unavailable") && named(packages.available, [word]).length === 0)
      throw new Failure(`No package "${word}" available; You might want to use --skip-unavailable option.`);
  const found = newest(named(packages.available, words)).flatMap(({ rpm }: Solvable): RpmPackage[] => (rpm === undefined ? [] : [rpm]));
  if (found.length === 0) return 0;
  const out = stdout(proc);
  yield* out.print("Downloading Packages:\n");
  for (const [i, pkg] of found.entries()) {
    const path = join(options.value("destdir") ?? ".", `${nvra(pkg)}.rpm`);
    try {
      yield* proc.writeFile(path, encodeRpm(pkg));
    } catch (error) {
      if (isSysError(error)) throw new Failure(`Failed to download packages\n Librepo error: Cannot open ${path}: ${error.text}`);
      throw error;
    }
    yield* proc.sleep(0.2 + pkg.downloadSize / 8_000_000);
    yield* out.print(progressRow(i + 1, found.length, epochName(pkg), pkg.downloadSize));
  }
  const bytes = found.reduce((sum, { downloadSize }) => sum + downloadSize, 0);
  yield* out.print(`${"-".repeat(80)}\n${progressRow(found.length, found.length, "Total", bytes)}\n`);
  return 0;
}
