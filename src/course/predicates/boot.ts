/** Restarts, and into what. */
import type { BootPredicate } from "../lesson.ts";
import { identityOf } from "../marks.ts";
import type { Marks, Scene, Place } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { isCount } from "./count.ts";
import { timesInWords } from "./words.ts";

export function lookAtBoots(scene: Scene, place: Place | undefined, marks: Marks, asked: BootPredicate): Verdict {
  const mark = marks[asked.since ?? "step"];
  const count = Math.max(0, scene.lab.mark().logins - mark.logins);
  const since = asked.since === "start" ? "since the beginning" : "in this step";
  const evidence = `The machine ${count === 0 ? "has not come up again" : `came up again ${timesInWords(count)}`} ${since}.`;
  if (!isCount(count, asked.count ?? (asked.into === undefined ? ">=1" : ">=0"))) return { ok: false, evidence };
  if (asked.into === undefined || !place) return { ok: true, evidence };
  const booted = place.versions.find(({ isBooted }) => isBooted);
  if (!booted) return { ok: false, evidence: "It cannot be told which version runs." };
  const isOld = mark.older.includes(identityOf(booted));
  const isOther = identityOf(booted) !== mark.booted;
  const runs = `${booted.isDefault ? "The default version" : "A version that is not the default"} runs, ${
    isOld ? "an older one" : isOther ? "a new one" : "the same as before"
  }.`;
  switch (asked.into) {
    case "default":
      return { ok: booted.isDefault, evidence: runs };
    case "other":
      return { ok: !booted.isDefault, evidence: runs };
    case "new":
      return { ok: isOther && !isOld, evidence: runs };
    case "old":
      return { ok: isOther && isOld, evidence: runs };
  }
}
