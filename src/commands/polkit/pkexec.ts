/**
 * pkexec(1): one command as another user, if polkit says so.
 *
 * @simplified polkit's rules are programs; of those below rules.d only such are understood as let members of a group do named actions.
 */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts, type Accounts, type User } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Command } from "../command.ts";
import { findProgram } from "../find-program.ts";
import { invokingUser } from "../invoker.ts";
import { runAs } from "../sudo/run-as.ts";
import { authenticate } from "./agent.ts";

const ACTIONS = "/usr/share/polkit-1/actions";
const RULES = ["/etc/polkit-1/rules.d", "/usr/share/polkit-1/rules.d"];
/** What every program falls under that has no action of its own. */
const ANY = "org.freedesktop.policykit.exec";
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/root/bin";
/** Variables that are harmless. */
const KEPT = ["SHELL", "LANG", "LINGUAS", "LANGUAGE", "LC_ALL", "TERM", "COLORTERM"];
/** Groups whose members are administrators: as Debian has it, and as the others do. */
const ADMINISTRATORS = ["sudo", "wheel"];
/** Nobody may, or there is nobody to ask. */
const NOT_AUTHORIZED = 127;

export const pkexec: Command = {
  name: "pkexec",
  package: "pkexec",
  style: "raw",
  usage: ["pkexec [--user username] [PROGRAM] [ARGUMENTS...]"],
  about: "Execute a command as another user",
  options: [
    { name: "version", help: "Show version" },
    { name: "help", help: "Show help options" },
    { name: "disable-internal-agent", help: "Do not ask on this terminal" },
    { name: "keep-cwd", help: "Keep the working directory" },
    { name: "user", argument: "username", help: "Whose rights the program gets" },
  ],
  simplified: "a desktop's dialogue is not there: off a terminal only what polkit's rules grant unasked is done",
  *run(proc) {
    const words = proc.argv.slice(1);
    let name = "root";
    let [keepsCwd, asks] = [false, true];
    for (; words[0]?.startsWith("-") === true; words.shift()) {
      if (words[0] === "--version") return yield* told(proc, "pkexec version 126\n");
      if (words[0] === "--help") return yield* told(proc, USAGE);
      if (words[0] === "--keep-cwd") keepsCwd = true;
      else if (words[0] === "--disable-internal-agent") asks = false;
      else if ((words[0] === "--user" || words[0] === "-u") && words[1] !== undefined) name = (words.shift(), words[0] ?? "");
      else {
        yield* proc.printError(USAGE);
        return NOT_AUTHORIZED;
      }
    }
    const accounts = readAccounts(proc.sys);
    const caller = invokingUser(proc);
    const user = accounts.userByName(name);
    if (user === undefined) return yield* refused(proc, `Error getting information about user '${name}'`);
    const given = words[0] ?? user.shell;
    const path = given.includes("/") ? given : (findProgram(proc, given) ?? given);
    try {
      proc.sys.stat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* refused(proc, `Error accessing ${path}: ${error.text}`);
    }
    if (!proc.sys.credentials.privileged) return yield* refused(proc, "pkexec must be setuid root");
    const why = yield* refusal(proc, accounts, caller, [path, ...words.slice(1)], asks);
    if (why !== undefined) return yield* refused(proc, why);
    const env = new Map(KEPT.flatMap((key) => (proc.env.has(key) ? [[key, proc.env.get(key) ?? ""] as const] : [])));
    for (const [key, value] of [
      ["PATH", PATH],
      ["LOGNAME", user.name],
      ["USER", user.name],
      ["HOME", user.home],
      ["PKEXEC_UID", String(caller.uid)],
    ] as const)
      env.set(key, value);
    const credentials = { uid: user.uid, gid: user.gid, groups: accounts.groupsOf(user), privileged: user.uid === 0 };
    const errand = { path, argv: [path, ...words.slice(1)], env, credentials, cwd: keepsCwd ? undefined : user.home };
    try {
      return yield* runAs(proc, errand);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* refused(proc, `Error executing ${path}: ${error.text}`);
    }
  },
};

const USAGE = `pkexec --version |
       --help |
       --disable-internal-agent |
       [--user username] [PROGRAM] [ARGUMENTS...]

See the pkexec manual page for more details.
`;

function* told(proc: Process, text: string): Run<number> {
  yield* proc.print(text);
  return 0;
}

function* refused(proc: Process, why: string): Run<number> {
  yield* proc.printError(`${why}\n`);
  return NOT_AUTHORIZED;
}

/** Why `caller` may not run `argv`; undefined when he may. */
function* refusal(proc: Process, accounts: Accounts, caller: User, argv: readonly string[], asks: boolean): Run<string | undefined> {
  const { sys } = proc;
  if (caller.uid === 0) return undefined;
  const action = actionOf(sys, argv);
  const groups = accounts.groupsOf(caller).flatMap((gid) => accounts.groupById(gid)?.name ?? []);
  if (groups.some((group) => isGranted(sys, action.id, group))) return undefined;
  if (!asks || !sys.isatty(0)) return "Error executing command as another user: No authentication agent found.";
  const administrators = ADMINISTRATORS.map((group) => accounts.groupByName(group)).find((group) => group !== undefined);
  const message = action.message.replace("$(program)", argv[0] ?? "");
  if (yield* authenticate(proc, action.id, message, administrators?.gid ?? 0)) return undefined;
  return "Error executing command as another user: Not authorized\n\nThis incident has been reported.";
}

interface Action {
  readonly id: string;
  readonly message: string;
}

/** The action that says of itself that it is this program, called with that first argument, if it names one. */
function actionOf(sys: Sys, [path, argument]: readonly string[]): Action {
  const all = textsIn(sys, ACTIONS, ".policy").flatMap((text) => [...text.matchAll(/<action id="([^"]+)">(.*?)<\/action>/gs)]);
  const fits = all.flatMap(([, id = "", body = ""]) => {
    const note = (key: string): string | undefined => new RegExp(`<annotate key="${key}">([^<]*)<`).exec(body)?.[1]?.trim();
    const wanted = note("org\\.freedesktop\\.policykit\\.exec\\.argv1");
    if (note("org\\.freedesktop\\.policykit\\.exec\\.path") !== path || (wanted !== undefined && wanted !== argument)) return [];
    return [{ id, message: /<message>([^<]*)</.exec(body)?.[1] ?? "" }];
  });
  return fits[0] ?? { id: ANY, message: "Authentication is needed to run `$(program)' as the super user" };
}

function isGranted(sys: Sys, action: string, group: string): boolean {
  return RULES.flatMap((directory) => textsIn(sys, directory, ".rules")).some(
    (text) => text.includes(`"${action}"`) && text.includes(`isInGroup("${group}")`) && text.includes("polkit.Result.YES"),
  );
}

function textsIn(sys: Sys, directory: string, suffix: string): readonly string[] {
  try {
    const names = sys.readdir(directory).map(({ name }) => name);
    return names.filter((name) => name.endsWith(suffix)).flatMap((name) => readTextIfThere(sys, `${directory}/${name}`) ?? []);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}
