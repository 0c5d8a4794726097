/**
 * Whole systems at 1,000 and at 100,000 more files in every release: what is done to them is to cost the same.
 *
 * The commands are the machine's own, typed at its prompt; the clock runs while the machine works, waits are jumped over. Each round
 * takes back what it did. The releases have been loaded and their objects named in a round before: what is measured is a machine that
 * changes, not an image that is read. That first round is told for itself.
 */
import { readFileSync } from "node:fs";
import { machines } from "../../src/distros/index.ts";
import { loadCatalogue } from "../../src/image/catalogue.ts";
import { ObjectStore } from "../../src/image/image-objects.ts";
import { readManifest, type Manifest, type ManifestRelease } from "../../src/image/manifest.ts";
import { checksumCommit, type Checksum } from "../../src/image/ostree-objects.ts";
import { encodePathList, type PathEntry } from "../../src/image/path-list.ts";
import { readReleases } from "../../src/image/release.ts";
import { checksumSealedTree } from "../../src/image/tree-checksum.ts";
import { Lab } from "../../src/lab/lab.ts";
import { Machine } from "../../src/machine/machine.ts";
import { report } from "./ratio.ts";

const ROUNDS = 15;
const SIZES = { small: 1000, large: 100_000 } as const;
const DIRECTORY_FILES = 200;
/** A fork is too short to be measured alone. */
const FORKS = 50;
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
  return withChecksums({ ...original, releases: [{ ...first, paths }, ...later] });
}

/** As the generator computes them: a repository whose objects are not those of its commits would be tidied up for ever. */
function withChecksums(manifest: Manifest): Manifest {
  const releases: ManifestRelease[] = [];
  let parent: Checksum | undefined;
  for (const [i, release] of readReleases(manifest, new ObjectStore()).entries()) {
    const root = checksumSealedTree(release.tree);
    const commit = checksumCommit({ ...release.commitOf(root), parent });
    releases.push({ ...(manifest.releases[i] as ManifestRelease), ...root, commit });
    parent = commit;
  }
  return { ...manifest, releases };
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

const OPERATIONS = ["fork", "upgrade", "reboot into it", "rollback", "reboot", "undo"] as const;
type Times = Record<(typeof OPERATIONS)[number], number>;

/** A machine that has booted; each round does the same to it, and takes it back. */
function subject(manifest: Manifest): () => Times {
  const catalogue = loadCatalogue(manifest);
  const lab = new Lab({ distro, catalogue });
  const spec = distro.machine({ flavour: distro.flavours[0].id, seed: 1, catalogue });
  const type = (line: string): number =>
    timed(() => {
      lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
      settle(lab);
    });
  settle(lab);
  return () => {
    const forks = timed(() => {
      for (let i = 0; i < FORKS; i++) {
        const checkpoint = lab.machine.checkpoint();
        if (checkpoint === undefined) throw new Error("no checkpoint at a prompt");
        Machine.restore(spec, checkpoint).dispose();
      }
    });
    const times = {
      fork: forks / FORKS,
      upgrade: type("rpm-ostree upgrade"),
      "reboot into it": type("systemctl reboot"),
      rollback: type("rpm-ostree rollback"),
      reboot: type("systemctl reboot"),
    };
    let undone = 0;
    const undos = timed(() => {
      while (lab.undo().length > 0) undone++;
    });
    return { ...times, undo: undos / undone };
  };
}

export function worlds(): void {
  const small = subject(padded(SIZES.small));
  const large = subject(padded(SIZES.large));
  const first = { small: small(), large: large() };
  const times: { readonly small: Times[]; readonly large: Times[] } = { small: [], large: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.small.push(small());
    times.large.push(large());
  }
  const name = (operation: string): string => `${operation} at ${SIZES.large} files, against ${SIZES.small}`;
  for (const operation of OPERATIONS) {
    report(
      name(operation),
      times.large.map((row) => row[operation]),
      times.small.map((row) => row[operation]),
      { unit: "ms", goal: "1.2, or under 1 ms" },
    );
  }
  report(name("the first upgrade, in which every object gets its name"), [first.large.upgrade], [first.small.upgrade], {
    unit: "ms",
    goal: "none: each name is a hash of what is in the file",
  });
}
