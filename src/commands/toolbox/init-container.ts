/** What runs as the first process of a Toolbx container: makes the user and the links, says that it is done, and stays. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Sys } from "../../vfs/sys.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Option } from "../command.ts";
import { parseFlags } from "../go-flags.ts";

const OPTIONS: readonly Option[] = [
  { name: "gid", argument: "int", help: "" },
  { name: "home", argument: "string", help: "" },
  { name: "home-link", help: "" },
  { name: "media-link", help: "" },
  { name: "mnt-link", help: "" },
  { name: "shell", argument: "string", help: "" },
  { name: "uid", argument: "int", help: "" },
  { name: "user", argument: "string", help: "" },
];

/** The file that says that the container whose first process is `pid` is ready. */
export function stampPath(sys: Sys, uid: number, pid: number): string {
  const runtime = `/run/user/${uid}`;
  return `${exists(sys, runtime) ? runtime : `/tmp/storage-run-${uid}`}/toolbox/container-initialized-${pid}`;
}

/** toolbox init-container. */
export function* initContainer(proc: Process, args: readonly string[]): Run<ExitStatus> {
  const { sys } = proc;
  const options = parseFlags(OPTIONS, args);
  sys.umask(0o022);
  write(sys, "/run/.toolboxenv", "");
  for (const [name, target] of [
    ["home", "var/home"],
    ["media", "run/media"],
    ["mnt", "var/mnt"],
  ] as const)
    if (options.has(`${name}-link`)) linkInstead(sys, `/${name}`, target);
  for (const file of ["host.conf", "hosts", "localtime", "resolv.conf"]) {
    if (!exists(sys, `/run/host/etc/${file}`)) continue;
    if (isThere(sys, `/etc/${file}`)) sys.unlink(`/etc/${file}`);
    sys.symlink(`/run/host/etc/${file}`, `/etc/${file}`);
  }
  const [user = "user", uid = "1000", gid = "1000"] = [options.value("user"), options.value("uid"), options.value("gid")];
  const passwd = readTextIfThere(sys, "/etc/passwd") ?? "";
  if (!passwd.split("\n").some((line) => line.startsWith(`${user}:`))) {
    append(sys, "/etc/passwd", `${user}:x:${uid}:${gid}::${options.value("home") ?? "/"}:${options.value("shell") ?? "/bin/bash"}\n`);
    append(sys, "/etc/shadow", `${user}::20461:0:99999:7:::\n`);
    const group = readTextIfThere(sys, "/etc/group") ?? "";
    const withWheel = group.replace(
      /^((?:sudo|wheel):x:\d+:)(.*)$/m,
      (_, head: string, members: string) => `${head}${members === "" ? user : `${members},${user}`}`,
    );
    write(sys, "/etc/group", `${withWheel}${user}:x:${gid}:\n`);
  }
  const stamp = stampPath(sys, Number(uid), proc.pid);
  const directory = stamp.slice(0, stamp.lastIndexOf("/"));
  if (!exists(sys, directory)) sys.mkdir(directory, 0o755);
  write(sys, stamp, "");
  // Nobody writes there: it waits for its end.
  const [reader] = sys.pipe();
  for (;;) {
    try {
      yield* proc.read(reader, 1);
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
  }
}

function write(sys: Sys, path: string, text: string): void {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
  if (text !== "") sys.write(fd, encodeUtf8(text));
  sys.close(fd);
}

function append(sys: Sys, path: string, line: string): void {
  const text = readTextIfThere(sys, path) ?? "";
  const mode = exists(sys, path) ? sys.stat(path).mode : 0o644;
  write(sys, path, text + line);
  sys.chmod(path, mode);
}

function isThere(sys: Sys, path: string): boolean {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function linkInstead(sys: Sys, path: string, target: string): void {
  if (isThere(sys, path)) {
    if (sys.lstat(path).type !== "dir") return;
    sys.rmdir(path);
  }
  sys.symlink(target, path);
}
