/** Runs of any kind, by seed: what people do to machines, now slower, now faster than they answer. For tests of what a run survives. */
import { readFileSync } from "node:fs";
import { Random } from "../../src/base/random.ts";
import { machines } from "../../src/distros/index.ts";
import { loadCatalogue } from "../../src/image/catalogue.ts";
import { Lab, type LabOptions } from "../../src/lab/lab.ts";
import { prebuild } from "../../src/lab/prebuilt.ts";

function optionsOf(name: string): LabOptions {
  const entry = machines[name];
  if (!entry) throw new Error(`no ${name}`);
  const manifest = readFileSync(new URL(`../../src/image/${entry.manifest}`, import.meta.url), "utf8");
  const options = { distro: entry.distro, catalogue: loadCatalogue(JSON.parse(manifest)) };
  return { ...options, prebuilt: prebuild(options) };
}

export const OPTIONS = ["silverblue", "microos", "vanilla", "debian"].map(optionsOf);

export function rest(lab: Lab): void {
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

export function someRun(seed: number): { readonly options: LabOptions; readonly lab: Lab } {
  const random = new Random(seed);
  const options = random.pick(OPTIONS);
  const lab = new Lab(options);
  rest(lab);
  for (let deeds = random.below(12); deeds > 0; deeds--) someDeed(lab, random);
  return { options, lab };
}
