/** One run of snapper: what was asked for, and how to answer. */
import { findConfig, isAllowed, listConfigs, type Config } from "../../engines/snapper/config.ts";
import { SnapperError } from "../../engines/snapper/errors.ts";
import { Snapshots } from "../../engines/snapper/snapshots.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { readAccounts } from "../../machine/users.ts";
import { rootCredentials, type Credentials } from "../../vfs/types.ts";
import type { Option } from "../command.ts";
import { stdout } from "../output.ts";
import { hasBus } from "./bus.ts";
import { GrammarError, oneOf, type Given } from "./grammar.ts";
import { csvText, jsonText, STYLES, tableText, type Json, type TableColumn } from "./tables.ts";

/** What differs between builds of snapper. */
export interface Build {
  /** e.g. "0.10.6". */
  readonly version: string;
  readonly libVersion: string;
  /** Whether lists are drawn with lines where the locale has them. */
  readonly lines: boolean;
}

export interface Verb {
  readonly name: string;
  readonly alsoAs?: readonly string[];
  readonly title: string;
  /** After the verb, e.g. "<number1>..<number2> [files]". */
  readonly operands: string;
  readonly options: readonly Option[];
  run(call: Call): Run<ExitStatus>;
}

export const AMBITS = ["auto", "classic", "transactional"] as const;
export type OutputFormat = "table" | "csv" | "json";
const FORMATS: readonly OutputFormat[] = ["table", "csv", "json"];

export class Call {
  readonly proc: Process;
  readonly build: Build;
  readonly globals: Given;
  /** Who called. */
  readonly user: Credentials;
  /** Set once the verb's own words are read. */
  options!: Given;
  readonly #reported = new Map<Snapshots, number>();

  constructor(proc: Process, build: Build, globals: Given) {
    this.proc = proc;
    this.build = build;
    this.globals = globals;
    this.user = proc.sys.credentials;
    if (globals.has("root") && !globals.has("no-dbus")) throw new GrammarError("root argument can be used only together with no-dbus.\n");
    const root = globals.value("root");
    if (root !== undefined && root !== "/")
      throw new SnapperError(
        exists(proc.sys, `${root}/etc/snapper/configs`) ? "--root is not built in Immutable Lab." : "Config 'root' not found.",
      );
    void this.format;
    void this.#style;
    const ambit = globals.value("ambit");
    if (ambit !== undefined && !AMBITS.some((known) => known === ambit))
      throw new GrammarError(`Invalid ambit '${ambit}'.\nUse ${oneOf(AMBITS)}.`);
    if (globals.has("no-dbus")) return;
    if (!hasBus(proc.sys)) throw new SnapperError("Failure (org.freedesktop.DBus.Error.FileNotFound).");
  }

  get args(): readonly string[] {
    return this.options.rest;
  }

  get isQuiet(): boolean {
    return this.globals.has("quiet");
  }

  get format(): OutputFormat {
    if (this.globals.has("csvout")) return "csv";
    if (this.globals.has("jsonout")) return "json";
    const asked = this.globals.value("machine-readable");
    if (asked === undefined) return "table";
    const format = FORMATS.find((known) => known === asked);
    if (format === undefined) throw new GrammarError(`Invalid machine readable format '${asked}'.\nUse ${oneOf(FORMATS)}.`);
    return format;
  }

  get #style(): (typeof STYLES)[number] {
    const asked = this.globals.value("table-style");
    const { env } = this.proc;
    const locale = env.get("LC_ALL") ?? env.get("LC_CTYPE") ?? env.get("LANG") ?? "";
    const chosen =
      STYLES[asked === undefined ? (this.build.lines && /utf-?8/i.test(locale) ? 1 : 0) : /^\d+$/.test(asked) ? Number(asked) : -1];
    if (chosen === undefined)
      throw new GrammarError(`Invalid table style '${asked ?? ""}'.\nUse an integer number from 0 to ${STYLES.length - 1}.`);
    return chosen;
  }

  /** The configuration of --config, or "root". On the bus it answers to those whom it allows, and root does the work. */
  config(): Config {
    return this.#asDaemon(() => this.#admitted(this.#find(this.globals.value("config") ?? "root")));
  }

  /** All that the caller may work with. */
  *configs(): Run<readonly Config[]> {
    const broken: string[] = [];
    const configs = this.#asDaemon(() => listConfigs(this.proc.sys, (name) => broken.push(name)));
    for (const name of broken) yield* this.warn(`reading config '${name}' failed`);
    return configs;
  }

  snapshots(config = this.config()): Snapshots {
    return this.#asDaemon(() => new Snapshots(this.proc.sys, config, this.build.version));
  }

  /** Opens the snapshots and tells what was found amiss. */
  *opened(config?: Config): Run<Snapshots> {
    const snapshots = this.snapshots(config);
    yield* this.report(snapshots);
    return snapshots;
  }

  /** Whether the caller may see a configuration on the bus. */
  mayUse(config: Config): boolean {
    const { sys } = this.proc;
    if (this.globals.has("no-dbus") || this.user.uid === 0) return true;
    const accounts = readAccounts(sys);
    const groups = this.user.groups.flatMap((gid) => accounts.groupById(gid)?.name ?? []);
    return isAllowed(config, accounts.userById(this.user.uid)?.name ?? "", groups);
  }

  /** On stderr, once each: what libsnapper complained about since the last time. The daemon's complaints go to its log. */
  *report(snapshots: Snapshots): Run<void> {
    if (!this.globals.has("no-dbus")) return;
    const from = this.#reported.get(snapshots) ?? 0;
    this.#reported.set(snapshots, snapshots.problems.length);
    for (const line of snapshots.problems.slice(from)) yield* this.warn(line);
  }

  *warn(line: string): Run<void> {
    yield* stdout(this.proc).flush();
    yield* this.proc.printError(`${line}\n`);
  }

  *print(text: string): Run<void> {
    yield* stdout(this.proc).print(text);
  }

  /** A list in the format that was asked for. `keys` name the columns in CSV. */
  *list(columns: readonly (TableColumn & { readonly key: string })[], rows: readonly (readonly string[])[], json: () => Json): Run<void> {
    switch (this.format) {
      case "json":
        return yield* this.print(jsonText(json()));
      case "csv": {
        const head = this.globals.has("no-headers") ? [] : [columns.map(({ key }) => key)];
        return yield* this.print(csvText([...head, ...rows], this.globals.value("separator") ?? ","));
      }
      case "table":
        return yield* this.print(tableText(columns, rows, this.#style));
    }
  }

  /** The columns that --columns names, or `usual`. */
  columns<Key extends string>(all: readonly Key[], usual: readonly Key[]): readonly Key[] {
    const asked = this.options.value("columns");
    if (asked === undefined) return usual;
    return asked.split(",").map((name) => {
      const found = all.find((key) => key === name);
      if (found === undefined) throw new GrammarError(`Invalid column '${name}'.\nUse ${oneOf(all)}.`);
      return found;
    });
  }

  /** A number of a snapshot. Throws SnapperError. */
  number(text: string): number {
    if (!/^\d+$/.test(text)) throw new SnapperError(`Invalid snapshot '${text}'.`);
    return Number(text);
  }

  /** "N1..N2". */
  twoNumbers(text: string): readonly [number, number] {
    const at = text.indexOf("..");
    if (at < 0) throw new SnapperError("Missing delimiter '..' between snapshot numbers.\nSee 'man snapper' for further instructions.");
    return [this.number(text.slice(0, at)), this.number(text.slice(at + 2))];
  }

  /** Refuses arguments where a verb takes none. */
  noArguments(verb: string, hint = true): void {
    if (this.args.length > 0) throw new GrammarError(`Command '${verb}' does not take arguments.`, hint);
  }

  #find(name: string): Config {
    try {
      return findConfig(this.proc.sys, name);
    } catch (error) {
      if (error instanceof SnapperError && !this.globals.has("no-dbus")) throw new SnapperError("Unknown config.");
      throw error;
    }
  }

  #admitted(config: Config): Config {
    if (!this.mayUse(config)) throw new SnapperError("No permissions.");
    return config;
  }

  /** @simplified snapperd's work is done by this process, as root, once the daemon would have admitted its user. */
  #asDaemon<T>(work: () => T): T {
    if (!this.globals.has("no-dbus")) this.proc.sys.credentials = rootCredentials();
    return work();
  }
}
