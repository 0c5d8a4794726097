/** The recorded machine's disk: one ext4 file system with a sysroot, a deployment of version 1, and the remote's repository in /var. */
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { commitTrees } from "../../engines/ostree/commit-tree.ts";
import { deployNow } from "../../engines/ostree/deploy.ts";
import { formatBootConfig } from "../../engines/ostree/bls.ts";
import { makeDirectories, parentOf, removeTree, replaceFile, writeNewFile } from "../../engines/ostree/files.ts";
import { importRefs } from "../../engines/ostree/import.ts";
import { newOrigin } from "../../engines/ostree/origin.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { complete } from "../../engines/update-step.ts";
import type { Catalogue } from "../../image/catalogue.ts";
import type { PartitionSpec } from "../../machine/machine-spec.ts";
import { Disk } from "../../vfs/disk.ts";
import { stringVariant } from "../../image/ostree-objects.ts";
import { SysError } from "../../vfs/errno.ts";
import type { FileSystem } from "../../vfs/file-system.ts";
import type { Sys } from "../../vfs/sys.ts";
import { treeVolume } from "../../vfs/tree-volume.ts";
import { Vfs } from "../../vfs/vfs.ts";
import { PLANTED_AT, VERSIONS, type PlantedFile, type Version } from "./planted.ts";
import { BIN, EMPTY_ETC, ETC, SBIN } from "./userland.ts";
import { DEBIAN_TREE } from "./debian-tree.ts";
import { ACCOUNTS, LINKS, PROGRAM_OF, SIZES } from "./system.ts";

export const PARTITIONS: readonly PartitionSpec[] = [
  {
    name: "root",
    device: "/dev/loop0",
    fstype: "ext4",
    uuid: "11111111-2222-3333-4444-555555555555",
    label: "labroot",
    backingFile: "/lab.img",
  },
];

/** When the recordings were made: 2026-11-24 10:41. */
export const RECORDED_AT: Timestamp = timestamp(1795516860);

/** Of the partition. */
export const PARTITION_SIZE = 900 * 1024 ** 2;
/** What statfs(2) said of the recorder's Ext4 before the first command. */
const FREE = 197_979 * 4096;
/** Of mkfs.ext4's `-m`. */
const ROOT_PERCENT = 1;
/** st_dev of /dev/loop0. */
const LOOP_DEVICE = 7 << 8;

const STATEROOT = "lab";
const REFSPEC = "lab:lab/stable";
const STATE = `/ostree/deploy/${STATEROOT}/var`;
/** Where a system is put together before it goes where it belongs. */
export const BUILD = "/.build";

/** Somebody to fill an empty root file system. */
export function builder(rootFs: FileSystem): Sys {
  const vfs = new Vfs({
    now: () => RECORDED_AT,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: () => undefined,
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const sys = vfs.firstTask({ pid: 1, rootFs });
  sys.umask(0o022);
  return sys;
}

/** What a kind of recorded machine has beyond the others. */
export interface DiskExtras {
  /** Into the tree at BUILD that version 1 is made of. */
  plant(sys: Sys, build: string): void;
  /** Into what becomes /var. */
  plantState(sys: Sys, state: string): void;
}

/** `isBuilt` says whether there is a program of that name; an executable without one says that it is not there yet. */
export function recordedDisk(catalogue: Catalogue, isBuilt: (program: string) => boolean, extras?: DiskExtras): Disk {
  const disk = new Disk();
  const rootFs = disk.format("root", {
    type: "ext4",
    dev: LOOP_DEVICE,
    capacity: PARTITION_SIZE,
    rootPercent: ROOT_PERCENT,
    made: RECORDED_AT,
  });
  const sys = builder(rootFs);
  sys.mkdir("/lost+found", 0o700);
  sys.mkdir("/boot", 0o755);
  plantBase(sys, isBuilt);
  extras?.plant(sys, BUILD);
  const system = makeRepository(sys, "/ostree/repo");
  makeState(sys);
  extras?.plantState(sys, STATE);
  const remote = makeRepository(sys, `${STATE}/srv/lab-repo`);
  const [first, ...later] = VERSIONS;
  if (!first) throw new RangeError("no version to install");
  commitVersion(sys, remote, first);
  const options = new Map([
    ["url", "file:///srv/lab-repo"],
    ["gpg-verify", "false"],
  ]);
  addRemote(system, "lab", options);
  complete(importRefs(remote, system, { refs: [first.branch], remote: "lab", bootId: "" }));
  const config = system.config;
  config.set("sysroot", "readonly", "true");
  config.set("sysroot", "bootloader", "none");
  system.writeConfig(config);
  const sysroot = new Sysroot(sys, "/", "/boot");
  complete(
    deployNow(
      sysroot,
      { treeOf: () => undefined },
      {
        stateroot: STATEROOT,
        checksum: system.resolve(REFSPEC),
        origin: newOrigin(REFSPEC),
        kernelArgs: ["root=LABEL=labroot", "quiet"],
      },
    ),
  );
  complete(cleanup(sysroot, { bootId: "", catalogue, prune: false }));
  asOlderOstree(sysroot);
  for (const version of later) commitVersion(sys, remote, version);
  removeTree(sys, BUILD);
  const tree = rootFs.snapshot();
  // Debian's files are shorter here than they were there; what can still be written is to be the same.
  disk.install("root", treeVolume({ ...tree, options: { ...tree.options, capacity: tree.used + FREE } }));
  return disk;
}

/** The image was made with ostree 2022.7, which knows no `backing` and no Android boot images and names entries after the state root, too. */
function asOlderOstree(sysroot: Sysroot): void {
  const { sys } = sysroot;
  removeTree(sys, `/ostree/deploy/${STATEROOT}/backing`);
  for (const { file, config } of sysroot.bootEntries()) {
    const older = new Map([...config].filter(([key]) => !key.startsWith("aboot")));
    replaceFile(sys, `/boot/loader/entries/${file.replace(".conf", `-${STATEROOT}.conf`)}`, formatBootConfig(older));
    sys.unlink(`/boot/loader/entries/${file}`);
  }
}

function makeRepository(sys: Sys, path: string): Repository {
  makeDirectories(sys, parentOf(path));
  const repo = Repository.create(sys, path, "bare");
  const config = repo.config;
  config.set("core", "fsync", "false");
  repo.writeConfig(config);
  return repo;
}

/** In the repository's own `config`, as from outside a booted system. */
function addRemote(repo: Repository, name: string, options: ReadonlyMap<string, string>): void {
  const config = repo.config;
  for (const [key, value] of options) config.set(`remote "${name}"`, key, value);
  repo.writeConfig(config);
}

/** What `ostree admin os-init` makes, and what was put there. */
function makeState(sys: Sys): void {
  for (const name of ["home/learner", "roothome", "srv", "opt", "mnt", "usrlocal", "tmp", "log", "lib", "cache"])
    makeDirectories(sys, `${STATE}/${name}`);
  for (const name of ["bin", "sbin", "lib", "share", "etc"]) sys.mkdir(`${STATE}/usrlocal/${name}`, 0o755);
  for (const home of ["home/learner", "roothome"]) sys.chmod(`${STATE}/${home}`, 0o700);
  sys.chown(`${STATE}/home/learner`, 1000, 1000);
  sys.chmod(`${STATE}/tmp`, 0o1777);
  sys.symlink("../run", `${STATE}/run`);
  sys.symlink("../run/lock", `${STATE}/lock`);
}

/** What all versions have, at BUILD. */
export function plantBase(sys: Sys, isBuilt: (program: string) => boolean): void {
  for (const directory of ["boot", "dev", "proc", "run", "sys", "sysroot", "tmp", "var", "usr/share/lab/empty"])
    makeDirectories(sys, `${BUILD}/${directory}`);
  sys.chmod(`${BUILD}/tmp`, 0o1777);
  for (const directory of EMPTY_ETC) makeDirectories(sys, `${BUILD}/usr/etc/${directory}`);
  const executable = (path: string): PlantedFile => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const program = PROGRAM_OF[name] ?? name;
    // What is not built says "file=" and not "name=" only so that no commit's checksum begins with "b", as none did on the recorder's
    // machine: a recorded session asks for a ref of that name. Ours hang on contents that are not Debian's.
    const text = isBuilt(program) ? `\u007fELF\nprogram=${program}\n` : `\u007fELF\nfile=${name}\n`;
    return { path, text: text.padEnd(SIZES[name] ?? 0, "x"), mode: 0o755 };
  };
  for (const [path, target] of LINKS) plantLink(sys, path, target);
  for (const name of BIN) plant(sys, executable(`usr/bin/${name}`));
  for (const name of SBIN) plant(sys, executable(`usr/sbin/${name}`));
  for (const node of DEBIAN_TREE) {
    if (node.kind === "file") plant(sys, node);
    else if (node.kind === "link") plantLink(sys, node.path, node.target);
    else makeDirectories(sys, `${BUILD}/${node.path}`);
  }
  for (const name of ETC) plant(sys, { path: `usr/etc/${name}`, text: `# ${name}\n` });
  for (const file of ACCOUNTS) plant(sys, file);
  plantLink(sys, "usr/share/lab/link.txt", "readme.txt");
}

/** A name that is a link already stays one. */
export function plant(sys: Sys, { path, text, mode = 0o644 }: PlantedFile): void {
  const full = `${BUILD}/${path}`;
  makeDirectories(sys, parentOf(full));
  try {
    sys.unlink(full);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  writeNewFile(sys, full, encodeUtf8(text), { mode });
  sys.utimens(full, PLANTED_AT, PLANTED_AT);
}

function plantLink(sys: Sys, path: string, target: string): void {
  makeDirectories(sys, parentOf(`${BUILD}/${path}`));
  sys.symlink(target, `${BUILD}/${path}`);
}

/** What a version has beyond that. */
export function plantVersion(sys: Sys, version: Version): void {
  for (const file of version.files) plant(sys, file);
}

function commitVersion(sys: Sys, repo: Repository, version: Version): void {
  plantVersion(sys, version);
  for (const path of version.removed) removeTree(sys, `${BUILD}/${path}`);
  complete(
    commitTrees(repo, {
      trees: [{ kind: "dir", path: BUILD }],
      branch: version.branch,
      parent: repo.resolveIfThere(version.branch) ?? (version.branch === "lab/broken" ? repo.resolveIfThere("lab/stable") : undefined),
      subject: version.subject,
      body: "",
      timestamp: version.timestamp,
      metadata: [["version", stringVariant(version.version)]],
      bindings: [version.branch],
      ownerUid: undefined,
      ownerGid: undefined,
      canonical: false,
      bootable: true,
      skipIfUnchanged: false,
      bootId: "",
    }),
  );
}
