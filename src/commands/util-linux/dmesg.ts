import { monotonic } from "../../machine/journal-format.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";
import { stdout } from "../output.ts";

/** dmesg(1): the kernel's ring buffer. */
export const dmesg: Command = {
  name: "dmesg",
  package: "util-linux",
  style: "gnu",
  usage: ["dmesg [options]"],
  about: "\nDisplay or control the kernel ring buffer.",
  completes: "none",
  simplified: "The kernel says little, and only while it starts.",
  options: [
    { name: "human", short: "H", help: "human readable output", fidelity: "ignored" },
    { name: "kernel", short: "k", help: "display kernel messages", fidelity: "ignored" },
    { name: "color", short: "L", argument: "WHEN", optional: true, help: "colorize messages", fidelity: "ignored" },
    { name: "nopager", short: "P", help: "do not pipe output into a pager", fidelity: "ignored" },
    { name: "notime", short: "t", help: "don't show any timestamp with messages" },
    { name: "clear", short: "C", help: "clear the kernel ring buffer", fidelity: "unbuilt" },
    { name: "follow", short: "w", help: "wait for new messages", fidelity: "unbuilt" },
  ],
  *run(proc, options) {
    // kernel.dmesg_restrict is 1, as on Fedora.
    if (!proc.sys.credentials.privileged) throw new Failure("read kernel buffer failed: Operation not permitted");
    const zero = { sec: 0, nsec: 0 };
    for (const { since, text } of managerOf(proc.kernel)?.console.ring ?? []) {
      const time = { sec: Math.floor(since / 1e9), nsec: since % 1e9 };
      yield* stdout(proc).print(options.has("notime") ? `${text}\n` : `[${monotonic(time, zero)}] ${text}\n`);
    }
    return 0;
  },
};
