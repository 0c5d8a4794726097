import { expect, test } from "vitest";
import { encodeRpmdb, RPMDB_PATH } from "../image/rpmdb.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { CommandRig } from "./command-rig.fixture.ts";

/** Builds of a system; the words are those of the real programs. */
const BUILDS = {
  coreutils: "9.7",
  findutils: "4.10.0",
  nano: "8.7",
  sudo: "1.9.17",
  systemd: "258.3",
  "util-linux": "2.41.3",
  file: "5.46",
  gzip: "1.13",
  psmisc: "23.7",
  tar: "1.35",
  "man-db": "2.13.1",
};

const rig = new CommandRig();
const rows = Object.entries(BUILDS).map(([name, version]) => {
  const release = name === "sudo" ? "8.p2.fc43" : "1.fc43";
  return {
    name,
    epoch: undefined,
    version,
    release,
    arch: "x86_64",
    summary: "",
    license: "",
    size: 0,
    url: undefined,
    buildTime: 0,
    files: [],
  };
});

test.each<[string, string]>([
  ["ls --version", ""],
  ["/usr/bin/echo --version", "echo (GNU coreutils) 9.7"],
  ["ls --version", "ls (GNU coreutils) 9.7"],
  ["find --version", "find (GNU findutils) 4.10.0"],
  ["nano --version", " GNU nano, version 8.7"],
  ["sudo --version", "Sudo version 1.9.17p2"],
  ["journalctl --version", "systemd 258 (258.3-1.fc43)"],
  ["mount --version", "mount from util-linux 2.41.3"],
  ["tar --version", "tar (GNU tar) 1.35"],
  ["gzip --version", "gzip 1.13"],
  ["file --version", "file-5.46"],
  ["pstree --version", "pstree (PSmisc) 23.7"],
  ["man --version", "man 2.13.1"],
])("%s: %s", (line, expected) => {
  // The first asks a system without a package database, where a program knows its own release only.
  if (expected === "") expect(rig.run(line, "/").stdout).toBe("ls (GNU coreutils) 9.7\n");
  else {
    rig.run(`mkdir -p ${RPMDB_PATH.replace(/\/[^/]*$/, "")}; cat > ${RPMDB_PATH} <<'EOF'\n${decodeUtf8(encodeRpmdb(rows))}EOF`, "/");
    expect(rig.run(line, "/")).toEqual({ stdout: `${expected}\n`, stderr: "", exit: 0 });
  }
});
