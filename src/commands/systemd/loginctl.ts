import type { Process } from "../../machine/process.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import { gettyTerminal } from "../../machine/systemd/manager.ts";
import { readAccounts } from "../../machine/users.ts";
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { tableLines } from "../table.ts";
import { connect, Refusal, refusable } from "./connect.ts";

/** loginctl(1): who is logged in. */
export const loginctl: Command = {
  name: "loginctl",
  package: "systemd",
  style: "gnu",
  usage: ["loginctl [OPTIONS...] COMMAND ..."],
  about: "\nSend control commands to or query the login manager.",
  usageHint: "none",
  completes: "none",
  simplified: "Only lists sessions and users.",
  subcommands: [
    { name: "list-sessions", help: "List sessions" },
    { name: "list-users", help: "List users" },
  ],
  options: [
    { name: "no-legend", help: "Do not show the headers and footers" },
    { name: "no-pager", help: "Do not pipe output into a pager", fidelity: "ignored" },
  ],
  run(proc, options) {
    return refusable(proc, function* () {
      const [verb = "list-sessions"] = options.operands;
      const sessions = sessionsOf(proc, connect(proc));
      const titles = !options.has("no-legend");
      if (verb === "list-sessions") {
        const columns = ["SESSION", "UID", "USER", "SEAT", "LEADER", "CLASS", "TTY", "IDLE", "SINCE"].map((title) => ({ title }));
        const rows = sessions.map(({ uid, user, pid, tty }, index) => [
          String(index + 1),
          String(uid),
          user,
          "seat0",
          String(pid),
          "user",
          tty,
          "no",
          "-",
        ]);
        yield* stdout(proc).print(
          `${tableLines(columns, rows, { titles }).join("\n")}\n${titles ? `\n${rows.length} sessions listed.\n` : ""}`,
        );
        return 0;
      }
      if (verb === "list-users") {
        const users = new Map(sessions.map(({ uid, user }) => [uid, user]));
        const rows = [...users].map(([uid, user]) => [String(uid), user, "no", "active"]);
        yield* stdout(proc).print(
          `${tableLines(
            ["UID", "USER", "LINGER", "STATE"].map((title) => ({ title })),
            rows,
            { titles },
          ).join("\n")}\n${titles ? `\n${rows.length} users listed.\n` : ""}`,
        );
        return 0;
      }
      throw new Refusal(`loginctl: '${verb}' is not built in Immutable Lab`);
    });
  },
};

function sessionsOf(proc: Process, manager: SystemManager): { uid: number; user: string; pid: number; tty: string }[] {
  const accounts = readAccounts(proc.sys);
  return manager.knownUnits().flatMap((unit) => {
    const tty = gettyTerminal(unit);
    const leader = proc.kernel.process(manager.state(unit).mainPid);
    if (tty === undefined || !leader) return [];
    const { uid } = leader.sys.credentials;
    return [{ uid, user: accounts.userById(uid)?.name ?? String(uid), pid: leader.pid, tty }];
  });
}
