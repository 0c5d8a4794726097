/** `Condition…=` and `Assert…=` of systemd.unit(5): whether a unit may start here. */
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Unit } from "./unit.ts";

/** The first condition that is not met, as it is written, e.g. `ConditionPathExists=/etc/x`; undefined when all are. */
export function unmetCondition(unit: Unit, sys: Sys, commandLine: readonly string[]): string | undefined {
  let triggering: string | undefined;
  let isTriggered = false;
  for (const key of unit.sections.keys("Unit")) {
    const kind = /^(?:Condition|Assert)(.+)$/.exec(key)?.[1];
    if (kind === undefined) continue;
    for (const value of unit.sections.all("Unit", key)) {
      const [, trigger, negation, argument = ""] = /^(\|?)\s*(!?)\s*(.*)$/.exec(value) ?? [];
      const isMet = check(kind, argument, sys, commandLine) !== (negation === "!");
      if (trigger === "|") {
        triggering ??= `${key}=${value}`;
        isTriggered ||= isMet;
      } else if (!isMet) return `${key}=${value}`;
    }
  }
  return triggering !== undefined && !isTriggered ? triggering : undefined;
}

/** Whether what a path unit watches for is there: `PathExists=`, `PathExistsGlob=`, `DirectoryNotEmpty=`. Changes are not watched for. */
export function isPathReady(unit: Unit, sys: Sys): boolean {
  return ["PathExists", "PathExistsGlob", "DirectoryNotEmpty"].some((kind) =>
    unit.sections.all("Path", kind).some((path) => check(kind, path, sys, [])),
  );
}

function check(kind: string, argument: string, sys: Sys, commandLine: readonly string[]): boolean {
  switch (kind) {
    case "PathExists":
      return stat(sys, argument) !== undefined;
    case "PathExistsGlob":
      return matchesAny(sys, argument);
    case "PathIsDirectory":
      return stat(sys, argument)?.type === "dir";
    case "PathIsSymbolicLink":
      return isLink(sys, argument);
    case "PathIsMountPoint":
      return sys.mounts().some((mount) => mount.target === argument);
    case "PathIsReadWrite": {
      try {
        return stat(sys, argument) !== undefined && !sys.statfs(argument).readOnly;
      } catch (error) {
        if (isSysError(error)) return false;
        throw error;
      }
    }
    case "DirectoryNotEmpty":
      return listing(sys, argument).length > 0;
    case "FileNotEmpty":
      return (stat(sys, argument)?.size ?? 0) > 0;
    case "FileIsExecutable":
      return ((stat(sys, argument)?.mode ?? 0) & 0o111) !== 0;
    case "KernelCommandLine":
      return commandLine.some((word) => word === argument || (!argument.includes("=") && word.startsWith(`${argument}=`)));
    case "Virtualization":
      return argument === "yes" || argument === "true" || argument === "vm" || argument === "kvm" || argument === "qemu";
    case "Architecture":
      return argument === "x86-64";
    case "NeedsUpdate":
    case "FirstBoot":
      return argument === "no";
    case "Security":
      return argument === "selinux";
    // What this machine cannot know is taken as met.
    default:
      return true;
  }
}

function stat(sys: Sys, path: string): Stat | undefined {
  try {
    return sys.stat(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function isLink(sys: Sys, path: string): boolean {
  try {
    return sys.lstat(path).type === "symlink";
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function listing(sys: Sys, path: string): string[] {
  try {
    return sys.readdir(path).map((entry) => entry.name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

/** A pattern in the last part only, which is where units have one. */
function matchesAny(sys: Sys, pattern: string): boolean {
  const slash = pattern.lastIndexOf("/");
  const expression = new RegExp(
    `^${pattern
      .slice(slash + 1)
      .replaceAll(/[.+^${}()|\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
  return listing(sys, pattern.slice(0, slash) || "/").some((name) => expression.test(name));
}
