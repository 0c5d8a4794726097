import { describe, expect, test } from "vitest";
import { Screen } from "../../e2e/harness/screen.ts";
import { OPTIONS, rest, someRun } from "../../e2e/harness/random-runs.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { recording } from "./recording.ts";
import { scriptOf } from "./run-script.ts";

type Line = readonly [seconds: number, code: string, data: string];

function recorded(options: LabOptions, lab: Lab): { readonly header: Record<string, unknown>; readonly lines: readonly Line[] } {
  const making = recording(options, scriptOf(lab.log()), "A machine");
  for (let step = making.next(); ; step = making.next()) {
    if (step.done !== true) continue;
    const [header = "", ...lines] = step.value.trimEnd().split("\n");
    return { header: JSON.parse(header) as Record<string, unknown>, lines: lines.map((line) => JSON.parse(line) as Line) };
  }
}

/** The last rows that a terminal shows. */
async function shown(parts: readonly string[]): Promise<string> {
  const screen = new Screen(80, 24);
  for (const part of parts) await screen.write(part);
  return screen.rows.join("\n");
}

describe("a recording", () => {
  test("shows what was shown, with the machine's own pauses and a hand's between keys", async () => {
    const lab = new Lab(OPTIONS[0] as LabOptions);
    rest(lab);
    for (const key of "sleep 2; echo zwölf 🐧\r") {
      lab.send({ kind: "keys", tty: 0, text: key });
      rest(lab);
    }
    const { header, lines } = recorded(OPTIONS[0] as LabOptions, lab);
    expect(header).toEqual({ version: 3, term: { cols: 80, rows: 24, type: "xterm-256color" }, title: "A machine" });
    const printed = lines.filter(([, code]) => code === "o").map(([, , data]) => data);
    expect(await shown(printed)).toBe(await shown([new TextDecoder().decode(lab.screen(0))]));
    expect(lines.filter(([, code]) => code === "i").map(([, , data]) => data)).toEqual([..."sleep 2; echo zwölf 🐧\r"]);
    const answer = lines.find(([, code, data]) => code === "o" && data.startsWith("zwölf"));
    expect(answer?.[0]).toBeCloseTo(2, 1);
  });

  test.each([2, 3, 5, 8, 13])("of any run is what that run has printed: seed %i", async (seed) => {
    const { options, lab } = someRun(seed);
    const { lines } = recorded(options, lab);
    for (const [seconds, code] of lines) {
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect("oirm").toContain(code);
    }
    const printed = lines.filter(([, code]) => code === "o").map(([, , data]) => data);
    expect(await shown(printed)).toBe(await shown([new TextDecoder().decode(lab.screen(0))]));
  });
});
