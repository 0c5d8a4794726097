/**
 * From a base commit and packages to a commit of this machine: what rpm-ostree does between "Checking out tree" and "Writing OSTree commit".
 *
 * The base's tree lies below, the packages' files on it as links to their objects, and what scriptlets change on that: an overlay of three
 * layers, so nothing that others share is written to, and the new commit costs what differs.
 * Sources: coreos/rpm-ostree:src/libpriv/rpmostree-core.cxx, rpmostree-scripts.cxx, rpmostree-passwd-util.cxx.
 *
 * @simplified SELinux labels, triggers and Lua scriptlets are left out.
 */
import { decodeRpmdb, encodeRpmdb, RPMDB_PATH, type FileAttributes, type InstalledPackage } from "../../image/rpmdb.ts";
import { nevra, type Package } from "../../image/package.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Variant } from "../../image/gvariant.ts";
import { SCRIPTS, type RpmPackage, type ScriptName } from "../../image/rpm-md/rpm-package.ts";
import type { Process } from "../../machine/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Run } from "../../machine/program.ts";
import { managerOf } from "../../machine/systemd/manager.ts";

import { decodeUtf8 } from "../../base/utf8.ts";
import type { Sys } from "../../vfs/sys.ts";
import { inRoot } from "../rpm/transaction.ts";
import { runScriptlet } from "../rpm/scriptlet.ts";
import { attributesOf, rowOf } from "../rpm/unpack.ts";
import type { Update } from "../update-step.ts";
import { checkout } from "./checkout.ts";
import { CLIENT_LAYER, encodePackageList, LAYERED_PACKAGES, PACKAGE_LIST } from "./commit-packages.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory, lstat, parentOf, readBytes, removeTree, replaceFile, temporaryName, writeNewFile } from "./files.ts";
import type { SealedCommits } from "./deploy.ts";
import { writeLayers } from "./overlay-commit.ts";
import { imagePath, packageRef } from "./pkgcache.ts";
import type { Repository } from "./repo.ts";
import { Transaction } from "./transaction.ts";
import { fileContents, nodeAt } from "./tree-walk.ts";

export interface LayerPlan {
  readonly base: Checksum;
  /** In the order in which they come; their commits are in the repository. */
  readonly added: readonly { readonly pkg: RpmPackage; readonly from: string; readonly replacesFiles: boolean }[];
  /** Rows of the base's database that go; what is replaced is among them. */
  readonly removed: readonly InstalledPackage[];
  /** What was asked for, for the commit's metadata. */
  readonly requested: readonly string[];
  readonly repositories: readonly { readonly id: string; readonly generated: number }[];
}

/** How a client hears of it. */
export interface LayerWatcher {
  begin(text: string): void;
  end(): void;
  check(): void;
  run<T>(update: Update<T>): Run<T>;
}

/** The rows of the package database in a commit's tree. Throws `OstreeError` when there is none. */
export function databaseOf(repo: Repository, commit: Checksum): InstalledPackage[] {
  return decodeRpmdb(fileContents(repo, commit, RPMDB_PATH));
}

/** Puts the commit together and returns its checksum. Throws `OstreeError`; nothing is left behind then. */
export function* layer(
  proc: Process,
  repo: Repository,
  commits: SealedCommits,
  plan: LayerPlan,
  watcher: LayerWatcher,
  bootId: string,
): Run<Checksum> {
  const { sys } = proc;
  const place = temporaryName(sys, `${repo.path}/tmp/rpmostree-core.`);
  const stand = new Stand(sys, place);
  try {
    sys.mkdir(place, 0o700);
    layBase(repo, commits, plan.base, stand.lower);
    for (const directory of [stand.packages, stand.changes, stand.work, stand.root]) sys.mkdir(directory, 0o755);
    watcher.begin("Checking out packages");
    for (const row of plan.removed) yield* takeAway(proc, repo, plan, stand, row);
    for (const { pkg, replacesFiles } of plan.added) {
      yield* proc.tick();
      watcher.check();
      layPackage(repo, plan.base, stand, pkg, replacesFiles);
    }
    watcher.end();
    stand.mount();
    yield* runScripts(proc, stand, plan, watcher);
    watcher.begin("Writing rpmdb");
    yield* proc.sleep(0.1);
    const removed = new Set(plan.removed.map(nevra));
    const now = proc.now().sec;
    const rows = [
      ...databaseOf(repo, plan.base).filter((row) => !removed.has(nevra(row))),
      ...plan.added.map(({ pkg, from }) => withContents(repo, pkg, rowOf(pkg, from, now))),
    ].sort((left, right) => (left.name < right.name ? -1 : 1));
    replaceFile(sys, `${stand.root}${RPMDB_PATH}`, encodeRpmdb(rows));
    watcher.end();
    stand.unmount();
    watcher.begin("Writing OSTree commit");
    yield* proc.sleep(0.2);
    const checksum = yield* watcher.run(writeCommit(repo, plan, stand, rows, now, bootId));
    watcher.end();
    return checksum;
  } finally {
    stand.unmount();
    if (lstat(sys, place) !== undefined) sys.dropTree(place);
  }
}

/** A package of the cache has no contents of its own: they are in the repository. */
function withContents(repo: Repository, pkg: RpmPackage, row: InstalledPackage): InstalledPackage {
  const commit = repo.resolveIfThere(packageRef(pkg));
  if (commit === undefined || row.details === undefined) return row;
  const attributes = pkg.files.map((file): readonly [string, FileAttributes] => {
    const node = file.kind === "file" ? nodeAt(repo, commit, imagePath(file.path) ?? file.path) : undefined;
    const found = node?.kind === "file" ? repo.readFile(node.checksum) : undefined;
    return [file.path, attributesOf(file, found?.kind === "file" ? found.contents : new Uint8Array())];
  });
  return { ...row, details: { ...row.details, attributes: Object.fromEntries(attributes) } };
}

/** The directories of the overlay. */
class Stand {
  readonly lower: string;
  readonly packages: string;
  readonly changes: string;
  readonly work: string;
  readonly root: string;
  readonly #sys: Sys;
  #mounted: string[] = [];

  constructor(sys: Sys, place: string) {
    this.#sys = sys;
    this.lower = `${place}/lower`;
    this.packages = `${place}/packages`;
    this.changes = `${place}/changes`;
    this.work = `${place}/work`;
    this.root = `${place}/root`;
  }

  /** The merged tree, with /etc where scriptlets look for it, and a /var that they cannot write. */
  mount(): void {
    const { root } = this;
    const data = `lowerdir=${this.packages}:${this.lower},upperdir=${this.changes},workdir=${this.work}`;
    this.#mount({ source: "overlay", target: root, fstype: "overlay", flags: [], data });
    if (lstat(this.#sys, `${root}/etc`) === undefined) this.#sys.mkdir(`${root}/etc`, 0o755);
    this.#mount({ source: `${root}/usr/etc`, target: `${root}/etc`, flags: ["bind"] });
    this.#mount({ source: "tmpfs", target: `${root}/var`, fstype: "tmpfs", flags: ["ro"] });
    for (const directory of ["dev", "proc"]) {
      if (lstat(this.#sys, `${root}/${directory}`)?.type === "dir")
        this.#mount({ source: `/${directory}`, target: `${root}/${directory}`, flags: ["bind"] });
    }
  }

  unmount(): void {
    for (const target of this.#mounted.reverse()) this.#sys.umount(target, { lazy: true });
    this.#mounted = [];
  }

  #mount(request: Parameters<Sys["mount"]>[0]): void {
    this.#sys.mount(request);
    this.#mounted.push(request.target);
  }
}

function layBase(repo: Repository, commits: SealedCommits, base: Checksum, path: string): void {
  const tree = commits.treeOf(base);
  if (tree && repo.mode === "bare" && !repo.isPartial(base)) repo.sys.graft(path, tree);
  else checkout(repo, base, path, { userMode: false, hardlinks: repo.mode === "bare" });
}

/** Hides what a base package has; what another one brings comes over it. */
function* takeAway(proc: Process, repo: Repository, plan: LayerPlan, stand: Stand, row: InstalledPackage): Run<void> {
  const { sys } = repo;
  for (const installed of row.files) {
    const path = imagePath(installed);
    if (path === undefined) continue;
    const found = lstat(sys, stand.lower + path);
    if (found === undefined || found.type === "dir") continue;
    mirrorDirectories(sys, stand, parentOf(path));
    if (lstat(sys, stand.packages + path) === undefined) sys.mknod(stand.packages + path, "char", 0, { major: 0, minor: 0 });
    yield* proc.tick();
  }
}

/** Directories of the packages' layer have the owners and modes of those below. */
function mirrorDirectories(sys: Sys, stand: Stand, path: string): void {
  if (path === "/" || path === "" || lstat(sys, stand.packages + path) !== undefined) return;
  mirrorDirectories(sys, stand, parentOf(path));
  const below = lstat(sys, stand.lower + path);
  sys.mkdir(stand.packages + path, 0o755);
  if (below?.type !== "dir") return;
  sys.chown(stand.packages + path, below.uid, below.gid);
  sys.chmod(stand.packages + path, below.mode);
}

/** The package's files as links to their objects. Throws `OstreeError` when another file has the name. */
function layPackage(repo: Repository, base: Checksum, stand: Stand, pkg: RpmPackage, replaces: boolean): void {
  const { sys } = repo;
  const commit = repo.resolve(packageRef(pkg));
  const lay = (dirtree: Checksum, path: string): void => {
    const tree = repo.dirtree(dirtree);
    for (const { name, checksum } of tree.files) {
      const target = `${stand.packages}${path}/${name}`;
      const there = lstat(sys, target);
      const isHidden = there?.type === "char";
      const other = isHidden ? undefined : (objectAt(repo, base, `${path}/${name}`) ?? (there && "another package's"));
      if (other === checksum) continue;
      if (there !== undefined && !isHidden && sys.lstat(repo.objectPath(checksum, "file")).ino === there.ino) continue;
      if (other !== undefined && !replaces) {
        const object = `${checksum.slice(0, 2)}/${checksum.slice(2)}.file`;
        throw new OstreeError(`Checkout ${nevra(pkg)}: Hardlinking ${object} to ${name}: File exists`);
      }
      if (there !== undefined) sys.unlink(target);
      sys.link(repo.objectPath(checksum, "file"), target);
    }
    for (const dir of tree.dirs) {
      const at = `${path}/${dir.name}`;
      const isNew = lstat(sys, stand.packages + at) === undefined && lstat(sys, stand.lower + at) === undefined;
      mirrorDirectories(sys, stand, at);
      if (isNew) sys.chmod(stand.packages + at, repo.dirmeta(dir.dirmeta).mode);
      lay(dir.dirtree, at);
    }
  };
  lay(repo.commit(commit).dirtree, "");
}

function objectAt(repo: Repository, commit: Checksum, path: string): Checksum | undefined {
  const node = nodeAt(repo, commit, path);
  return node === undefined ? undefined : node.kind === "file" ? node.checksum : "a directory";
}

// ——— scriptlets

/** New users and groups belong to the image: while scriptlets run, what they see as /etc/passwd is the image's own list. */
const ACCOUNT_FILES = ["passwd", "group"];
const SAVED = ".rpmostreesave";

function* runScripts(proc: Process, stand: Stand, plan: LayerPlan, watcher: LayerWatcher): Run<void> {
  const phases: readonly (readonly [string, ScriptName])[] = [["pre", "pre"], ["post", "post"], ["posttrans", "posttrans"]]; // prettier-ignore
  const isWanted = (name: ScriptName): boolean => plan.added.some(({ pkg }) => pkg.scripts.has(name));
  if (!SCRIPTS.some((name) => isWanted(name)) && !plan.added.some(({ pkg }) => hasOwners(pkg))) return;
  const { sys } = proc;
  const etc = `${stand.root}/usr/etc`;
  const image = `${stand.root}/usr/lib`;
  for (const name of ACCOUNT_FILES) {
    if (lstat(sys, `${image}/${name}`) === undefined || lstat(sys, `${etc}/${name}`) === undefined) continue;
    sys.rename(`${etc}/${name}`, `${etc}/${name}${SAVED}`);
    writeNewFile(sys, `${etc}/${name}`, readBytes(sys, `${image}/${name}`));
  }
  for (const [title, name] of phases) {
    if (isWanted(name)) watcher.begin(`Running ${title} scripts`);
    for (const { pkg } of plan.added) {
      const text = pkg.scripts.get(name);
      watcher.check();
      if (text !== undefined) yield* runOne(proc, stand, pkg, name, text);
    }
    if (isWanted(name)) watcher.end();
    if (name === "pre") for (const { pkg } of plan.added) giveOwners(sys, stand, pkg);
  }
  for (const name of ACCOUNT_FILES) {
    if (lstat(sys, `${etc}/${name}${SAVED}`) === undefined) continue;
    replaceFile(sys, `${image}/${name}`, readBytes(sys, `${etc}/${name}`));
    sys.rename(`${etc}/${name}${SAVED}`, `${etc}/${name}`);
  }
  for (const { name } of listDirectory(sys, etc))
    if (/^(passwd|group|shadow|gshadow|subuid|subgid)-$/.test(name)) removeTree(sys, `${etc}/${name}`);
}

function* runOne(proc: Process, stand: Stand, pkg: RpmPackage, name: ScriptName, text: string): Run<void> {
  const { sys } = proc;
  const [reader, writer] = sys.pipe();
  const isFaulty = proc.kernel.world.has("failing-scriptlet") && name === "post";
  const status = yield* inRoot(proc, stand.root, function* (child) {
    child.sys.close(reader);
    const result = yield* runScriptlet(child, { name, text: isFaulty ? `${text}exit 1\n` : text, instances: 1, output: writer });
    child.sys.close(writer);
    return result;
  });
  sys.close(writer);
  const said = decodeUtf8(yield* proc.readToEnd(reader));
  sys.close(reader);
  const identifier = `rpm-ostree(${pkg.name}.${name})`;
  const journal = managerOf(proc.kernel)?.journal;
  for (const message of said.split("\n")) if (message !== "") journal?.log({ identifier, message, pid: proc.pid });
  if (status === 0) return;
  throw new OstreeError(
    `Running %${name} for ${pkg.name}: bwrap(/bin/sh): Child process exited with code ${status}; run \`journalctl -t '${identifier}'\` for more information`,
  );
}

function hasOwners(pkg: RpmPackage): boolean {
  return pkg.files.some(({ user, group }) => user !== "root" || group !== "root");
}

/** Files that are not root's, now that the users are known: copies, since the objects are others', too. */
function giveOwners(sys: Sys, stand: Stand, pkg: RpmPackage): void {
  for (const { path, user, group, mode, kind } of pkg.files) {
    const at = imagePath(path);
    if (at === undefined || kind !== "file" || (user === "root" && group === "root")) continue;
    const passwd = `${readTextIfThere(sys, `${stand.root}/usr/etc/passwd`) ?? ""}`;
    const groups = `${readTextIfThere(sys, `${stand.root}/usr/etc/group`) ?? ""}`;
    const number = (text: string, name: string): number =>
      name === "root" ? 0 : Number(new RegExp(`^${name}:[^:]*:(\\d+)`, "m").exec(text)?.[1] ?? 0);
    const owner = { uid: number(passwd, user), gid: number(groups, group) };
    const full = stand.root + at;
    const bytes = readBytes(sys, full);
    sys.unlink(full);
    writeNewFile(sys, full, bytes, { mode, owner });
  }
}

// ——— the commit

function* writeCommit(
  repo: Repository,
  plan: LayerPlan,
  stand: Stand,
  rows: readonly Package[],
  now: number,
  bootId: string,
): Update<Checksum> {
  const transaction = new Transaction(repo, bootId);
  let isWritten = false;
  try {
    const base = repo.commit(plan.base);
    const root = writeLayers(repo, transaction, base, [stand.packages, stand.changes], ["etc"]);
    const checksum = transaction.writeCommit({
      metadata: metadataOf(plan, rows, base.metadata),
      parent: plan.base,
      subject: "",
      body: "",
      timestamp: now,
      ...root,
    });
    for (const _ of transaction.commitSteps()) yield { name: "commit-objects", commitPoint: false };
    isWritten = true;
    return checksum;
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

function metadataOf(
  plan: LayerPlan,
  rows: readonly Package[],
  base: readonly (readonly [string, Variant])[],
): (readonly [string, Variant])[] {
  const kept = base.filter(([key]) => key === "version" || key === "ostree.linux");
  const strings = (value: readonly string[]): Variant => ({ type: "as", value: [...value] });
  const goes = plan.removed.filter((row) => !plan.added.some(({ pkg }) => pkg.name === row.name));
  const replaced = plan.removed.flatMap((row) =>
    plan.added.filter(({ pkg }) => pkg.name === row.name).map(({ pkg }) => `${nevra(row)} ${nevra(pkg)}`),
  );
  return [
    ...kept,
    [CLIENT_LAYER, { type: "b", value: true }],
    ["rpmostree.clientlayer_version", { type: "u", value: 6 }],
    [LAYERED_PACKAGES, strings(plan.requested)],
    [PACKAGE_LIST, encodePackageList(rows)],
    ["rpmostree.removed-base-packages", strings(goes.map((row: Package) => nevra(row)))],
    ["rpmostree.replaced-base-packages", strings(replaced)],
    ["rpmostree.rpmmd-repos", strings(plan.repositories.map(({ id, generated }) => `${id} ${generated}`))],
  ];
}
