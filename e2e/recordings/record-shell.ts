/**
 * Records what the real bash does with the cases in src/shell/oracle/*.sh, into *.jsonl beside them:
 * `npx tsx e2e/recordings/record-shell.ts [NAME…]`. Needs root, for the errors that root gets are what is compared.
 *
 * Cases are separated by lines of `####`. A first line `#: script [ARGS]`, `#: input` or `#: interactive` says how the text
 * is given to bash; otherwise it is what follows `-c`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

export type Mode = "command" | "script" | "input" | "interactive";

const FOLDER = new URL("../../src/shell/oracle/", import.meta.url).pathname;
const PLACE = "/tmp/sh-oracle";

function invocation(mode: Mode, args: readonly string[], text: string): { argv: string[]; input: string } {
  switch (mode) {
    case "command":
      return { argv: ["-c", text], input: "" };
    case "script":
      return { argv: ["t.sh", ...args], input: "" };
    case "input":
      return { argv: [], input: text };
    case "interactive":
      return { argv: ["--norc", "-i"], input: text };
  }
}

const wanted = process.argv.slice(2);
for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".sh"))) {
  const name = file.slice(0, -3);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const cases = readFileSync(FOLDER + file, "utf8")
    .split(/^####.*\n/m)
    .map((block) => {
      const [, mode = "command", args = "", text = block] = /^#: (\w+)(.*)\n([\s\S]*)$/.exec(block) ?? [];
      const words = [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      const body = mode === "command" ? text.replace(/\n$/, "") : text;
      rmSync(PLACE, { recursive: true, force: true });
      mkdirSync(PLACE);
      const { argv, input } = invocation(mode as Mode, words, body);
      if (mode === "script") writeFileSync(`${PLACE}/t.sh`, body);
      const result = spawnSync("/usr/bin/setsid", ["-w", "bash", ...argv], {
        cwd: PLACE,
        input,
        encoding: "utf8",
        timeout: 10_000,
        env: { PATH: "/usr/bin:/bin", HOME: PLACE, LC_ALL: "C.UTF-8", TERM: "dumb", PS1: "$ " },
      });
      return {
        mode,
        ...(words.length > 0 ? { args: words } : {}),
        text: body,
        stdout: result.stdout,
        stderr: result.stderr,
        status: result.status ?? -1,
      };
    });
  writeFileSync(`${FOLDER}${name}.jsonl`, cases.map((each) => `${JSON.stringify(each)}\n`).join(""));
  console.log(`${name}: ${cases.length} cases`);
}
