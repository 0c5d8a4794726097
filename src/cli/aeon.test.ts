/** The desktop whose programs live in boxes: what a box is made of there, and that its packages are its own. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

test("a distrobox is a Tumbleweed unless asked for another, and what is installed there is not in the system", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", "aeon"], { flags: [], values: ["machine"] }))), false);
  const type = (command: string): string => [...runner.run(command)].map(({ stdout }) => Buffer.from(stdout).toString()).join("");
  expect(type("distrobox create -Y -n box")).toContain("distrobox enter box\n");
  expect(type("distrobox enter box -- head -1 /etc/os-release")).toBe('NAME="openSUSE Tumbleweed"\n');
  expect(type("distrobox enter box -- sudo zypper -n install htop; echo $?")).toMatch(/Installing: htop-.*\n0\n$/);
  expect(type("distrobox enter box -- rpm -q htop")).toMatch(/^htop-\d/);
  expect(type("rpm -q htop")).toBe("package htop is not installed\n");
  expect(type("distrobox enter box -- touch from-inside; ls from-inside")).toBe("from-inside\n");
  expect(type("distrobox create -Y -n deb -i debian > /dev/null; distrobox enter deb -- cat /etc/debian_version")).toMatch(/^13\./);
});

test("images of other systems' packages are on no registry that it reaches", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", "microos"], { flags: [], values: ["machine"] }))), false);
  const [pulled] = runner.run("podman pull -q registry.fedoraproject.org/fedora:43");
  expect(Buffer.from(pulled?.stderr ?? []).toString()).toContain(
    "reading manifest 43 in registry.fedoraproject.org/fedora: manifest unknown",
  );
  expect(pulled?.exit).toBe(125);
});
