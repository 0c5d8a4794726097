/** Layering in the words of the real tool (reference: coreos/rpm-ostree's own sources and threads of its tracker), and what is there afterwards. */
import { expect, test } from "vitest";
import { Lab, type LabOptions } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

const options = (): LabOptions => labOptions(readWords([], { flags: [], values: [] }));

interface Said {
  readonly text: string;
  readonly exit: number | undefined;
}

/** What each line of a script says, both its outputs together. */
function run(script: readonly string[]): Said[] {
  const runner = new ScriptRunner(new Lab(options()), false);
  const results = [...runner.run(script.join("\n"))];
  expect(runner.faults).toEqual([]);
  return results.map(({ stdout, stderr, exit }) => ({ text: Buffer.from(stdout).toString() + Buffer.from(stderr).toString(), exit }));
}

function last(...script: string[]): Said {
  return run(script).at(-1) ?? { text: "nothing was run", exit: undefined };
}

/** Words after which a line of a table is one command of several. */
const lines = (script: string): string[] => script.split("; ");

const RPMFUSION = "https://mirrors.rpmfusion.org/free/fedora/rpmfusion-free-release-43.noarch.rpm";
const BROTHER = "https://download.brother.com/welcome/dlf105203/brscan4-0.4.11-1.x86_64.rpm";

test.each<[script: string, says: string | RegExp, exit: number]>([
  ["rpm-ostree install", /error: usage error: At least one PACKAGE must be specified\n$/, 1],
  ["rpm-ostree install nosuch other", /error: Packages not found: nosuch, other\n$/, 1],
  [
    "rpm-ostree install vim-minimal",
    'error: "vim-minimal" is already provided by: vim-minimal-2:9.1.2050-1.fc43.x86_64. Use --allow-inactive to explicitly require it.\n',
    1,
  ],
  ["rpm-ostree install tree; rpm-ostree install tree", "error: Package/capability 'tree' is already requested\n", 1],
  ["rpm-ostree install tree; rpm-ostree install --idempotent tree", /No change\.\n$/, 0],
  ["rpm-ostree install tree; rpm-ostree install --idempotent --unchanged-exit-77 tree", /No change\.\n$/, 77],
  ["rpm-ostree uninstall firefox", "error: Package/capability 'firefox' is not currently requested\n", 1],
  ["rpm-ostree install -A -r htop", "error: Cannot specify `apply-live` and `reboot`\n", 1],
  [
    "rpm-ostree install openssl",
    /error: Could not depsolve transaction; 1 problem detected:\n Problem: package openssl-\S+ from updates requires openssl-libs = \S+, but none of the providers can be installed\n {2}- cannot install both openssl-libs-\S+ from updates and openssl-libs-\S+ from @System\n {2}- conflicting requests\n$/,
    1,
  ],
  ["rpm-ostree install openssl gtk4-devel", /; 2 problems detected:\n Problem 1: .*\n.*\n.*\n Problem 2: package openssl-/, 1],
  [
    "rpm-ostree install -n htop",
    /Installing 2 packages:\n {2}htop-3\.4\.1-2\.fc43\.x86_64 \(fedora\)\n {2}hwloc-libs-2\.12\.0-2\.fc43\.x86_64 \(fedora\)\nExiting because of '--dry-run' option\n$/,
    0,
  ],
  ["rpm-ostree install netcat nmap-ncat", /error: Checkout \S+: Hardlinking [0-9a-f]{2}\/[0-9a-f]{62}\.file to nc: File exists\n$/, 1],
  [
    `rpm-ostree install ${BROTHER}`,
    /error: Running %post for brscan4: bwrap\(\/bin\/sh\): Child process exited with code 1; run `journalctl -t 'rpm-ostree\(brscan4\.post\)'` for more information\n$/,
    1,
  ],
  [
    `rpm-ostree install ${BROTHER}; journalctl --no-pager -o cat -t 'rpm-ostree(brscan4.post)'`,
    /^mkdir: cannot create directory .\/var\/lib.: Read-only file system\n$/,
    0,
  ],
  [
    ":fault offline; rpm-ostree install htop",
    /error: Updating rpm-md repo 'fedora-cisco-openh264': |error: Updating rpm-md repo 'updates': cannot update repo 'updates': Cannot prepare internal mirrorlist: Curl error \(6\): Could not resolve hostname for https:\/\/mirrors\.fedoraproject\.org\/metalink\?repo=\S+ \[Could not resolve host: mirrors\.fedoraproject\.org\]; Last error: /,
    1,
  ],
  [
    ":fault failing-scriptlet; rpm-ostree install tmux",
    /error: Running %post for tmux: bwrap\(\/bin\/sh\): Child process exited with code 1; /,
    1,
  ],
  [
    ":fault dependency-conflict; rpm-ostree install htop",
    /error: Could not depsolve transaction; 1 problem detected:\n Problem: conflicting requests\n {2}- nothing provides glibc >= 2\.43 needed by htop/,
    1,
  ],
  ["rpm-ostree override remove nosuch", 'error: Package "nosuch" not found\n', 1],
  ["rpm-ostree override remove firefox; rpm-ostree override remove firefox", "error: Override already exists for package 'firefox'\n", 1],
  [
    "rpm-ostree override remove gtk4",
    /error: Could not depsolve transaction; .*\n Problem: package \S+ from @System requires gtk4, but none of the providers can be installed\n/,
    1,
  ],
  ["rpm-ostree override reset firefox", "error: No overrides for package 'firefox'\n", 1],
  ["rpm-ostree override replace firefox", "error: Non-local replacement overrides not implemented yet\n", 1],
  ["rpm-ostree override frob", /error: Unknown "override" subcommand "frob"\n$/, 1],
  ["rpm-ostree apply-live", "error: No target commit specified and no pending deployment\n", 1],
  [
    "sudo ostree admin unlock; rpm-ostree install tree; rpm-ostree apply-live",
    "error: apply-live is incompatible with unlock state: development\n",
    1,
  ],
  [
    "rpm-ostree upgrade; rpm-ostree apply-live",
    /error: packages would be removed: 1, packages would be changed: \d+, allow replacement to override\n$/,
    1,
  ],
  ["rpm-ostree search nosuchthing", /No matches found\.\n$/, 0],
  ["rpm-ostree search htop", /\n===== Name Matched =====\nhtop : Interactive process viewer\n$/, 0],
  ["dnf install htop", /^The requested operation requires superuser privileges\. /, 1],
  [
    "sudo dnf install htop",
    /^Error: \/usr is configured to be read-only\. You may be running an image-based or immutable operating system\. /,
    1,
  ],
  ["sudo rpm -e bash", "error: can't create transaction lock on /usr/share/rpm/.rpm.lock (Read-only file system)\n", 1],
])(
  "%s",
  (script, says, exit) => {
    const said = last(...lines(script));
    if (typeof says === "string") expect(said.text).toBe(says);
    else expect(said.text).toMatch(says);
    expect(said.exit).toBe(exit);
  },
  60_000,
);

test("a package is there after the restart and not before, and gone after another", () => {
  const said = run([
    "rpm-ostree install tree tmux >log; grep -c done log",
    "tree --version",
    ":reboot",
    "rpm -qf /usr/bin/tree",
    "mkdir d; tree --noreport d",
    "tail -1 /etc/shells",
    "sudo touch /usr/bin/tree",
    "rpm-ostree uninstall --all >log; tail -1 log",
    ":reboot",
    "tree d",
    "ls /var/home/learner",
  ]).filter(({ exit }) => exit !== undefined);
  const texts = said.map(({ text }) => text);
  expect(texts[1]).toBe("bash: tree: command not found\n");
  expect(texts[2]).toBe("tree-2.2.1-2.fc43.x86_64\n");
  expect(texts[3]).toBe("d\n");
  expect(texts[4]).toBe("/usr/bin/tmux\n");
  expect(texts[5]).toBe("touch: cannot touch '/usr/bin/tree': Read-only file system\n");
  expect(texts[6]).toBe('Changes queued for next boot. Run "systemctl reboot" to start a reboot\n');
  expect(texts[7]).toBe("bash: tree: command not found\n");
  expect(texts[8]).toMatch(/\bd\b/);
}, 60_000);

test("applied live, it runs at once, is noted, and goes back", () => {
  const texts = run([
    "rpm-ostree install -A cowsay | tail -1",
    "cowsay moo | head -2",
    "rpm-ostree status -b | grep -c -e LiveCommit -e 'Unlocked: transient'",
    "sudo touch /usr/x",
    "rpm-ostree apply-live --reset | tail -1",
    "cowsay moo",
  ]).map(({ text }) => text);
  expect(texts).toEqual([
    "Successfully updated running filesystem tree.\n",
    " _____\n< moo >\n",
    "2\n",
    "touch: cannot touch '/usr/x': Read-only file system\n",
    "Successfully updated running filesystem tree.\n",
    expect.stringMatching(/^bash: (line \d+: )?(cowsay|\/usr\/bin\/cowsay): (command not found|No such file or directory)\n$/),
  ]);
}, 60_000);

test("a repository that comes with a package is used by the next transaction, once that is booted", () => {
  const texts = run([
    "rpm-ostree install ffmpeg 2>&1 | tail -1",
    `rpm-ostree install ${RPMFUSION} >/dev/null`,
    ":reboot",
    "rpm-ostree install ffmpeg | grep -A1 Added:",
    "rpm-ostree status | grep Local",
  ]).map(({ text }) => text);
  expect(texts[0]).toMatch(/Changes queued/);
  expect(texts.at(-1)).toMatch(/LocalPackages: rpmfusion-free-release-43-1\.noarch\n/);
}, 60_000);

test("what dnf installs into an unlocked /usr is gone after a restart, and what it wrote into /etc is not", () => {
  const texts = run([
    "sudo ostree admin unlock >/dev/null",
    "sudo dnf install -yq tmux >/dev/null",
    "rpm -q tmux",
    ":reboot",
    "rpm -q tmux",
    "tail -1 /etc/shells",
  ]).map(({ text }) => text);
  expect(texts).toContain("tmux-3.5a-5.fc43.x86_64\n");
  expect(texts.at(-2)).toBe("package tmux is not installed\n");
  expect(texts.at(-1)).toBe("/usr/bin/tmux\n");
}, 60_000);
