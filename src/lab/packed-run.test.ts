import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { BadRun, packRun, proofOf, unpackRun } from "./packed-run.ts";
import { prebuild } from "./prebuilt.ts";

function optionsOf(name: string): LabOptions {
  const entry = machines[name];
  if (!entry) throw new Error(`no ${name}`);
  const manifest = readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url), "utf8");
  const options = { distro: entry.distro, catalogue: loadCatalogue(JSON.parse(manifest)) };
  return { ...options, prebuilt: prebuild(options) };
}

const OPTIONS = ["silverblue", "microos", "vanilla", "debian"].map(optionsOf);

function rest(lab: Lab): void {
  for (let rounds = 0; rounds < 100_000; rounds++) {
    lab.run(100_000);
    if (!lab.idle) continue;
    if (lab.sleepsFor === undefined) return;
    lab.wake();
  }
  throw new Error("the lab never comes to rest");
}

const LINES = [
  "rpm-ostree upgrade",
  "sudo touch /usr/bin/hello",
  "echo $RANDOM > note; cat note",
  "sleep 2; date",
  "echo 'zwölf 🐧' | sudo tee -a /etc/motd",
  "sudo transactional-update -n pkg install htop",
  "sudo abroot pkg add htop",
  "yes | head -3",
  "cat",
  "sudo apt upgrade -y",
  "sleep 100 &",
  "systemctl reboot",
  "ls -l /usr/bin | wc -l",
];

/** What people do to a machine, each with what else happens at that moment. */
function someDeed(lab: Lab, random: Random): void {
  switch (random.below(12)) {
    case 0:
      lab.send({ kind: "keys", tty: random.below(2), text: random.pick(["\x03", "\x04", "\t", "\x1b[A", "x", "\r", "é", "🐧"]) });
      break;
    case 1:
      lab.send({ kind: "resize", tty: 0, columns: 40 + random.below(80), rows: 10 + random.below(30) });
      break;
    case 2:
      lab.send(
        random.pick([
          { kind: "reboot" },
          { kind: "power-cut", seed: random.below(9) },
          { kind: "power-cut" },
          { kind: "open-tty", tty: 1 },
        ]),
      );
      break;
    case 3:
      lab.send({ kind: "power-on" });
      break;
    case 4:
      lab.send({ kind: "fault", name: random.pick(["offline", "bad-signature"]), on: random.below(2) === 0 });
      break;
    case 5:
      rest(lab);
      if (random.below(3) === 0) lab.redo();
      else lab.undo();
      break;
    case 6: // a chip, a paste
      lab.send({ kind: "keys", tty: 0, text: `${random.pick(LINES)}\r` });
      break;
    default: // by hand, now slower, now faster than the machine
      for (const key of `${random.pick(LINES)}\r`) {
        lab.send({ kind: "keys", tty: 0, text: key });
        if (random.below(8) > 0) rest(lab);
        else lab.run(1 + random.below(30));
      }
  }
  if (random.below(3) > 0) rest(lab);
  else lab.run(random.below(2000));
}

function someRun(seed: number): { readonly options: LabOptions; readonly lab: Lab } {
  const random = new Random(seed);
  const options = random.pick(OPTIONS);
  const lab = new Lab(options);
  rest(lab);
  for (let deeds = random.below(12); deeds > 0; deeds--) someDeed(lab, random);
  return { options, lab };
}

function comesBack(seed: number): void {
  const { options, lab } = someRun(seed);
  const packed = packRun(lab.log(), proofOf(lab));
  const again = Lab.replay(options, unpackRun(packed));
  expect({ seed, tick: again.tick, proof: proofOf(again) }).toEqual({ seed, tick: lab.tick, proof: unpackRun(packed).proof });
  expect(packRun(again.log(), proofOf(again)), `seed ${seed}`).toBe(packed);
}

describe("a run comes back from its text", () => {
  const runs = Number(process.env["LAB_RANDOM_RUNS"] ?? 25);
  test(`${runs} random runs, to the byte`, { timeout: 3_600_000 }, () => {
    for (let seed = 1; seed <= runs; seed++) comesBack(seed);
  });

  test.each([53])("seed %i, which was not to the byte once", comesBack);

  test("only what does not follow from the machine is written", () => {
    const lab = new Lab(OPTIONS[0] as LabOptions);
    rest(lab);
    for (const key of "ls\r") {
      lab.send({ kind: "keys", tty: 0, text: key });
      rest(lab);
    }
    expect(packRun(lab.log(), "x")).toBe('[1,"silverblue","composefs",1,-1,"x","ls\\r"]');
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
