/** `--version`: a program's release is that of the package it comes from, as the system's own package database has it. */
import { findPackage, RPMDB_PATH } from "../image/rpmdb.ts";
import type { Package } from "../image/package.ts";
import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Command } from "./command.ts";
import { stdout } from "./output.ts";

/** Prints the first line of `name --version`. @simplified Licence and authors, which real programs go on with, are left out. */
export function* printVersion(proc: Process, command: Pick<Command, "name" | "package">): Run<void> {
  const word = WORDINGS[command.package] ?? inParentheses(command.package);
  yield* stdout(proc).print(
    `${word(command.name, (yield* installedPackage(proc, command.package)) ?? DEBIAN[command.package]).trimEnd()}\n`,
  );
}

/** The build of a package that this system has; undefined where it has none, or no database. */
export function* installedPackage(proc: Process, name: string): Run<Package | undefined> {
  try {
    return findPackage(yield* proc.readFile(RPMDB_PATH), name);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

type Wording = (name: string, pkg: Pick<Package, "version" | "release"> | undefined) => string;

/** Where no database has a package, as where Debian's programs stand: those of Debian 13. @simplified Not of every package. */
const DEBIAN: Readonly<Record<string, Pick<Package, "version" | "release">>> = {
  coreutils: { version: "9.7", release: "" },
  findutils: { version: "4.10.0", release: "" },
  grep: { version: "3.11", release: "" },
  gzip: { version: "1.13", release: "" },
  sed: { version: "4.9", release: "" },
  tar: { version: "1.35", release: "" },
  "util-linux": { version: "2.41", release: "" },
  "util-linux-core": { version: "2.41", release: "" },
};

/** "ls (GNU coreutils) 9.7". */
function inParentheses(project: string): Wording {
  return (name, pkg) => `${name} (${project}) ${pkg?.version ?? ""}`;
}

/** "hostname 3.25". */
const plain: Wording = (name, pkg) => `${name} ${pkg?.version ?? ""}`;

/** "mount from util-linux 2.41.3". */
function from(project: string): Wording {
  return (name, pkg) => `${name} from ${project} ${pkg?.version ?? ""}`;
}

/** How the programs of a package say it, where it is not "name (package) version". */
const WORDINGS: Readonly<Record<string, Wording>> = {
  attr: plain,
  coreutils: inParentheses("GNU coreutils"),
  curl: (name, pkg) => `${name} ${pkg?.version ?? ""} (x86_64-redhat-linux-gnu)`,
  diffutils: inParentheses("GNU diffutils"),
  file: (name, pkg) => `${name}-${pkg?.version ?? ""}`,
  findutils: inParentheses("GNU findutils"),
  gawk: (_, pkg) => `GNU Awk ${pkg?.version ?? ""}`,
  "glibc-common": (name, pkg) => `${name} (GNU libc) ${pkg?.version ?? ""}`,
  grep: inParentheses("GNU grep"),
  gzip: plain,
  hostname: plain,
  "man-db": plain,
  nano: (_, pkg) => ` GNU nano, version ${pkg?.version ?? ""}`,
  "procps-ng": from("procps-ng"),
  psmisc: inParentheses("PSmisc"),
  rpm: (_, pkg) => `RPM version ${pkg?.version ?? ""}`,
  sed: inParentheses("GNU sed"),
  sudo: (_, pkg) => `Sudo version ${pkg?.version ?? ""}${/\.(p\d+)\./.exec(pkg?.release ?? "")?.[1] ?? ""}`,
  systemd: (_, pkg) => (pkg === undefined ? "systemd" : `systemd ${/^\d+/.exec(pkg.version)?.[0] ?? ""} (${pkg.version}-${pkg.release})`),
  tar: inParentheses("GNU tar"),
  "util-linux": from("util-linux"),
  "util-linux-core": from("util-linux"),
  which: (_, pkg) => `GNU which v${pkg?.version ?? ""}, Copyright (C) 1999 - 2020 Carlo Wood.`,
};
