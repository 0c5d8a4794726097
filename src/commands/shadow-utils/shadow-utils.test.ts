import { expect, test } from "vitest";
import { CommandRig } from "../command-rig.fixture.ts";

function system(): CommandRig {
  const rig = new CommandRig();
  rig.run(
    "mkdir -p /etc/skel /etc/default /usr/lib /var/home; echo hi > /etc/skel/.bashrc; printf 'root:*:20000:0:99999:7:::\\nlearner::20000:0:99999:7:::\\n' > /etc/shadow; chmod 0 /etc/shadow; printf 'root:::\\nwheel:::learner\\n' > /etc/gshadow; echo dialout:x:18: > /usr/lib/group; echo HOME=/var/home > /etc/default/useradd",
    "/",
  );
  return rig;
}

/** As shadow-utils 4.13 says. */
test.each<[string, number, string, number]>([
  ["useradd root", 0, "useradd: user 'root' already exists\n", 9],
  ["useradd 'a b'", 0, "useradd: invalid user name 'a b': use --badname to ignore\n", 3],
  ["useradd -u 0 x", 0, "useradd: UID 0 is not unique\n", 4],
  ["useradd -g nogrp x", 0, "useradd: group 'nogrp' does not exist\n", 6],
  ["useradd -G nogrp x", 0, "useradd: group 'nogrp' does not exist\n", 6],
  ["usermod -aG nogrp learner", 0, "usermod: group 'nogrp' does not exist\n", 6],
  ["usermod nope", 0, "usermod: user 'nope' does not exist\n", 6],
  ["usermod learner", 0, "usermod: no changes\n", 0],
  ["groupadd wheel", 0, "groupadd: group 'wheel' already exists\n", 9],
  ["groupadd 'a b'", 0, "groupadd: 'a b' is not a valid group name\n", 3],
  ["groupdel nope", 0, "groupdel: group 'nope' does not exist\n", 6],
  ["groupdel learner", 0, "groupdel: cannot remove the primary group of user 'learner'\n", 8],
  ["userdel nope", 0, "userdel: user 'nope' does not exist\n", 6],
  ["useradd x", 1000, "useradd: Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.\n", 1],
  ["usermod -s /bin/sh root", 1000, "usermod: Permission denied.\nusermod: cannot lock /etc/passwd; try again later.\n", 1],
  ["userdel root", 1000, "userdel: Permission denied.\nuserdel: cannot lock /etc/passwd; try again later.\n", 1],
  ["groupadd y", 1000, "groupadd: Permission denied.\ngroupadd: cannot lock /etc/group; try again later.\n", 10],
])("%s as %d", (line, uid, stderr, exit) => {
  expect(system().run(line, "/", uid)).toEqual({ stdout: "", stderr, exit });
});

test("an account is lines in the files of /etc and a home directory from /etc/skel", () => {
  const rig = system();
  expect(rig.run("useradd -c Tom -G wheel tom", "/")).toEqual({ stdout: "", stderr: "", exit: 0 });
  expect(
    rig.run(
      "tail -n1 /etc/passwd /etc/group /etc/subuid; cut -d: -f1-2,4- /etc/shadow | tail -n1; stat -c '%a %U' /var/home/tom /etc/shadow; cat /var/home/tom/.bashrc; id tom",
      "/",
    ).stdout,
  ).toBe(
    "==> /etc/passwd <==\ntom:x:1001:1001:Tom:/var/home/tom:/bin/bash\n\n==> /etc/group <==\ntom:x:1001:\n\n==> /etc/subuid <==\ntom:524288:65536\ntom:!:0:99999:7:::\n700 tom\n0 root\nhi\nuid=1001(tom) gid=1001(tom) groups=1001(tom),10(wheel)\n",
  );
  expect(
    rig.run(
      "usermod -G '' tom; usermod -s /bin/sh tom; id -nG tom; getent passwd tom; userdel -r tom; ls /var/home; getent passwd tom; echo $?",
      "/",
    ).stdout,
  ).toBe("tom\ntom:x:1001:1001:Tom:/var/home/tom:/bin/sh\n2\n");
});

test("a group that only the image has keeps its members", () => {
  const rig = system();
  expect(rig.run("usermod -aG dialout learner; echo $?; grep dialout /etc/group /usr/lib/group", "/").stdout).toBe(
    "0\n/usr/lib/group:dialout:x:18:\n",
  );
});

test("a password that was set is asked for, and only the right one is taken", () => {
  const rig = system();
  rig.run("chmod 4755 /usr/bin/passwd /usr/bin/su; useradd tom", "/");
  expect(rig.runOnTerminal("passwd tom", ["correct horse", "correct horse"], "/").screen).toBe(
    "Changing password for tom.\nNew password: \nRetype new password: \npasswd: password updated successfully\n",
  );
  expect(rig.run("passwd -S tom", "/").stdout).toMatch(/^tom P 2026-11-\d\d 0 99999 7 -1\n$/);
  expect(rig.runOnTerminal("su tom -c whoami; exit $?", ["wrong horse"], "/", 1000)).toEqual({
    screen: "Password: \nsu: Authentication failure\n",
    exit: 1,
  });
  expect(rig.runOnTerminal("su tom -c whoami; exit $?", ["correct horse"], "/", 1000)).toEqual({ screen: "Password: \ntom\n", exit: 0 });
  rig.run("passwd -l tom", "/");
  expect(rig.runOnTerminal("su tom -c whoami; exit $?", ["correct horse"], "/", 1000).exit).toBe(1);
});

/** As passwd of shadow-utils 4.13 says, with PAM. */
test.each<[string, number, readonly string[], string, number]>([
  ["passwd nope", 0, [], "passwd: user 'nope' does not exist\n", 1],
  ["passwd root", 1000, [], "passwd: You may not view or modify password information for root.\n", 1],
  ["passwd -l", 1000, [], "passwd: Permission denied.\n", 1],
  [
    "passwd root",
    0,
    ["one", "two"],
    "Changing password for root.\nNew password: \nBAD PASSWORD: The password is shorter than 8 characters\nRetype new password: \nSorry, passwords do not match.\npasswd: Authentication token manipulation error\npasswd: password unchanged\n",
    10,
  ],
])("%s as %d", (line, uid, typed, screen, exit) => {
  const rig = system();
  rig.run("chmod 4755 /usr/bin/passwd", "/");
  expect(rig.runOnTerminal(`${line}; exit $?`, typed, "/", uid)).toEqual({ screen, exit });
});
