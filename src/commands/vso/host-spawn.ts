/**
 * host-spawn(1): the way out of a box. It asks flatpak's helper in the user's session, over the session's bus, to start a program on the
 * host, and hands over its own descriptors. Source: 1player/host-spawn.
 *
 * @simplified The bus is not there: who has a session and a host with flatpak is taken to reach its helper. No terminal in between.
 */
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts, type User } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Command, Option } from "../command.ts";
import { baseName } from "../paths.ts";
import { runAs } from "../sudo/run-as.ts";

const VERSION = "v1.6.0";
const HELPER = "/usr/libexec/flatpak-session-helper";
/** What went wrong in host-spawn itself. */
const FAILED = 127;
const PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";

const OPTIONS: readonly Option[] = [
  { name: "cwd", argument: "string", help: "Change working directory of the spawned process" },
  {
    name: "env",
    argument: "string",
    help: 'Comma separated list of environment variables to pass to the host process. (default "TERM")',
  },
  { name: "no-pty", help: "Do not allocate a pseudo-terminal for the host process", fidelity: "ignored" },
  { name: "pty", help: "Force allocate a pseudo-terminal for the host process", fidelity: "ignored" },
  { name: "version", help: "Show this program's version" },
];

export const hostSpawn: Command = {
  name: "host-spawn",
  package: "host-spawn",
  style: "raw",
  usage: ["host-spawn [options] [ COMMAND [ arguments... ] ]"],
  about: "Run commands on your host machine from inside a container",
  options: OPTIONS,
  simplified: "the program on the host is on the caller's own terminal",
  *run(proc) {
    const called = baseName(proc.argv[0] ?? "");
    // Under another name it is that program of the host.
    const isItself = called.startsWith("host-spawn");
    const flags = isItself ? readFlags(proc.argv.slice(1)) : { given: new Map<string, string>(), rest: [called, ...proc.argv.slice(1)] };
    if ("wrong" in flags) {
      yield* proc.printError(`${flags.wrong === "" ? "" : `${flags.wrong}\n`}${help(proc.argv[0] ?? "")}`);
      return 0;
    }
    const { given, rest } = flags;
    if (given.has("version")) {
      yield* proc.print(`${VERSION}\n`);
      return 0;
    }
    const argv = rest.length > 0 ? rest : ["sh", "-c", "$SHELL"];
    return yield* onHost(proc, argv, given.get("cwd") ?? proc.sys.getcwd(), (given.get("env") ?? "TERM").split(","));
  },
};

function* onHost(proc: Process, argv: readonly string[], cwd: string, passed: readonly string[]): Run<number> {
  const failed = function* (why: string): Run<number> {
    yield* proc.printError(`${why}\n`);
    return FAILED;
  };
  const { kernel } = proc;
  const init = kernel.process(1) as KernelProcess;
  const accounts = readAccounts(init.sys);
  const user = accounts.userById((proc as KernelProcess).uid);
  if (user === undefined || !exists(init.sys, `/run/user/${user.uid}`))
    return yield* failed('exec: "dbus-launch": executable file not found in $PATH');
  if (!exists(init.sys, HELPER)) return yield* failed("The name org.freedesktop.Flatpak was not provided by any .service files");
  const env = sessionOf(init.sys, user);
  for (const key of passed) if (proc.env.has(key)) env.set(key, proc.env.get(key) ?? "");
  const name = argv[0] ?? "";
  const start = "Failed to start command: ";
  const path = name.includes("/") ? name : found(init.sys, name, env.get("PATH") ?? PATH);
  if (path === undefined) return yield* failed(`${start}Failed to execute child process “${name}” (No such file or directory)`);
  const credentials = { uid: user.uid, gid: user.gid, groups: accounts.groupsOf(user), privileged: user.uid === 0 };
  try {
    return yield* runAs(proc, { path, argv, env, credentials, cwd, startedBy: init }, () =>
      failed("child process did not terminate cleanly"),
    );
  } catch (error) {
    if (!isSysError(error)) throw error;
    const what = error.syscall === "chdir" ? `Failed to change to directory “${cwd}”` : `Failed to execute child process “${name}”`;
    return yield* failed(`${start}${what} (${error.text})`);
  }
}

/** What a user's service manager tells its services. */
function sessionOf(sys: Sys, user: User): Map<string, string> {
  const path = /^PATH=(["']?)(.*)\1$/m.exec(readTextIfThere(sys, "/etc/environment") ?? "")?.[2] ?? PATH;
  return new Map([
    ["HOME", user.home],
    ["LANG", "C.UTF-8"],
    ["LOGNAME", user.name],
    ["PATH", path],
    ["SHELL", user.shell],
    ["USER", user.name],
    ["XDG_RUNTIME_DIR", `/run/user/${user.uid}`],
  ]);
}

function found(sys: Sys, name: string, path: string): string | undefined {
  return path
    .split(":")
    .map((directory) => `${directory}/${name}`)
    .find((at) => exists(sys, at) && sys.stat(at).type === "file" && (sys.stat(at).mode & 0o111) !== 0);
}

/** As Go's package flag reads a command line: one dash or two, and the first operand ends it. */
function readFlags(
  args: readonly string[],
): { readonly given: Map<string, string>; readonly rest: readonly string[] } | { readonly wrong: string } {
  const given = new Map<string, string>();
  for (let at = 0; ; at++) {
    const word = args[at];
    if (word === undefined || word === "-" || !word.startsWith("-")) return { given, rest: args.slice(at) };
    if (word === "--") return { given, rest: args.slice(at + 1) };
    const [, name = "", , value] = /^--?([^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (name === "h" || name === "help") return { wrong: "" };
    const option = OPTIONS.find((each) => each.name === name);
    if (option === undefined) return { wrong: `flag provided but not defined: -${name}` };
    if (option.argument === undefined) given.set(name, "true");
    else {
      const text = value ?? args[++at];
      if (text === undefined) return { wrong: `flag needs an argument: -${name}` };
      given.set(name, text);
    }
  }
}

function help(name: string): string {
  const flags = OPTIONS.map(
    ({ name: flag, argument, help: about }) => `  -${flag}${argument === undefined ? "" : ` ${argument}`}\n    \t${about}\n`,
  );
  return `Usage: ${name} [options] [ COMMAND [ arguments... ] ]

Run COMMAND on your host machine from inside a flatpak sandbox or container.
If COMMAND is not set, spawn the user's default shell on the host.

Accepted options:
${flags.join("")}--

A pseudo-terminal will be automatically allocated unless stdout is
redirected or the command is known for misbehaving when attached to a
pty. (See https://github.com/1player/host-spawn/issues/12)
`;
}
