import { decodeUtf8 } from "../../base/utf8.ts";
import { PRIORITIES } from "../../machine/journal.ts";
import type { Command } from "../command.ts";
import { connect, Refusal, refusable } from "./connect.ts";

/** systemd-cat(1): what comes in goes to the journal. */
export const systemdCat: Command = {
  name: "systemd-cat",
  package: "systemd",
  style: "gnu-posix",
  usage: ["systemd-cat [OPTIONS...] COMMAND ..."],
  about: "\nExecute process with stdout/stderr connected to the journal.",
  usageHint: "none",
  completes: "commands",
  simplified: "Only what comes from standard input; running a command is not built.",
  options: [
    { name: "identifier", short: "t", argument: "STRING", help: "Set syslog identifier" },
    { name: "priority", short: "p", argument: "PRIORITY", help: "Set priority value (0..7)", values: PRIORITIES },
  ],
  run(proc, options) {
    return refusable(proc, function* () {
      const { journal } = connect(proc);
      if (options.operands.length > 0) throw new Refusal("systemd-cat: running a command is not built in Immutable Lab");
      const level = options.value("priority") ?? "info";
      const priority = /^[0-7]$/.test(level) ? Number(level) : PRIORITIES.findIndex((name) => name === level);
      if (priority < 0) throw new Refusal(`Failed to parse priority value: ${level}`);
      const text = decodeUtf8(yield* proc.readToEnd(0));
      for (const message of text.split("\n")) {
        if (message !== "")
          journal.log({ identifier: options.value("identifier") ?? "cat", pid: proc.pid, transport: "stdout", message, priority });
      }
      journal.commit();
      return 0;
    });
  },
};
