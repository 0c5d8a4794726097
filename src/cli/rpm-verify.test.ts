/**
 * `rpm -V` on a machine: what was changed in /etc, in an unlocked /usr and in a container, beside what came.
 *
 * The form of the lines and the statuses are those of rpm 4.18, recorded with a package of one file of each kind; that every file of a
 * deployment has another time than its header says follows from lib/verify.cc and from ostree, which checks files out as of 1970.
 */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

/** Each line of `script` with what it printed, both streams, and its status. */
function said(script: readonly string[], machine = "silverblue"): [string, string, number | undefined][] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);
  const results = [...runner.run(script.join("\n"))];
  expect(runner.faults).toEqual([]);
  return results.map(({ cmd, stdout, stderr, exit }) => [cmd, Buffer.from(stdout).toString() + Buffer.from(stderr).toString(), exit]);
}

type Row = readonly [command: string, prints: string, status: number];

function replay(rows: readonly Row[], machine?: string): void {
  const script = rows.map(([command]) => command);
  const expected = rows.filter(([command]) => !command.startsWith(":")).map((row) => [...row]);
  expect(said(script, machine)).toEqual(expected);
}

test("a deployment", () => {
  replay([
    ["rpm -V nosuch", "package nosuch is not installed\n", 1],
    ["rpm -V", "rpm: no arguments given for verify\n", 1],
    ["rpm -qV", "rpm: no arguments given for verify\n", 1],
    ["rpm -V --badopt bash", "rpm: --badopt: unknown option\n", 1],
    ["rpm -Vp x", "error: open of x failed: No such file or directory\n", 1],
    ["rpm -Vf /etc/nosuch", "error: file /etc/nosuch: No such file or directory\n", 1],
    ["rpm -Va nosuch", "", 0],
    ["rpm -Vc bash | head -1", ".......T.  c /etc/skel/.bash_logout\n", 0],
    ["rpm -Vd setup", "", 0],
    ["rpm -V --nomtime bash setup", "", 0],
    // Who may not read a file is not told whether it is as it came.
    [
      "rpm -V --nomtime sudo",
      "..?......  c /etc/sudoers\nmissing   c /etc/sudoers.d/README (Permission denied)\n..?......    /usr/bin/sudo\n",
      1,
    ],
    ["sudo rpm -V --nomtime sudo", "", 0],
    ["echo '# mine' | sudo tee -a /etc/bashrc", "# mine\n", 0],
    ["sudo rm /etc/skel/.bashrc", "", 0],
    ["sudo chmod 600 /etc/environment; sudo chown 1000:1000 /etc/shells", "", 0],
    ["rpm -V --nomtime bash", "missing   c /etc/skel/.bashrc\n", 1],
    [
      "sudo rpm -V --nomtime bash setup",
      "missing   c /etc/skel/.bashrc\nS.5......  c /etc/bashrc\n.M.......  c /etc/environment\n.....UG..  c /etc/shells\n",
      2,
    ],
    ["sudo rpm -qV --nomtime --nofiledigest --nosize --nouser setup", ".M.......  c /etc/environment\n......G..  c /etc/shells\n", 1],
    ["sudo rpm -V --nomtime --noconfig setup; sudo rpm -V --nofiles setup", "", 0],
    ["rpm -V --nomtime --quiet bash", "", 1],
    ["rpm -V --nomtime -v bash | head -4", ".........    /etc/skel\n.........  c /etc/skel/.bash_logout\n.........  c /etc/skel/.bash_profile\nmissing   c /etc/skel/.bashrc\n", 0], // prettier-ignore
    ["rpm -V --nomtime nosuch bash", "package nosuch is not installed\nmissing   c /etc/skel/.bashrc\n", 2],
    // passwd is there to be changed.
    ["sudo useradd anna; sudo rpm -Vf --nomtime /etc/passwd | grep passwd", "", 1],
    ["sudo rpm-ostree usroverlay > /dev/null", "", 0],
    ["sudo ln -sf nowhere /usr/bin/sh; echo x | sudo tee -a /usr/bin/bash", "x\n", 0],
    ["rpm -V --nomtime bash", "missing   c /etc/skel/.bashrc\nS.5......    /usr/bin/bash\n....L....    /usr/bin/sh\n", 1],
    [":reboot", "", 0],
    ["rpm -V --nomtime bash", "missing   c /etc/skel/.bashrc\n", 1],
  ]);
});

test("a layered package", () => {
  replay([
    ["sudo rpm-ostree install htop > /dev/null", "", 0],
    [":reboot", "", 0],
    ["rpm -V htop | head -1", ".......T.    /usr/bin/htop\n", 0],
    ["rpm -V --nomtime htop", "", 0],
    ["rpm -V --nomtime htop hwloc-libs bash", "", 0],
    ["sudo rpm-ostree usroverlay > /dev/null; sudo rm /usr/share/doc/htop/README; sudo chmod 700 /usr/bin/htop", "", 0],
    ["sudo rpm -V --nomtime htop", ".M.......    /usr/bin/htop\nmissing   d /usr/share/doc/htop/README\n", 1],
  ]);
});

test("packages that dnf installed have the time of their headers", () => {
  replay([
    ["sudo rpm-ostree usroverlay > /dev/null", "", 0],
    ["sudo dnf -q -y install htop > /dev/null 2>&1", "", 0],
    ["rpm -V htop", "", 0],
    ["sudo touch -d 2030-01-01 /usr/bin/htop; sudo rpm -e --nodeps hwloc-libs", "", 0],
    [
      "rpm -V htop",
      "Unsatisfied dependencies for htop-3.4.1-2.fc43.x86_64:\n\thwloc-libs is needed by (installed) htop-3.4.1-2.fc43.x86_64\n.......T.    /usr/bin/htop\n",
      1,
    ],
    ["rpm -V --nofiles htop > /dev/null", "", 1],
    ["rpm -V --nodeps htop", ".......T.    /usr/bin/htop\n", 1],
  ]);
});

test("a plain root knows what came to /etc", () => {
  replay(
    [
      ["rpm -V bash", "", 0],
      ["echo mine | sudo tee -a /etc/skel/.bashrc", "mine\n", 0],
      ["sudo rpm -V bash", "..5....T.  c /etc/skel/.bashrc\n", 1],
    ],
    "microos",
  );
});
