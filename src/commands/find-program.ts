import type { Process } from "../machine/process.ts";
import { isSysError } from "../vfs/errno.ts";
import { join } from "./paths.ts";

/** Where a program runs from when $PATH is not set. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** The file that execvp(3) would run: `name` itself if it has a slash, else the first in `path` that may be executed. */
export function findProgram(proc: Process, name: string, path: string | undefined = proc.env.get("PATH")): string | undefined {
  return findPrograms(proc, name, path).next().value ?? undefined;
}

/** All such files, in the order of $PATH. */
export function* findPrograms(proc: Process, name: string, path: string | undefined = proc.env.get("PATH")): Generator<string, undefined> {
  if (name.includes("/")) {
    yield name;
    return undefined;
  }
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const candidate = join(directory === "" ? "." : directory, name);
    try {
      if (proc.sys.stat(candidate).type !== "file") continue;
      proc.sys.access(candidate, "X");
      yield candidate;
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
  return undefined;
}
