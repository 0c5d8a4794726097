/**
 * The disk as Fedora's installer, a first user and one update have left it: made with the same engine that the machine's own
 * commands use, so that nothing about it is special.
 */
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { deployNow } from "../../engines/ostree/deploy.ts";
import { lstat, makeDirectories, readBytes, writeNewFile } from "../../engines/ostree/files.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { writeLayerCommit } from "../../engines/ostree/layer-commit.ts";
import { imageRef, layerRef, parseImageReference } from "../../engines/ostree/image-reference.ts";
import { newImageOrigin, newOrigin } from "../../engines/ostree/origin.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { Transaction } from "../../engines/ostree/transaction.ts";
import { complete } from "../../engines/update-step.ts";
import { encodeUtf8, decodeUtf8 } from "../../base/utf8.ts";
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { formatGrubEnv } from "../../machine/grub-env.ts";
import { Disk } from "../../vfs/disk.ts";
import { SysError } from "../../vfs/errno.ts";
import { plainBytes } from "../../vfs/plain-bytes.ts";
import type { Sys } from "../../vfs/sys.ts";
import { TreeFs } from "../../vfs/tree-fs.ts";
import { Vfs } from "../../vfs/vfs.ts";
import { BOOT_UUID, EFI_UUID, LEARNER, PARTITIONS, ROOT_UUID } from "./layout.ts";
import { installFlatpak } from "./flatpak-remotes.ts";
import { installedObjects } from "./objects-tree.ts";
import type { Product } from "./product.ts";
import { signedBy } from "./remote.ts";

const GiB = 1024 ** 3;
/** Small, as its files are short: what fills it must fit into the memory of a browser's tab. */
const SIZES = { efi: 0.125 * GiB, boot: 0.25 * GiB, root: 2 * GiB };
/** st_dev of the partitions: virtio's major and the number. */
const VIRTIO = 252 << 8;

/** When the machine was installed, and when it was last updated; the lab starts a few days later. */
const INSTALLED_AT = timestamp(1767862800);
const UPDATED_AT = timestamp(1768123920);

export interface FactoryOptions {
  /** Kernel arguments that choose how the root is mounted. */
  readonly extraKernelArgs: readonly string[];
}

/** The first two releases of `catalogue` are on it: the second is the default, the first the way back. */
export function factoryDisk(product: Product, catalogue: Catalogue, options: FactoryOptions): Disk {
  const [first, second] = catalogue.releases;
  if (!first) throw new RangeError("a catalogue without releases");
  const installed = second ? [first, second] : [first];
  const disk = new Disk();
  PARTITIONS.forEach(({ name, fstype }, i) => {
    disk.format(name, {
      type: fstype,
      dev: VIRTIO + i + 1,
      capacity: SIZES[name as keyof typeof SIZES],
      made: INSTALLED_AT,
      options: name === "boot" ? ["seclabel"] : name === "root" ? ["seclabel", "compress=zstd:1", "ssd", "space_cache=v2"] : [],
    });
  });
  const clock = { now: INSTALLED_AT };
  const sys = installerSystem(disk, clock);
  installBootPartition(sys);
  const sysroot = new Sysroot(sys, "/sysroot", "/boot");
  const deployed = installed.at(-1) as Release;
  const { stateroot } = product;
  const origin = installRepository(sys, product, catalogue, installed, deployed);
  installState(sys, stateroot);
  installed.forEach((release, i) => {
    clock.now = i === 0 ? INSTALLED_AT : UPDATED_AT;
    const kernelArgs = [...product.kernelArgs, `root=UUID=${ROOT_UUID}`, "rootflags=subvol=root", "rw", ...options.extraKernelArgs];
    complete(
      deployNow(
        sysroot,
        { treeOf: (commit) => catalogue.byCommit(commit)?.tree },
        { stateroot, checksum: release.commit, origin, kernelArgs, flags: { retain: true } },
      ),
    );
    if (i === 0) configure(sys, product, sysroot.deploymentPath({ stateroot, checksum: release.commit, serial: 0 }));
    complete(cleanup(sysroot, { bootId: "", catalogue, prune: false }));
  });
  const newest = sysroot.deploymentPath({ stateroot, checksum: deployed.commit, serial: 0 });
  installHome(sys, product, newest);
  if (lstat(sys, `${newest}/usr/bin/flatpak`)) installFlatpak(sys, `/sysroot/ostree/deploy/${stateroot}/var`);
  disk.sync();
  return disk;
}

/** Root's system calls with the disk mounted as an installer mounts it. */
function installerSystem(disk: Disk, clock: { readonly now: Timestamp }): Sys {
  const vfs = new Vfs({
    now: () => clock.now,
    openDevice: () => {
      throw new SysError("ENXIO", "open");
    },
    blockDevice: (source) => disk.partition(PARTITIONS.find(({ device }) => device === source)?.name ?? ""),
    generated: () => undefined,
    trace: () => {},
    tracing: () => false,
  });
  const ram = TreeFs.make(
    { type: "tmpfs", dev: 1, bytes: plainBytes, capacity: GiB, lifetime: "boot" },
    { mode: 0o755, uid: 0, gid: 0 },
    clock.now,
  );
  const sys = vfs.firstTask({ pid: 1, rootFs: ram });
  for (const directory of ["/mnt", "/sysroot", "/boot"]) sys.mkdir(directory, 0o755);
  sys.mount({ source: "/dev/vda3", target: "/mnt", fstype: "btrfs", flags: [] });
  for (const subvolume of ["root", "home"]) sys.mkdir(`/mnt/${subvolume}`, 0o755);
  sys.mount({ source: "/mnt/root", target: "/sysroot", flags: ["bind"] });
  sys.mount({ source: "/dev/vda2", target: "/boot", fstype: "ext4", flags: [] });
  return sys;
}

function installBootPartition(sys: Sys): void {
  makeDirectories(sys, "/boot/grub2", 0o700);
  makeDirectories(sys, "/boot/efi");
  makeDirectories(sys, "/boot/ostree");
  sys.symlink(".", "/boot/boot");
  writeNewFile(sys, "/boot/grub2/grubenv", encodeUtf8(formatGrubEnv(new Map([["boot_success", "1"]]))));
  makeDirectories(sys, "/sysroot/boot");
}

/** The objects of what is installed, and what leads to them. The origin of deployments made from them comes back. */
function installRepository(sys: Sys, product: Product, catalogue: Catalogue, releases: readonly Release[], newest: Release): KeyFile {
  const path = "/sysroot/ostree/repo";
  makeDirectories(sys, path);
  sys.graft(`${path}/objects`, installedObjects(catalogue, releases, signedBy(product)));
  const repo = Repository.create(sys, path, "bare");
  const config = repo.config;
  config.set("sysroot", "readonly", "true");
  config.set("sysroot", "bootloader", "none");
  repo.writeConfig(config);
  const { source } = product;
  if (source.kind === "image") {
    const reference = parseImageReference(source.reference);
    installImages(repo, releases);
    repo.setRef(imageRef(reference), newest.commit);
    return newImageOrigin(reference);
  }
  const refspec = `${source.remote}:${source.ref}`;
  repo.setRef(refspec, newest.commit);
  return newOrigin(refspec);
}

/** What fetching container images leaves besides their objects: a commit and a ref for each layer. */
function installImages(repo: Repository, releases: readonly Release[]): void {
  const transaction = new Transaction(repo, "installer");
  const commits = new Map<string, string>();
  for (const { image, timestamp } of releases) {
    for (const { digest } of image?.layers ?? [])
      if (!commits.has(digest)) commits.set(digest, writeLayerCommit(transaction, digest, timestamp));
  }
  transaction.commit();
  for (const [digest, commit] of commits) repo.setRef(layerRef(digest), commit);
}

/** Directories of /var, with owner and mode where those are not root's 0755. */
const VAR: readonly (readonly [path: string, mode?: number, gid?: number])[] = [
  ["adm"], ["cache"], ["cache/man"], ["db"], ["empty"], ["ftp"], ["games"], ["home"], ["lib"], ["lib/AccountsService", 0o775], ["lib/NetworkManager", 0o700],
  ["lib/flatpak"], ["lib/rpm-state"], ["lib/systemd"], ["local"], ["log"], ["log/audit", 0o700], ["log/journal", 0o2755, 190], ["mnt"], ["nis"], ["opt"],
  ["preserve"], ["roothome", 0o700], ["spool"], ["spool/cron", 0o700], ["srv"], ["tmp", 0o1777], ["usrlocal"], ["usrlocal/bin"], ["usrlocal/etc"], ["usrlocal/games"],
  ["usrlocal/include"], ["usrlocal/lib"], ["usrlocal/libexec"], ["usrlocal/man"], ["usrlocal/sbin"], ["usrlocal/share"], ["usrlocal/src"], ["yp"],
]; // prettier-ignore

function installState(sys: Sys, stateroot: string): void {
  const base = `/sysroot/ostree/deploy/${stateroot}/var`;
  makeDirectories(sys, base);
  for (const [path, mode, gid] of VAR) {
    sys.mkdir(`${base}/${path}`, 0o755);
    if (gid !== undefined) sys.chown(`${base}/${path}`, 0, gid);
    if (mode !== undefined) sys.chmod(`${base}/${path}`, mode);
  }
  sys.symlink("../../usr/share/rpm", `${base}/lib/rpm`);
  sys.symlink("../run/lock", `${base}/lock`);
  sys.symlink("spool/mail", `${base}/mail`);
  sys.symlink("../run", `${base}/run`);
  makeDirectories(sys, `${base}/spool/mail`);
  writeNewFile(sys, `${base}/.updated`, new Uint8Array());
}

/** What an installer writes into the first deployment's /etc. */
function configure(sys: Sys, product: Product, deployment: string): void {
  const etc = `${deployment}/etc`;
  const edit = (name: string, change: (text: string) => string, mode = 0o644): void => {
    const path = `${etc}/${name}`;
    const text = change(textOf(sys, path));
    const fd = sys.open(path, 0o1101, mode);
    sys.write(fd, encodeUtf8(text));
    sys.close(fd);
    sys.chmod(path, mode);
  };
  edit(
    "fstab",
    () =>
      "#\n# /etc/fstab\n# Created by anaconda\n#\n" +
      `UUID=${ROOT_UUID} / btrfs subvol=root,compress=zstd:1 0 0\n` +
      `UUID=${BOOT_UUID} /boot ext4 defaults 1 2\n` +
      `UUID=${EFI_UUID} /boot/efi vfat umask=0077,shortname=winnt 0 2\n` +
      `UUID=${ROOT_UUID} /home btrfs subvol=home,compress=zstd:1 0 0\n`,
  );
  edit("hostname", () => `${product.hostname}\n`);
  edit("machine-id", () => "4c1f0e8d7b6a49529d3e2f1a0b9c8d7e\n", 0o444);
  edit("passwd", (text) => `${text}${LEARNER}:x:1000:1000:Learner:/var/home/${LEARNER}:/bin/bash\n`);
  edit("group", (text) => `${text.replace(/^wheel:x:10:.*$/m, `wheel:x:10:${LEARNER}`)}${LEARNER}:x:1000:\n`);
  edit("shadow", (text) => `${text}${LEARNER}::20461:0:99999:7:::\n`, 0o000);
  edit("gshadow", (text) => `${text.replace(/^wheel:::.*$/m, `wheel:::${LEARNER}`)}${LEARNER}:!::\n`, 0o000);
  edit("subuid", () => `${LEARNER}:524288:65536\n`);
  edit("subgid", () => `${LEARNER}:524288:65536\n`);
  edit("motd", () => product.greeting);
}

function installHome(sys: Sys, { homeDirectories }: Product, deployment: string): void {
  const home = `/mnt/home/${LEARNER}`;
  sys.mkdir(home, 0o700);
  const copy = (from: string, to: string): void => {
    for (const entry of sys.readdir(from)) {
      if (entry.type === "dir") {
        sys.mkdir(`${to}/${entry.name}`, 0o755);
        copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
      } else if (entry.type === "file") writeNewFile(sys, `${to}/${entry.name}`, readBytes(sys, `${from}/${entry.name}`));
      sys.lchown(`${to}/${entry.name}`, 1000, 1000);
    }
  };
  copy(`${deployment}/etc/skel`, home);
  for (const name of homeDirectories) {
    sys.mkdir(`${home}/${name}`, 0o755);
    sys.chown(`${home}/${name}`, 1000, 1000);
  }
  // Toolbx has said already what it says to whoever opens a terminal for the first time.
  for (const path of [".config", ".config/toolbox"]) {
    sys.mkdir(`${home}/${path}`, 0o700);
    sys.chown(`${home}/${path}`, 1000, 1000);
  }
  writeNewFile(sys, `${home}/.config/toolbox/host-welcome-shown`, new Uint8Array());
  sys.lchown(`${home}/.config/toolbox/host-welcome-shown`, 1000, 1000);
  sys.chown(home, 1000, 1000);
}

function textOf(sys: Sys, path: string): string {
  try {
    return decodeUtf8(readBytes(sys, path));
  } catch (error) {
    if (error instanceof SysError) return "";
    throw error;
  }
}
