/** podman cp: files between a container and the host. */
import type { Container } from "../../engines/containers/library.ts";
import { PodmanError, type Podman } from "../../engines/containers/podman.ts";
import { insideOf } from "../../engines/containers/runtime.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Verb } from "./verb.ts";

/** A file, link or directory as it is carried from one root to another. */
export type Carried =
  | { readonly kind: "file"; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "dir"; readonly mode: number; readonly entries: readonly (readonly [name: string, entry: Carried])[] };

/** Reads what is at `path`, whole. Throws SysError. */
export function* pickUp(proc: Process, path: string): Run<Carried> {
  const { sys } = proc;
  const { type, mode } = sys.lstat(path);
  if (type === "symlink") return { kind: "symlink", target: sys.readlink(path) };
  if (type !== "dir") return { kind: "file", mode, bytes: yield* proc.readFile(path) };
  const entries: (readonly [string, Carried])[] = [];
  for (const { name } of sys.readdir(path)) {
    entries.push([name, yield* pickUp(proc, `${path}/${name}`)]);
    yield* proc.tick();
  }
  return { kind: "dir", mode, entries };
}

/** Puts it down as `path`, over what is there. Throws SysError. */
export function* putDown(proc: Process, path: string, what: Carried): Run<void> {
  const { sys } = proc;
  if (what.kind === "dir") {
    if (typeOf(sys, path) !== "dir") sys.mkdir(path, what.mode);
    sys.chmod(path, what.mode);
    for (const [name, entry] of what.entries) yield* putDown(proc, `${path}/${name}`, entry);
    return;
  }
  if (typeOf(sys, path) !== undefined) sys.unlink(path);
  if (what.kind === "symlink") sys.symlink(what.target, path);
  else {
    yield* proc.writeFile(path, what.bytes, what.mode);
    sys.chmod(path, what.mode);
  }
  yield* proc.tick();
}

export function typeOf(sys: Sys, path: string): string | undefined {
  try {
    return sys.stat(path).type;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return undefined;
  }
}

/** Where a copy of `source` goes that was to go to `path`: into it when it is a directory. */
function destination(sys: Sys, path: string, source: string): string {
  const name = source.replace(/\/+$/, "").replace(/^.*\//, "");
  return typeOf(sys, path) === "dir" && name !== "" && name !== "." ? `${path.replace(/\/$/, "")}/${name}` : path;
}

function split(podman: Podman, text: string): { readonly container: Container | undefined; readonly path: string } {
  const colon = text.indexOf(":");
  if (colon <= 0 || text.startsWith("/") || text.startsWith(".")) return { container: undefined, path: text };
  const name = text.slice(0, colon);
  const container = podman.findContainer(name);
  if (container === undefined) throw new PodmanError(`container ${JSON.stringify(name)} does not exist`);
  return { container, path: text.slice(colon + 1) };
}

/** Does something as root of a container, whether it runs or not. */
export function within<T>(podman: Podman, container: Container, body: (child: Process) => Run<T>): Run<T> {
  return insideOf(podman.proc, podman.library.processOf(container.config.id) ?? podman.room(container), body);
}

export const cp: Verb = {
  name: "cp",
  usage: "cp [options] [CONTAINER:]SRC_PATH [CONTAINER:]DEST_PATH",
  help: "Copy files/folders between a container and the local filesystem",
  options: [
    { name: "archive", short: "a", help: "Chown copied files to the primary uid/gid of the destination container.", fidelity: "ignored" },
    { name: "overwrite", help: "Allow to overwrite directories with non-directories and vice versa", fidelity: "ignored" },
  ],
  operands: { least: 2, most: 2 },
  *run(podman, options) {
    const { proc } = podman;
    const [from = "", to = ""] = options.operands;
    const source = split(podman, from);
    const target = split(podman, to);
    if (source.container === undefined && target.container === undefined) throw new PodmanError("name or ID cannot be empty");
    const missing = (error: unknown): never => {
      if (!isSysError(error, "ENOENT")) throw error;
      const where = source.container === undefined ? "on the host" : `on container ${source.container.config.name}`;
      throw new PodmanError(`${JSON.stringify(source.path)} could not be found ${where}: no such file or directory`);
    };
    let carried: Carried | undefined;
    try {
      carried =
        source.container === undefined
          ? yield* pickUp(proc, source.path)
          : yield* within(podman, source.container, (child) => pickUp(child, source.path));
    } catch (error) {
      missing(error);
    }
    if (carried === undefined) return 125;
    const what = carried;
    if (target.container === undefined) yield* putDown(proc, destination(proc.sys, target.path, source.path), what);
    else yield* within(podman, target.container, (child) => putDown(child, destination(child.sys, target.path, source.path), what));
    return 0;
  },
};
