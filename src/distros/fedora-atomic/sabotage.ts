/**
 * What an instructor's faults do to the machine itself, as a process of root's does it: the disk fills up, somebody else changes the
 * system, a check is added that the next release will not pass. Nothing in here is pretended: whoever looks finds the file or the process.
 */
import { runningTransaction, announceTransaction, withdrawTransaction } from "../../engines/ostree/running-transaction.ts";
import { lockSysroot, unlockSysroot } from "../../engines/ostree/sysroot-lock.ts";
import { makeSysrootWritable } from "../../engines/ostree/process.ts";
import { makeDirectories, parentOf, replaceFile } from "../../engines/ostree/files.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Program, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { FaultName } from "../../machine/world.ts";
import { isSysError } from "../../vfs/errno.ts";
import { fillDisk } from "../fill-disk.ts";
import type { Product } from "./product.ts";

/** On a system with that desktop. The program's arguments: a fault and `on` or `off`. */
export function sabotage(desktop: Product["desktop"]): Program {
  const acts = actsOn(desktop);
  return function* (proc) {
    const [, fault = "", state] = proc.argv;
    const act = acts[fault as FaultName];
    if (act) yield* act(proc, state === "on");
    return 0;
  };
}

function actsOn(desktop: Product["desktop"]): Partial<Record<FaultName, (proc: Process, on: boolean) => Run<void>>> {
  return {
    *"disk-nearly-full"({ sys }, on) {
      fillDisk(sys, on, LEFT_FREE);
    },
    ...(desktop !== undefined && { "busy-transaction": (proc, on) => keepBusy(proc, on, IN_BACKGROUND[desktop]) }),
    "failing-health-check": failHealthCheck,
  };
}

/** Too little for ostree, which leaves 3 % alone; enough for a shell. */
const LEFT_FREE = 0.015;

interface Background {
  readonly title: string;
  readonly client: string;
}

/**
 * What a desktop's software centre asks for when its timer says so. GNOME Software registers itself and downloads
 * (GNOME/gnome-software:plugins/rpm-ostree); Discover runs `rpm-ostree update`, so the client is the command
 * (KDE/discover:libdiscover/backends/RpmOstreeBackend/RpmOstreeTransaction.cpp). The units' names are as remembered.
 */
const IN_BACKGROUND: Readonly<Record<NonNullable<Product["desktop"]>, Background>> = {
  GNOME: {
    title: "upgrade (download only)",
    client: "client(id:gnome-software dbus:1.102 unit:app-gnome-org.gnome.Software-1951.scope uid:1000)",
  },
  KDE: { title: "upgrade", client: "client(id:cli dbus:1.102 unit:app-org.kde.discover-1951.scope uid:1000)" },
};

/** How long it takes on a slow line. */
const BACKGROUND_SECONDS = 120;

function* keepBusy(proc: Process, on: boolean, background: Background): Run<void> {
  const running = runningTransaction(proc);
  const program = backgroundUpgrade(background);
  if (on) proc.spawn({ argv: ["/usr/bin/rpm-ostree", "start-daemon"], newSession: true, cwd: "/", program });
  else if (running?.initiator === background.client) proc.kill(running.pid, "TERM");
}

const backgroundUpgrade = ({ title, client }: Background): Program =>
  function* (proc) {
    let isCancelled = false;
    proc.onSignal("TERM", () => (isCancelled = true));
    const sysroot = new Sysroot(proc.sys);
    while (runningTransaction(proc)) yield* proc.sleep(1);
    makeSysrootWritable(proc.sys);
    announceTransaction(proc, { title }, client);
    try {
      yield* lockSysroot(proc, sysroot);
      const end = proc.now().sec + BACKGROUND_SECONDS;
      while (!isCancelled && proc.now().sec < end) {
        try {
          yield* proc.sleep(1);
        } catch (error) {
          if (!isSysError(error, "EINTR")) throw error;
        }
      }
      unlockSysroot(proc, sysroot);
    } finally {
      withdrawTransaction(proc);
      proc.kernel.world.set("busy-transaction", false);
    }
    return 0;
  };

const CHECK = "/etc/greenboot/check/required.d/60_till.sh";

/** The machine is certified for what runs now; the next release is not. */
function* failHealthCheck({ sys }: Process, on: boolean): Run<void> {
  const version = /^OSTREE_VERSION='?([^'\n]*)/m.exec(readTextIfThere(sys, "/etc/os-release") ?? "")?.[1] ?? "";
  try {
    if (!on) return sys.unlink(CHECK);
    makeDirectories(sys, parentOf(CHECK));
    replaceFile(sys, CHECK, checkScript(version));
    sys.chmod(CHECK, 0o755);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function checkScript(version: string): string {
  return `#!/bin/bash
# The till's software was tested with one release of the system and no other.
. /etc/os-release
if [ "$OSTREE_VERSION" != "${version}" ]; then
  echo "till: not tested with $OSTREE_VERSION"
  exit 1
fi
`;
}
