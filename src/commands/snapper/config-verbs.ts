/** `snapper list-configs`, `create-config`, `delete-config`, `get-config`, `set-config`. Source: openSUSE/snapper:client/snapper/cmd-*-config*.cc. */
import { createConfig, findConfig, setConfig } from "../../engines/snapper/config.ts";
import { SnapperError } from "../../engines/snapper/errors.ts";
import { withoutTrailingSlashes } from "../paths.ts";
import type { Call, Verb } from "./call.ts";
import { GrammarError } from "./grammar.ts";

const CONFIG_COLUMNS = ["config", "subvolume"] as const;
const TITLES = { config: "Config", subvolume: "Subvolume", key: "Key", value: "Value" } as const;

const columnsHelp = (names: readonly string[], more = ""): string =>
  `Columns to show separated by comma.\nPossible columns: ${names.join(", ")}.${more}`;

export const listConfigs: Verb = {
  name: "list-configs",
  title: "List configs",
  operands: "",
  options: [{ name: "columns", argument: "<columns>", help: columnsHelp(CONFIG_COLUMNS), values: CONFIG_COLUMNS }],
  *run(call) {
    call.noArguments("list-configs");
    const columns = call.columns(CONFIG_COLUMNS, CONFIG_COLUMNS);
    const configs = (yield* call.configs()).map(({ name, subvolume }) => ({ config: name, subvolume }));
    yield* call.list(
      columns.map((key) => ({ key, title: TITLES[key] })),
      configs.map((config) => columns.map((key) => config[key])),
      () => ({ configs: configs.map((config) => Object.fromEntries(columns.map((key) => [key, config[key]]))) }),
    );
    return 0;
  },
};

export const createConfigVerb: Verb = {
  name: "create-config",
  title: "Create config",
  operands: "<subvolume>",
  options: [
    { name: "fstype", short: "f", argument: "<fstype>", help: "Manually set filesystem type.", fidelity: "simplified" },
    { name: "template", short: "t", argument: "<name>", help: "Name of config template to use." },
  ],
  *run(call) {
    const [subvolume] = call.args;
    if (subvolume === undefined || call.args.length > 1) throw new GrammarError("Command 'create-config' needs one argument.", false);
    mustBeRoot(call);
    yield* call.configs();
    createConfig(call.proc.sys, {
      name: call.globals.value("config") ?? "root",
      subvolume: withoutTrailingSlashes(subvolume),
      template: call.options.value("template") ?? "default",
      fstype: call.options.value("fstype"),
    });
    return 0;
  },
};

function mustBeRoot(call: Call): void {
  if (!call.globals.has("no-dbus") && call.user.uid !== 0) throw new SnapperError("No permissions.");
}

export const deleteConfig: Verb = {
  name: "delete-config",
  title: "Delete config",
  operands: "",
  options: [],
  *run(call) {
    call.noArguments("delete-config", false);
    const config = findConfig(call.proc.sys, call.globals.value("config") ?? "root");
    mustBeRoot(call);
    const snapshots = yield* call.opened(config);
    try {
      snapshots.deleteConfig();
    } finally {
      yield* call.report(snapshots);
    }
    return 0;
  },
};

const VALUE_COLUMNS = ["key", "value"] as const;

export const getConfig: Verb = {
  name: "get-config",
  title: "Get config",
  operands: "",
  options: [
    {
      name: "columns",
      argument: "<columns>",
      help: columnsHelp(VALUE_COLUMNS, "\nColumns are not selected when JSON format is used."),
      values: VALUE_COLUMNS,
    },
  ],
  *run(call) {
    const snapshots = yield* call.opened();
    call.noArguments("get-config");
    const columns = call.columns(VALUE_COLUMNS, VALUE_COLUMNS);
    const values = [...snapshots.config.values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }));
    yield* call.list(
      columns.map((key) => ({ key, title: TITLES[key] })),
      values.map((pair) => columns.map((key) => pair[key])),
      () => Object.fromEntries(values.map(({ key, value }) => [key, value])),
    );
    return 0;
  },
};

export const setConfigVerb: Verb = {
  name: "set-config",
  title: "Set config",
  operands: "<configdata>",
  options: [],
  *run(call) {
    const snapshots = yield* call.opened();
    if (call.args.length === 0) throw new GrammarError("Command 'set-config' needs at least one argument.", false);
    const changes = new Map(
      call.args.map((pair) => {
        const at = pair.indexOf("=");
        if (at < 0) throw new SnapperError(`Configdata '${pair}' does not include '=' sign.`);
        if (at === 0) throw new SnapperError(`Configdata '${pair}' has empty key.`);
        return [pair.slice(0, at), pair.slice(at + 1)] as const;
      }),
    );
    mustBeRoot(call);
    setConfig(call.proc.sys, snapshots.config, changes);
    return 0;
  },
};
