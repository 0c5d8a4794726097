import { expect, test } from "vitest";
import { VIEWS } from "../../e2e/gallery/views.ts";
import { DEEDS } from "../course/counterparts.ts";
import { OFFERS } from "../distros/offers.ts";
import type { View } from "../lab/view.ts";
import { Guide } from "./next-command.ts";

function last(state: string): View {
  const view = VIEWS[state]?.at(-1);
  if (view === undefined) throw new Error(`no state ${state}`);
  return view;
}

/** A write that went well. */
function wrote(path: string): View["trace"] {
  return [{ op: "open", path, mount: "/etc", lifetime: "deployment", verdict: "ok", because: "", pid: 9 }];
}

test("from the first refusal to the way back", () => {
  const guide = new Guide();
  const first = last("first");
  const staged = last("staged");
  const [newer] = staged.deployments;
  if (newer === undefined) throw new Error("nothing is staged");
  const updated: View = {
    ...first,
    bootCount: 2,
    booted: { version: newer.version, checksum: newer.checksum, kernel: "", kargs: "" },
    deployments: [
      { ...newer, isStaged: false, isBooted: true, isDefault: true },
      { ...first.deployments[0]!, isBooted: false, isDefault: false, isRollback: true },
    ],
  };
  const back: View = { ...last("rolledback"), bootCount: 3 };
  const home: View = { ...first, bootCount: 3, deployments: [first.deployments[0]!, { ...newer, isStaged: false, isRollback: true }] };
  const views: readonly (readonly [View, string | undefined])[] = [
    [first, "sudo touch /usr/bin/hello"],
    [last("refused"), "echo hello | sudo tee /etc/motd"],
    [{ ...first, trace: wrote("/run/sudo/ts/1000") }, "echo hello | sudo tee /etc/motd"],
    [{ ...first, trace: wrote("/etc/motd") }, "rpm-ostree upgrade"],
    [{ ...staged, atPrompt: false }, "rpm-ostree upgrade"],
    [staged, "systemctl reboot"],
    [last("booting"), "systemctl reboot"],
    [updated, "rpm-ostree rollback"],
    [back, "systemctl reboot"],
    [home, undefined],
  ];
  for (const [view, command] of views) expect(guide.after(view)?.command).toBe(command);
});

test("a home directory is a place of one's own, too", () => {
  const guide = new Guide();
  guide.after(last("refused"));
  expect(guide.after({ ...last("first"), trace: wrote("/var/home/learner/x") })?.command).toBe("rpm-ostree upgrade");
});

test.each(OFFERS)("the way back on $name is that of the table of counterparts", ({ name, tools }) => {
  const first = last("first");
  const guide = new Guide();
  const command = guide.after({ ...first, machine: { ...first.machine, name }, bootCount: 2 })?.command;
  const way = DEEDS.find((deed) => deed.name === "go back to the version before")?.ways[tools];
  if (tools === "abroot" || tools === "apt") expect(command).toBeUndefined();
  else expect(way).toMatchObject({ lines: [command] });
});
