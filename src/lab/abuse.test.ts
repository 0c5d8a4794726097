/**
 * What people do to see whether it breaks. Each must end by itself with a real error, or by Ctrl-C; in between no tick may be long,
 * and afterwards the machine lives. Texts are those of bash 5.2, coreutils 9 and Linux under `ulimit -v`, `-u` and `-n`.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { Lab, type LabOptions } from "./lab.ts";

const entry = machines["silverblue"];
if (!entry) throw new Error("no silverblue");
const options: LabOptions = {
  distro: entry.distro,
  catalogue: loadCatalogue(JSON.parse(readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url), "utf8"))),
};

/** A slice of the page. */
const SLICE_MILLISECONDS = 6;
/** The longest tick that is borne, on a busy computer. */
const LONGEST_TICK = 1000;
const PATIENCE = 30_000;

/** Runs as a page does until it is idle (true) or the milliseconds are over; waits are jumped over. */
function drive(lab: Lab, milliseconds: number): { readonly isIdle: boolean; readonly longest: number; readonly shown: readonly string[] } {
  const shown = ["", ""];
  const start = performance.now();
  let longest = 0;
  for (let now = start; now - start < milliseconds;) {
    const end = now + SLICE_MILLISECONDS;
    for (const chunk of lab.run(Infinity, () => performance.now() >= end)) {
      if (chunk.kind === "fault") throw new Error(chunk.message);
      if (chunk.kind === "output") shown[chunk.tty] += decodeUtf8(chunk.data);
    }
    const before = now;
    now = performance.now();
    longest = Math.max(longest, now - before);
    if (!lab.idle) continue;
    if (lab.sleepsFor === undefined) return { isIdle: true, longest, shown };
    lab.wake();
  }
  return { isIdle: false, longest, shown };
}

const booted = new Lab(options);
drive(booted, PATIENCE);

function screen(lab: Lab): string {
  return decodeUtf8(lab.screen(0))
    .replaceAll("\r", "")
    .replace(/\x1b\[[?0-9;]*[a-z]/gi, "");
}

/** What a line prints on a machine that all tests share, as a learner's does. */
function type(line: string, milliseconds = PATIENCE): { readonly isIdle: boolean; readonly longest: number; readonly text: string } {
  const before = screen(booted).length;
  booted.send({ kind: "keys", tty: 0, text: `${line}\r` });
  const { isIdle, longest } = drive(booted, milliseconds);
  return { isIdle, longest, text: screen(booted).slice(before) };
}

function press(key: string): number {
  const start = performance.now();
  booted.send({ kind: "keys", tty: 0, text: key });
  const { isIdle } = drive(booted, PATIENCE);
  expect(isIdle).toBe(true);
  return performance.now() - start;
}

function livesOn(): void {
  expect(type("echo still $((40 + 2))").text).toContain("\nstill 42\n");
}

describe("what ends by itself", { timeout: 60_000 }, () => {
  test.each([
    ["(x=xx; while :; do x=$x$x; done); echo $?", "bash: xmalloc: cannot allocate 268435457 bytes\n2\n"],
    ["(ulimit -v 60000; x=$(yes)); echo $?", /bash: xrealloc: cannot allocate \d+ bytes\n2\n/],
    [
      "(ulimit -v 60000; a=(); while :; do a+=(yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy{1..10000}); done); echo $?",
      /xmalloc: cannot allocate \d+ bytes\n2\n/,
    ],
    ["sort < /dev/zero; echo $?", "sort: memory exhausted\n2\n"],
    ["tail /dev/zero; echo $?", "tail: memory exhausted\n1\n"],
    ["uniq /dev/zero; echo $?", "uniq: memory exhausted\n1\n"],
    [
      "dd if=/dev/zero of=/tmp/x bs=64K; df --output=avail /tmp; rm /tmp/x",
      /dd: error writing '\/tmp\/x': No space left on device\n[^]*Avail\n +0\n/,
    ],
    ["truncate -s 1T f; stat -c '%s %b' f; du f; rm f", "1099511627776 0\n0\tf\n"],
    ["dd if=/dev/zero of=f bs=1G", "dd: memory exhausted by input buffer of size 1073741824 bytes (1.0 GiB)\n"],
    ["/bin/echo {1..400000} | wc -c", "bash: /bin/echo: Argument list too long\n0\n"],
    ["/bin/echo $(printf %0200000d 1); echo $?", "bash: /bin/echo: Argument list too long\n126\n"],
    ["cat $(printf %05000d 1) 2>&1 | tail -c 21", ": File name too long\n"],
    [
      "(ulimit -n 20; exec {a}</dev/null; while exec {a}</dev/null; do :; done; echo $a)",
      "bash: redirection error: cannot duplicate fd: Too many open files\n",
    ],
    ["bash -c 'f() { f; }; f'; echo $?", "Segmentation fault\n139\n"],
    ["cat /dev/zero | tr '\\0' x | head -c 50M | wc -c", "52428800\n"],
    ["head -c 100000 /dev/urandom | od | tail -1", "0303240\n"],
    [": {1..300000}; echo $?", "0\n"],
    ["(: {1..10000000}); echo $?", "bash: xmalloc: cannot allocate 8 bytes\n2\n"],
    ['a=({1..500000}); b=("${a[@]}"); a[7]=x; (a[8]=y; echo ${a[8]}); echo ${a[@]:7:2} ${b[7]} ${#b[@]}; unset a b', "y\nx 9 8 500000\n"],
    ["x=$(head -c 3000000 /dev/zero | tr '\\0' a); y=${x//a/bc}; z=${y//[b]/}; echo ${#y} ${#z}; unset x y z", "6000000 3000000\n"],
    ["x=$(seq 300000); set -- $x; echo $#; set --; unset x", "300000\n"],
    [
      "p=$(printf 'd/%.0s' {1..1000}); mkdir -p $p; (cd $p; mkdir -p $p); cp -r d e; find e | wc -l; ls -R e | wc -l; rm -r d e; ls -d d",
      "2000\n5998\nls: cannot access 'd': No such file or directory\n",
    ],
    ["[[ $(printf 'a%.0s' {1..5000}) =~ (a*)*b ]]; echo $?", "1\n"],
    ["[[ $(printf 'a%.0s' {1..3000}) == *a*a*a*a*a*a*b ]]; echo $?", "1\n"],
    ["bash -c 'ulimit -u 30; for i in {1..40}; do sleep 1 & done'", "bash: fork: retry: Resource temporarily unavailable\n"],
  ])("%s", (line, wanted) => {
    const { isIdle, longest, text } = type(line);
    expect(isIdle).toBe(true);
    if (typeof wanted === "string") expect(text).toContain(wanted);
    else expect(text).toMatch(wanted);
    expect(longest).toBeLessThan(LONGEST_TICK);
    livesOn();
  });
});

describe("what Ctrl-C ends", { timeout: 60_000 }, () => {
  test.each([
    "while :; do :; done",
    "for ((;;)); do echo $((i++)); done",
    "cat /dev/zero",
    "cat /dev/urandom",
    "yes",
    "printf %1000000000d 1",
    "seq 1e9",
    "sleep infinity",
    "x=$(yes)",
    ": {1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}{1,2}",
    "cat /dev/urandom > ~/filler",
    "grep -c x /dev/urandom",
    "find / -exec true {} \\;",
  ])("%s", (line) => {
    const { longest } = type(line, 300);
    expect(press("\u0003")).toBeLessThan(LONGEST_TICK);
    expect(longest).toBeLessThan(LONGEST_TICK);
    livesOn();
  });

  test("Ctrl-\\ and Ctrl-Z", () => {
    type("cat /dev/zero > /dev/null", 100);
    press("\u001c");
    expect(type("echo $?").text).toContain("\n131\n");
    type("yes > /dev/null", 100);
    press("\u001a");
    expect(type("jobs; kill %1").text).toContain("Stopped                 yes > /dev/null");
    livesOn();
  });

  test("a paste of megabytes", () => {
    booted.send({ kind: "keys", tty: 0, text: `\u001b[200~${"y".repeat(10_000_000)}\u001b[201~` });
    expect(drive(booted, 300).longest).toBeLessThan(LONGEST_TICK);
    expect(press("\u0003")).toBeLessThan(LONGEST_TICK);
    livesOn();
  });

  test("100,000 parentheses, and random bytes", () => {
    type("(".repeat(100_000));
    press("\u0003");
    livesOn();
    const bytes = Array.from({ length: 5000 }, (_, i) => String.fromCharCode((i * 7919 + (i >> 3) * 31) % 256)).join("");
    booted.send({ kind: "keys", tty: 0, text: bytes });
    drive(booted, 3000);
    press("\u0011");
    press("\u0003");
    // Some of them may have ended the session or have changed what keys mean; a new line is a new start.
    type("");
    press("\u0003");
    livesOn();
  });
});

describe("many processes", { timeout: 60_000 }, () => {
  /** From a key to its echo; the median of several. */
  const LONGEST_ECHO = 100;
  /** A process is made within a tick. */
  const LONGEST_SLICE = 500;

  function attack(line: string): { readonly lab: Lab; readonly shown: string; readonly longest: number; processes(): number } {
    const lab = new Lab(options);
    drive(lab, PATIENCE);
    lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
    const { longest, shown } = drive(lab, 3000);
    return { lab, longest, shown: shown[0] ?? "", processes: () => lab.machine.kernel?.processCount ?? 0 };
  }

  function echoTime(lab: Lab, tty: number): number {
    const times = [..."echo"].map((key) => {
      const start = performance.now();
      lab.send({ kind: "keys", tty, text: key });
      while (!drive(lab, 1).shown[tty]?.includes(key) && performance.now() - start < PATIENCE);
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[2] ?? Infinity;
  }

  function endWith(lab: Lab, tty: number, line: string): void {
    for (const text of ["\u0003", `${line}\r`]) lab.send({ kind: "keys", tty, text });
    expect(drive(lab, PATIENCE).isIdle).toBe(true);
    lab.send({ kind: "keys", tty: 0, text: "\recho still $((40 + 2))\r" });
    expect(drive(lab, PATIENCE).shown[0]).toMatch(/\rstill 42\r/);
  }

  // The builtin: whoever needs a fork for it waits for one like everybody else.
  test.each([0, 1])("a fork bomb, and kill -9 -1 on terminal %i", (tty) => {
    const { lab, shown, longest, processes } = attack(":(){ :|:& };:");
    expect(shown).toContain("\nbash: fork: retry: Resource temporarily unavailable\r\n");
    expect(longest).toBeLessThan(LONGEST_SLICE);
    expect(processes()).toBeGreaterThan(1000);
    if (tty === 1) {
      lab.send({ kind: "open-tty", tty });
      drive(lab, 3000);
    }
    expect(echoTime(lab, tty)).toBeLessThan(LONGEST_ECHO);
    endWith(lab, tty, "kill -9 -1");
    expect(processes()).toBeLessThan(40);
  });

  test("busy loops by the hundred", () => {
    const { lab } = attack("for i in {1..300}; do while :; do :; done & done");
    expect(echoTime(lab, 0)).toBeLessThan(LONGEST_ECHO);
    endWith(lab, 0, "kill -9 $(jobs -p)");
  });
});

describe("the same whatever the slices", () => {
  test.each([1000, 7])("slices of %i ticks", (slice) => {
    const lab = new Lab(options);
    const rest = (): void => {
      for (;;) {
        lab.run(slice);
        if (!lab.idle) continue;
        if (lab.sleepsFor === undefined) return;
        lab.wake();
      }
    };
    rest();
    for (const line of [
      "(ulimit -v 2000; x=xx; while :; do x=$x$x; done)",
      "(ulimit -u 40; for i in {1..50}; do sleep 1 & done)",
      "yes | head -c 3M > big; truncate -s 1G big; df --output=used ~; free | tail -2",
    ]) {
      lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
      rest();
    }
    const shown = `${screen(lab)}\n${lab.tick}`;
    expect(shown).toContain("xmalloc: cannot allocate");
    expect(shown).toContain("fork: retry: Resource temporarily unavailable");
    expect(shown).toBe((reference ??= shown));
  });

  let reference: string | undefined;
});
