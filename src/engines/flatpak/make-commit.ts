/** A commit as `flatpak build-export` makes it: `/metadata`, `/files`, `/export`, and what it says of itself. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { swap64, type Variant } from "../../image/gvariant.ts";
import { checksumCommit, type Checksum, type Commit, type Ownership } from "../../image/ostree-objects.ts";
import { checksumTree, type LiveEntry, type TreeReader } from "../../image/tree-checksum.ts";
import type { Transaction } from "../ostree/transaction.ts";
import { parseRef } from "./ref.ts";
import type { ServedCommit } from "./server.ts";

/** A file by its text, executable or not, or a link by its target. */
export type Content = { readonly text: string; readonly isExecutable?: true } | { readonly target: string };

export interface CommitSource {
  readonly ref: string;
  readonly metadata: string;
  /** By path below the commit's root, e.g. "files/bin/x". */
  readonly files: ReadonlyMap<string, Content>;
  /** Directories that may be empty. */
  readonly directories: readonly string[];
  readonly subject: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly parent?: Checksum;
  readonly endOfLife?: string;
  readonly rebasedTo?: string;
  /** Where they are not those of the files. */
  readonly downloadSize?: number;
  readonly installedSize?: number;
  /** The tool that built it. */
  readonly builtWith: string;
}

const DIRECTORY: Ownership = { mode: 0o755, uid: 0, gid: 0 };
/** What an installed file takes: whole blocks. */
const BLOCK = 512;

type Node = { readonly kind: "dir"; readonly children: Map<string, Node> } | { readonly kind: "leaf"; readonly content: Content };

/** Hashed when somebody asks. */
export function makeCommit(source: CommitSource): ServedCommit {
  let made: { readonly checksum: Checksum; readonly commit: Commit } | undefined;
  const get = (): { readonly checksum: Checksum; readonly commit: Commit } => (made ??= hashed(source));
  return {
    get checksum() {
      return get().checksum;
    },
    get commit() {
      return get().commit;
    },
    write(transaction) {
      write(source, transaction);
      transaction.writeCommit(get().commit);
    },
  };
}

function hashed(source: CommitSource): { checksum: Checksum; commit: Commit } {
  const sums = checksumTree(READER, treeOf(source), DIRECTORY);
  const sizes = [...source.files.values(), { text: source.metadata }].map((content) =>
    "text" in content ? encodeUtf8(content.text).length : 0,
  );
  const size = (value: number): Variant => ({ type: "t", value: swap64(BigInt(value)) });
  const text = (value: string): Variant => ({ type: "s", value });
  const { id, arch, branch } = parseRef(source.ref) ?? { id: "", arch: "", branch: "" };
  const metadata: [string, Variant][] = [
    ["xa.installed-size", size(source.installedSize ?? sizes.reduce((sum, bytes) => sum + Math.ceil(bytes / BLOCK) * BLOCK, 0))],
    ["ostree.collection-binding", text("")],
    ["xa.ref", text(source.ref)],
    ["ostree.ref-binding", { type: "as", value: [source.ref] }],
    ["xa.metadata", text(source.metadata)],
    ["xa.download-size", size(source.downloadSize ?? sizes.reduce((sum, bytes) => sum + bytes, 0))],
    ...(source.endOfLife === undefined ? [] : [["ostree.endoflife", text(source.endOfLife)] as [string, Variant]]),
    ...(source.rebasedTo === undefined ? [] : [["ostree.endoflife-rebase", text(source.rebasedTo)] as [string, Variant]]),
  ];
  const commit: Commit = {
    metadata,
    parent: source.parent,
    subject: source.subject,
    body: `Name: ${id}\nArch: ${arch}\nBranch: ${branch}\nBuilt with: ${source.builtWith}\n`,
    timestamp: source.timestamp,
    ...sums,
  };
  return { checksum: checksumCommit(commit), commit };
}

function write(source: CommitSource, transaction: Transaction): void {
  checksumTree(READER, treeOf(source), DIRECTORY, {
    file: (_, file) => transaction.writeFile({ kind: "file", mode: file.mode, uid: 0, gid: 0, contents: file.contents() }),
    symlink: (_, { target }) => transaction.writeFile({ kind: "symlink", uid: 0, gid: 0, target }),
    dirtree: (_, tree) => transaction.writeDirtree(tree),
    dirmeta: (_, owner) => transaction.writeDirmeta(owner),
  });
}

function treeOf({ metadata, files, directories }: CommitSource): Map<string, Node> {
  const root = new Map<string, Node>();
  const directory = (path: string): Map<string, Node> =>
    path
      .split("/")
      .filter((part) => part !== "")
      .reduce((at, part) => {
        const there = at.get(part);
        if (there?.kind === "dir") return there.children;
        const children = new Map<string, Node>();
        at.set(part, { kind: "dir", children });
        return children;
      }, root);
  for (const path of directories) directory(path);
  for (const [path, content] of files) {
    const at = path.lastIndexOf("/");
    directory(path.slice(0, Math.max(at, 0))).set(path.slice(at + 1), { kind: "leaf", content });
  }
  root.set("metadata", { kind: "leaf", content: { text: metadata } });
  return root;
}

const READER: TreeReader<Map<string, Node>> = {
  *entries(children): Generator<LiveEntry<Map<string, Node>>, void, void> {
    for (const [name, node] of children) {
      if (node.kind === "dir") yield { kind: "dir", name, ...DIRECTORY, dir: node.children };
      else if ("target" in node.content) yield { kind: "symlink", name, uid: 0, gid: 0, target: node.content.target };
      else {
        const { text, isExecutable } = node.content;
        yield { kind: "file", name, uid: 0, gid: 0, mode: isExecutable ? 0o755 : 0o644, contents: () => encodeUtf8(text) };
      }
    }
  },
};
