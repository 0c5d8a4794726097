import { describe, expect, test } from "vitest";
import { OPTIONS, rest } from "../../../e2e/harness/random-runs.ts";
import { Lab, type LabOptions } from "../../lab/lab.ts";
import { packRun, proofOf } from "../../lab/packed-run.ts";
import { writeRun } from "../run-link.ts";
import { componentOf, iframeOf, linkOf, LONGEST_LINK, markdownOf, type Shared } from "./formats.ts";

const RUN: Shared = {
  home: "https://lab.example/v1/",
  machine: "silverblue",
  run: "pabc_-1",
  printed: ["[learner@silverblue ~]$ echo '<&>'", "<&>"],
};

const TWENTY = [
  "rpm-ostree status",
  "touch /usr/bin/hello",
  "sudo touch /usr/bin/hello",
  "mount | grep composefs",
  "findmnt /usr",
  "sudo rpm-ostree usroverlay",
  "sudo touch /usr/bin/hello",
  "ls -l /usr/bin/hello",
  "systemctl reboot",
  "ls -l /usr/bin/hello",
  "rpm-ostree upgrade",
  "rpm-ostree status",
  "rpm-ostree install htop",
  "rpm-ostree status --json | head -5",
  "cat /etc/os-release",
  "echo 'options x' | sudo tee /etc/modprobe.d/x.conf",
  "sudo ostree admin config-diff",
  "rpm-ostree rollback",
  "sudo ostree admin pin 0",
  "ostree admin status",
];

function typed(lines: readonly string[]): Lab {
  const lab = new Lab(OPTIONS[0] as LabOptions);
  rest(lab);
  lab.send({ kind: "resize", tty: 0, columns: 98, rows: 37 });
  for (const line of lines)
    for (const key of `${line}\r`) {
      lab.send({ kind: "keys", tty: 0, text: key });
      rest(lab);
    }
  return lab;
}

describe("copied as", () => {
  test("a link of at most 400 characters for 20 commands", async () => {
    const lab = typed(TWENTY);
    const run = await writeRun(packRun(lab.log(), proofOf(lab)));
    const link = linkOf({ ...RUN, home: "https://immutable-lab.example/", run });
    expect(link.length).toBeLessThanOrEqual(400);
    expect(LONGEST_LINK).toBe(2000);
  });

  test("what leads to the run", () => {
    expect(linkOf(RUN)).toBe("https://lab.example/v1/#run=pabc_-1");
    expect(markdownOf(RUN)).toBe("[Immutable Lab: Fedora Silverblue](https://lab.example/v1/#run=pabc_-1)");
    expect(iframeOf(RUN)).toContain('src="https://lab.example/v1/embed/#run=pabc_-1"');
    expect(iframeOf(RUN)).toContain('sandbox="allow-scripts allow-popups allow-downloads"');
  });

  test("a component with what was printed inside, as text and not as markup", () => {
    expect(componentOf(RUN)).toContain('<immutable-lab machine="silverblue" state="pabc_-1">');
    // As a module it would need CORS headers of whoever serves it.
    expect(componentOf(RUN)).toContain('<script defer src="https://lab.example/v1/immutable-lab.js"></script>');
    expect(componentOf(RUN)).toContain("echo '&lt;&amp;&gt;'\n&lt;&amp;&gt;</code></pre>");
  });

  test("a lesson by its name, not by a run", () => {
    const lesson: Shared = { ...RUN, run: undefined, lesson: "try-to-break-it" };
    expect(linkOf(lesson)).toBe("https://lab.example/v1/?lesson=try-to-break-it");
    expect(iframeOf(lesson)).toContain('src="https://lab.example/v1/embed/?lesson=try-to-break-it"');
    expect(componentOf(lesson)).toContain('<immutable-lab lesson="try-to-break-it">');
  });
});
