/** The machine with two roots: who may write, when an update counts, the way back, packages on top, and a root that was left half-written. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { bootToPrompt, labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { Session } from "./session.ts";
import { typist } from "./typist.fixture.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords(["--machine", "vanilla"], { flags: [], values: ["machine"] }));
const BUILD = "grep BUILD_ID /usr/lib/os-release";

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test("/usr and / are read-only mounts: nothing new for anybody, and of what is there permission is asked first", () => {
  const type = typist("vanilla");
  expect(type("sudo touch /usr/bin/x")).toBe("touch: cannot touch '/usr/bin/x': Read-only file system\n");
  expect(type("touch /usr/bin/x")).toBe("touch: cannot touch '/usr/bin/x': Read-only file system\n");
  expect(type("sudo mkdir /x")).toBe("mkdir: cannot create directory ‘/x’: Read-only file system\n");
  expect(type("echo x >> /usr/bin/ls")).toBe("bash: /usr/bin/ls: Permission denied\n");
  expect(type("sudo sh -c 'echo x >> /usr/bin/ls'")).toContain("Read-only file system");
  expect(type("sudo touch /etc/x /var/x ~/x && echo fine")).toBe("fine\n");
});

test("an update counts from the reboot on, and /etc is carried over as it was at the update", () => {
  const type = typist("vanilla");
  const before = type(BUILD);
  type("echo mine | sudo tee /etc/mine.conf");
  expect(type("sudo abroot upgrade")).toContain("Upgrade completed successfully.");
  expect(type(BUILD)).toBe(before);
  type("echo late | sudo tee /etc/late.conf");
  type(":reboot");
  expect(type(BUILD)).not.toBe(before);
  expect(type("sudo abroot status | grep Present")).toContain("vos-b");
  expect(type("cat /etc/mine.conf")).toBe("mine\n");
  expect(type("cat /etc/late.conf")).toContain("No such file or directory");
});

test("an image that does not start is left behind through Previous State, and abroot rollback makes that the default", () => {
  const before = typist("vanilla")(BUILD);
  const lab = new Lab(OPTIONS);
  const runner = new ScriptRunner(lab, false);
  const rebased = [...runner.run("sudo abroot rebase ghcr.io/vanilla-os/desktop:dev\n:reboot\nsudo abroot status")];
  expect(lab.machine.power).toBe("emergency");
  expect(textOf(rebased.at(-1)?.stderr ?? new Uint8Array())).toContain("command not found");
  const said = [...runner.run(`:reboot 0\n${BUILD}\nsudo abroot rollback\n:reboot\n${BUILD}`)].map(({ stdout }) => textOf(stdout));
  expect(said[0]).toBe(before);
  expect(said[1]).toContain("Rollback completed successfully.");
  expect(said.at(-1)).toBe(before);
});

test("a package is there after apply and a reboot, and not in the old root", () => {
  const type = typist("vanilla");
  type("sudo abroot pkg add -f htop");
  expect(type("sudo abroot status | grep Unstaged")).toContain("htop");
  expect(type("sudo abroot pkg apply")).toContain("Successfully applied packages.");
  expect(type("command -v htop || echo none")).toBe("none\n");
  type(":reboot");
  expect(type("command -v htop")).toBe("/usr/bin/htop\n");
  expect(type("private.dpkg -s htop | grep Status")).toBe("Status: install ok installed\n");
  expect(type("sudo abroot pkg apply")).toContain("No changes to apply.");
  type(":reboot 0");
  expect(type("command -v htop || echo none")).toBe("none\n");
});

test("the power goes in stage 4: the root that runs is whole, and the next upgrade mends the other one", () => {
  const lab = new Lab(OPTIONS);
  bootToPrompt(lab);
  const before = textOf(new Session(lab.machine, "learner").run(BUILD).stdout);
  lab.send({ kind: "fault", name: "power-cut", on: true, write: 400 });
  lab.run(0);
  new Session(lab.machine, "learner").run("sudo abroot upgrade");
  expect(lab.machine.power).toBe("off");
  lab.send({ kind: "power-on" });
  lab.run(0);
  bootToPrompt(lab);
  const session = new Session(lab.machine, "learner");
  expect(textOf(session.run(BUILD).stdout)).toBe(before);
  const trace = `sudo sh -c 'mkdir -p /run/other && mount /dev/vda4 /run/other && find /run/other -name "*.aBr00t" | wc -l; ls /run/other/abimage.abr; umount /run/other'`;
  const half = session.run(trace);
  expect(textOf(half.stderr)).toContain("abimage.abr': No such file or directory");
  expect(textOf(session.run("sudo abroot upgrade").stdout)).toContain("Upgrade completed successfully.");
  const mended = session.run(trace);
  expect(textOf(mended.stdout)).toBe("0\n/run/other/abimage.abr\n");
  lab.send({ kind: "reboot" });
  lab.run(1);
  bootToPrompt(lab);
  expect(textOf(new Session(lab.machine, "learner").run(BUILD).stdout)).not.toBe(before);
});

test("with no room for its layers an image does not come, and the root that runs stays as it is", () => {
  const type = typist("vanilla");
  const build = type(BUILD);
  type(":fault disk-nearly-full");
  expect(type("sudo abroot upgrade")).toMatch(
    /writing blob: storing blob to file "(\/var\/tmp\/container_images_storage\d+\/\d+)": write \1: no space left on device/,
  );
  type(":fault disk-nearly-full off\n:reboot");
  expect(type(BUILD)).toBe(build);
  expect(type("sudo abroot upgrade")).toContain("Upgrade completed successfully.");
});

test("apx: a box has a root and a package manager of its own, and neither an update nor a rollback concerns it", () => {
  const type = typist("vanilla");
  expect(type("apx subsystems new -n box -s vanilla")).toContain(" SUCCESS  Created subsystem 'box'.\n");
  expect(type("apx subsystems new -n box -s vanilla")).toBe(" ERROR  A subsystem with the name 'box' already exists.");
  expect(type("apx subsystems list")).toMatch(/^ INFO {2}Found 1 subsystems:\n(?:.*\n){3}┊ box {2}┊ vanilla ┊ Created ┊ 0 {4}┊\n/);
  expect(type("apt install htop")).toBe("bash: apt: command not found\n");
  type("apx box update");
  expect(type("apx box install htop")).toContain("Setting up htop");
  expect(type("apx box run -- sh -c 'command -v htop; dpkg -s htop | grep Status'")).toBe("/usr/bin/htop\nStatus: install ok installed\n");
  expect(type("command -v htop")).toBe("");
  expect(type("apx box run -- touch from-inside; ls from-inside")).toBe("from-inside\n");
  expect(type("apx box run false")).toContain("Error: An error occurred while executing the command: exit status 1\nUsage:\n  apx box run");
  type("sudo abroot upgrade");
  type(":reboot");
  expect(type("apx subsystems list")).toContain("┊ box  ┊ vanilla ┊ Exited");
  expect(type("apx box run -- sh -c 'command -v htop'")).toContain("/usr/bin/htop\n");
  expect(type("printf 'n\\n' | apx subsystems rm -n box")).toBe(
    " INFO  Are you sure you want to remove 'box'? [y/N]\n INFO  Aborting as requested.\n",
  );
  expect(type("apx subsystems rm -n box -f")).toBe(" SUCCESS  Removed subsystem 'box'.\n");
  expect(type("podman ps -aq")).toBe("");
});

test("apx: a stack of one's own is a file, and one that is in use stays", () => {
  const type = typist("vanilla");
  expect(type("apx stacks new -y -n mine -b debian:latest -k apt -p 'nano tree'")).toBe(" SUCCESS  Created stack 'mine'.\n");
  expect(type("cat ~/.local/share/apx/stacks/mine.yml")).toBe(
    "name: mine\nbase: debian:latest\npackages:\n- nano\n- tree\npkgmanager: apt\nbuiltin: false\n",
  );
  expect(type("apx stacks show mine")).toContain("┊ Packages        ┊ nano, tree    ┊\n");
  expect(type("apx stacks rm -n debian -f")).toContain(" ERROR  cannot remove built-in stack\n");
  expect(type("apx stacks rm -n mine -f")).toBe(" SUCCESS  Removed stack 'mine'.\n");
  expect(type("apx stacks show mine")).toContain("Error: stack not found\n");
});

test("apx: a stack is changed by its options or by answers, and a built-in one is not", () => {
  const type = typist("vanilla");
  type("apx stacks new -y -n mine -b debian:latest -k apt -p nano");
  expect(type("apx stacks update mine -y -b ubuntu:latest -k apt -p 'nano tree'")).toBe(" INFO  Updated stack 'mine'.\n");
  expect(type("printf '\\n\\ny\\nless curl\\n' | apx stacks update -n mine")).toBe(
    " INFO  Type a new base or confirm the current one (ubuntu:latest):\n" +
      " INFO  Choose a new package manager or confirm the current one (apt):\n" +
      " INFO  Do you want to update the list of packages?[y/N]\n       \t - nano\n       \t - tree\n" +
      " INFO  Type the packages you want to install in the stack, separated by a space:\n INFO  Updated stack 'mine'.\n",
  );
  expect(type("apx stacks show mine")).toContain("less, curl");
  expect(type("apx stacks update -y mine; echo $?")).toBe(" ERROR  No base specified.\n0\n");
  expect(type("apx stacks update -n debian; echo $?")).toBe(" ERROR  Built-in stacks cannot be modified.\n126\n");
});

test("apx: a package manager of one's own goes out, in, and away, unless a stack has it", () => {
  const type = typist("vanilla");
  const commands = [..."aclprswuU"].map((letter) => `-${letter} 'zz ${letter}'`).join(" ");
  expect(type(`apx pkgmanagers new -y -n zz ${commands}`)).toBe(" ERROR  No command specified for 'install'.");
  expect(type(`apx pkgmanagers new -y -n zz -i 'zz add' ${commands}`)).toBe(" SUCCESS  Package manager zz created successfully.\n");
  expect(type("head -4 ~/.local/share/apx/package-managers/zz.yml")).toBe("model: 2\nname: zz\nneedsudo: false\ncmdautoremove: zz a\n");
  expect(type("apx pkgmanagers export -n zz -o out && apx pkgmanagers rm -n zz -f && apx pkgmanagers show zz")).toBe(
    " INFO  Exported package manager 'zz' to 'out'.\n INFO  Removed package manager 'zz'.\n ERROR  package manager not found\n",
  );
  expect(type("apx pkgmanagers import -i out/zz.yml")).toBe(" INFO  Imported package manager from 'zz'.\n");
  expect(type("yes '' | apx pkgmanagers update zz | tail -2")).toBe(
    " INFO  Enter new command for 'upgrade' (leave empty to keep 'zz U'):\n INFO  Updated package manager 'zz'.\n",
  );
  expect(type("diff out/zz.yml ~/.local/share/apx/package-managers/zz.yml && echo same")).toBe("same\n");
  type("apx stacks new -y -n mine -b debian:latest -k zz");
  expect(type("apx pkgmanagers rm -n zz -f")).toMatch(/^ ERROR {2}The package manager is used in 1 stacks:[^\n]*\n/);
  expect(type("apx pkgmanagers update -n apt; echo $?")).toBe(" ERROR  Built-in package managers cannot be modified.\n126\n");
});
