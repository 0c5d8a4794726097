/**
 * May this user have the daemon do that? Sources: coreos/rpm-ostree:src/daemon/org.projectatomic.rpmostree1.policy;
 * polkit's own agent for terminals (pkttyagent(1)).
 *
 * @simplified Whoever is in group wheel is taken to sit at the machine, in an active session. Off a terminal the desktop's own agent is taken
 * to ask, where nobody here sees it.
 */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { makeDirectories, parentOf, replaceFile } from "../../engines/ostree/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { authenticate } from "../polkit/agent.ts";

/** Group wheel. */
const WHEEL = 10;
const PREFIX = "org.projectatomic.rpmostree1.";

/** "Authentication is required to …", by the action's name. */
const MESSAGES: Readonly<Record<string, string>> = {
  "install-uninstall-packages": "install and remove software",
  "install-local-packages": "install software",
  override: "override base OS software",
  deploy: "update software",
  upgrade: "update software",
  rebase: "switch to a different base OS",
  rollback: "roll back software updates",
  bootconfig: "change boot configuration",
  cancel: "cancel a transaction",
  cleanup: "clear cache / pending data",
  "reload-daemon": "reload the daemon",
  "repo-refresh": "check available updates",
  "finalize-deployment": "finalize a deployment",
};

/**
 * What Fedora lets an active member of wheel do unasked (org.projectatomic.rpmostree1.rules of fedora-release); everything else that
 * changes the base or how it boots takes a password.
 */
const UNASKED: ReadonlySet<string> = new Set([
  "repo-refresh",
  "upgrade",
  "install-uninstall-packages",
  "rollback",
  "reload-daemon",
  "cancel",
  "cleanup",
]);

/** Where it stands who was asked (`auth_admin_keep`), and how many seconds that holds. */
const KEPT = "/run/polkit/kept";
const KEEPS = 300;

/** Throws `OstreeError` when the answer is no. `method` is the call on the bus, which the refusal names. */
export function* authorize(proc: Process, { action, method }: { readonly action: string; readonly method: string }): Run<void> {
  const { credentials } = proc.sys;
  if (credentials.privileged) return;
  const isActive = credentials.groups.includes(WHEEL);
  const isTerminal = proc.sys.isatty(0);
  if (isActive && (UNASKED.has(action) || !isTerminal || isKept(proc, action))) return;
  if (isTerminal && (yield* authenticate(proc, PREFIX + action, `Authentication is required to ${MESSAGES[action] ?? "do that"}`, WHEEL))) {
    if (isActive) yield* keep(proc, action);
    return;
  }
  throw new OstreeError(`${method} not allowed for user`);
}

function isKept(proc: Process, action: string): boolean {
  const lines = (readTextIfThere(proc.sys, KEPT) ?? "").split("\n");
  return lines.some((line) => {
    const [who, what, until] = line.split(" ");
    return Number(who) === proc.sys.credentials.uid && what === action && proc.now().sec < Number(until);
  });
}

/** polkitd remembers it; here a process with its rights writes it down. */
function* keep(proc: Process, action: string): Run<void> {
  const line = `${proc.sys.credentials.uid} ${action} ${proc.now().sec + KEEPS}\n`;
  const daemon = proc.spawn({
    argv: ["polkitd"],
    credentials: rootCredentials(),
    *program(self) {
      makeDirectories(self.sys, parentOf(KEPT));
      replaceFile(self.sys, KEPT, (readTextIfThere(self.sys, KEPT) ?? "") + line);
      yield* self.tick();
      return 0;
    },
  });
  yield* proc.wait(daemon.pid);
}
