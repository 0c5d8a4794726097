/** What is done to a machine, as lessons write it: `$ line`, `# line` as root, `> continued`, `:reboot` and the like. */
import { faultsOf, whyNoFault } from "../../distros/faults.ts";
import { FAULTS, type FaultName } from "../../machine/world.ts";
import type { Act } from "../lesson.ts";
import type { Problems } from "./problem.ts";

const MACHINE_ACTS = ["keys", "reboot", "power-cut", "fault"];
const ESCAPES: Readonly<Record<string, string>> = { n: "\r", r: "\r", t: "\t", e: "\x1b", "\\": "\\" };

/** The acts that `text` lists, done on that machine where one is known; its first line is line `line` of the file. */
export function readActs(text: string, line: number, problems: Problems, machine: string | undefined): Act[] {
  const acts: Act[] = [];
  for (const [index, written] of text.split("\n").entries()) {
    const place = { line: line + index };
    const typed = /^([$#>]) ?(.*)$/.exec(written.trimEnd());
    const last = acts.at(-1);
    if (written.trim() === "") continue;
    if (written.startsWith(":")) {
      const act = machineAct(written.trimEnd(), place.line, problems, machine);
      if (act !== undefined) acts.push(act);
    } else if (typed === null) {
      problems.error(place, {
        read: `the line \`${written.trim().slice(0, 60)}\``,
        expected: "a line that begins with `$ `, `# ` (as root), `> ` (the line before goes on) or `:`",
        remedy: `Write \`$ ${written.trim().slice(0, 60)}\` if it is typed; leave out what a command prints.`,
      });
    } else if (typed[1] === ">") {
      if (last?.kind === "type") acts[acts.length - 1] = { kind: "type", line: `${last.line}\n${typed[2] ?? ""}` };
      else
        problems.error(place, {
          read: "`>` with nothing before it",
          expected: "a `$ ` line that it continues",
          remedy: "Begin the command with `$ `.",
        });
    } else if (typed[2] === "") {
      problems.error(place, {
        read: `\`${typed[1]}\` alone`,
        expected: "a command behind it",
        remedy: "Write the command, or take the line out.",
      });
    } else {
      acts.push({ kind: "type", line: typed[1] === "#" ? asRoot(typed[2] ?? "") : (typed[2] ?? "") });
    }
  }
  return acts;
}

/** `setup` may also be a plain script, which root runs. */
export function readSetup(text: string, line: number, problems: Problems, machine: string | undefined): Act[] {
  const first = text.trimStart();
  return /^[$#] |^:/.test(first) || first === "" ? readActs(text, line, problems, machine) : [rootScript(text)];
}

/** One line that runs a whole script as root: without tabs, which would complete, and without `!`, which bash would expand. */
export function rootScript(script: string): Extract<Act, { kind: "type" }> {
  const quoted = script
    .trimEnd()
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("!", "\\x21")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
  return { kind: "type", line: `sudo bash -c $'${quoted}'` };
}

/** `sudo` before a simple command; a whole line that only root's shell can run is handed to one. */
function asRoot(line: string): string {
  return /[|&;<>()`]|\$\(/.test(line) ? `sudo sh -c '${line.replaceAll("'", `'\\''`)}'` : `sudo ${line}`;
}

function machineAct(written: string, line: number, problems: Problems, machine: string | undefined): Act | undefined {
  const [, name = "", rest = ""] = /^:(\S*)\s*(.*)$/.exec(written) ?? [];
  switch (name) {
    case "keys":
      if (rest !== "")
        return {
          kind: "keys",
          text: rest.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (all, hex: string | undefined, letter: string) =>
            hex === undefined ? (ESCAPES[letter] ?? all) : String.fromCharCode(parseInt(hex, 16)),
          ),
        };
      problems.error(
        { line },
        { read: "`:keys` alone", expected: "`:keys TEXT`", remedy: "Write the keys; \\n is Enter, \\e Escape, \\x03 Ctrl-C." },
      );
      return undefined;
    case "reboot":
      return rest === "" ? { kind: "reboot" } : { kind: "reboot", entry: rest };
    case "power-cut": {
      const writes = /^(?:after (\d+) writes?)?$/.exec(rest);
      if (writes !== null) return writes[1] === undefined ? { kind: "power-cut" } : { kind: "power-cut", afterWrites: Number(writes[1]) };
      problems.error(
        { line },
        {
          read: `\`:power-cut ${rest}\``,
          expected: "`:power-cut` or `:power-cut after N writes`",
          remedy: "Write the number of writes, as `:power-cut after 12 writes`.",
        },
      );
      return undefined;
    }
    case "fault": {
      const [fault = "", off, ...more] = rest.split(/\s+/);
      if (!(FAULTS as readonly string[]).includes(fault)) problems.unknown({ line }, "the fault", fault, FAULTS);
      else if ((off !== undefined && off !== "off") || more.length > 0)
        problems.error(
          { line },
          {
            read: `\`:fault ${rest}\``,
            expected: "`:fault NAME` or `:fault NAME off`",
            remedy: `Write \`:fault ${fault} off\` to end it.`,
          },
        );
      else {
        const why = machine === undefined ? undefined : whyNoFault(machine, fault as FaultName);
        if (machine === undefined || why === undefined) return { kind: "fault", name: fault as FaultName, on: off === undefined };
        problems.error(
          { line },
          {
            read: `the fault \`${fault}\` on ${machine}, where nobody would notice it: ${why}`,
            expected: `one of ${faultsOf(machine).join(", ")}`,
            remedy: "Take another fault, or another machine for the lesson.",
          },
        );
      }
      return undefined;
    }
    default:
      problems.unknown(
        { line },
        "the act",
        `:${name}`,
        MACHINE_ACTS.map((act) => `:${act}`),
      );
      return undefined;
  }
}
