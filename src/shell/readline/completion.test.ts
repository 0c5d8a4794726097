import { describe, expect, test } from "vitest";
import { smallFiles } from "../../../e2e/harness/small-files.ts";
import type { Completion } from "./completer.ts";
import { createCompleter, type CommandInfo, type CompletionSources } from "./completion.ts";

const files = smallFiles("/home/me", [
  "/home/me/alpha.txt",
  "/home/me/alpine.txt",
  "/home/me/beta dir/",
  "/home/me/gamma",
  "/home/me/sub/inner.txt",
  "/home/me/sub/inside.txt",
  "/home/me/.hidden",
  "/home/me/run.sh*",
  "/home/me/it's",
  "/home/me/a:b",
  "/var/home/",
  "/home2@var/home",
  "/usr/bin/ls*",
  "/usr/bin/lsblk*",
  "/usr/bin/sudo*",
  "/usr/bin/rpm-ostree*",
  "/usr/bin/notes.txt",
  "/usr/sbin/lsmod*",
  "/proc/1/",
  "/proc/42/",
  "/proc/self@1",
]);

const commands: Record<string, CommandInfo> = {
  ls: {
    options: [
      { name: "all", short: "a" },
      { name: "almost-all", short: "A" },
      { name: "color", argument: "WHEN", optional: true, values: ["always", "auto", "never"] },
    ],
  },
  sudo: { options: [{ name: "user", short: "u", argument: "USER" }] },
  "rpm-ostree": {
    options: [{ name: "quiet", short: "q" }],
    completes: "none",
    subcommands: [
      { name: "status", options: [{ name: "json" }] },
      { name: "upgrade" },
      { name: "uninstall" },
      { name: "kargs" },
      { name: "db diff" },
      { name: "db list" },
    ],
  },
  systemctl: {
    options: [{ name: "type", short: "t", argument: "TYPE", values: ["service", "socket", "timer"] }],
    completes: "none",
    subcommands: [{ name: "status" }, { name: "stop" }],
    operandsFor: (_sys, words) => (words[0] === "status" ? ["sshd.service", "sshd-keygen.target"] : undefined),
  },
  su: { options: [], completes: "users" },
  ps: { options: [], completes: "pids" },
  mkdir: { options: [], completes: "directories" },
};

const sources: CompletionSources = {
  sys: files,
  builtins: () => ["cd", "compgen", "history"],
  functions: () => ["lsfun"],
  aliases: () => ["ll"],
  alias: (name) => (name === "ll" ? "ls -l" : undefined),
  variables: () => ["HISTCMD", "HISTFILE", "HISTFILESIZE", "HOME", "PATH"],
  variable: (name) => ({ HOME: "/home/me", PATH: "/usr/bin:/usr/sbin" })[name],
  users: () => [
    { name: "root", home: "/root" },
    { name: "rpc", home: "/" },
    { name: "me", home: "/home/me" },
  ],
  *command(name) {
    return commands[name];
  },
};

const completer = createCompleter(sources);

function complete(line: string, point: number): Completion {
  const { done, value } = completer(line, point).next();
  if (done !== true) throw new Error("nothing here is to be waited for");
  return value;
}

/** What the line may become: each candidate in the place of the word. The cursor is at `¦` or the end. */
function outcomes(typed: string): string[] {
  const point = typed.includes("¦") ? typed.indexOf("¦") : typed.length;
  const line = typed.replace("¦", "");
  const { start, candidates } = complete(line, point);
  return candidates.map(({ text, suffix }) => line.slice(0, start) + text + (candidates.length === 1 ? suffix : "") + line.slice(point));
}

describe("what the line becomes", () => {
  test.each<[string, string[]]>([
    ["hist", ["history "]],
    ["ls", ["ls", "lsblk", "lsfun", "lsmod"]],
    ["notes", []],
    ["cat al", ["cat alpha.txt", "cat alpine.txt"]],
    ["cat alph", ["cat alpha.txt "]],
    ["cat be", ["cat beta\\ dir/"]],
    ["cat beta\\ d", ["cat beta\\ dir/"]],
    ["cat 'be", ["cat 'beta dir'/"]],
    ['cat "be', ['cat "beta dir"/']],
    ["cat it", ["cat it\\'s "]],
    ["cat sub/inn", ["cat sub/inner.txt "]],
    ["cat ~/gam", ["cat ~/gamma "]],
    ["cat $HOME/gam", ["cat $HOME/gamma "]],
    ["cat ~me/gam", ["cat ~me/gamma "]],
    ["cat ~r", ["cat ~root", "cat ~rpc"]],
    ["cat .hi", ["cat .hidden "]],
    ["cat /home2", ["cat /home2/"]],
    ["cat /hom", ["cat /home", "cat /home2"]],
    ["cd s", ["cd sub/"]],
    ["cd al", []],
    ["mkdir be", ["mkdir beta\\ dir/"]],
    ["./r", ["./run.sh "]],
    ["./al", []],
    ["echo x >al", ["echo x >alpha.txt", "echo x >alpine.txt"]],
    ["echo x 2> gam", ["echo x 2> gamma "]],
    ["echo $HISTF", ["echo $HISTFILE", "echo $HISTFILESIZE"]],
    ["echo ${HISTC", ["echo ${HISTCMD} "]],
    ['echo "$HISTC', ['echo "$HISTCMD" ']],
    ["echo '$HISTC", []],
    ["export HISTC", ["export HISTCMD "]],
    ["X=gam", ["X=gamma "]],
    ["X=1 hist", ["X=1 history "]],
    ["dd if=gam", ["dd if=gamma "]],
    ["true; hist", ["true; history "]],
    ["true | hist", ["true | history "]],
    ["echo $(hist", ["echo $(history "]],
    ["if hist", ["if history "]],
    ["# hist", []],
    ["ls --al", ["ls --all", "ls --almost-all"]],
    ["ls --color=al", ["ls --color=always "]],
    ["ls --col", ["ls --color="]],
    ["ls -- --al", []],
    ["ls -a gam", ["ls -a gamma "]],
    ["ll --almost", ["ll --almost-all "]],
    ["sudo lsb", ["sudo lsblk "]],
    ["sudo -u root ls --almost", ["sudo -u root ls --almost-all "]],
    ["sudo rpm-ostree up", ["sudo rpm-ostree upgrade "]],
    ["rpm-ostree u", ["rpm-ostree uninstall", "rpm-ostree upgrade"]],
    ["rpm-ostree db d", ["rpm-ostree db diff "]],
    ["rpm-ostree status --j", ["rpm-ostree status --json "]],
    ["rpm-ostree upgrade --j", []],
    ["rpm-ostree -q up", ["rpm-ostree -q upgrade "]],
    ["rpm-ostree upgrade al", []],
    ["systemctl -t so", ["systemctl -t socket "]],
    ["systemctl --type=so", ["systemctl --type=socket "]],
    ["systemctl status sshd.", ["systemctl status sshd.service "]],
    ["su ro", ["su root "]],
    ["ps 4", ["ps 42 "]],
    ["cat ga¦ rest", ["cat gamma  rest"]],
  ])("%s", (typed, expected) => {
    expect(outcomes(typed)).toEqual(expected);
  });
});

test("a list shows the last part of paths, and directories with a slash", () => {
  expect(complete("cat sub/in", 10).candidates.map(({ display }) => display)).toEqual(["inner.txt", "inside.txt"]);
  expect(complete("cat s", 5).candidates.map(({ display }) => display)).toEqual(["sub/"]);
});
