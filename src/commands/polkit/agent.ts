/** polkit's agent for terminals, which a client starts for itself (pkttyagent(1)). */
import { isPassword, passwordField } from "../../machine/password.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts, type User } from "../../machine/users.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { askPassword } from "../sudo/run-as.ts";

/** The dialogue on a terminal: whether one of the members of `group` says who he is. `message` says what it is for. */
export function* authenticate(proc: Process, action: string, message: string, group: number): Run<boolean> {
  const accounts = readAccounts(proc.sys);
  const administrators = (accounts.groupById(group)?.members ?? []).flatMap((name) => accounts.userByName(name) ?? []);
  const identities = administrators.length > 0 ? administrators : [accounts.superuser];
  yield* proc.print(`==== AUTHENTICATING FOR ${action} ====\n${message}\n`);
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
