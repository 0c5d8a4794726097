/** What was typed, and what the terminal showed. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Lab } from "../../lab/lab.ts";
import type { CommandRecord } from "../../lab/records.ts";
import type { CommandPredicate, OutputPredicate } from "../lesson.ts";
import type { Marks } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { isCount } from "./count.ts";
import { quoted, timesInWords } from "./words.ts";

export function lookAtCommands(lab: Lab, marks: Marks, asked: CommandPredicate): Verdict {
  const pattern = new RegExp(asked.ran);
  const ran = lab.commandsSince(marks[asked.since ?? "step"]).filter(({ line }) => pattern.test(line.trim().replace(/\s+/g, " ")));
  const fits = ran.filter((command) => hasEnded(command, asked.exit));
  const last = fits.at(-1) ?? ran.at(-1);
  const since = asked.since === "start" ? "since the beginning" : "in this step";
  if (!last) return { ok: isCount(0, asked.count ?? ">=1"), evidence: `It was not typed ${since}.` };
  if (fits.length === 0 && !isCount(0, asked.count ?? ">=1"))
    return {
      ok: false,
      evidence: `${quoted(last.line)} was typed, and ${last.exit === undefined ? "did not come to its end" : `ended with status ${last.exit}`}.`,
    };
  return {
    ok: isCount(fits.length, asked.count ?? ">=1"),
    evidence: `${quoted(last.line)} was ${fits.length === 0 ? "not typed" : `typed ${timesInWords(fits.length)}`} ${since}.`,
  };
}

function hasEnded({ exit }: CommandRecord, asked: CommandPredicate["exit"]): boolean {
  return asked === undefined || (asked === "failed" ? exit !== undefined && exit !== 0 : exit === asked);
}

export function lookAtOutput(lab: Lab, marks: Marks, asked: OutputPredicate): Verdict {
  const text = plain(decodeUtf8(lab.shownSince(marks[asked.since ?? "step"])));
  const found = new RegExp(asked.matches, "m").exec(text);
  return found
    ? { ok: true, evidence: `The terminal shows ${quoted(found[0])}.` }
    : { ok: false, evidence: "The terminal has not shown it yet." };
}

/** What was sent to a terminal without the sequences that move, colour and clear; a line that was written over is a line. */
export function plain(text: string): string {
  return text
    .replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[()][A-Z0-9]|[=>78cM])/g, "")
    .replace(/\r\n/g, "\n")
    .replace(/\r/g, "\n");
}
