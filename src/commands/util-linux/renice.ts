import type { KernelProcess } from "../../machine/kernel-process.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { reason, warnx } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";

/** What numbers on the command line stand for, and how each is called. */
const KINDS = { pid: "process ID", pgrp: "process group ID", user: "user ID" } as const;
type Kind = keyof typeof KINDS;

const FLAGS: Readonly<Record<string, Kind>> = {
  "-p": "pid",
  "--pid": "pid",
  "-g": "pgrp",
  "--pgrp": "pgrp",
  "-u": "user",
  "--user": "user",
};

/** renice(1). */
export const renice: Command = {
  name: "renice",
  package: "util-linux",
  style: "raw",
  usage: [
    "renice [-n] <priority> [-p|--pid] <pid>...",
    "renice [-n] <priority>  -g|--pgrp <pgid>...",
    "renice [-n] <priority>  -u|--user <user>...",
  ],
  about: "Alter the priority of running processes.",
  options: [
    { name: "priority", short: "n", argument: "num", help: "specify the nice value" },
    { name: "pid", short: "p", help: "interpret arguments as process ID (default)" },
    { name: "pgrp", short: "g", help: "interpret arguments as process group ID" },
    { name: "user", short: "u", help: "interpret arguments as username or user ID" },
  ],
  completes: "pids",
  *run(proc, { operands }) {
    const words = /^(?:-n|--priority)$/.test(operands[0] ?? "") ? operands.slice(1) : [...operands];
    const [priority = "", ...targets] = words;
    if (targets.length === 0) throw new UsageError("not enough arguments");
    if (!/^[-+]?[0-9]+$/.test(priority)) throw new UsageError(`invalid priority '${priority}'`);
    let kind: Kind = "pid";
    let status = 0;
    for (const target of targets) {
      const flag = FLAGS[target];
      if (flag !== undefined) {
        kind = flag;
        continue;
      }
      const user = kind === "user" && !/^[0-9]+$/.test(target) ? readAccounts(proc.sys).userByName(target) : undefined;
      const id = user?.uid ?? (/^[0-9]+$/.test(target) ? Number(target) : undefined);
      if (id === undefined) {
        yield* warnx(proc, kind === "user" ? `unknown user ${target}` : `bad ${KINDS[kind]} value: ${target}`);
        status = 1;
        continue;
      }
      const called = `${String(id)} (${KINDS[kind]})`;
      const chosen = proc.kernel.processes().filter((process) => numberOf(process, kind) === id && process.state !== "zombie");
      const least = (): number => Math.min(...chosen.map(({ niceness }) => niceness));
      if (chosen.length === 0) {
        yield* warnx(proc, `failed to get priority for ${called}: No such process`);
        status = 1;
        continue;
      }
      const before = least();
      try {
        for (const { pid } of chosen) proc.setNiceness(Number(priority), pid);
        yield* stdout(proc).print(`${called} old priority ${String(before)}, new priority ${String(least())}\n`);
      } catch (error) {
        yield* warnx(proc, `failed to set priority for ${called}: ${reason(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

function numberOf(process: KernelProcess, kind: Kind): number {
  return kind === "pid" ? process.pid : kind === "pgrp" ? process.processGroup : process.uid;
}
