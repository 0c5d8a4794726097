/** What the machine's own tools are asked for: apps, containers, units, scripts of authors. */
import type { Paced } from "../../lab/settle.ts";
import { LEARNER } from "../../lab/script.ts";
import type { AppPredicate, ContainerPredicate, ScriptPredicate, UnitPredicate } from "../lesson.ts";
import type { Place } from "../scene.ts";
import { CouldNotRun, type Verdict } from "../verdict.ts";
import { versionInWords } from "./words.ts";

export function* lookForApp(place: Place, { id, scope, absent }: AppPredicate): Paced<Verdict> {
  const scopes = scope === undefined ? ["user", "system"] : [scope];
  const found: string[] = [];
  for (const each of scopes) if (yield* succeeds(place, `flatpak info --${each} ${word(id)}`)) found.push(each);
  const [first] = found;
  const evidence =
    first === undefined
      ? `The app ${id} is not installed.`
      : `The app ${id} is installed for ${first === "user" ? "the learner" : "everybody"}.`;
  return { ok: (first !== undefined) !== (absent === true), evidence };
}

export function* lookForContainer(place: Place, asked: ContainerPredicate): Paced<Verdict> {
  const name = word(asked.name);
  const isThere = yield* succeeds(place, `podman container exists ${name}`);
  if (asked.absent === true) return { ok: !isThere, evidence: `The container ${asked.name} is ${isThere ? "there" : "not there"}.` };
  if (!isThere) return { ok: false, evidence: `There is no container ${asked.name}.` };
  if (asked.package === undefined) return { ok: true, evidence: `The container ${asked.name} is there.` };
  const query = `rpm -q ${word(asked.package)} || dpkg -s ${word(asked.package)}`;
  const has = yield* succeeds(place, `podman start ${name} && podman exec ${name} sh -c ${word(query)}`);
  return { ok: has, evidence: `${asked.package} is ${has ? "" : "not "}in the container ${asked.name}.` };
}

export function* lookAtUnit(place: Place, asked: UnitPredicate): Paced<Verdict> {
  const name = word(asked.name);
  const { stdout } = yield* place.run({ text: `systemctl is-active ${name}; systemctl is-enabled ${name} 2>&1`, user: "root" });
  const [active = "", enabled = ""] = stdout.split("\n");
  const ok =
    (asked.active === undefined || asked.active === (active === "active")) &&
    (asked.enabled === undefined || asked.enabled === enabled.startsWith("enabled"));
  return {
    ok,
    evidence: `In ${versionInWords(asked.in)}, ${asked.name} is ${active} and ${enabled.startsWith("Failed") ? "unknown" : enabled}.`,
  };
}

/** Descriptors that `fail-message` and `note` write to. */
const FAILURE = 9;
const NOTE = 8;

export function* runAuthorsScript(place: Place, { script, user }: ScriptPredicate): Paced<Verdict> {
  const { exit, stderr, notes } = yield* place.run({
    text: script,
    user: user ?? LEARNER,
    notes: [FAILURE, NOTE],
    functions: { "fail-message": `{ printf '%s\\n' "$*" >&${FAILURE}; exit 1; }`, note: `{ printf '%s\\n' "$*" >&${NOTE}; }` },
  });
  const failure = notes.get(FAILURE)?.trim() ?? "";
  const note = notes.get(NOTE)?.trim() ?? "";
  // A script that is no script says nothing of the machine.
  if (failure === "" && (exit === 127 || (exit === 2 && stderr.includes("syntax error"))))
    throw new CouldNotRun(`the check's script failed: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  const said = [exit === 0 ? "" : failure, note].filter((text) => text !== "").join(" ");
  return { ok: exit === 0, evidence: said || (exit === 0 ? "It is so." : "It is not so yet.") };
}

function* succeeds(place: Place, text: string): Paced<boolean> {
  const { exit } = yield* place.run({ text: `{ ${text}; } >/dev/null 2>&1`, user: LEARNER });
  return exit === 0;
}

/** One word of the shell. */
function word(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
