/** tukit(8): the transaction behind transactional-update. Source: openSUSE/transactional-update:tukit/tukit.cpp, lib/Reboot.cpp. */
import { overwrite } from "../../engines/snapper/files.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, Option, ParsedOptions } from "../command.ts";
import { GetoptError, parseOptions } from "../options.ts";
import { stdout } from "../output.ts";
import { captured, runChild } from "./children.ts";
import { refuseNested, snapper, Transaction, TukitError, type Toolkit } from "./transaction.ts";
import { tukitConf } from "./tukit-conf.ts";
import { VERSION } from "./version.ts";

const REBOOT_NEEDED = "/run/reboot-needed";

const OPTIONS: readonly Option[] = [
  { name: "continue", short: "c", argument: "<ID>", optional: true, help: "Use latest or given snapshot as base" },
  { name: "description", argument: "<description>", help: 'Use custom snapshot description for "open"' },
  { name: "keep", short: "k", help: "Keep snapshot even if there is an error" },
  { name: "discard", short: "d", help: "Discard snapshot if no files were changed in root" },
  { name: "fields", short: "f", argument: "<default,active,number,date,description>", help: "List of fields to print" },
  { name: "help", short: "h", help: "Display this help and exit" },
  { name: "log", short: "l", argument: "<console,syslog>", help: "Restrict output channels to the given ones", fidelity: "simplified" },
  { name: "option", short: "o", argument: "<KEY>=<VALUE>", help: "Overwrite setting from tukit.conf", fidelity: "simplified" },
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
  simplified: "Nothing is written to the journal. Plugins are not run; snapshots of containers (podman) are not built.",
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
  const overrides = options.values("option");
  if (overrides.includes("SNAPSHOT_MANAGER=podman")) throw new TukitError("SNAPSHOT_MANAGER=podman is not built in Immutable Lab");
  const conf = tukitConf(proc.sys, overrides);
  const toolkit: Toolkit = {
    conf,
    *info(line) {
      if (!options.has("quiet") && isOnConsole(options)) yield* print(`${line}\n`);
    },
  };
  const lock = conf.get("LOCKFILE") ?? "";
  takeLock(proc, lock);
  // The child of a terminal's Ctrl-C is told by the kernel; whoever waits for it goes on waiting.
  for (const signal of ["INT", "HUP", "QUIT", "TERM"] as const) proc.onSignal(signal, () => undefined);
  try {
    yield* toolkit.info(`tukit ${VERSION} started`);
    yield* toolkit.info(
      `Options: ${proc.argv
        .slice(1)
        .map((word) => `${word} `)
        .join("")}`,
    );
    const [verb, ...args] = options.operands;
    if (verb === undefined) throw new TukitError("Missing command. See --help for usage information.");
    const status = yield* runVerb(proc, toolkit, verb, args, {
      base: options.has("continue") ? (options.value("continue") ?? "default") : "active",
      description: options.value("description"),
      keep: options.has("keep"),
      discard: options.has("discard"),
      fields: options.value("fields") ?? "number",
    });
    if (status === 0) yield* toolkit.info("Transaction completed.");
    return status;
  } finally {
    if (exists(proc.sys, lock)) proc.sys.unlink(lock);
  }
}

function isOnConsole(options: ParsedOptions): boolean {
  return options.value("log")?.split(",").includes("console") ?? true;
}

/** One tukit at a time. @simplified The real one holds it with lockf(3); here the file has the number of the process that does. */
function takeLock({ sys, pid }: Process, path: string): void {
  const holder = readTextIfThere(sys, path)?.trim() ?? "";
  if (holder !== "" && exists(sys, `/proc/${holder}`)) throw new TukitError(`Another instance of tukit is already running: ${EAGAIN}`);
  try {
    overwrite(sys, path, `${pid}\n`, 0o600);
  } catch (error) {
    throw isSysError(error) ? new TukitError(`Could not create lock file '${path}': ${error.text}`) : error;
  }
}

const EAGAIN = "Resource temporarily unavailable";

interface Settings {
  readonly base: string;
  readonly description: string | undefined;
  readonly keep: boolean;
  readonly discard: boolean;
  readonly fields: string;
}

function* runVerb(proc: Process, toolkit: Toolkit, verb: string, args: readonly string[], settings: Settings): Run<ExitStatus> {
  if (!VERBS.some(({ name }) => name === verb)) {
    yield* stdout(proc).print(helpText());
    throw new TukitError(`Unknown command or option '${verb}'.`);
  }
  const [id, ...rest] = args;
  if (id === undefined && ["call", "callext", "close", "abort", "rollback"].includes(verb)) {
    yield* stdout(proc).print(helpText());
    throw new TukitError(`Missing argument for '${verb}'`);
  }
  if (!["rollback", "snapshots", "reboot"].includes(verb)) refuseNested(proc);
  if (verb !== "reboot") yield* toolkit.info("Using 'snapper' as snapshot manager.");
  const { discard, keep, description } = settings;
  const wish = { discard, ...(description === undefined ? {} : { description }) };
  switch (verb) {
    case "execute": {
      const transaction = yield* Transaction.open(proc, toolkit, settings.base, wish);
      const status = yield* transaction.execute(args);
      if (status === 0) {
        yield* transaction.close();
        return 0;
      }
      yield* transaction.abort(keep);
      throw new TukitError(`Application returned with exit status ${status}`);
    }
    case "open": {
      const transaction = yield* Transaction.open(proc, toolkit, settings.base, wish);
      yield* stdout(proc).print(`ID: ${transaction.id}\n`);
      transaction.keep();
      return 0;
    }
    case "call":
    case "callext": {
      const transaction = yield* Transaction.resume(proc, toolkit, id ?? "");
      const status = yield* verb === "call" ? transaction.execute(rest) : transaction.callExt(rest);
      transaction.keep();
      return status;
    }
    case "close":
      yield* (yield* Transaction.resume(proc, toolkit, id ?? "")).close();
      return 0;
    case "abort":
      yield* (yield* Transaction.resume(proc, toolkit, id ?? "")).abort(keep);
      return 0;
    case "rollback":
      yield* snapper(proc, ["rollback", id ?? ""]);
      return 0;
    case "snapshots":
      yield* listSnapshots(proc, settings.fields);
      return 0;
    default:
      yield* reboot(proc, toolkit, id ?? "auto");
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

function* reboot(proc: Process, toolkit: Toolkit, asked: string): Run<void> {
  const { sys } = proc;
  let method = asked;
  if (method === "auto") {
    const manager = "/usr/bin/rebootmgrctl";
    const isManaged = exists(sys, manager) && (yield* captured(proc, [manager, "is-active", "--quiet"])).status === 0;
    method = isManaged ? "rebootmgr" : "systemd";
  }
  const type = readTextIfThere(sys, REBOOT_NEEDED)?.trim() || "reboot";
  yield* toolkit.info(`Minimally required reboot level: ${type}`);
  const softly = type === "soft-reboot" && toolkit.conf.get("REBOOT_ALLOW_SOFT_REBOOT") === "true";
  const swiftly = ["soft-reboot", "kexec"].includes(type) && toolkit.conf.get("REBOOT_ALLOW_KEXEC") === "true";
  switch (method) {
    case "rebootmgr":
    case "systemd":
    case "kexec": {
      const tool = method === "rebootmgr" ? "rebootmgrctl" : "systemctl";
      const isKexec = method === "kexec" || (method === "systemd" && swiftly && !softly);
      const how = isKexec ? "kexec" : softly ? "soft-reboot" : "reboot";
      yield* toolkit.info(`Triggering reboot using ${tool} ${how}.`);
      if (tool === "systemctl") sys.sync();
      const status = yield* runChild(proc, [tool, how]);
      if (status !== 0) throw new TukitError(`\`${tool} ${how}\` returned with error code ${status}.`);
      return;
    }
    case "notify":
      yield* toolkit.info("Triggering reboot using transactional-update-notifier client.");
      yield* runChild(proc, ["/usr/bin/transactional-update-notifier", "client"]);
      return;
    case "kured":
      yield* toolkit.info("Triggering reboot using kured.");
      yield* runChild(proc, ["touch", "/var/run/reboot-required"]);
      return;
    case "none":
      yield* toolkit.info("Reboots are disabled.");
      return;
    default:
      throw new TukitError(`Unknown reboot method '${method}'.`);
  }
}

function helpText(): string {
  return `Syntax: tukit [option...] command

Transaction and snapshot management utility

Transaction Commands:
execute <command>
\tOpens a new snapshot and executes the given command; on success the snapshot
\twill be set as the new default snapshot, any non-zero return value will
\tdelete the snapshot again.
\tIf no command is given an interactive shell will be opened.
open
\tCreates a new transaction and prints its unique ID
call <ID> <command>
\tExecutes the given command from within the transaction's chroot environment,
\tresuming the transaction with the given ID; returns the exit status of the
\tgiven command, but will not delete the snapshot in case of errors
callext <ID> <command>
\tExecutes the given command. The command is not executed in a chroot
\tenvironment, but instead runs in the current system, replacing '{}' with the
\tmount directory of the given snapshot; returns the exit status of the given
\tcommand, but will not delete the snapshot in case of errors
close <ID>
\tCloses the given transaction and sets the snapshot as the new default snapshot
abort <ID>
\tDeletes the given snapshot again
rollback <ID>
\tRoll back to given snapshot

Transaction Options:
--continue[=<ID>], -c[<ID>]  Use latest or given snapshot as base
--description=<description>  Use custom snapshot description for "open"
--keep, -k                   Keep snapshot even if there is an error
--discard, -d                Discard snapshot if no files were changed in root

Snapshot Commands:
snapshots
\tPrints a list of all available transactions

Snapshot Options:
--fields=<default,active,number,date,description>, -f<...>
                             List of fields to print

Reboot Commands:
reboot [auto|rebootmgr|notify|systemd|kured|kexec|none]
\tReboot the system using the given method; Default: auto

Generic Options:
--help, -h                   Display this help and exit
--log=<console,syslog>[,<...>,...], -l<...>
                             Restrict output channels to the given ones
--option=<KEY>=<VALUE>       Overwrite setting from tukit.conf
--quiet, -q                  Decrease verbosity
--verbose, -v                Increase verbosity
--version, -V                Display version and exit

Important options (for use with -o=):
SNAPSHOT_MANAGER=<MANAGER>   Force snapshot manager, e.g. podman or snapper
OCI_TARGET=<SOURCE>          Pull a custom image for updating with Podman

`;
}
