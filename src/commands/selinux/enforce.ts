/** getenforce(8), setenforce(8), selinuxenabled(8), sestatus(8): whether the policy is enforced. Sources: SELinuxProject/selinux:libselinux/utils, policycoreutils/sestatus. */
import type { Process } from "../../machine/process.ts";
import type { Command } from "../command.ts";
import { complain, reason } from "../complain.ts";
import { stdout } from "../output.ts";
import { Selinux } from "./contexts.ts";
import { SELINUX_ROOT } from "./policy.ts";

export function selinuxOf(proc: Process): Selinux | undefined {
  return Selinux.of(proc.sys, proc.kernel.commandLine);
}

export const getenforce: Command = {
  name: "getenforce",
  package: "libselinux-utils",
  style: "raw",
  usage: ["getenforce"],
  about: "Tell the current mode of SELinux.",
  options: [],
  *run(proc) {
    const selinux = selinuxOf(proc);
    yield* stdout(proc).print(selinux === undefined ? "Disabled\n" : selinux.isEnforcing ? "Enforcing\n" : "Permissive\n");
    return 0;
  },
};

const MODES: Readonly<Record<string, boolean>> = { "1": true, enforcing: true, "0": false, permissive: false };

export const setenforce: Command = {
  name: "setenforce",
  package: "libselinux-utils",
  style: "raw",
  usage: ["setenforce [ Enforcing | Permissive | 1 | 0 ]"],
  about: "Change the mode of SELinux until the next boot.",
  simplified: "the mode is told and changes nothing, as nothing is refused for a context's sake",
  options: [],
  *run(proc) {
    const [name = "", word = "", ...more] = proc.argv;
    const usage = `usage:  ${name} [ Enforcing | Permissive | 1 | 0 ]\n`;
    const selinux = selinuxOf(proc);
    const mode = MODES[word.toLowerCase()];
    if (proc.argv.length !== 2 || more.length > 0 || (selinux !== undefined && mode === undefined)) {
      yield* proc.printError(usage);
      return 1;
    }
    if (selinux === undefined || mode === undefined) {
      yield* complain(proc, "SELinux is disabled");
      return 1;
    }
    try {
      selinux.enforce(mode);
    } catch (error) {
      yield* proc.printError(`${name}:  security_setenforce() failed:  ${reason(error)}\n`);
      return 2;
    }
    return 0;
  },
};

export const selinuxenabled: Command = {
  name: "selinuxenabled",
  package: "libselinux-utils",
  style: "raw",
  usage: ["selinuxenabled"],
  about: "Succeed where SELinux is turned on.",
  options: [],
  *run(proc) {
    return selinuxOf(proc) === undefined ? 1 : 0;
  },
};

export const sestatus: Command = {
  name: "sestatus",
  package: "policycoreutils",
  style: "gnu",
  usage: ["sestatus [OPTION]"],
  about: "Tell how SELinux is set up.",
  options: [
    { name: "v", short: "v", long: false, help: "Verbose check of process and file contexts.", fidelity: "unbuilt" },
    { name: "b", short: "b", long: false, help: "Display current state of booleans.", fidelity: "unbuilt" },
  ],
  usageStatus: 255,
  *run(proc) {
    const selinux = selinuxOf(proc);
    const rows =
      selinux === undefined
        ? [["SELinux status:", "disabled"]]
        : [
            ["SELinux status:", "enabled"],
            ["SELinuxfs mount:", "/sys/fs/selinux"],
            ["SELinux root directory:", SELINUX_ROOT],
            ["Loaded policy name:", selinux.config.type],
            ["Current mode:", selinux.isEnforcing ? "enforcing" : "permissive"],
            ["Mode from config file:", selinux.config.mode],
            ["Policy MLS status:", "enabled"],
            ["Policy deny_unknown status:", "allowed"],
            ["Memory protection checking:", "actual (secure)"],
            ["Max kernel policy version:", "35"],
          ];
    yield* stdout(proc).print(rows.map(([key = "", value = ""]) => `${key.padEnd(32)}${value}\n`).join(""));
    return 0;
  },
};
