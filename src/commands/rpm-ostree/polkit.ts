/**
 * May this user have the daemon do that? Sources: coreos/rpm-ostree:src/daemon/org.projectatomic.rpmostree1.policy;
 * polkit's own agent for terminals (pkttyagent(1)).
 *
 * @simplified Whoever is in group wheel is taken to sit at the machine, in an active session. Off a terminal the desktop's own agent is taken
 * to ask, where nobody here sees it.
 */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { makeDirectories, parentOf, replaceFile } from "../../engines/ostree/files.ts";
import { isPassword, passwordField } from "../../machine/password.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { readAccounts, type User } from "../../machine/users.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { askPassword } from "../sudo/run-as.ts";

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
  if (isTerminal && (yield* authenticate(proc, action))) {
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

/** The dialogue of the agent that the client starts on a terminal. */
function* authenticate(proc: Process, action: string): Run<boolean> {
  const accounts = readAccounts(proc.sys);
  const administrators = (accounts.groupById(WHEEL)?.members ?? []).flatMap((name) => accounts.userByName(name) ?? []);
  const identities = administrators.length > 0 ? administrators : [accounts.superuser];
  yield* proc.print(`==== AUTHENTICATING FOR ${PREFIX}${action} ====\nAuthentication is required to ${MESSAGES[action] ?? "do that"}\n`);
  const identity = yield* chosen(proc, identities);
  const secret = identity && (yield* passwordOf(proc, identity));
  let isRight = secret === "";
  if (secret !== undefined && secret !== "") {
    const answer = yield* askPassword(proc, "Password: ");
    isRight = answer !== undefined && (yield* isPassword(secret, answer));
  }
  if (isRight) {
    yield* proc.print("==== AUTHENTICATION COMPLETE ====\n");
    return true;
  }
  yield* proc.sleep(2);
  yield* proc.printError("polkit-agent-helper-1: pam_authenticate failed: Authentication failure\n");
  yield* proc.print("==== AUTHENTICATION FAILED ====\n");
  return false;
}

function* chosen(proc: Process, identities: readonly User[]): Run<User | undefined> {
  const label = (user: User): string => (user.gecos === "" ? user.name : `${user.gecos} (${user.name})`);
  const [only] = identities;
  if (only && identities.length === 1) {
    yield* proc.print(`Authenticating as: ${label(only)}\n`);
    return only;
  }
  yield* proc.print("Multiple identities can be used for authentication:\n");
  yield* proc.print(identities.map((user, i) => ` ${i + 1}.  ${label(user)}\n`).join(""));
  yield* proc.print(`Choose identity to authenticate as (1-${identities.length}): `);
  const line = String.fromCharCode(...(yield* proc.read(0, 64)));
  return identities[Number(line.trim()) - 1];
}

/** The helper of polkit is setuid: it reads /etc/shadow. Undefined when the account cannot log in by password. */
function* passwordOf(proc: Process, user: User): Run<string | undefined> {
  let secret: string | undefined;
  const helper = proc.spawn({
    argv: ["polkit-agent-helper-1", user.name],
    credentials: rootCredentials(),
    *program(self) {
      secret = passwordField(self.sys, user.name);
      yield* self.tick();
      return 0;
    },
  });
  yield* proc.wait(helper.pid);
  return secret === undefined || secret.startsWith("!") || secret === "*" ? undefined : secret;
}
