/** Finding a command's file through $PATH. */
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Shell } from "./shell.ts";

/** The path of `command` as bash would run it: the first executable file in $PATH, or the first file when none is executable. */
export function findCommand(shell: Shell, command: string, path = shell.variables.scalar("PATH")): string | undefined {
  if (command.includes("/")) return command;
  return findAll(shell.proc.sys, command, path)[0] ?? firstFile(shell.proc.sys, command, path);
}

/** Every executable file named `command` in $PATH, in order. */
export function findAll(sys: Sys, command: string, path: string | undefined): string[] {
  return directories(path)
    .map((directory) => join(directory, command))
    .filter((file) => isExecutable(sys, file));
}

function firstFile(sys: Sys, command: string, path: string | undefined): string | undefined {
  return directories(path)
    .map((directory) => join(directory, command))
    .find((file) => isFile(sys, file));
}

function directories(path: string | undefined): string[] {
  return (path ?? "").split(":").map((directory) => (directory === "" ? "." : directory));
}

function join(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

function isFile(sys: Sys, path: string): boolean {
  try {
    return sys.stat(path).type === "file";
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** A regular file that access(2) lets the process execute. */
export function isExecutable(sys: Sys, path: string): boolean {
  if (!isFile(sys, path)) return false;
  try {
    sys.access(path, "X");
    return true;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}
