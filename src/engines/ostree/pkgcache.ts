/**
 * Packages in the repository: each is a commit of its files under a ref of its own, `rpmostree/pkg/NAME/EVR.ARCH`, so that a later change
 * of layers needs no network. Source: coreos/rpm-ostree:src/libpriv/rpmostree-importer.cxx, rpmostree-rpm-util.cxx.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { evr, type Package } from "../../image/package.ts";
import { packageOf, headerOf, type RpmHeader } from "../../image/rpm-md/rpm-file.ts";
import type { RpmFile, RpmPackage } from "../../image/rpm-md/rpm-package.ts";
import { checksumBytes, type Checksum, type DirtreeDirectory, type DirtreeFile, type Ownership } from "../../image/ostree-objects.ts";
import { step, type Update } from "../update-step.ts";
import type { Repository } from "./repo.ts";
import { Transaction } from "./transaction.ts";

const PREFIX = "rpmostree/pkg/";

/** The ref of a package's commit. */
export function packageRef(pkg: Package): string {
  return `${PREFIX}${mangled(pkg.name)}/${mangled(evr(pkg))}.${mangled(pkg.arch)}`;
}

/** What may stand in a ref: "_" is doubled, anything else unusual is "_" and its code. */
function mangled(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, (sign) =>
    sign === "_" ? "__" : `_${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

export function packageRefs(repo: Repository): string[] {
  return [...repo.refs().keys()].filter((ref) => ref.startsWith(PREFIX));
}

/** The package that a ref of the cache leads to, without its files; undefined when that is none. */
export function cachedPackage(repo: Repository, ref: string): { readonly pkg: RpmPackage; readonly from: string } | undefined {
  const commit = repo.resolveIfThere(ref);
  if (commit === undefined || !repo.hasObject(commit, "commit")) return undefined;
  const metadata = new Map(repo.commit(commit).metadata);
  const header = metadata.get("rpmostree.metadata");
  if (header === undefined) return undefined;
  const rows = JSON.parse(decodeUtf8(header.value as Uint8Array)) as RpmHeader & { readonly paths: readonly FileRow[] };
  const files = rows.paths.map(([path, kind, mode, user, group, target]): RpmFile => {
    return { path, kind, mode, user, group, target, bytes: () => new Uint8Array() };
  });
  return { pkg: { ...packageOf(rows), files }, from: String(metadata.get("rpmostree.repo")?.value ?? "") };
}

type FileRow = readonly [path: string, kind: RpmFile["kind"], mode: number, user: string, group: string, target: string];

/** Where a package's file lies in an image: /etc in /usr/etc, /opt in /usr/lib/opt; undefined for what no image can have. */
export function imagePath(path: string): string | undefined {
  if (path.startsWith("/etc/")) return `/usr${path}`;
  if (path.startsWith("/opt/")) return `/usr/lib${path}`;
  const merged = path.replace(/^\/(bin|sbin|lib|lib64)\//, "/usr/$1/").replace(/^\/usr\/sbin\//, "/usr/bin/");
  return merged.startsWith("/usr/") && !merged.startsWith("/usr/local/") ? merged : undefined;
}

/** Links and directories in /var that a package's files need, as lines of tmpfiles.d. */
export function tmpfilesLines(pkg: RpmPackage): string[] {
  const lines = new Set<string>();
  for (const { path, kind, mode, user, group } of pkg.files) {
    const [, top] = /^\/opt\/([^/]+)/.exec(path) ?? [];
    if (top !== undefined) lines.add(`L /opt/${top} - - - - ../../usr/lib/opt/${top}`);
    if (path.startsWith("/var/") && kind === "dir") lines.add(`d ${path} ${mode.toString(8).padStart(4, "0")} ${user} ${group} - -`);
  }
  return [...lines];
}

/** Imports `pkg` unless it is there. Owners are root's until the system's own users are known. */
export function* importPackage(repo: Repository, pkg: RpmPackage, from: string, bootId: string, now: number): Update<void> {
  const ref = packageRef(pkg);
  const known = cachedPackage(repo, ref);
  if (known !== undefined) return;
  const transaction = new Transaction(repo, bootId);
  let isWritten = false;
  try {
    const root = new Map<string, Node>();
    for (const file of pkg.files) {
      const path = imagePath(file.path);
      if (path !== undefined) place(root, path.split("/").slice(1), leafOf(transaction, file));
      yield step("import");
    }
    const lines = tmpfilesLines(pkg);
    if (lines.length > 0) {
      const contents = encodeUtf8(lines.map((line) => `${line}\n`).join(""));
      const checksum = transaction.writeFile({ kind: "file", mode: 0o644, uid: 0, gid: 0, contents });
      place(root, ["usr", "lib", "tmpfiles.d", `pkg-${pkg.name}.conf`], { checksum });
    }
    const rows = pkg.files.map(({ path, kind, mode, user, group, target }): FileRow => [path, kind, mode, user, group, target]);
    const header = encodeUtf8(JSON.stringify({ ...headerOf(pkg), paths: rows }));
    const commit = transaction.writeCommit({
      metadata: [
        ["rpmostree.metadata", { type: "ay", value: header }],
        ["rpmostree.metadata_sha256", { type: "s", value: checksumBytes(header) }],
        ["rpmostree.repo", { type: "s", value: from }],
        ["rpmostree.unpack_version", { type: "u", value: 1 }],
      ],
      parent: undefined,
      subject: "",
      body: "",
      timestamp: now,
      ...write(transaction, { mode: 0o755, uid: 0, gid: 0 }, root),
    });
    yield step("commit-objects");
    for (const _ of transaction.commitSteps()) yield step("commit-objects");
    isWritten = true;
    repo.setRef(ref, commit);
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

type Node = { readonly checksum: Checksum } | { owner: Ownership; readonly children: Map<string, Node> };

function leafOf(transaction: Transaction, file: RpmFile): Node {
  const owner = { uid: 0, gid: 0 };
  if (file.kind === "dir") return { owner: { mode: file.mode, ...owner }, children: new Map() };
  const object =
    file.kind === "symlink"
      ? ({ kind: "symlink", ...owner, target: file.target } as const)
      : ({ kind: "file", mode: file.mode, ...owner, contents: file.bytes() } as const);
  return { checksum: transaction.writeFile(object) };
}

function place(directory: Map<string, Node>, parts: readonly string[], node: Node): void {
  const [name = "", ...rest] = parts;
  const there = directory.get(name);
  if (rest.length === 0) {
    if (there !== undefined && "children" in there && "children" in node) there.owner = node.owner;
    else directory.set(name, node);
    return;
  }
  let next = there;
  if (next === undefined || !("children" in next))
    directory.set(name, (next = { owner: { mode: 0o755, uid: 0, gid: 0 }, children: new Map() }));
  place(next.children, rest, node);
}

function write(transaction: Transaction, owner: Ownership, children: ReadonlyMap<string, Node>): { dirtree: Checksum; dirmeta: Checksum } {
  const files: DirtreeFile[] = [];
  const dirs: DirtreeDirectory[] = [];
  for (const [name, node] of children) {
    if ("children" in node) dirs.push({ name, ...write(transaction, node.owner, node.children) });
    else files.push({ name, checksum: node.checksum });
  }
  return { dirtree: transaction.writeDirtree({ files, dirs }), dirmeta: transaction.writeDirmeta(owner) };
}
