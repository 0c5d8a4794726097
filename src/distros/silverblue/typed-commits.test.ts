/**
 * Every recorded checksum comes out of `ostree commit` in the machine's own shell, on trees made there with mkdir, base64 -d,
 * ln -s, chown -h and chmod. Recorded from Debian's ostree 2022.7: e2e/oracle/ostree-checksums.jsonl.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { writeNewFile } from "../../engines/ostree/files.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { loadCatalogue } from "../../image/catalogue.ts";
import { Machine } from "../../machine/machine.ts";
import { readText } from "../../machine/read-text.ts";
import { userland } from "../userland.ts";
import { systemParts } from "../fedora-atomic/parts.ts";
import { fedoraAtomic } from "../fedora-atomic/system.ts";
import { SILVERBLUE } from "./silverblue.ts";

interface RecordedEntry {
  readonly path: string;
  readonly type: "dir" | "file" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly target?: string;
  readonly content_base64?: string;
}

interface RecordedTree {
  readonly id: string;
  readonly entries: readonly RecordedEntry[];
  readonly branch: string;
  readonly subject: string;
  readonly body: string | null;
  readonly timestamp: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parent: string | null;
  readonly commit: string;
}

const url = (path: string): URL => new URL(path, import.meta.url);
const recorded = readFileSync(url("../../../e2e/oracle/ostree-checksums.jsonl"), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as RecordedTree);

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** What somebody would type to make the tree and to commit it. */
function script(tree: RecordedTree): string[] {
  const place = (path: string): string => quoted(`t${path === "/" ? "" : path}`);
  const parent = (path: string): string => quoted(`t${path.slice(0, path.lastIndexOf("/"))}`);
  const entries = [...tree.entries].sort((left, right) => (left.path < right.path ? -1 : 1));
  const lines = ["rm -rf t repo", "mkdir t", "ostree --repo=repo init --mode=bare"];
  for (const { path, type, target = "", content_base64: content = "" } of entries) {
    if (type === "dir" && path !== "/") lines.push(`mkdir -p ${place(path)}`);
    if (type === "file") lines.push(`mkdir -p ${parent(path)}; echo ${quoted(content)} | base64 -d > ${place(path)}`);
    if (type === "symlink") lines.push(`mkdir -p ${parent(path)}; ln -s -- ${quoted(target)} ${place(path)}`);
  }
  for (const { path, type, mode, uid, gid } of entries.reverse()) {
    lines.push(`chown -h ${uid}:${gid} ${place(path)}`);
    if (type !== "symlink") lines.push(`chmod ${mode.toString(8).padStart(4, "0")} ${place(path)}`);
  }
  const words = [
    "--repo=repo",
    "commit",
    "-b",
    tree.branch,
    "--no-xattrs",
    "-s",
    tree.subject,
    `--timestamp=@${tree.timestamp}`,
    "--tree=dir=t",
  ];
  if (tree.body !== null) words.push("--body", tree.body);
  for (const [key, value] of Object.entries(tree.metadata)) words.push(`--add-metadata-string=${key}=${value}`);
  if (tree.parent !== null) words.push(`--parent=${tree.parent}`);
  return [...lines, `ostree ${words.map(quoted).join(" ")}`];
}

test(`${recorded.length} recorded trees`, { timeout: 120_000 }, () => {
  const catalogue = loadCatalogue(readFileSync(url("../../image/silverblue.manifest.json")));
  const machine = new Machine(
    fedoraAtomic(SILVERBLUE, systemParts(), userland(systemParts())).machine({ flavour: "composefs", seed: 1, catalogue }),
  );
  machine.powerOn();
  const settle = (until: () => boolean): void => {
    for (let round = 0; round < 100_000 && !until(); round++) {
      machine.run(20_000);
      if (machine.idle && !until() && machine.sleepsFor !== undefined) machine.skipToNextWake();
    }
  };
  settle(() => machine.atPrompt);
  const init = machine.kernel?.process(1);
  if (!init) throw new Error("no init");
  const lines = ["mkdir /var/tmp/w; cd /var/tmp/w; umask 022; exec > /var/tmp/sums", ...recorded.flatMap(script)];
  writeNewFile(init.sys, "/var/tmp/commits.sh", encodeUtf8(`${lines.join("\n")}\n`));
  const shell = init.spawn({
    argv: ["bash", "/var/tmp/commits.sh"],
    program: { path: "/usr/bin/bash" },
    newSession: true,
    env: new Map([["PATH", "/usr/bin:/usr/sbin"]]),
  });
  settle(() => machine.kernel?.process(shell.pid)?.state === undefined || shell.state === "zombie");
  const sums = readText(machine.inspect(), "/var/tmp/sums").trim().split("\n");
  expect(sums.map((sum, i) => `${recorded[i]?.id ?? ""} ${sum}`)).toEqual(recorded.map(({ id, commit }) => `${id} ${commit}`));
});
