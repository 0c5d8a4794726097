/** Triggers: what one package does when files of others change. Source: dpkg:doc/triggers.txt, deb-triggers(5). */
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { PackageRecord } from "./database.ts";
import { readText } from "./files.ts";
import { shownName } from "./package.ts";
import { DpkgError, type DpkgSession } from "./session.ts";

interface Interest {
  readonly trigger: string;
  readonly name: string;
}

/** Who is interested in what: the files of /var/lib/dpkg/triggers. */
function interests({ proc: { sys }, database }: DpkgSession): Interest[] {
  const directory = `${database.directory}/triggers`;
  const found: Interest[] = [];
  try {
    for (const { name: file } of sys.readdir(directory)) {
      if (file === "Lock" || file === "Unincorp") continue;
      for (const line of (readText(sys, `${directory}/${file}`) ?? "").split("\n").filter((one) => one !== "")) {
        const [first = "", second] = line.split(" ");
        const interested = (file === "File" ? (second ?? "") : first).replace("/noawait", "");
        found.push({ trigger: file === "File" ? first : file, name: interested });
      }
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return found;
}

/** Files at `paths` have changed: those that are interested get work. */
export function activateForFiles(session: DpkgSession, paths: readonly string[], by: string): void {
  for (const { trigger, name } of interests(session)) {
    if (!trigger.startsWith("/") || name === by) continue;
    if (paths.some((path) => path === trigger || path.startsWith(`${trigger}/`))) activate(session, trigger, name);
  }
  // @simplified ldconfig's trigger is activated by the packages themselves; here by what they bring.
  if (paths.some((path) => /\/lib\/x86_64-linux-gnu\/[^/]*\.so/.test(path))) activateNamed(session, "ldconfig", by);
  if (paths.some((path) => path.startsWith("/usr/lib/modules/") || path.startsWith("/usr/share/initramfs-tools/")))
    activateNamed(session, "update-initramfs", by);
}

/** A trigger that a package or somebody else activates by its name. */
export function activateNamed(session: DpkgSession, trigger: string, by: string): boolean {
  const interested = interests(session).filter((one) => one.trigger === trigger && one.name !== by);
  for (const { name } of interested) activate(session, trigger, name);
  return interested.length > 0;
}

function activate(session: DpkgSession, trigger: string, name: string): void {
  const record = session.database.packages.get(name);
  if (!record || !["installed", "triggers-pending", "triggers-awaited"].includes(record.state)) return;
  if (record.triggersPending.includes(trigger)) return;
  record.triggersPending = [...record.triggersPending, trigger];
  session.setState(record, "triggers-pending");
}

/** Lets every package with pending triggers do its work. */
export function* processTriggers(session: DpkgSession): Run<void> {
  for (const record of session.database.packages.values()) {
    if (record.state === "triggers-pending") yield* session.attempt(record.name, "package", "--configure", processOf(session, record));
  }
}

function* processOf(session: DpkgSession, record: PackageRecord): Run<void> {
  yield* session.say(`Processing triggers for ${shownName(record.name, record.fields)} (${record.version}) ...\n`);
  session.log(`trigproc ${record.name}:${record.fields.get("Architecture") ?? "all"} ${record.version} <none>`);
  const pending = record.triggersPending;
  record.triggersPending = [];
  session.setState(record, "half-configured");
  yield* session.script(record, session.database.infoPath(record.name, "postinst"), "postinst", ["triggered", pending.join(" ")]);
  if (record.state !== "half-configured") throw new DpkgError("internal error: the state has changed");
  session.setState(record, "installed");
}
