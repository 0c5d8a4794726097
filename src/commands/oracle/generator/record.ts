/**
 * Records what the real tools of this machine do: `tsx record.ts [FAMILY…]`.
 *
 * FAMILY.cases has a command line per line; `#setup LINE` gives what runs before each of the following ones. Every case
 * runs with `bash -c` in an empty directory of its own, as root, without a terminal, under LC_ALL=C.UTF-8 and TZ=UTC.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const here = new URL("..", import.meta.url).pathname;
const wanted = process.argv.slice(2);
const families =
  wanted.length > 0
    ? wanted
    : readdirSync(here)
        .filter((name) => name.endsWith(".cases"))
        .map((name) => name.slice(0, -6));

function run(script: string, cwd: string) {
  const env = { PATH: "/usr/sbin:/usr/bin:/bin", HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC", PWD: cwd };
  return spawnSync("bash", ["-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: 20000 });
}

for (const family of families) {
  let setup = "";
  const cases: { setup: string; cmd: string; stdout: string; stderr: string; exit: number | null }[] = [];
  for (const line of readFileSync(join(here, `${family}.cases`), "utf8").split("\n")) {
    if (line.startsWith("#setup")) setup = line.slice(6).trim();
    else if (line !== "" && !line.startsWith("#")) {
      const cwd = mkdtempSync(join(tmpdir(), "case-"));
      if (setup !== "") run(setup, cwd);
      const { stdout, stderr, status } = run(line, cwd);
      rmSync(cwd, { recursive: true, force: true });
      cases.push({ setup, cmd: line, stdout: stdout.toString("latin1"), stderr: stderr.toString("latin1"), exit: status });
    }
  }
  // One case a line: readable in a diff. Output is kept byte for byte, as Latin-1.
  writeFileSync(join(here, `${family}.json`), `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  console.log(`${family}: ${cases.length} cases`);
}
