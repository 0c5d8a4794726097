/** For tests: the few system calls that completion makes, on a list of paths. A name that ends with a slash is a directory, one with `*` is executable, `name@target` a link. */
import type { Sys } from "../../src/vfs/sys.ts";
import { SysError } from "../../src/vfs/errno.ts";

interface Node {
  readonly type: "file" | "dir" | "symlink";
  readonly isExecutable: boolean;
  readonly target: string;
  readonly names: Map<string, Node>;
}

export function smallFiles(cwd: string, paths: readonly string[]): Sys {
  const node = (type: Node["type"], isExecutable = false, target = ""): Node => ({ type, isExecutable, target, names: new Map() });
  const root = node("dir");
  for (const path of paths) {
    let at = root;
    const parts = path.split("/").filter((part) => part !== "");
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const [, name = "", mark, target = ""] = /^(.*?)(?:(\*)|@(.*))?$/.exec(part) ?? [];
      const made =
        at.names.get(name) ?? (isLast && !path.endsWith("/") ? node(target ? "symlink" : "file", mark === "*", target) : node("dir"));
      at.names.set(name, made);
      at = made;
    }
  }
  const find = (path: string, follow = true): Node => {
    let at = root;
    for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
      if (part === "" || part === ".") continue;
      const next = at.names.get(part);
      if (!next) throw new SysError("ENOENT", "stat", path);
      at = next.type === "symlink" && follow ? find(`/${next.target}`) : next;
    }
    return at;
  };
  const sys = {
    readdir: (path: string) => {
      const directory = find(path);
      if (directory.type !== "dir") throw new SysError("ENOTDIR", "open", path);
      return [...directory.names].map(([name, { type }]) => ({ name, type, ino: 1 }));
    },
    stat: (path: string) => ({ type: find(path).type }),
    access: (path: string) => {
      if (!find(path).isExecutable) throw new SysError("EACCES", "access", path);
    },
  };
  return sys as unknown as Sys;
}
