/** Variables that are computed: RANDOM, SECONDS, LINENO, FUNCNAME … */
import { account } from "./allocation.ts";
import { Random } from "../base/random.ts";
import { IndexedArray } from "./arrays.ts";
import { readAccounts } from "../machine/users.ts";
import type { Shell } from "./shell.ts";
import { evaluateToKeep } from "./arithmetic-expansion.ts";
import { newVariable, type DynamicVariable } from "./variables.ts";

/** What this shell claims to be. */
export const VERSION = { major: 5, minor: 2, patch: 37, build: 1, status: "release", machine: "x86_64-redhat-linux-gnu" } as const;

export const VERSION_TEXT = `${VERSION.major}.${VERSION.minor}.${VERSION.patch}(${VERSION.build})-${VERSION.status}`;

/** Gives `shell`'s variables their computed ones; a new subshell calls it for its copy. */
export function installSpecialVariables(shell: Shell): void {
  const { variables, state, proc } = shell;
  variables.evaluate = (text) => evaluateToKeep(shell, text);
  variables.onGrowth = (latest) => account(shell, variables.bytes, latest);
  const random = () => (state.random ??= new Random(proc.kernel.random.next()));
  const all: Readonly<Record<string, DynamicVariable>> = {
    RANDOM: { get: () => String(random().next() & 0x7fff), set: (seed) => void (state.random = new Random(Number(seed) || 0)) },
    SRANDOM: { get: () => String(random().next()) },
    SECONDS: {
      get: () => String(proc.now().sec - state.secondsBase),
      set: (value) => void (state.secondsBase = proc.now().sec - (Number(value) || 0)),
    },
    EPOCHSECONDS: { get: () => String(proc.now().sec) },
    EPOCHREALTIME: { get: () => `${proc.now().sec}.${String(Math.floor(proc.now().nsec / 1000)).padStart(6, "0")}` },
    LINENO: { get: () => String(shell.line) },
    BASHPID: { get: () => String(proc.pid) },
    BASH_SUBSHELL: { get: () => String(shell.subshellLevel) },
    BASH_COMMAND: { get: () => shell.command },
    FUNCNAME: {
      get: () =>
        IndexedArray.of(shell.frames.some((frame) => frame.kind === "function") ? shell.visibleFrames().map((frame) => frame.name) : []),
    },
    BASH_SOURCE: { get: () => IndexedArray.of(shell.visibleFrames().map((frame) => frame.file)) },
    BASH_LINENO: { get: () => IndexedArray.of(shell.visibleFrames().map((frame) => String(frame.callLine))) },
    PIPESTATUS: { get: () => IndexedArray.of(shell.pipeStatus.map(String)) },
    DIRSTACK: { get: () => IndexedArray.of([state.directory, ...state.directoryStack]) },
    GROUPS: { get: () => IndexedArray.of([...new Set([proc.sys.credentials.gid, ...proc.sys.credentials.groups])].map(String)) },
    SHELLOPTS: { get: () => state.options.list("set") },
    BASHOPTS: { get: () => state.options.list("shopt") },
    HISTCMD: { get: () => String(state.history.base + state.history.length) },
    _: { get: () => shell.lastArgument },
    // Where commands were found is forgotten.
    PATH: { set: () => state.hash.clear() },
  };
  for (const [name, dynamic] of Object.entries(all)) {
    variables.dynamic.set(name, dynamic);
    if (dynamic.get === undefined || variables.own(name) !== undefined) continue;
    variables.declare(name, "global").value = "";
  }
  for (const name of ["SHELLOPTS", "BASHOPTS"]) variables.declare(name, "global").readonly = true;
}

/** Names whose values in the environment do not become the shell's own. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["SHELLOPTS", "BASHOPTS", "IFS", "PPID"]);

/** From this $SHLVL on, bash counts from 1 again. */
export const TOO_DEEP = 1000;

/** Variables of a shell that starts: what it takes from the environment, and what bash sets itself. */
export function initializeVariables(shell: Shell, environment: ReadonlyMap<string, string>): void {
  const { variables, proc } = shell;
  for (const [name, value] of environment) {
    if (NOT_TAKEN.has(name) || (name === "PS4" && proc.sys.credentials.uid === 0)) continue;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      if (!name.startsWith("BASH_FUNC_")) variables.passedOn.set(name, value);
      continue;
    }
    const variable = variables.declare(name, "global");
    variable.value = value;
    variable.exported = true;
  }
  const { uid } = proc.sys.credentials;
  setDefaults(shell, {
    IFS: " \t\n",
    PS4: "+ ",
    OPTIND: "1",
    OPTERR: "1",
    PATH: "/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin",
    HOSTNAME: proc.kernel.hostname,
    HOSTTYPE: "x86_64",
    MACHTYPE: VERSION.machine,
    OSTYPE: "linux-gnu",
    TERM: "dumb",
  });
  // The account's, as passwd(5) has it.
  if (variables.value("SHELL") === undefined) variables.assign("SHELL", readAccounts(proc.sys).userById(uid)?.shell ?? "/bin/sh");
  variables.declare("OPTIND", "global").integer = true;
  variables.assign("BASH", "/usr/bin/bash");
  variables.assign("BASH_VERSION", VERSION_TEXT);
  variables.assignArray(
    "BASH_VERSINFO",
    IndexedArray.of([VERSION.major, VERSION.minor, VERSION.patch, VERSION.build, VERSION.status, VERSION.machine].map(String)),
  );
  for (const [name, value] of [
    ["PPID", proc.parent],
    ["UID", uid],
    ["EUID", uid],
  ] as const) {
    const variable = variables.declare(name, "global");
    // UID of the environment is believed.
    if (variable.readonly || variable.value !== undefined) continue;
    Object.assign(variable, newVariable(String(value)), { readonly: true, integer: true });
  }
  const variable = variables.declare("BASH_VERSINFO", "global");
  variable.readonly = true;
  const level = Number(variables.scalar("SHLVL") ?? 0);
  const next = Number.isInteger(level) ? Math.max(0, level + 1) : 1;
  variables.assign("SHLVL", String(next >= TOO_DEEP ? 1 : next));
  variables.declare("SHLVL", "global").exported = true;
  if (shell.interactive)
    setDefaults(shell, {
      PS1: "\\s-\\v\\$ ",
      PS2: "> ",
      HISTFILE: `${variables.scalar("HOME") ?? ""}/.bash_history`,
      HISTSIZE: "500",
      HISTFILESIZE: "500",
    });
}

function setDefaults(shell: Shell, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) if (shell.variables.value(name) === undefined) shell.variables.assign(name, value);
}
