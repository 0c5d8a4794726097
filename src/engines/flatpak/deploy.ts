/**
 * Laying a commit down where it is run from, and taking it away.
 *
 * Each change has one moment: the rename of the link `active`. Until then nobody sees the new files; what the power interrupts is a
 * directory with a dot before its name, or one that no link leads to. Order: flatpak/flatpak:common/flatpak-dir.c (flatpak_dir_deploy).
 */
import { encodeUtf8, decodeUtf8 } from "../../base/utf8.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { commitPoint, step, type Update } from "../update-step.ts";
import { checkout } from "../ostree/checkout.ts";
import {
  listDirectory,
  lstat,
  makeDirectories,
  readBytes,
  readLink,
  removeTree,
  replaceSymlink,
  temporaryName,
  writeNewFile,
} from "../ostree/files.ts";
import { KeyFile } from "../ostree/keyfile.ts";
import { prune } from "../ostree/prune.ts";
import { encodeDeployData } from "./deploy-data.ts";
import { needsOf, type Deployed, type Installation } from "./installation.ts";
import { refText, shortRef, type Ref } from "./ref.ts";
import { aboutCommit } from "./server.ts";

const FLATPAK = "/usr/bin/flatpak";

/** Deploys `commit`, which the repository has, as the active one. */
export function* deploy(at: Installation, ref: Ref, origin: string, commit: Checksum, subpaths: readonly string[] = []): Update<void> {
  const { sys } = at;
  const repo = at.ensured();
  const directory = at.directoryOf(ref);
  const object = repo.commit(commit);
  const about = aboutCommit(object);
  makeDirectories(sys, directory);
  yield step("checkout");
  if (lstat(sys, `${directory}/${commit}`) === undefined) {
    const temporary = temporaryName(sys, `${directory}/.${commit}-`);
    checkout(repo, commit, temporary, { userMode: true, hardlinks: true });
    sys.chmod(temporary, 0o755);
    for (const path of subpaths) yield step("checkout", { message: path });
    if (lstat(sys, `${temporary}/files`) === undefined) sys.mkdir(`${temporary}/files`, 0o755);
    writeNewFile(sys, `${temporary}/files/.ref`, new Uint8Array());
    const info = appInfoOf(at, temporary, ref.id);
    const data = encodeDeployData({
      origin,
      commit,
      subpaths,
      installedSize: about.installedSize,
      timestamp: object.timestamp,
      runtime: needsOf(about.metadata, ref.kind, ref.branch).runtime,
      endOfLife: about.endOfLife,
      rebasedTo: about.rebasedTo,
      ...info,
    });
    writeNewFile(sys, `${temporary}/deploy`, data);
    if (ref.kind === "app") prepareExports(at, ref, temporary, about.metadata);
    sys.sync();
    sys.rename(temporary, `${directory}/${commit}`);
  }
  yield step("deploy-ref");
  repo.setRef(`deploy/${refText(ref)}`, commit);
  const before = readLink(sys, `${directory}/active`);
  yield commitPoint("activate");
  replaceSymlink(sys, commit, `${directory}/active`);
  if (ref.kind === "app") {
    if (at.currentOf(ref.id) === undefined || lstat(sys, `${at.path}/app/${ref.id}/current/active`) === undefined) makeCurrent(at, ref);
    yield step("exports");
    updateExports(at);
  }
  if (before !== undefined && before !== commit) yield* removeDeployment(at, ref, before);
  at.markChanged();
}

/** `flatpak make-current`. */
export function makeCurrent(at: Installation, ref: Ref): void {
  replaceSymlink(at.sys, `${ref.arch}/${ref.branch}`, `${at.path}/app/${ref.id}/current`);
}

/** Takes an installed ref away: links first, so that nothing leads to half of it. */
export function* undeploy(at: Installation, { ref, origin, commit }: Deployed, keepRef: boolean): Update<void> {
  const { sys } = at;
  const repo = at.ensured();
  const directory = at.directoryOf(ref);
  yield commitPoint("deactivate");
  sys.unlink(`${directory}/active`);
  const base = `${at.path}/${ref.kind}/${ref.id}`;
  if (ref.kind === "app" && readLink(sys, `${base}/current`) === `${ref.arch}/${ref.branch}`) {
    const other = at.deployed().find((entry) => entry.ref.kind === "app" && entry.ref.id === ref.id);
    if (other) makeCurrent(at, other.ref);
    else sys.unlink(`${base}/current`);
  }
  if (ref.kind === "app") updateExports(at);
  repo.deleteRef(`deploy/${refText(ref)}`);
  if (!keepRef) repo.deleteRef(`${origin}:${refText(ref)}`);
  yield step("remove");
  yield* removeDeployment(at, ref, commit);
  for (const path of [directory, `${base}/${ref.arch}`, base])
    if (listDirectory(sys, path).length === 0 && lstat(sys, path)) sys.rmdir(path);
  at.markChanged();
}

/** Moved to `.removed` first, in case something in it still runs. */
function* removeDeployment(at: Installation, ref: Ref, commit: Checksum): Update<void> {
  const { sys } = at;
  const from = `${at.directoryOf(ref)}/${commit}`;
  if (lstat(sys, from) === undefined) return;
  makeDirectories(sys, `${at.path}/.removed`);
  const to = temporaryName(sys, `${at.path}/.removed/${ref.id}-${commit}-`);
  sys.rename(from, to);
  yield step("remove");
  removeTree(sys, to);
}

/** Removes objects that nothing needs. */
export function* pruneRepository(at: Installation): Update<void> {
  yield* prune(at.ensured(), { refsOnly: true, depth: 0 });
}

/** `export/` of a deployment: its desktop files with `Exec=flatpak run …`, and a script that starts it. */
function prepareExports(at: Installation, ref: Ref, path: string, metadata: string): void {
  const { sys } = at;
  const run = `${FLATPAK} run --branch=${ref.branch} --arch=${ref.arch}`;
  const { command } = needsOf(metadata, "app", ref.branch);
  makeDirectories(sys, `${path}/export/bin`);
  writeNewFile(sys, `${path}/export/bin/${ref.id}`, encodeUtf8(`#!/bin/sh\nexec ${run} ${ref.id} "$@"\n`), { mode: 0o755 });
  const directory = `${path}/export/share/applications`;
  for (const { name } of listDirectory(sys, directory)) {
    if (!name.endsWith(".desktop")) continue;
    const file = KeyFile.parse(decodeUtf8(readBytes(sys, `${directory}/${name}`)));
    for (const group of file.groups()) {
      const exec = file.get(group, "Exec");
      if (exec === undefined) continue;
      const [first = "", ...rest] = exec.split(" ");
      const args = rest.map((arg) =>
        arg === "%U" || arg === "%u" ? `@@u ${arg} @@` : arg === "%F" || arg === "%f" ? `@@ ${arg} @@` : arg,
      );
      const forwards = args.some((arg) => arg.startsWith("@@")) ? " --file-forwarding" : "";
      file.set(group, "Exec", [`${run} --command=${first === "" ? (command ?? "") : first}${forwards} ${ref.id}`, ...args].join(" "));
    }
    const main = "Desktop Entry";
    const tags = KeyFile.parse(metadata).get("Application", "tags");
    if (tags !== undefined) file.set(main, "X-Flatpak-Tags", tags);
    file.set(main, "X-Flatpak", ref.id);
    sys.unlink(`${directory}/${name}`); // a link to the repository's object
    writeNewFile(sys, `${directory}/${name}`, encodeUtf8(file.toString()));
  }
}

/** `exports/`: links to what the current branches of all apps export; links to what is gone go. */
function updateExports(at: Installation): void {
  const { sys } = at;
  const exports = `${at.path}/exports`;
  const wanted = new Map<string, string>();
  for (const { name: id } of listDirectory(sys, `${at.path}/app`)) {
    const from = `${at.path}/app/${id}/current/active/export`;
    for (const file of filesBelow(at, from, ""))
      wanted.set(file, `${"../".repeat(file.split("/").length)}app/${id}/current/active/export/${file}`);
  }
  const tidy = (path: string): void => {
    for (const { name, type } of listDirectory(sys, `${exports}/${path}`)) {
      const child = path === "" ? name : `${path}/${name}`;
      if (type === "dir") tidy(child);
      else if (!wanted.has(child) && type === "symlink") sys.unlink(`${exports}/${child}`);
    }
  };
  tidy("");
  for (const [file, target] of wanted) {
    if (readLink(sys, `${exports}/${file}`) === target) continue;
    makeDirectories(sys, `${exports}/${file.slice(0, file.lastIndexOf("/"))}`);
    replaceSymlink(sys, target, `${exports}/${file}`);
  }
}

function filesBelow(at: Installation, root: string, path: string): string[] {
  return listDirectory(at.sys, `${root}/${path}`).flatMap(({ name, type }) => {
    const child = path === "" ? name : `${path}/${name}`;
    return type === "dir" ? filesBelow(at, root, child) : [child];
  });
}

/** @simplified Read from the app's own metainfo; the real one reads what the remote's builder made of it. */
function appInfoOf(
  at: Installation,
  path: string,
  id: string,
): { appName: string | undefined; appVersion: string | undefined; appSummary: string | undefined } {
  const file = `${path}/files/share/metainfo/${id}.metainfo.xml`;
  const text = lstat(at.sys, file)?.type === "file" ? decodeUtf8(readBytes(at.sys, file)) : "";
  const found = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1]?.replaceAll("&amp;", "&");
  return { appName: found(/<name>([^<]*)</), appVersion: found(/<release version="([^"]*)"/), appSummary: found(/<summary>([^<]*)</) };
}

/** Why a runtime stays: apps that need it. */
export function usersOf(at: Installation, runtime: Ref): Deployed[] {
  return at.deployed().filter((entry) => entry.ref.kind === "app" && entry.runtime === shortRef(runtime));
}

/** Runtimes and extensions that nothing installed needs. */
export function unusedIn(at: Installation, apps: readonly Deployed[]): Deployed[] {
  const used = new Set<string>();
  const use = (ref: string | undefined): void => {
    const found = ref === undefined || used.has(ref) ? undefined : runtimes.find((entry) => shortRef(entry.ref) === ref);
    if (ref !== undefined) used.add(ref);
    if (found) useExtensions(found);
  };
  const useExtensions = (entry: Deployed): void => {
    const { extensions } = needsOf(at.metadataOf(entry), entry.ref.kind, entry.ref.branch);
    for (const { id, branch } of extensions)
      for (const other of runtimes)
        if ((other.ref.id === id || other.ref.id.startsWith(`${id}.`)) && other.ref.branch === branch) use(shortRef(other.ref));
  };
  const runtimes = at.deployed().filter((entry) => entry.ref.kind === "runtime");
  for (const app of apps) {
    use(app.runtime);
    const { sdk } = needsOf(app.installation.metadataOf(app), "app", app.ref.branch);
    use(sdk);
    if (app.installation === at) useExtensions(app);
  }
  for (const entry of runtimes) if (at.isMatched("pinned", entry.ref)) use(shortRef(entry.ref));
  return runtimes.filter((entry) => !used.has(shortRef(entry.ref)));
}
