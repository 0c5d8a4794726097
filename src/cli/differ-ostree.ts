/**
 * `lab differ ostree [FILE…]`: plays recorded sessions about repositories (`e2e/oracle/transcripts/os-*`) again with this computer's
 * real ostree and compares with what was recorded, which is what ours is held against. Sessions of a booted machine need the
 * recorder's disk images and are left out. Needs root and Debian's package; elsewhere it says so and nothing is compared.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { firstDifference, readTranscript, type Transcript, type TypedStep } from "./transcript-format.ts";
import { transcriptFiles } from "./transcript.ts";
import { readWords, type Output } from "./usage.ts";

const RECORDINGS = fileURLToPath(new URL("../../e2e/oracle/transcripts/", import.meta.url));
const LEARNER = 1000;
const OSTREE = "ostree";
const UNSHARE = "unshare";

/** Whether everything agrees that could be compared. */
export function differOstree(words: readonly string[], output: Output): boolean {
  const { operands } = readWords(words, { flags: [], values: [] });
  const version = /Version: '(.*)'/.exec(spawnSync(OSTREE, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];
  if (version === undefined || process.getuid?.() !== 0) {
    output.line("skipped: this needs root and a real ostree (apt-get install ostree)");
    return true;
  }
  const given = operands.length > 0 ? operands : [RECORDINGS];
  const sum = { agree: 0, differ: 0 };
  for (const file of transcriptFiles(given)) {
    const transcript = readTranscript(file);
    const steps = transcript.steps.filter((step): step is TypedStep => "cmd" in step);
    if (transcript.topic !== "ostree" || !isAboutRepositories(transcript, steps)) continue;
    for (const [index, answer] of playReal(transcript, steps).entries()) {
      const step = steps[index];
      const difference = step && firstDifference(step, answer);
      sum[difference ? "differ" : "agree"]++;
      if (difference) output.line(`differs: ${basename(file)}, step ${index}, ${difference.part}: ${step.cmd}`);
    }
  }
  output.line(`ostree ${version}: ${sum.agree} agree, ${sum.differ} differ (the recordings are of 2025.2)`);
  return sum.differ === 0;
}

/** Nothing of the machine itself is used: no deployments, no restarts, no remote of its own, one user. */
function isAboutRepositories({ shell, steps: all }: Transcript, steps: readonly TypedStep[]): boolean {
  const text = steps.map(({ cmd }) => cmd).join("\n");
  const isOfMachine = /ostree (?:admin|pull|refs|log|show|ls|cat|rev-parse|remote|config|diff|checkout|fsck|prune)\b/.test(text);
  return (
    shell === "session" &&
    all.length === steps.length &&
    !isOfMachine &&
    !/lab\b/.test(text) &&
    new Set(steps.map(({ user }) => user)).size === 1
  );
}

interface Played {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** In one real bash, with a home and /var/tmp of its own. */
function playReal(transcript: Transcript, steps: readonly TypedStep[]): Played[] {
  const place = mkdtempSync(join(tmpdir(), "lab-ostree-"));
  try {
    const home = steps[0]?.user === "root" ? "/root" : "/home/learner";
    for (const [index, { cmd }] of steps.entries()) writeFileSync(join(place, `${index}.sh`), `${cmd}\n`);
    const session = steps.map(
      (_, index) => `. ${place}/${index}.sh >${place}/${index}.out 2>${place}/${index}.err; echo $? >${place}/${index}.exit`,
    );
    writeFileSync(join(place, "session.sh"), `cd ${home}\n${session.join("\n")}\n`);
    mkdirSync(home, { recursive: true });
    const user = home === "/root" ? "" : `setpriv --reuid ${LEARNER} --regid ${LEARNER} --clear-groups`;
    const lines = [
      "mount -t tmpfs -o mode=1777 tmpfs /var/tmp",
      `mount -t tmpfs -o mode=755 tmpfs ${home}`,
      ...(user === "" ? [] : [`chown ${LEARNER}:${LEARNER} ${home} ${place}`]),
      ...(transcript.machine.prepare ?? []).map((command) => `(cd /; ${command}) >/dev/null 2>&1`),
      `HOME=${home} exec ${user} bash --norc --noprofile ${place}/session.sh`,
    ];
    const env = { PATH: process.env["PATH"] ?? "/usr/bin:/usr/sbin", LC_ALL: "C.UTF-8", TZ: "UTC" };
    spawnSync(UNSHARE, ["--mount", "--propagation", "private", "bash", "-c", lines.join("\n")], { env, timeout: 120_000 });
    const read = (name: string): string => readFileSync(join(place, name), "utf8");
    return steps.map((_, index) => ({ stdout: read(`${index}.out`), stderr: read(`${index}.err`), exit: Number(read(`${index}.exit`)) }));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
