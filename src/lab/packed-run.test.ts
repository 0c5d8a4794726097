import { describe, expect, test } from "vitest";
import { readRun, writeRun } from "../ui/run-link.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { packRun, proofOf, sightOf, unpackRun } from "./packed-run.ts";
import { OPTIONS, rest, someRun } from "../../e2e/harness/random-runs.ts";
import { BadRun } from "./run-script.ts";

/** Through a link, onto a fresh machine. */
async function comesBack(seed: number): Promise<void> {
  const { options, lab } = someRun(seed);
  const packed = packRun(lab.log(), proofOf(lab));
  expect(await readRun(await writeRun(packed))).toBe(packed);
  const again = Lab.replay(options, unpackRun(packed));
  expect({ seed, tick: again.tick, sight: sightOf(again) }).toEqual({ seed, tick: lab.tick, sight: sightOf(lab) });
  expect(unpackRun(packed).proof).toBe(proofOf(again));
  expect(packRun(again.log(), proofOf(again)), `seed ${seed}`).toBe(packed);
}

describe("a run comes back from its text", () => {
  const runs = Number(process.env["LAB_RANDOM_RUNS"] ?? 25);
  test(`${runs} random runs, to the byte`, { timeout: 3_600_000 }, async () => {
    for (let seed = 1; seed <= runs; seed++) await comesBack(seed);
  });

  test.each([53, 80, 357])("seed %i, which was not to the byte once", comesBack);

  test("only what does not follow from the machine is written", () => {
    const lab = new Lab(OPTIONS[0] as LabOptions);
    rest(lab);
    for (const key of "ls\r") {
      lab.send({ kind: "keys", tty: 0, text: key });
      rest(lab);
    }
    expect(packRun(lab.log(), "x")).toBe('[1,"silverblue","",1,-1,"x","ls\x7f"]');
  });

  test("what was typed while a command ran comes back at its tick", () => {
    const lab = new Lab(OPTIONS[0] as LabOptions);
    rest(lab);
    lab.send({ kind: "keys", tty: 0, text: "yes | head -300 | tail -1\r" });
    lab.run(50);
    lab.send({ kind: "keys", tty: 0, text: "echo ahead\r" });
    rest(lab);
    const again = Lab.replay(OPTIONS[0] as LabOptions, unpackRun(packRun(lab.log(), "")));
    expect(proofOf(again)).toBe(proofOf(lab));
  });

  test("looking for the proof leaves the page's next view as due as before", () => {
    const lab = new Lab(OPTIONS[0] as LabOptions);
    lab.run(10);
    lab.send({ kind: "keys", tty: 0, text: "true\r" });
    lab.run(10_000);
    proofOf(lab);
    expect(lab.run(10_000).some((chunk) => chunk.kind === "view")).toBe(true);
  });
});

describe("what is no run says so", () => {
  const good = '[1,"silverblue","composefs",1,-1,"x","ls\\r",[3,{"kind":"reboot"}]]';

  test("the good one", () => {
    expect(unpackRun(good).events).toHaveLength(4);
  });

  test.each([
    "",
    "null",
    "{}",
    "[]",
    '[2,"silverblue","composefs",1,-1,"x"]',
    '[1,7,"composefs",1,-1,"x"]',
    '[1,"silverblue","composefs",-1,-1,"x"]',
    '[1,"silverblue","composefs",1,-2,"x"]',
    '[1,"silverblue","composefs",1,1.5,"x"]',
    '[1,"silverblue","composefs",1,-1,5]',
    '[1,"silverblue","composefs",1,-1,"x",5]',
    '[1,"silverblue","composefs",1,-1,"x",[5]]',
    '[1,"silverblue","composefs",1,-1,"x",["5","a"]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,null]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"keys","tty":9,"text":"a"}]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"keys","tty":0,"text":5}]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"resize","tty":0,"columns":0,"rows":24}]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"resize","tty":0,"columns":80,"rows":1e9}]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,0,80,1e9]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,7,80,24]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,0,80]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"fault","name":"toString","on":true}]]',
    '[1,"silverblue","composefs",1,-1,"x",[5,{"kind":"launch"}]]',
    ...[...good]
      .map((_, at) => at)
      .filter((at) => at % 7 === 0)
      .map((at) => good.slice(0, at)),
  ])("%s", (text) => {
    expect(() => unpackRun(text)).toThrow(BadRun);
  });

  test("a run that never comes to rest is given up", () => {
    const text = '[1,"debian","default",1,-1,"x",[-1,"while :; do :; done\\r"]]';
    const { distro, ...more } = OPTIONS[3] as LabOptions;
    expect(() => Lab.replay({ distro, ...more }, { ...unpackRun(text), flavour: distro.flavours[0].id }, 300_000)).toThrow(BadRun);
  });
});
