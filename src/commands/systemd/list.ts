/** `systemctl list-units`, `list-unit-files`, `list-dependencies`. */
import type { SystemManager } from "../../machine/systemd/manager.ts";
import { unitType } from "../../machine/systemd/unit-name.ts";
import { tableLines } from "../table.ts";
import { fileState, isPreset } from "./install.ts";
import { painter } from "./paint.ts";
import { dot } from "./status.ts";

export interface ListOptions {
  readonly all: boolean;
  readonly legend: boolean;
  readonly plain: boolean;
  readonly colour: boolean;
  readonly types: readonly string[];
  readonly states: readonly string[];
  /** Shell patterns of names; none lists all. */
  readonly patterns: readonly string[];
}

const LEGEND = `
Legend: LOAD   → Reflects whether the unit definition was properly loaded.
        ACTIVE → The high-level unit activation state, i.e. generalization of SUB.
        SUB    → The low-level unit activation state, values depend on unit type.

`;

export function listUnits(manager: SystemManager, options: ListOptions): string {
  const paint = painter(options.colour);
  const rows: string[][] = [];
  for (const name of manager.knownUnits()) {
    const unit = manager.load(name);
    const state = manager.state(name);
    if (!options.all && options.states.length === 0 && (state.active === "inactive" || unit.load === "masked")) continue;
    if (options.types.length > 0 && !options.types.includes(unit.type)) continue;
    if (options.states.length > 0 && ![state.active, state.sub, unit.load].some((word) => options.states.includes(word))) continue;
    if (options.patterns.length > 0 && !options.patterns.some((pattern) => matches(pattern, name))) continue;
    const isBad = state.active === "failed" || unit.load === "not-found" || unit.load === "masked";
    rows.push([options.plain ? name : `${isBad ? "●" : " "} ${name}`, unit.load, state.active, state.sub, unit.description]);
  }
  const titles = [options.plain ? "UNIT" : "  UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"];
  const lines = tableLines(
    titles.map((title) => ({ title })),
    rows,
    { titles: options.legend },
  );
  const body = lines.map((line, index) => {
    if (options.legend && index === 0) return paint.underline(line);
    return line.startsWith("●") ? `${paint.red("●")}${line.slice(1)}` : line;
  });
  if (!options.legend) return body.length > 0 ? `${body.join("\n")}\n` : "";
  const count = `${paint.bold(`${rows.length} loaded units listed.`)}${options.all || options.states.length > 0 ? "" : " Pass --all to see loaded but inactive units, too."}\n`;
  const hint = "To show all installed unit files use 'systemctl list-unit-files'.\n";
  return `${body.join("\n")}\n${rows.length > 0 ? LEGEND : "\n"}${count}${options.states.length > 0 ? "" : hint}`;
}

export function listUnitFiles(manager: SystemManager, options: ListOptions): string {
  const rows: string[][] = [];
  for (const name of manager.unitFiles()) {
    const type = unitType(name);
    if (type === undefined || (options.types.length > 0 && !options.types.includes(type))) continue;
    if (options.patterns.length > 0 && !options.patterns.some((pattern) => matches(pattern, name))) continue;
    const state = fileState(manager, manager.load(name), name);
    if (options.states.length > 0 && !options.states.includes(state)) continue;
    const preset = state === "enabled" || state === "disabled" ? (isPreset(manager, name) ? "enabled" : "disabled") : "-";
    rows.push([name, state, preset]);
  }
  const lines = tableLines([{ title: "UNIT FILE" }, { title: "STATE" }, { title: "PRESET" }], rows, { titles: options.legend });
  return `${lines.join("\n")}\n${options.legend ? `\n${rows.length} unit files listed.\n` : ""}`;
}

/** The tree of what `root` wants and requires. Only targets are followed unless `all` is given, and no unit twice on one path. */
export function listDependencies(manager: SystemManager, root: string, options: Pick<ListOptions, "all" | "plain" | "colour">): string {
  const paint = painter(options.colour);
  const lines = [manager.load(root).name];
  const walk = (name: string, indent: string, above: readonly string[]): void => {
    const unit = manager.load(name);
    const names = [...new Set([...unit.requires, ...unit.wants].map((each) => manager.load(each).name))].sort(
      (left, right) => order(left) - order(right) || (left < right ? -1 : 1),
    );
    names.forEach((each, index) => {
      const isLast = index === names.length - 1;
      const mark = options.plain ? "  " : `${dot(manager.state(each), paint)} `;
      lines.push(`${mark}${indent}${options.plain ? "" : isLast ? "└─" : "├─"}${each}`);
      if ((options.all || each.endsWith(".target")) && !above.includes(each))
        walk(each, `${indent}${options.plain ? "  " : isLast ? "  " : "│ "}`, [...above, each]);
    });
  };
  walk(root, "", [root]);
  return `${lines.join("\n")}\n`;
}

/** Targets last, as systemctl sorts them. */
function order(name: string): number {
  return name.endsWith(".target") ? 1 : 0;
}

/** fnmatch(3) for names of units, which a bare word means as a service. */
export function matches(pattern: string, name: string): boolean {
  const expression = new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
  return expression.test(name) || name === `${pattern}.service`;
}
