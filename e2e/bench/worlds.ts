/**
 * Whole systems at 1,000 and at 100,000 more files in every release: deploy, rollback, reboot and fork, which are to cost the same.
 *
 * The commands are the machine's own, typed at its prompt; the clock runs while the machine works, waits are jumped over.
 */
import { readFileSync } from "node:fs";
import { machines } from "../../src/distros/index.ts";
import { loadCatalogue } from "../../src/image/catalogue.ts";
import { readManifest, type Manifest } from "../../src/image/manifest.ts";
import { encodePathList, type PathEntry } from "../../src/image/path-list.ts";
import { Lab } from "../../src/lab/lab.ts";
import { Machine } from "../../src/machine/machine.ts";
import { report } from "./ratio.ts";

const ROUNDS = 15;
const SIZES = { small: 1000, large: 100_000 } as const;
const DIRECTORY_FILES = 200;
const SLICE = 100_000;

const entry = machines["silverblue"];
if (entry === undefined) throw new Error("no machine silverblue");
const { distro, manifest: manifestName } = entry;
const original = readManifest(readFileSync(new URL(`../../src/image/${manifestName}`, import.meta.url), "utf8"));

/** The shipped releases with `files` files more in each: the first brings them, the others keep them. */
function padded(files: number): Manifest {
  const entries: PathEntry[] = Array.from({ length: files }, (_, at) => ({
    path: `/usr/share/padding/d${Math.floor(at / DIRECTORY_FILES)}/file${at}`,
    kind: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    target: "",
  }));
  const [first, ...later] = original.releases;
  if (first === undefined) throw new Error("no releases");
  const paths = { ...first.paths, "": `${first.paths[""] ?? ""}\n${encodePathList(entries)}`.trim() };
  return { ...original, releases: [{ ...first, paths }, ...later] };
}

/** Lets the machine work until it rests at its prompt. */
function settle(lab: Lab): void {
  for (;;) {
    lab.run(SLICE);
    if (!lab.idle) continue;
    if (lab.machine.atPrompt || lab.sleepsFor === undefined) return;
    lab.wake();
  }
}

function timed(work: () => void): number {
  const began = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - began) / 1e6;
}

const OPERATIONS = ["fork", "deploy", "rollback", "reboot"] as const;
type Times = Record<(typeof OPERATIONS)[number], number>;

/** Milliseconds of each operation on a machine of this catalogue that has just booted. */
function measure(manifest: Manifest): Times {
  const catalogue = loadCatalogue(manifest);
  const lab = new Lab({ distro, catalogue });
  settle(lab);
  const type = (line: string): number =>
    timed(() => {
      lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
      settle(lab);
    });
  type("ls /usr/share > /dev/null");
  const spec = distro.machine({ flavour: distro.flavours[0].id, seed: 1, catalogue });
  const fork = timed(() => {
    const checkpoint = lab.machine.checkpoint();
    if (checkpoint === undefined) throw new Error("no checkpoint at a prompt");
    Machine.restore(spec, checkpoint).dispose();
  });
  return {
    fork,
    rollback: type("rpm-ostree rollback") + type("rpm-ostree rollback"),
    deploy: type("rpm-ostree upgrade"),
    reboot: type("systemctl reboot"),
  };
}

export function worlds(): void {
  const manifests = { small: padded(SIZES.small), large: padded(SIZES.large) };
  const times: { readonly small: Times[]; readonly large: Times[] } = { small: [], large: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const pair = [measure(manifests.small), measure(manifests.large)] as const;
    if (round === 0) continue; // the compiler warms up
    times.small.push(pair[0]);
    times.large.push(pair[1]);
  }
  for (const operation of OPERATIONS) {
    report(
      `${operation} at ${SIZES.large} files, against ${SIZES.small}`,
      times.large.map((row) => row[operation]),
      times.small.map((row) => row[operation]),
      { unit: "ms", goal: "1.2, or under 1 ms" },
    );
  }
}
