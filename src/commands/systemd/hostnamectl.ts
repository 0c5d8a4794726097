import { encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";
import { asManager, connect, mayManage, Refusal, refusable } from "./connect.ts";

/** hostnamectl(1): shows and sets the host's name. */
export const hostnamectl: Command = {
  name: "hostnamectl",
  package: "systemd",
  style: "gnu",
  usage: ["hostnamectl [OPTIONS...] COMMAND ..."],
  about: "\nQuery or change system hostname.",
  usageHint: "none",
  completes: "none",
  subcommands: [
    { name: "status", help: "Show current hostname settings" },
    { name: "hostname", help: "Get/set system hostname" },
  ],
  options: [
    { name: "static", help: "Only set static hostname" },
    { name: "transient", help: "Only set transient hostname" },
    { name: "pretty", help: "Only set pretty hostname", fidelity: "unbuilt" },
    { name: "json", argument: "MODE", help: "Generate JSON output", fidelity: "unbuilt" },
  ],
  run(proc, options) {
    return refusable(proc, function* () {
      const [verb = "status", name] = options.operands;
      const manager = connect(proc);
      switch (verb) {
        case "status":
          yield* stdout(proc).print(status(proc));
          return 0;
        case "hostname":
        case "set-hostname": {
          if (name === undefined) {
            yield* stdout(proc).print(`${proc.kernel.hostname}\n`);
            return 0;
          }
          mayManage(proc, "Could not set static hostname");
          if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name) || name.length > 64)
            throw new Refusal(`Could not set static hostname: Invalid static hostname '${name}'`);
          if (!options.has("transient")) {
            asManager("Could not set static hostname", () => {
              const { sys } = manager.init;
              const fd = sys.open("/etc/hostname", O.WRONLY | O.CREAT | O.TRUNC, 0o644);
              sys.write(fd, encodeUtf8(`${name}\n`));
              sys.close(fd);
            });
          }
          proc.kernel.hostname = name;
          manager.journal.hostname = name;
          return 0;
        }
        default:
          throw new Refusal(`Unknown command verb '${verb}'.`);
      }
    });
  },
};

function status(proc: Process): string {
  const release = readTextIfThere(proc.sys, "/etc/os-release") ?? "";
  const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(release)?.[1];
  const rows: (readonly [string, string | undefined])[] = [
    ["Static hostname", (readTextIfThere(proc.sys, "/etc/hostname") ?? "").trim() || "(unset)"],
    ["Icon name", "computer-vm"],
    ["Chassis", "vm"],
    ["Machine ID", readTextIfThere(proc.sys, "/etc/machine-id")?.trim()],
    ["Boot ID", connect(proc).journal.boot],
    ["Virtualization", "immutable-lab"],
    ["Operating System", field("PRETTY_NAME")],
    ["CPE OS Name", field("CPE_NAME")],
    ["Kernel", `Linux ${proc.kernel.release}`],
    ["Architecture", "x86-64"],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [`${label.padStart(16)}: ${value}\n`])).join("");
}
