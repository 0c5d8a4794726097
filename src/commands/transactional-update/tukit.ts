/** tukit(8): the transaction behind transactional-update. Source: openSUSE/transactional-update:tukit/tukit.cpp, lib/Reboot.cpp. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command, Option } from "../command.ts";
import { GetoptError, parseOptions } from "../options.ts";
import { stdout } from "../output.ts";
import { captured, runChild } from "./children.ts";
import { snapper, Transaction, TukitError, type Told } from "./transaction.ts";
import { VERSION } from "./version.ts";

const LOCK = "/var/run/tukit.lock";
const REBOOT_NEEDED = "/run/reboot-needed";

const OPTIONS: readonly Option[] = [
  { name: "continue", short: "c", argument: "<ID>", optional: true, help: "Use latest or given snapshot as base" },
  { name: "description", argument: "<description>", help: 'Use custom snapshot description for "open"' },
  { name: "keep", short: "k", help: "Keep snapshot even if there is an error" },
  { name: "discard", short: "d", help: "Discard snapshot if no files were changed in root" },
  { name: "fields", short: "f", argument: "<default,active,number,date,description>", help: "List of fields to print" },
  { name: "help", short: "h", help: "Display this help and exit" },
  { name: "log", short: "l", argument: "<console,syslog>", help: "Restrict output channels to the given ones", fidelity: "simplified" },
  { name: "option", short: "o", argument: "<KEY>=<VALUE>", help: "Overwrite setting from tukit.conf", fidelity: "unbuilt" },
  { name: "quiet", short: "q", help: "Decrease verbosity" },
  { name: "verbose", short: "v", help: "Increase verbosity", fidelity: "ignored" },
  { name: "version", short: "V", help: "Display version and exit" },
];

const VERBS = [
  { name: "execute", help: "Opens a new snapshot and executes the given command" },
  { name: "open", help: "Creates a new transaction and prints its unique ID" },
  { name: "call", help: "Executes the given command from within the transaction's chroot environment" },
  { name: "callext", help: "Executes the given command in the current system" },
  { name: "close", help: "Closes the given transaction and sets the snapshot as the new default snapshot" },
  { name: "abort", help: "Deletes the given snapshot again" },
  { name: "rollback", help: "Roll back to given snapshot" },
  { name: "snapshots", help: "Prints a list of all available transactions" },
  { name: "reboot", help: "Reboot the system using the given method" },
] as const;

export const tukit: Command = {
  name: "tukit",
  package: "tukit",
  style: "raw",
  usage: ["tukit [option...] command"],
  about: "Transactional update toolkit.",
  options: OPTIONS,
  subcommands: VERBS.map(({ name, help }) => ({ name, help })),
  simplified:
    "Two of them at a time are not kept apart. Nothing is written to the journal. Plugins are not run; snapshots of containers (podman) are not built.",
  run: (proc) => runTukit(proc),
};

function* runTukit(proc: Process): Run<ExitStatus> {
  try {
    return yield* dispatch(proc);
  } catch (error) {
    if (!(error instanceof TukitError || error instanceof GetoptError || isSysError(error))) throw error;
    yield* stdout(proc).flush();
    const message = isSysError(error) ? `filesystem error: ${error.syscall}: ${error.text} [${error.path}]` : error.message;
    yield* proc.printError(error instanceof GetoptError ? `tukit: ${message}\n` : `ERROR: ${message}\n`);
    return error instanceof GetoptError ? 255 : 1;
  }
}

function* dispatch(proc: Process): Run<ExitStatus> {
  const options = parseOptions({ ...tukit, style: "gnu-posix" }, proc.argv.slice(1));
  const print = (text: string): Run<void> => stdout(proc).print(text);
  if (options.has("help")) {
    yield* print(helpText());
    return 0;
  }
  if (options.has("version")) {
    yield* print(`${VERSION}\n`);
    return 0;
  }
  if (options.has("option")) throw new TukitError("--option is not built in Immutable Lab");
  const told: Told = {
    *info(line) {
      if (!options.has("quiet")) yield* print(`${line}\n`);
    },
  };
  const { sys } = proc;
  try {
    sys.close(sys.open(LOCK, O.CREAT | O.WRONLY | O.CLOEXEC, 0o600));
  } catch (error) {
    throw isSysError(error) ? new TukitError(`Could not create lock file '${LOCK}': ${error.text}`) : error;
  }
  // The child of a terminal's Ctrl-C is told by the kernel; whoever waits for it goes on waiting.
  for (const signal of ["INT", "HUP", "QUIT", "TERM"] as const) proc.onSignal(signal, () => undefined);
  try {
    yield* told.info(`tukit ${VERSION} started`);
    yield* told.info(
      `Options: ${proc.argv
        .slice(1)
        .map((word) => `${word} `)
        .join("")}`,
    );
    const [verb, ...args] = options.operands;
    if (verb === undefined) throw new TukitError("Missing command. See --help for usage information.");
    const status = yield* runVerb(proc, told, verb, args, {
      base: options.has("continue") ? (options.value("continue") ?? "default") : "active",
      description: options.value("description"),
      keep: options.has("keep"),
      discard: options.has("discard"),
      fields: options.value("fields") ?? "number",
    });
    if (status === 0) yield* told.info("Transaction completed.");
    return status;
  } finally {
    if (exists(sys, LOCK)) sys.unlink(LOCK);
  }
}

interface Settings {
  readonly base: string;
  readonly description: string | undefined;
  readonly keep: boolean;
  readonly discard: boolean;
  readonly fields: string;
}

function* runVerb(proc: Process, told: Told, verb: string, args: readonly string[], settings: Settings): Run<ExitStatus> {
  if (!VERBS.some(({ name }) => name === verb)) {
    yield* stdout(proc).print(helpText());
    throw new TukitError(`Unknown command or option '${verb}'.`);
  }
  if (verb !== "reboot") yield* told.info("Using 'snapper' as snapshot manager.");
  const [id, ...rest] = args;
  if (id === undefined && ["call", "callext", "close", "abort", "rollback"].includes(verb)) {
    yield* stdout(proc).print(helpText());
    throw new TukitError(`Missing argument for '${verb}'`);
  }
  const { discard, keep, description } = settings;
  const wish = { discard, ...(description === undefined ? {} : { description }) };
  switch (verb) {
    case "execute": {
      const transaction = yield* Transaction.open(proc, told, settings.base, wish);
      const status = yield* transaction.execute(args);
      if (status === 0) {
        yield* transaction.close();
        return 0;
      }
      yield* transaction.abort(keep);
      throw new TukitError(`Application returned with exit status ${status}`);
    }
    case "open": {
      const transaction = yield* Transaction.open(proc, told, settings.base, wish);
      yield* stdout(proc).print(`ID: ${transaction.id}\n`);
      transaction.keep();
      return 0;
    }
    case "call":
    case "callext": {
      const transaction = yield* Transaction.resume(proc, told, id ?? "");
      const status = yield* verb === "call" ? transaction.execute(rest) : transaction.callExt(rest);
      transaction.keep();
      return status;
    }
    case "close":
      yield* (yield* Transaction.resume(proc, told, id ?? "")).close();
      return 0;
    case "abort":
      yield* (yield* Transaction.resume(proc, told, id ?? "")).abort(keep);
      return 0;
    case "rollback":
      yield* snapper(proc, ["rollback", id ?? ""]);
      return 0;
    case "snapshots":
      yield* listSnapshots(proc, settings.fields);
      return 0;
    default:
      yield* reboot(proc, told, id ?? "auto");
      return 0;
  }
}

function* listSnapshots(proc: Process, fields: string): Run<void> {
  if (!/^[A-Za-z,]*$/.test(fields)) throw new TukitError("Column list contains invalid characters.");
  const text = yield* snapper(proc, ["--utc", "--iso", "--csvout", "list", "--columns", fields]);
  for (const line of text.split("\n").slice(1))
    if (line !== "") {
      const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      );
      yield* stdout(proc).print(`${cells.map((cell) => `${cell}\t`).join("")}\n`);
    }
}

function* reboot(proc: Process, told: Told, asked: string): Run<void> {
  const { sys } = proc;
  let method = asked;
  if (method === "auto") {
    const manager = "/usr/bin/rebootmgrctl";
    const isManaged = exists(sys, manager) && (yield* captured(proc, [manager, "is-active", "--quiet"])).status === 0;
    method = isManaged ? "rebootmgr" : "systemd";
  }
  const type = readTextIfThere(sys, REBOOT_NEEDED)?.trim() || "reboot";
  yield* told.info(`Minimally required reboot level: ${type}`);
  const config = ["/usr/etc/tukit.conf", "/etc/tukit.conf"].map((path) => readTextIfThere(sys, path) ?? "").join("\n");
  const softly = type === "soft-reboot" && /^REBOOT_ALLOW_SOFT_REBOOT="?true/m.test(config);
  switch (method) {
    case "rebootmgr":
    case "systemd":
    case "kexec": {
      const tool = method === "rebootmgr" ? "rebootmgrctl" : "systemctl";
      const how = softly ? "soft-reboot" : "reboot";
      yield* told.info(`Triggering reboot using ${tool} ${how}.`);
      if (tool === "systemctl") sys.sync();
      yield* runChild(proc, [tool, how]);
      return;
    }
    case "notify":
      yield* told.info("Triggering reboot using transactional-update-notifier client.");
      yield* runChild(proc, ["/usr/bin/transactional-update-notifier", "client"]);
      return;
    case "kured":
      yield* told.info("Triggering reboot using kured.");
      yield* runChild(proc, ["touch", "/var/run/reboot-required"]);
      return;
    case "none":
      yield* told.info("Reboots are disabled.");
      return;
    default:
      throw new TukitError(`Unknown reboot method '${method}'.`);
  }
}

function helpText(): string {
  const verbs = VERBS.map(({ name, help }) => `${name}\n\t${help}\n`).join("");
  const options = OPTIONS.map(({ name, short, argument, help }) => {
    const value = argument === undefined ? "" : `=${argument}`;
    return `${`--${name}${value}${short === undefined ? "" : `, -${short}`}`.padEnd(28)} ${help}\n`;
  }).join("");
  return `Syntax: tukit [option...] command\n\nCommands:\n${verbs}\nOptions:\n${options}\n`;
}
