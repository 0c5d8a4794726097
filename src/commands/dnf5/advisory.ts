/** `dnf advisory`: why there are new builds. Sources: rpm-software-management/dnf5:dnf5/commands/advisory, libdnf5-cli/output/advisory*.cpp. */
import { parseNevra } from "../../engines/ostree/layer-status.ts";
import { compareEvr, type PackageId } from "../../image/package.ts";
import type { Advisory } from "../../image/rpm-md/advisories.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { ParsedOptions } from "../command.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { tableLines } from "../table.ts";
import { stamp } from "./history.ts";
import type { Packages } from "./metadata.ts";

interface Told {
  readonly advisory: Advisory;
  readonly nevra: string;
}

/** `words` follow "advisory". @simplified `info` is not there. */
export function* advisory(proc: Process, packages: Packages, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  const [verb = "", ...names] = words;
  if (verb === "info") throw new UsageError(`"advisory info" is not built in Immutable Lab`, false);
  if (verb !== "list" && verb !== "summary") {
    throw new UsageError(
      verb === ""
        ? `Missing command. Add "--help" for more information about the arguments.`
        : `Unknown argument "${verb}" for command "advisory". Add "--help" for more information about the arguments.`,
      false,
    );
  }
  const mode = ["installed", "all", "updates"].find((name) => options.has(name)) ?? "available";
  const told = toldOf(packages, mode, names);
  if (verb === "summary") {
    yield* stdout(proc).print(summary(mode, [...new Set(told.map((each) => each.advisory))]));
    return 0;
  }
  if (told.length === 0) return 0;
  const rows = told.map(({ advisory: { id, kind, severity, issued }, nevra }) => [id, kind, title(severity), nevra, stamp(issued)]);
  const columns = [
    { title: "Name" },
    { title: "Type" },
    { title: "Severity" },
    { title: "Package", align: "right" as const },
    { title: "Issued", align: "right" as const },
  ];
  yield* stdout(proc).print(
    `${tableLines(
      columns,
      rows.sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
    ).join("\n")}\n`,
  );
  return 0;
}

/** Builds that are newer than what is installed, or (`installed`) are installed. */
function toldOf({ rows, advisories }: Packages, mode: string, names: readonly string[]): Told[] {
  const newest = new Map<string, PackageId>();
  for (const row of rows) {
    const known = newest.get(`${row.name}.${row.arch}`);
    if (known === undefined || compareEvr(row, known) > 0) newest.set(`${row.name}.${row.arch}`, row);
  }
  return advisories.flatMap((each) =>
    each.packages.flatMap((nevra) => {
      const pkg = parseNevra(nevra);
      const own = newest.get(`${pkg.name}.${pkg.arch}`);
      if (own === undefined || (names.length > 0 && !names.includes(pkg.name))) return [];
      const isNewer = compareEvr(pkg, own) > 0;
      return mode === "all" || isNewer === (mode !== "installed") ? [{ advisory: each, nevra }] : [];
    }),
  );
}

function title(severity: Advisory["severity"]): string {
  return severity === "unknown" ? "None" : severity.slice(0, 1).toUpperCase() + severity.slice(1);
}

function summary(mode: string, advisories: readonly Advisory[]): string {
  const security = advisories.filter(({ kind }) => kind === "security");
  const ofKind = (kind: Advisory["kind"]): number => advisories.filter((each) => each.kind === kind).length;
  const ofSeverity = (severity: Advisory["severity"]): number => security.filter((each) => each.severity === severity).length;
  const rows: readonly (readonly [string, number])[] = [
    ["Security", security.length],
    ["  Critical", ofSeverity("critical")],
    ["  Important", ofSeverity("important")],
    ["  Moderate", ofSeverity("moderate")],
    ["  Low", ofSeverity("low")],
    ["  Other", ofSeverity("unknown")],
    ["Bugfix", ofKind("bugfix")],
    ["Enhancement", ofKind("enhancement")],
    ["Other", ofKind("newpackage")],
  ];
  const heading = `${mode.slice(0, 1).toUpperCase()}${mode.slice(1)} advisory information summary:\n`;
  return heading + rows.map(([name, count]) => `${name.padEnd(11)} : ${count}\n`).join("");
}
