/** What stands between a terminal and a shell: agetty(8), login(1), sulogin(8). */
import { calendarDate, MONTHS, twoDigits, WEEKDAYS } from "../base/calendar.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O, type Credentials } from "../vfs/types.ts";
import { resolveExecutable } from "./exec.ts";
import type { KernelProcess } from "./kernel-process.ts";
import type { Limit, Resource } from "./limits.ts";
import type { LoginShell, ShellCheckpoint } from "./ports.ts";
import type { Process } from "./process.ts";
import type { Program, Run } from "./program.ts";
import { isPassword, passwordField } from "./password.ts";
import { readTextIfThere } from "./read-text.ts";
import { saneTermios } from "./termios.ts";
import { readAccounts, type Accounts, type User } from "./users.ts";

/** What xterm in the page understands; a real virtual console says "linux". */
const TERM = "xterm-256color";

/** A login session, as a checkpoint keeps it. Plain data. */
export interface SavedSession {
  readonly tty: string;
  readonly pid: number;
  readonly startedAt: { readonly sec: number; readonly nsec: number };
  readonly ticksUsed: number;
  readonly argv: readonly string[];
  readonly name: string;
  readonly env: readonly (readonly [string, string])[];
  readonly cwd: string;
  readonly umask: number;
  readonly limits: readonly (readonly [Resource, Limit])[];
  readonly credentials: Credentials;
  readonly shell: ShellCheckpoint;
}

/** What `TTYVTDisallocate=` makes of a terminal that is in sight: no scrolling region, nothing on it and nothing above. Source: systemd:src/basic/terminal-util.c. */
export const DISALLOCATE = "\u001b[r\u001b[H\u001b[3J\u001bc";

/** The getty of a terminal, `wiped` or not: says what the system is, logs in (`autologin` without asking), becomes the shell. */
export function getty(ttyName: string, loginShell: LoginShell, autologin: string | undefined, wiped: boolean): Program {
  return function* (proc) {
    if (!takeTerminal(proc as KernelProcess, ttyName)) return 1;
    if (wiped) yield* proc.print(DISALLOCATE);
    const { sys } = proc;
    const issue = expandIssue(readTextIfThere(sys, "/etc/issue") ?? "\\S\nKernel \\r on an \\m (\\l)\n\n", proc, ttyName);
    yield* proc.print(issue);
    const accounts = readAccounts(sys);
    const automatic = autologin === undefined ? undefined : accounts.userByName(autologin);
    let user = automatic;
    if (automatic) yield* proc.print(`${proc.kernel.hostname} login: ${automatic.name} (automatic login)\n\n`);
    while (!user) user = yield* askForUser(proc, accounts);
    return yield* logIn(proc as KernelProcess, user, accounts, loginShell);
  };
}

/** The shell of a session as it stood at its prompt when the checkpoint was taken; says nothing. */
export function resumeSession(saved: SavedSession, loginShell: LoginShell): Program {
  return function* (proc) {
    takeTerminal(proc as KernelProcess, saved.tty, { keepSettings: true });
    const process = proc as KernelProcess;
    process.argv = saved.argv;
    process.name = saved.name;
    process.sys.credentials = saved.credentials;
    process.sys.umask(saved.umask);
    for (const [resource, limit] of saved.limits) process.setLimit(resource, limit);
    process.sys.chdir(saved.cwd);
    return yield* loginShell.start(saved.shell)(proc);
  };
}

/** The shell of emergency mode and of the initramfs, after Enter; Control-D goes on with the boot (status 0 and no shell). Without a greeting the shell comes at once. */
export function sulogin(ttyName: string, loginShell: LoginShell, greeting: string | undefined): Program {
  return function* (proc) {
    if (!takeTerminal(proc as KernelProcess, ttyName)) return 1;
    if (greeting !== undefined) {
      yield* proc.print(greeting);
      const line = yield* proc.read(0, 4096);
      if (line.length === 0) return 0;
    }
    const root = readAccounts(proc.sys).superuser;
    return yield* becomeShell(proc as KernelProcess, root, { uid: 0, gid: 0, groups: [0], privileged: true }, loginShell);
  };
}

/** Opens the terminal as 0, 1 and 2 and makes it the controlling one. */
function takeTerminal(proc: KernelProcess, ttyName: string, options: { readonly keepSettings?: boolean } = {}): boolean {
  const tty = proc.kernel.ttys.get(ttyName);
  if (!tty) return false;
  for (const fd of proc.sys.descriptors()) proc.sys.close(fd);
  try {
    const fd = proc.sys.open(`/dev/${ttyName}`, O.RDWR);
    while (proc.sys.dup(fd) < 2);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
  if (options.keepSettings !== true) tty.setAttributes(saneTermios());
  proc.tty = tty;
  tty.session = proc.session;
  tty.foregroundGroup = proc.processGroup;
  return true;
}

function* askForUser(proc: Process, accounts: Accounts): Run<User | undefined> {
  yield* proc.print(`${proc.kernel.hostname} login: `);
  const name = yield* readLine(proc);
  if (name === undefined) return undefined;
  if (name === "") return undefined;
  const user = accounts.userByName(name);
  const secret = user ? passwordField(proc.sys, name) : "*";
  if (user && secret === "") return user;
  const tty = (proc as KernelProcess).tty;
  if (tty) tty.setAttributes({ ...tty.getAttributes(), echo: false });
  yield* proc.print("Password: ");
  const given = yield* readLine(proc);
  if (tty) tty.setAttributes({ ...tty.getAttributes(), echo: true });
  if (user && given !== undefined && (yield* isPassword(secret, given))) {
    yield* proc.print("\n");
    return user;
  }
  yield* proc.sleep(2);
  yield* proc.print("\n\nLogin incorrect\n\n");
  return undefined;
}

function* readLine(proc: Process): Run<string | undefined> {
  const bytes = yield* proc.read(0, 4096);
  return bytes.length === 0 ? undefined : decodeUtf8(bytes).replace(/\n$/, "");
}

function* logIn(proc: KernelProcess, user: User, accounts: Accounts, loginShell: LoginShell): Run<number> {
  makeRuntimeDirectory(proc, user);
  yield* proc.print(messageOfTheDay(proc.sys));
  try {
    resolveExecutable(proc.sys, proc.kernel.programs, user.shell, [user.shell]);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.print(`Cannot execute ${user.shell}: ${error.text}\n`);
    yield* proc.sleep(5);
    return 1;
  }
  return yield* becomeShell(proc, user, accounts.credentialsOf(user), loginShell);
}

/** @simplified getty, login and shell are one process; the real login stays as the shell's parent. */
function* becomeShell(proc: KernelProcess, user: User, credentials: Credentials, loginShell: LoginShell): Run<number> {
  proc.sys.credentials = credentials;
  proc.env = new Map([
    ["HOME", user.home],
    ["USER", user.name],
    ["LOGNAME", user.name],
    ["SHELL", user.shell],
    ["PATH", user.uid === 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin" : "/usr/local/bin:/usr/bin"],
    ["TERM", TERM],
    ["LANG", localeOf(proc.sys)],
    ...(user.uid === 0
      ? []
      : ([
          ["XDG_RUNTIME_DIR", `/run/user/${user.uid}`],
          ["XDG_SESSION_TYPE", "tty"],
        ] as const)),
  ]);
  try {
    proc.sys.chdir(user.home);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (user.uid !== 0) yield* proc.print(`No directory ${user.home}!\nLogging in with home = "/".\n`);
    proc.env.set("HOME", "/");
    proc.sys.chdir("/");
  }
  const name = user.shell.slice(user.shell.lastIndexOf("/") + 1);
  // As a terminal window of the desktop starts it: a login shell by option, whose errors begin with "bash:".
  proc.argv = [name, "--login"];
  proc.name = name;
  return yield* loginShell.start(undefined)(proc);
}

function makeRuntimeDirectory(proc: KernelProcess, user: User): void {
  if (user.uid === 0) return;
  const path = `/run/user/${user.uid}`;
  for (const directory of ["/run/user", path]) {
    try {
      proc.sys.mkdir(directory, directory === path ? 0o700 : 0o755);
      if (directory === path) proc.sys.chown(path, user.uid, user.gid);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}

/** What pam_motd(8) shows: the file and the directory, each looked for in /etc, /run, /usr/lib. */
export function messageOfTheDay(sys: Sys): string {
  let text = "";
  for (const base of ["/etc", "/run", "/usr/lib"]) {
    const file = readTextIfThere(sys, `${base}/motd`);
    if (file === undefined) continue;
    text += file;
    break;
  }
  const snippets = new Map<string, string>();
  for (const base of ["/etc", "/run", "/usr/lib"]) {
    try {
      for (const { name } of sys.readdir(`${base}/motd.d`)) if (!snippets.has(name)) snippets.set(name, `${base}/motd.d/${name}`);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  for (const name of [...snippets.keys()].sort()) text += readTextIfThere(sys, snippets.get(name) ?? "") ?? "";
  return text;
}

function localeOf(sys: Sys): string {
  return /^LANG="?([^"\n]+)"?$/m.exec(readTextIfThere(sys, "/etc/locale.conf") ?? "")?.[1] ?? "C.UTF-8";
}

/** The backslash escapes of agetty(8) that issue files have. */
export function expandIssue(text: string, proc: Pick<Process, "sys" | "kernel" | "now">, ttyName: string): string {
  const osRelease = readTextIfThere(proc.sys, "/etc/os-release") ?? readTextIfThere(proc.sys, "/usr/lib/os-release") ?? "";
  const release = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  return text.replaceAll(/\\(S\{([A-Z_]+)\}|[a-zA-Z\\])/g, (whole, letter: string, key?: string) => {
    if (key !== undefined) return release(key);
    switch (letter) {
      case "S":
        return release("PRETTY_NAME") || "Linux";
      case "s":
        return "Linux";
      case "n":
        return proc.kernel.hostname;
      case "r":
        return proc.kernel.release;
      case "v":
        return proc.kernel.version;
      case "m":
        return "x86_64";
      case "l":
        return ttyName;
      case "d": {
        const date = calendarDate(proc.now().sec);
        return `${WEEKDAYS[date.weekday]?.slice(0, 3)} ${MONTHS[date.month - 1]?.slice(0, 3)} ${date.day} ${date.year}`;
      }
      case "t": {
        const date = calendarDate(proc.now().sec);
        return `${twoDigits(date.hour)}:${twoDigits(date.minute)}:${twoDigits(date.second)}`;
      }
      case "\\":
        return "\\";
      default:
        return whole.slice(0, 0);
    }
  });
}
