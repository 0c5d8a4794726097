import { decodeUtf8 } from "../../base/utf8.ts";
import { PRIORITIES } from "../../machine/journal.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { Failure } from "../complain.ts";

/** Names of syslog.h that go by another now. */
const OLD_NAMES: Readonly<Record<string, string>> = { error: "err", warn: "warning", panic: "emerg" };

/** logger(1): a line for the journal. */
export const logger: Command = {
  name: "logger",
  package: "util-linux",
  style: "gnu",
  usage: ["logger [options] [<message>]"],
  about: "\nEnter messages into the system log.",
  completes: "none",
  options: [
    { name: "id", short: "i", long: false, help: "log the logger command's PID" },
    { name: "priority", short: "p", argument: "PRIO", help: "mark given message with this priority" },
    { name: "stderr", short: "s", help: "output message to standard error as well" },
    { name: "tag", short: "t", argument: "TAG", help: "mark every line with this tag" },
    { name: "file", short: "f", argument: "FILE", help: "log the contents of this file" },
    { name: "server", short: "n", argument: "NAME", help: "write to this remote syslog server", fidelity: "unbuilt" },
  ],
  *run(proc, options) {
    const journal = managerOf(proc.kernel)?.journal;
    const word = (options.value("priority") ?? "user.notice").replace(/^.*\./, "");
    const level = OLD_NAMES[word] ?? word;
    const priority = PRIORITIES.findIndex((name) => name === level);
    if (priority < 0) throw new Failure(`unknown priority name: ${options.value("priority") ?? ""}`);
    const { uid } = proc.sys.credentials;
    const identifier = options.value("tag") ?? readAccounts(proc.sys).userById(uid)?.name ?? String(uid);
    const file = options.value("file");
    const text =
      options.operands.length > 0
        ? options.operands.join(" ")
        : decodeUtf8(file === undefined ? yield* proc.readToEnd(0) : yield* proc.readFile(file));
    for (const message of text.split("\n")) {
      if (message === "") continue;
      journal?.log({ identifier, message, priority, transport: "syslog", ...(options.has("id") ? { pid: proc.pid } : {}) });
      if (options.has("stderr")) yield* proc.printError(`${identifier}: ${message}\n`);
    }
    journal?.commit();
    return 0;
  },
};
