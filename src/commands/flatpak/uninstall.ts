/** flatpak uninstall. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { removeTree } from "../../engines/ostree/files.ts";
import { unusedIn, usersOf } from "../../engines/flatpak/deploy.ts";
import { Installation, needsOf, type Deployed } from "../../engines/flatpak/installation.ts";
import { matches, nameProblem, refText, type Ref } from "../../engines/flatpak/ref.ts";
import { exists } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { perform, type Operation } from "./transaction.ts";
import { ask, choose, oldBranch, openInstallations, Misuse, type Call, type Verb } from "./verb.ts";

export const uninstall: Verb = {
  name: "uninstall",
  *run(call) {
    const { proc, options } = call;
    const words = options.operands;
    const isData = options.has("delete-data");
    if (words.length === 0 && !options.has("unused") && !options.has("all") && !isData)
      throw new Misuse("Must specify at least one REF, --unused, --all or --delete-data");
    const places = openInstallations(call);
    if (words.length === 0 && isData && !options.has("all") && !options.has("unused")) return yield* deleteOrphans(call, places);
    const chosen: Deployed[] = [];
    if (options.has("all")) for (const at of places) chosen.push(...installedIn(at));
    else if (options.has("unused")) {
      for (const at of places) chosen.push(...(yield* unused(proc, at, places)));
      if (chosen.length === 0) {
        yield* proc.print("Nothing unused to uninstall\n");
        return 0;
      }
    } else {
      const branch = oldBranch(words);
      for (const word of branch === undefined ? words : words.slice(0, 1)) chosen.unshift(...(yield* search(call, places, word, branch)));
    }
    const isTerse = options.has("noninteractive");
    for (const { ref, installation } of chosen) {
      const users =
        ref.kind === "runtime"
          ? usersOf(installation, ref).filter((user) => !chosen.some((other) => refText(other.ref) === refText(user.ref)))
          : [];
      if (users.length === 0 || isTerse) continue;
      const rows = users.map((user) => `   ${user.ref.id}\n`).join("");
      yield* proc.print(`Info: applications using the runtime ${ref.id} branch ${ref.branch}:\n${rows}`);
    }
    const operations: Operation[] = [];
    const add = (deployed: Deployed): void => {
      const { installation: at, ref } = deployed;
      if (operations.some((other) => other.at === at && refText(other.ref) === refText(ref))) return;
      operations.push({ kind: "uninstall", at, ref, deployed, keepRef: options.has("keep-ref"), subpaths: [] });
    };
    for (const entry of chosen) {
      add(entry);
      if (!options.has("no-related")) for (const related of relatedOf(entry)) add(related);
    }
    if (operations.length === 0) return 0;
    const manner = {
      isTerse,
      assumesYes: isTerse || options.has("assumeyes"),
      deploys: true,
      pulls: true,
      isForced: options.has("force-remove"),
    };
    if (!(yield* perform(proc, operations, manner))) return 1;
    if (isData) for (const { ref } of chosen) if (ref.kind === "app") deleteData(proc, ref);
    return 0;
  },
};

function installedIn(at: Installation): Deployed[] {
  return at.repository === undefined ? [] : at.deployed();
}

/** Extensions that go with what they extend. */
function relatedOf({ installation, ref, ...entry }: Deployed): Deployed[] {
  const { extensions } = needsOf(installation.metadataOf({ installation, ref, ...entry }), ref.kind, ref.branch);
  return extensions.flatMap(({ id, branch, isAutoDeleted }) => {
    const found = isAutoDeleted ? installation.deployedAt({ kind: "runtime", id, arch: ref.arch, branch }) : undefined;
    return found ? [found] : [];
  });
}

function* unused(proc: Process, at: Installation, places: readonly Installation[]): Run<Deployed[]> {
  if (at.repository === undefined) return [];
  const pinned = at.deployed().filter(({ ref }) => ref.kind === "runtime" && at.isMatched("pinned", ref));
  if (pinned.length > 0) {
    const rows = pinned.map(({ ref }) => `  ${refText(ref)}\n`).join("");
    yield* proc.print(`\nThese runtimes in installation '${at.name}' are pinned and won't be removed; see flatpak-pin(1):\n${rows}`);
  }
  // The system's runtimes serve the apps of this user, too.
  const apps = new Set([
    at,
    ...(at.name === "system" ? [Installation.user(proc.sys, proc.env)] : []),
    ...places.filter(({ name }) => name === at.name),
  ]);
  return unusedIn(
    at,
    [...apps].flatMap((place) => installedIn(place).filter(({ ref }) => ref.kind === "app")),
  );
}

/** What `word` means among what is installed; asks when that is several things. Throws `OstreeError`. */
function* search(
  { proc, options }: Call,
  places: readonly Installation[],
  word: string,
  defaultBranch: string | undefined,
): Run<Deployed[]> {
  const parts = word.split("/");
  const kind = parts[0] === "app" || parts[0] === "runtime" ? (parts.shift() as "app" | "runtime") : undefined;
  const [id = "", arch = "", branch = ""] = parts;
  const askedKind = options.has("app") === options.has("runtime") ? kind : options.has("app") ? "app" : "runtime";
  const partial = { kind: askedKind, id, arch: arch === "" ? options.value("arch") : arch, branch: branch === "" ? defaultBranch : branch };
  const wrong = nameProblem(id);
  if (wrong !== undefined) throw new OstreeError(`Invalid id ${id}: ${wrong}`);
  const found = places.flatMap((at) => installedIn(at).filter(({ ref }) => matches(partial, ref)));
  if (found.length === 0) {
    const asked = (what: string, name: string | undefined): string => (name === undefined ? "" : ` with ${what} ‘${name}’`);
    throw new OstreeError(`No installed refs found for ‘${id}’${asked("arch", partial.arch)}${asked("branch", partial.branch)}`);
  }
  if (found.length === 1) return found;
  const isCurrent = ({ installation, ref }: Deployed): boolean => installation.currentOf(ref.id)?.branch === ref.branch;
  found.sort((a, b) => places.indexOf(a.installation) - places.indexOf(b.installation) || Number(isCurrent(b)) - Number(isCurrent(a)));
  const rows = found.map(({ ref, installation }, i) => `${String(i + 1).padStart(4)}) ${refText(ref)} (${installation.name})\n`).join("");
  yield* proc.print(`Similar installed refs found for ‘${word}’:\n\n${rows}${String(found.length + 1).padStart(4)}) All of the above\n\n`);
  const number = yield* choose(proc, found.length + 1);
  if (number === 0) throw new OstreeError(`No ref chosen to resolve matches for ‘${word}’`);
  return number > found.length ? found : found.slice(number - 1, number);
}

/** `~/.var/app/ID`, then what portals remember of it. Throws `OstreeError` where there is no session bus to ask them. */
function deleteData(proc: Process, { id }: Pick<Ref, "id">): void {
  removeTree(proc.sys, `${proc.env.get("HOME") ?? ""}/.var/app/${id}`);
  requireSessionBus(proc);
}

/** Throws `OstreeError` where there is none. */
export function requireSessionBus(proc: Process): void {
  const socket = `${proc.env.get("XDG_RUNTIME_DIR") ?? `/run/user/${proc.sys.credentials.uid}`}/bus`;
  if (!proc.env.has("DBUS_SESSION_BUS_ADDRESS") && !exists(proc.sys, socket))
    throw new OstreeError("Cannot autolaunch D-Bus without X11 $DISPLAY");
}

/** `--delete-data` alone: data of apps that are not installed. */
function* deleteOrphans({ proc, options }: Call, places: readonly Installation[]): Run<ExitStatus> {
  const directory = `${proc.env.get("HOME") ?? ""}/.var/app`;
  if (!exists(proc.sys, directory)) throw new OstreeError(`Error opening directory '${directory}': No such file or directory`);
  const installed = new Set(places.flatMap((at) => installedIn(at).map(({ ref }) => ref.id)));
  let count = 0;
  for (const { name } of proc.sys.readdir(directory)) {
    if (installed.has(name)) continue;
    count++;
    if (!options.has("assumeyes") && !(yield* ask(proc, `Delete data for ${name}?`, "none"))) continue;
    deleteData(proc, { id: name });
  }
  if (count === 0) yield* proc.print("No app data to delete\n");
  return 0;
}
