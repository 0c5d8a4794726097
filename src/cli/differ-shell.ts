/**
 * `lab differ shell [--record] [FILE…]`: runs tables of scripts (`src/shell/oracle/table.ts` says how they are written) in the real
 * bash and in ours. Cases that differ are printed, then `N agree, N differ, N known gaps`. With --record what the real bash said is
 * kept beside each table, where the tests read it. Needs root, for the errors that root gets are what is compared.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runOurs } from "../../e2e/harness/shell-case.ts";
import {
  comparable,
  ENVIRONMENT,
  invocationOf,
  parseTable,
  PLACE,
  type RecordedCase,
  type ShellCase,
  type ShellOutcome,
} from "../shell/oracle/table.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Where the ends of the real bash are kept. */
const ENDS = `${PLACE}.ends`;
const TABLES = fileURLToPath(new URL("../shell/oracle/", import.meta.url));

/** The differ of the shell: whether everything agrees but for the gaps that are named. */
export function differShell(words: readonly string[], output: Output): boolean {
  const { flags, operands } = readWords(words, { flags: ["record"], values: [] });
  if (!existsSync("/bin/bash")) throw new UsageError("there is no /bin/bash here");
  const tables = operands.length > 0 ? operands : ownTables();
  const sum = { agree: 0, differ: 0, gaps: 0 };
  for (const table of tables) {
    const recorded: RecordedCase[] = [];
    for (const each of parseTable(readTable(table))) {
      const real = runReal(each);
      recorded.push({ ...each, ...real });
      const kind = compare(each, real, output);
      sum[kind]++;
    }
    if (flags.has("record"))
      writeFileSync(table.replace(/(\.sh)?$/, ".jsonl"), recorded.map((each) => `${JSON.stringify(each)}\n`).join(""));
  }
  output.line(`${sum.agree} agree, ${sum.differ} differ, ${sum.gaps} known gaps`);
  return sum.differ === 0;
}

function ownTables(): string[] {
  return readdirSync(TABLES)
    .filter((name) => name.endsWith(".sh"))
    .map((name) => TABLES + name);
}

function readTable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Runs a case in the real bash. */
function runReal(each: ShellCase): ShellOutcome {
  const { argv, input, files } = invocationOf(each);
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE);
  for (const [path, text] of Object.entries(files)) writeFileSync(path, text, { mode: 0o755 });
  return runInRealBash(argv, input);
}

/**
 * Runs a command in PLACE. It has files at its ends, for with a socket there bash would take itself for a remote shell and read ~/.bashrc;
 * no terminal to reach for; and a /bin/sh that is bash, as on the systems that we play.
 */
export function runInRealBash(argv: readonly string[], input: string): ShellOutcome {
  rmSync(ENDS, { recursive: true, force: true });
  mkdirSync(ENDS);
  writeFileSync(`${ENDS}/in`, input);
  const ends = [openSync(`${ENDS}/in`, "r"), openSync(`${ENDS}/out`, "a"), openSync(`${ENDS}/err`, "a")];
  const [program = "bash", ...args] = [...withBashAsSh(), ...argv];
  // spawnSync takes `detached` as spawn does, though its types do not say so: a session of its own.
  const options = { cwd: PLACE, stdio: ends, timeout: 10_000, env: ENVIRONMENT, detached: true };
  const { status } = spawnSync(program, args, options);
  ends.forEach(closeSync);
  return { stdout: readFileSync(`${ENDS}/out`, "utf8"), stderr: readFileSync(`${ENDS}/err`, "utf8"), status: status ?? -1 };
}

/** What to put before a command. dash leaves no trace in the environment. */
function withBashAsSh(): readonly string[] {
  if (realpathSync("/bin/sh") === realpathSync("/bin/bash")) return [];
  return ["unshare", "--mount", "sh", "-c", 'mount --bind /bin/bash "$(readlink -f /bin/sh)" && exec "$@"', "sh"];
}

function compare(each: ShellCase, real: ShellOutcome, output: Output): "agree" | "differ" | "gaps" {
  const expected = comparable(each, real);
  const found = comparable(each, tryOurs(each));
  const isSame = JSON.stringify(expected) === JSON.stringify(found);
  if (each.gap !== undefined && !isSame) return "gaps";
  if (each.gap === undefined && isSame) return "agree";
  output.line(`#### ${[each.mode, ...(each.args ?? [])].join(" ")}\n${each.text}`);
  if (isSame) output.line(`  agrees, but is named as a gap: ${each.gap ?? ""}`);
  for (const part of ["stdout", "stderr", "status"] as const) {
    if (expected[part] === found[part]) continue;
    output.line(`  ${part} of bash ${JSON.stringify(expected[part])}`);
    output.line(`  ${part} of ours ${JSON.stringify(found[part])}`);
  }
  return "differ";
}

function tryOurs(each: ShellCase): ShellOutcome {
  try {
    return runOurs(each);
  } catch (error) {
    return { stdout: "", stderr: error instanceof Error ? error.message : String(error), status: -2 };
  }
}
