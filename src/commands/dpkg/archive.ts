/** What dpkg-deb(1) does with a .deb file. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { timestamp } from "../../base/timestamp.ts";
import { calendarDate, twoDigits } from "../../base/calendar.ts";
import { isDirectory, lstat, makeDirectories, unlinkIfThere, writeWhole } from "../../engines/dpkg/files.ts";
import { readPackage, type DebPackage } from "../../engines/dpkg/package.ts";
import { formatParagraph } from "../../image/debian/control.ts";
import type { TarEntry } from "../../image/debian/deb-file.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { Failure } from "../complain.ts";
import { stdout } from "../output.ts";

export function opened(proc: Process, path: string): DebPackage {
  try {
    const deb = readPackage(proc.sys, path);
    if (deb) return deb;
  } catch (error) {
    if (isSysError(error)) throw new Failure(`error: failed to read archive '${path}': ${error.text}`, 2);
    throw error;
  }
  throw new Failure(`error: '${path}' is not a Debian format archive`, 2);
}

/** `-c`: as `tar tv` shows it. */
export function* contents(proc: Process, path: string): Run<ExitStatus> {
  for (const entry of opened(proc, path).file.data) yield* stdout(proc).print(`${tarLine(entry)}\n`);
  return 0;
}

function tarLine({ path, kind, mode, bytes, mtime, target }: TarEntry): string {
  const letters = ["r", "w", "x"];
  const bits = Array.from({ length: 9 }, (_, i) => ((mode >> (8 - i)) & 1 ? (letters[i % 3] ?? "") : "-"));
  if (mode & 0o4000) bits[2] = bits[2] === "x" ? "s" : "S";
  if (mode & 0o2000) bits[5] = bits[5] === "x" ? "s" : "S";
  const { year, month, day, hour, minute } = calendarDate(mtime);
  const type = kind === "dir" ? "d" : kind === "symlink" ? "l" : "-";
  const name = `.${path}${kind === "dir" && path !== "/" ? "/" : ""}`;
  const date = `${year}-${twoDigits(month)}-${twoDigits(day)} ${twoDigits(hour)}:${twoDigits(minute)}`;
  return `${type}${bits.join("")} root/root ${String(bytes.length).padStart(9)} ${date} ${name}${kind === "symlink" ? ` -> ${target}` : ""}`;
}

/** `-f FILE [FIELD…]`. */
export function* fields(proc: Process, path: string, names: readonly string[]): Run<ExitStatus> {
  const { fields: all } = opened(proc, path);
  const [only] = names;
  if (names.length === 1 && only !== undefined) yield* stdout(proc).print(`${all.get(only) ?? ""}\n`);
  else yield* stdout(proc).print(formatParagraph([...all].filter(([name]) => names.length === 0 || names.includes(name))));
  return 0;
}

/** `-I FILE`. */
export function* information(proc: Process, path: string): Run<ExitStatus> {
  const deb = opened(proc, path);
  const { size } = proc.sys.stat(path);
  const out = stdout(proc);
  const total = [...deb.file.control.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  yield* out.print(` new Debian package, version 2.0.\n size ${size} bytes: control archive=${total} bytes.\n`);
  for (const [name, { bytes }] of [...deb.file.control].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const lines = decodeUtf8(bytes).split("\n").length - 1;
    const isScript = decodeUtf8(bytes).startsWith("#!");
    yield* out.print(
      `${String(bytes.length).padStart(8)} bytes, ${String(lines).padStart(5)} lines   ${isScript ? "*" : " "}  ${name.padEnd(20)} ${isScript ? (decodeUtf8(bytes).split("\n", 1)[0] ?? "") : ""}\n`,
    );
  }
  yield* out.print(formatParagraph(deb.fields).replace(/^/gm, " ").replace(/ $/, ""));
  return 0;
}

/** `-x FILE DIRECTORY`, and with `control` `-e`. */
export function* extract(proc: Process, path: string, directory: string, what: "data" | "control"): Run<ExitStatus> {
  const deb = opened(proc, path);
  const { sys } = proc;
  makeDirectories(sys, directory);
  for (const entry of what === "data" ? deb.file.data : deb.file.control.values()) {
    yield* proc.tick();
    const to = `${directory.replace(/\/$/, "")}${entry.path}`;
    if (entry.kind === "dir") {
      if (!isDirectory(sys, to)) sys.mkdir(to, entry.mode);
      continue;
    }
    if (lstat(sys, to)) unlinkIfThere(sys, to);
    if (entry.kind === "symlink") sys.symlink(entry.target, to);
    else {
      writeWhole(sys, to, entry.bytes, { mode: entry.mode & 0o777 });
      sys.utimens(to, timestamp(entry.mtime), timestamp(entry.mtime));
    }
  }
  return 0;
}
