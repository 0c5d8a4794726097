/** A script in a shell of its own on a machine that is up, started from outside: no terminal, no history, its output kept. */
import { decodeUtf8 } from "../base/utf8.ts";
import type { KernelProcess } from "../machine/kernel-process.ts";
import type { Machine } from "../machine/machine.ts";
import type { Missable, Program } from "../machine/program.ts";
import { exists } from "../machine/read-text.ts";
import { readAccounts, type User } from "../machine/users.ts";
import { O } from "../vfs/types.ts";
import { Capture } from "./capture.ts";
import { settling, type Budget } from "./settle.ts";

export interface Script {
  readonly text: string;
  readonly user: string;
  /** Functions that it finds, by name: their bodies as bash has them, in braces. */
  readonly functions?: Readonly<Record<string, string>>;
  /** Descriptors besides standard output and error that are kept. */
  readonly notes?: readonly number[];
}

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when the machine went down, or the budget was spent, before it ended. */
  readonly exit: number | undefined;
  readonly notes: ReadonlyMap<number, string>;
}

/** The account of whoever sits before the machine. */
export const LEARNER = "learner";

const BASH = "/usr/bin/bash";

/** Runs it to its end. Undefined when the machine is not up, or has no such user. */
export function* runScript(machine: Machine, script: Script, budget: Budget): Generator<Missable, ScriptResult | undefined> {
  const init = machine.kernel?.process(1);
  if (!init || (machine.power !== "running" && machine.power !== "emergency")) return undefined;
  const accounts = readAccounts(init.sys);
  const account = accounts.userByName(script.user);
  if (!account) return undefined;
  // As what is typed at the console belongs to the login session there.
  const console = machine.shellOn(0);
  const captures = new Map([1, 2, ...(script.notes ?? [])].map((fd) => [fd, new Capture(O.WRONLY)]));
  let exit: number | undefined;
  const program: Program = function* (proc) {
    const { sys } = proc as KernelProcess;
    sys.open("/dev/null", O.RDWR);
    for (const [fd, capture] of captures) sys.install(capture, fd);
    const child = proc.spawn({ argv: ["bash", "-c", script.text], program: { path: BASH } });
    const ending = (yield* proc.wait(child.pid))?.ending;
    return (exit = ending?.kind === "exited" ? ending.status : 128);
  };
  (console ?? init).spawn({
    argv: ["bash"],
    program,
    credentials: accounts.credentialsOf(account),
    cwd: exists(init.sys, account.home) ? account.home : "/",
    env: environment(console, account, script),
    fds: new Map(),
    ...(console ? { processGroup: 0 } : { newSession: true }),
  });
  yield* settling({ machine }, () => exit !== undefined, budget);
  const text = (fd: number): string => decodeUtf8(captures.get(fd)?.take() ?? new Uint8Array());
  return { stdout: text(1), stderr: text(2), exit, notes: new Map((script.notes ?? []).map((fd) => [fd, text(fd)])) };
}

function environment(console: KernelProcess | undefined, { name, home, shell }: User, script: Script): Map<string, string> {
  const own = console?.env.get("USER") === name ? console.env : [];
  return new Map([
    ...own,
    ["HOME", home],
    ["USER", name],
    ["LOGNAME", name],
    ["SHELL", shell],
    ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"],
    ["LANG", "C.UTF-8"],
    ["TERM", "dumb"],
    ...Object.entries(script.functions ?? {}).map(([key, body]): [string, string] => [`BASH_FUNC_${key}%%`, `() ${body}`]),
  ]);
}
