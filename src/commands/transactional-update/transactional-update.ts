/** transactional-update(8): the command. Source: openSUSE/transactional-update:sbin/transactional-update.in. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { GENERAL, OPTIONS, PACKAGE, parse, STANDALONE, usageText } from "./grammar.ts";
import { LOCK_FILE, releaseLock, takeLock } from "./lock.ts";
import { Log } from "./log.ts";
import { Update } from "./update.ts";
import { VERSION } from "./version.ts";

const verbs = [...GENERAL, ...PACKAGE, ...STANDALONE].flatMap(([words, help]) =>
  words.split(", ").map((word) => ({ name: word.replace(/[[ ].*/, ""), help })),
);

export const transactionalUpdate: Command = {
  name: "transactional-update",
  package: "transactional-update",
  style: "raw",
  usage: ["transactional-update [option...] [general-command...] [package-command]", "transactional-update [option...] standalone-command"],
  about: "Apply package updates to a new snapshot without touching the running system.",
  options: OPTIONS,
  subcommands: [...new Map(verbs.map((verb) => [verb.name, verb])).values()],
  simplified:
    "It does not update itself. Nothing goes to the journal. apply-oci and the setup-… commands are not built; there is no crash kernel.",
  run: (proc) => runTransactionalUpdate(proc),
};

function* runTransactionalUpdate(proc: Process): Run<ExitStatus> {
  const { sys } = proc;
  const args = proc.argv.slice(1);
  const settings = settingsOf(sys);
  const plan = parse(args, settings.get("UPDATE_METHOD") ?? "up");
  if ("kind" in plan) {
    switch (plan.kind) {
      case "usage":
        yield* stdout(proc).print(usageText());
        return plan.status;
      case "version":
        yield* stdout(proc).print(`transactional-update ${VERSION}\n`);
        return 0;
      case "refused":
        if (plan.stderr !== undefined) yield* proc.printError(`${plan.stderr}\n`);
        if (plan.stdout !== undefined) yield* stdout(proc).print(`${plan.stdout}\n`);
        return 1;
    }
  }
  const log = new Log(proc, plan.quiet);
  if (proc.env.get("TRANSACTIONAL_UPDATE") !== undefined) {
    yield* log.error("Cannot call transactional-update from within transactional-update environment!");
    return 1;
  }
  if (!(yield* locked(proc, log))) {
    yield* log.error("Couldn't get lock, is another instance already running?");
    return 1;
  }
  try {
    // What it would ask zypper for is answered by nobody here: it is as new as it can be.
    if (plan.selfUpdate) yield* log.info("Checking for newer version.");
    proc.env.set("LANG", "C");
    return yield* new Update(proc, plan, log, settings.get("REBOOT_METHOD") ?? "auto").run(args);
  } finally {
    releaseLock(proc);
  }
}

/** The script is no friend of whoever is not root: the shell itself tells of the file that it may not make. */
function* locked(proc: Process, log: Log): Run<boolean> {
  try {
    return takeLock(proc);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* log.error(`${SCRIPT}: line ${LOCK_LINE}: ${LOCK_FILE}.${proc.pid}: ${error.text}`);
    return false;
  }
}

const SCRIPT = "/usr/sbin/transactional-update";
/** Where the script writes its number. */
const LOCK_LINE = 258;

/** The distribution's settings, then its snippets, then the administrator's: each may override. */
function settingsOf(sys: Sys): ReadonlyMap<string, string> {
  const snippets = "/usr/etc/transactional-update.conf.d";
  const names = namesIn(sys, snippets).map((name) => `${snippets}/${name}`);
  const files = ["/usr/etc/transactional-update.conf", ...names, "/etc/transactional-update.conf"];
  const text = files.map((path) => readTextIfThere(sys, path) ?? "").join("\n");
  return new Map([...text.matchAll(/^([A-Z_]+)=["']?([^"'\n]*)["']?$/gm)].map(([, key = "", value = ""]) => [key, value]));
}

function namesIn(sys: Sys, directory: string): string[] {
  try {
    return sys
      .readdir(directory)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
