/** What runs on Silverblue. A page fetches this after the machine has come up, so nothing that a boot needs may import it. */
import type { Command } from "../../commands/command.ts";
import { COMMANDS } from "../../commands/index.ts";
import { manualCommands } from "../../commands/man/man.ts";
import { ostreeCommand } from "../../commands/ostree/ostree.ts";
import { programOf } from "../../commands/program.ts";
import { rpmOstreeCommand } from "../../commands/rpm-ostree/rpm-ostree.ts";
import { compilePattern } from "../../shell/compile-pattern.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { SystemPrograms } from "./silverblue.ts";

/** `shared`: the programs that are not the distribution's own. */
export function silverbluePrograms(shared: readonly Command[] = COMMANDS): SystemPrograms {
  const byName = new Map([...shared, ...ownCommands(shared, NOWHERE)].map((command) => [command.name, command]));
  return {
    command: (name) => byName.get(name),
    compilePattern,
    names: [...byName.keys()],
    programs: (host) => new Map([...shared, ...ownCommands(shared, host)].map((command) => [command.name, programOf(command)])),
  };
}

/** The two that know this distribution's releases and servers, and the manual, which knows them. */
function ownCommands(shared: readonly Command[], host: OstreeHost): readonly Command[] {
  const own = [ostreeCommand(host), rpmOstreeCommand(host)];
  return [...own, ...manualCommands(() => [...shared, ...own])];
}

/** For commands that nobody runs. */
const NOWHERE: OstreeHost = {
  catalogue: {
    releases: [],
    byCommit: () => undefined,
    release: () => undefined,
    tree: () => undefined,
    newObjects: () => ({ content: [], metadata: [] }),
  },
  remoteAt: () => undefined,
};
