import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RecordedMachines } from "../distros/recorded/recorded.ts";
import { Machine } from "../machine/machine.ts";
import type { DiskWrite } from "../vfs/disk-types.ts";
import { settle } from "./labs.ts";
import { OneShot } from "./transcript-shell.ts";

/** Commands, and what the real one makes and removes for each, in order. */
const RECORDED = new Map(
  readFileSync(new URL("../../e2e/oracle/ostree-write-order.txt", import.meta.url), "utf8")
    .split("\n$ ")
    .slice(1)
    .map((block) => {
      const [command = "", ...lines] = block.trim().split("\n");
      return [command, lines] as const;
    }),
);

/** That all is on the disk before the loader changes is shown by `lab crash --reorder`: a sync is no write. */
const isWrite = (line: string): boolean => line !== "sync";

function bootedMachine(): Machine {
  const machine = new Machine(new RecordedMachines().spec("ostree"));
  machine.powerOn();
  expect(settle({ machine }, () => machine.power === "menu")).toBe(true);
  machine.keys(0, "\r");
  expect(settle({ machine }, () => machine.power === "running")).toBe(true);
  return machine;
}

function run(machine: Machine, command: string): void {
  expect(new OneShot(machine, "root", "/").run(command, [])).toMatchObject({ exit: 0, stderr: "" });
}

/** What `command` makes and removes, reduced as the recording is. */
function ordered(machine: Machine, command: string): string[] {
  const writes: DiskWrite[] = [];
  machine.disk.onBeforeWrite = (write) => writes.push(write);
  run(machine, command);
  machine.disk.onBeforeWrite = undefined;
  return [...new Set(writes.flatMap(reduced))];
}

const REMOVED = new Set(["unlink", "rmdir", "remove"]);
const MADE = new Set(["create", "mkdir", "symlink", "link", "rename", "graft"]);

function reduced({ op, path }: DiskWrite): string[] {
  const name = path
    .replace(/^.* -> /, "")
    .replace(/^root:/, "")
    .replace(/^\//, "")
    .replace(/[0-9a-f]{64}/g, "#")
    .replace(
      /^(ostree\/deploy\/[^/]+\/deploy\/#\.\d+)\/(?:(etc)(?:\/.*|$)|.*)/,
      (_, root: string, etc?: string) => `${root}/${etc ?? "…"}`,
    );
  if (!/^(?:ostree|boot)\//.test(name) || /^ostree\/(?:repo\/|lock$)/.test(name) || /(?:^|\/)tmp\.|\.tmp$/.test(name)) return [];
  const verb = REMOVED.has(op) ? "remove" : MADE.has(op) ? "make" : op === "setflags" || op === "flags" ? "flags" : undefined;
  return verb === undefined ? [] : [`${verb} ${name}`];
}

describe("the order of writes", () => {
  test("ostree admin deploy", () => {
    const machine = bootedMachine();
    run(machine, "ostree pull lab lab/stable");
    const command = "ostree admin deploy lab:lab/stable";
    expect(ordered(machine, command)).toEqual(RECORDED.get(command)?.filter(isWrite));
  });

  test("ostree admin finalize-staged", () => {
    const machine = bootedMachine();
    run(machine, "ostree pull lab lab/stable; ostree admin deploy lab:lab/stable; ostree admin undeploy 0");
    run(machine, "ostree admin deploy --stage lab:lab/stable");
    const command = "ostree admin finalize-staged";
    expect(ordered(machine, command)).toEqual(RECORDED.get(command)?.filter(isWrite));
  });
});
