/** Apps beside the system: what becomes of the one does not become of the other. Driven as a learner drives it. */
import { describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

function outputs(...script: string[]): string[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const results = [...runner.run(script.join("\n"))].map(
    ({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr).toString(),
  );
  expect(runner.faults).toEqual([]);
  return results;
}

const APP = "org.gnome.Calculator";
const ADD = "flatpak remote-add --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo";
const INSTALL = `flatpak install -y --noninteractive flathub ${APP} > /dev/null`;
const VERSION = `flatpak list --app --columns=application,version; flatpak run ${APP} --version`;

describe("apps and the system", () => {
  test("survive an upgrade, a rollback and a power cut, and run after each", () => {
    const answers = outputs(
      ADD,
      INSTALL,
      VERSION,
      "rpm-ostree upgrade > /dev/null",
      ":reboot",
      VERSION,
      "flatpak update -y --noninteractive > /dev/null",
      "sudo rpm-ostree rollback > /dev/null",
      ":reboot",
      VERSION,
      ":power-cut",
      VERSION,
    ).filter((text) => text !== "");
    const [installed = "", upgraded, updated = "", afterCut] = answers;
    expect(installed).toMatch(/^org\.gnome\.Calculator\t49\.1\.1\nCalculator 49\.1\.1\n$/);
    expect(upgraded).toBe(installed);
    // Newer than what it was installed as: the rollback took the system back, not the app.
    expect(updated).toMatch(/^org\.gnome\.Calculator\t49\.2\nCalculator 49\.2\n$/);
    expect(afterCut).toBe(updated);
  }, 60_000);

  test("a sandbox shows of the home what permissions say, and writes elsewhere than in the system", () => {
    const inside = (more: string, command: string): string => `flatpak run ${more} --command=sh ${APP} -c '${command}'`;
    const [, , hidden = "", shown = "", readOnly = "", tmp = "", left = ""] = outputs(
      ADD,
      INSTALL,
      inside("", "ls ~/Documents; touch /usr/x; touch /app/x; echo $FLATPAK_ID"),
      inside("--filesystem=xdg-documents", "touch ~/Documents/new && ls ~/Documents; ls ~/Music"),
      inside("--filesystem=xdg-documents:ro", "touch ~/Documents/newer"),
      inside("", "echo mine > /tmp/mine; cat /tmp/mine; id -un; ls /var/lib/flatpak"),
      "ls ~/Documents /tmp/mine; ls ~/.var/app; ls /usr/bin/gnome-calculator",
    );
    expect(hidden).toContain("cannot access");
    expect(hidden.match(/Read-only file system/g)).toHaveLength(2);
    expect(hidden).toContain(APP);
    expect(shown).toMatch(/^new\nls: cannot access .*Music/);
    expect(readOnly).toContain("Read-only file system");
    expect(tmp).toMatch(/^mine\nlearner\nls: cannot access/);
    expect(left).toMatch(/new\n/);
    expect(left).toContain("cannot access '/tmp/mine'");
    expect(left).toContain(`${APP}\n`);
  }, 60_000);

  test("are no programs of the host, need a network, and go without a trace of the system", () => {
    const answers = outputs(
      "firefox",
      ":fault offline",
      ADD,
      "flatpak install -y flathub org.mozilla.firefox",
      `flatpak run org.mozilla.firefox`,
      "rpm-ostree status | grep -c LayeredPackages",
    );
    expect(answers[0]).toContain("firefox: command not found");
    expect(answers.join("")).toContain("Could not resolve hostname");
    expect(answers.join("")).toContain("error: app/org.mozilla.firefox/x86_64/master not installed");
    expect(answers.at(-1)).toBe("0\n");
  }, 60_000);
});
