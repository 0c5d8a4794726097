/**
 * What is broken on purpose, one at a time, to see that the tests notice (`npm run mutations`).
 *
 * `find` must occur exactly once in its file: when the code moves on, the table has to follow, and src/cli/mutations.test.ts says so.
 */
export interface Mutation {
  /** What no longer holds. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly TestRun[];
}

/** A test file, and what the names of the wanted tests in it contain. */
export interface TestRun {
  readonly file: string;
  readonly only?: string;
}

const RANDOM_TRACES: readonly TestRun[] = [{ file: "src/cli/trace.test.ts", only: "random-A-0" }];
const HAND_TRACES: readonly TestRun[] = [{ file: "src/cli/trace.test.ts", only: "hand-0" }];
const FOUND_TRACES: readonly TestRun[] = [{ file: "src/cli/trace.test.ts", only: "found" }];
const VFS: readonly TestRun[] = [{ file: "src/vfs" }];
const SHELL: readonly TestRun[] = [{ file: "src/shell/oracle/oracle.test.ts" }];
const COMMANDS: readonly TestRun[] = [{ file: "src/commands/oracle.test.ts" }];
const MACHINE: readonly TestRun[] = [{ file: "src/machine/machine.test.ts" }];
const TERMINAL: readonly TestRun[] = [{ file: "src/machine/tty.test.ts" }];
const MERGE: readonly TestRun[] = [{ file: "src/engines/ostree/etc-merge.test.ts" }];
const DEPLOYMENTS: readonly TestRun[] = [{ file: "src/distros/silverblue/transitions.test.ts" }];
const CRASH: readonly TestRun[] = [{ file: "src/cli/crash.test.ts" }];
const SUDO: readonly TestRun[] = [{ file: "src/cli/sudo.test.ts" }];

export const MUTATIONS: readonly Mutation[] = [
  // ── overlay ──
  {
    name: "copy-up loses the mode",
    file: "src/vfs/overlay-copy-up.ts",
    find: "{ type, mode, uid, gid, rdev, ...target }",
    replace: "{ type, mode: 0o644, uid, gid, rdev, ...target }",
    tests: RANDOM_TRACES,
  },
  {
    name: "copy-up loses the times",
    file: "src/vfs/overlay-copy-up.ts",
    find: "  fs.setAttributes(upper, { atime, mtime, now });\n",
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "copy-up loses the contents",
    file: "src/vfs/overlay-copy-up.ts",
    find: 'if (type === "file" && contents)',
    replace: 'if (type === "file" && !contents)',
    tests: RANDOM_TRACES,
  },
  {
    name: "the opaque flag is forgotten",
    file: "src/vfs/overlay-dir.ts",
    find: 'if (what.type === "dir") fs.setxattr(upper, OPAQUE, YES, now);',
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "a whiteout is shown in a listing",
    file: "src/vfs/overlay-lookup.ts",
    find: 'if (entry.type === "char" && isWhiteout(fs.attributes(fs.lookup(node, entry.name)))) continue;',
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "no whiteout when a lower name is renamed",
    file: "src/vfs/overlay-dir.ts",
    find: "        fs.create(fromDir.upper, fromName, WHITEOUT, now);\n",
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "EXDEV is not raised for a lower directory",
    file: "src/vfs/overlay-dir.ts",
    find: 'throw refuse("EXDEV", "the directory is on a lower layer");',
    replace: "return;",
    tests: RANDOM_TRACES,
  },
  {
    name: "copies of two names of one lower file have one inode number",
    file: "src/vfs/overlay-copy-up.ts",
    find: 'if (type === "dir" || lower.fs.nlink(lower.node) === 1)',
    replace: "",
    tests: FOUND_TRACES,
  },
  {
    name: "copy-up changes the inode number",
    file: "src/vfs/overlay-fs.ts",
    find: "return origin(upper.fs, node.upper) ?? real;",
    replace: "return real;",
    tests: VFS,
  },
  {
    name: "an overlay's own attributes are seen through it",
    file: "src/vfs/overlay-fs.ts",
    find: "return name.startsWith(ESCAPED) ? PRIVATE + name.slice(ESCAPED.length) : [];",
    replace: "return name;",
    tests: FOUND_TRACES,
  },
  // ── names, permission, mounts ──
  {
    name: "the sticky bit is ignored",
    file: "src/vfs/permission.ts",
    find: "const isSticky = (parent.mode & STICKY) !== 0 &&",
    replace: "const isSticky = credentials.uid === -1 &&",
    tests: RANDOM_TRACES,
  },
  {
    name: "EROFS comes before EEXIST",
    file: "src/vfs/namei.ts",
    find: '  if (walk.find(walk.last) !== NO_NODE) throw refuse("EEXIST", "");\n',
    replace: '  mount.wantWrite();\n  if (walk.find(walk.last) !== NO_NODE) throw refuse("EEXIST", "");\n',
    tests: RANDOM_TRACES,
  },
  {
    name: "the umask is ignored",
    file: "src/vfs/permission.ts",
    find: "mode: granted & ~mask,",
    replace: "mode: granted,",
    tests: RANDOM_TRACES,
  },
  {
    name: "a set-gid directory does not pass on its group",
    file: "src/vfs/permission.ts",
    find: "const gid = inherits ? parent.gid : kernelGid(credentials, credentials.gid);",
    replace: "const gid = kernelGid(credentials, credentials.gid);",
    tests: RANDOM_TRACES,
  },
  {
    name: "a write leaves set-ids",
    file: "src/vfs/open-file.ts",
    find: "if (mode !== undefined) mount.fs.setAttributes(node, { mode, now });",
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "root runs what nobody may run",
    file: "src/vfs/permission.ts",
    find: "|| (mask & MAY_EXEC) === 0 || (mode & 0o111) !== 0;",
    replace: "|| true;",
    tests: RANDOM_TRACES,
  },
  {
    name: "an immutable file is written",
    file: "src/vfs/permission.ts",
    find: '    if (isImmutable(inode)) throw refuse("EPERM", "inode is immutable");\n    if (fs.isSealed',
    replace: "    if (fs.isSealed",
    tests: RANDOM_TRACES,
  },
  {
    name: "an append-only file is cut",
    file: "src/vfs/open.ts",
    find: '    if ((flags & O.TRUNC) !== 0) throw refuse("EPERM", "inode is append-only");\n',
    replace: "",
    tests: HAND_TRACES,
  },
  {
    name: "forty-one links in a walk",
    file: "src/vfs/walk.ts",
    find: "const MAX_LINKS = 40;",
    replace: "const MAX_LINKS = 41;",
    tests: FOUND_TRACES,
  },
  {
    name: "strangers make hard links",
    file: "src/vfs/permission.ts",
    find: 'throw refuse("EPERM", "fs.protected_hardlinks");',
    replace: "return;",
    tests: RANDOM_TRACES,
  },
  {
    name: "a lazy unmount keeps what is below together",
    file: "src/vfs/mount-calls.ts",
    find: "for (const each of gone) each.detach();",
    replace: "mount.detach();",
    tests: FOUND_TRACES,
  },
  {
    name: "a mount covers every name of a file",
    file: "src/vfs/mount.ts",
    find: '=== "dir" ? node : `${dir}/${name}`;',
    replace: '=== "" ? `${dir}/${name}` : node;',
    tests: FOUND_TRACES,
  },
  {
    name: "a mount lets go of a file that lost its name",
    file: "src/vfs/mount.ts",
    find: "    this.fs.hold(this.root);\n",
    replace: "",
    tests: FOUND_TRACES,
  },
  {
    name: "set-ids count on a mount that is nosuid",
    file: "src/vfs/task.ts",
    find: 'const isPlain = flags.includes("nosuid") ||',
    replace: "const isPlain =",
    tests: VFS,
  },
  {
    name: "a program that runs is overwritten",
    file: "src/vfs/vfs.ts",
    find: 'if (this.#texts.get(fs)?.has(node) === true) throw refuse("ETXTBSY", "a program that runs");',
    replace: "",
    tests: VFS,
  },
  // ── files and the tree ──
  {
    name: "what is written after unlink is lost",
    file: "src/vfs/tree-state.ts",
    find: "if (!this.#holds.has(ino)) return this.#forget(ino);",
    replace: "return this.#forget(ino);",
    tests: RANDOM_TRACES,
  },
  {
    name: "a hard link does not count",
    file: "src/vfs/tree-mutations.ts",
    find: "if (ino < FILE_BASE) inode.names++;",
    replace: "",
    tests: RANDOM_TRACES,
  },
  {
    name: "a full file system takes more",
    file: "src/vfs/tree-fs.ts",
    find: 'if (taken.length === 0 && data.length > 0) throw new SysError("ENOSPC", "", "", "no space left on the file system");',
    replace: "taken = data;",
    tests: VFS,
  },
  {
    name: "O_APPEND writes where the offset is",
    file: "src/vfs/open-file.ts",
    find: "return (this.flags & O.APPEND) !== 0 ? mount.fs.size(node) : this.#offset;",
    replace: "return this.#offset;",
    tests: RANDOM_TRACES,
  },
  {
    name: "a snapshot shares entries that are changed later",
    file: "src/vfs/tree-state.ts",
    find: "if (dir.entries === undefined || dir.entriesOwner !== this.#owner) dir.entries = new Map(dir.entries);",
    replace: "dir.entries ??= new Map();",
    tests: VFS,
  },
  {
    name: "a listing is in another order",
    file: "src/vfs/tree-fs.ts",
    find: "for (const [name, ino] of own ?? []) if",
    replace: "for (const [name, ino] of [...(own ?? [])].reverse()) if",
    tests: [...VFS, ...COMMANDS],
  },
  {
    name: "close-on-exec is ignored",
    file: "src/vfs/descriptor-table.ts",
    find: "(only === undefined || descriptor.closeOnExec)",
    replace: "only === undefined",
    tests: [...VFS, ...MACHINE, ...SHELL],
  },
  {
    name: "a pipe that nobody reads takes more",
    file: "src/vfs/pipe.ts",
    find: 'if (this.readers === 0) throw new SysError("EPIPE");',
    replace: "",
    tests: [...VFS, ...SHELL],
  },
  // ── processes and the terminal ──
  {
    name: "sudo leaks its credentials to the next command",
    file: "src/machine/kernel.ts",
    find: "if (request.fds) task.arrange(request.fds);",
    replace: 'if (request.fds) task.arrange(request.fds);\n      if ("credentials" in target) parent.sys.credentials = target.credentials;',
    tests: SUDO,
  },
  {
    name: "a set-user-id program runs as the caller",
    file: "src/machine/exec.ts",
    find: "const setUser = (mode & 0o4000) !== 0;",
    replace: "const setUser = false;",
    tests: [...SUDO, ...MACHINE],
  },
  {
    name: "the terminal echoes passwords",
    file: "src/commands/sudo/run-as.ts",
    find: "tty.setAttributes({ ...settings, echo: false }, { flush: true });",
    replace: "",
    tests: [{ file: "src/commands/terminal.test.ts" }],
  },
  {
    name: "the terminal does not echo",
    file: "src/machine/tty.ts",
    find: "if (t.echo || t.echonl) this.#echoRaw(NEWLINE);",
    replace: "",
    tests: TERMINAL,
  },
  // ── the shell ──
  {
    name: "a quoted expansion is split",
    file: "src/shell/expand/expand.ts",
    find: "yield* emit(shell, piece.pieces, out, { ...context, quoted: true });",
    replace: "yield* emit(shell, piece.pieces, out, { ...context, quoted: false, splitsLiterals: false });",
    tests: SHELL,
  },
  {
    name: "an unquoted expansion is not split",
    file: "src/shell/expand/expand.ts",
    find: "if (!out.splits || text.length <= SPLIT_PER_TICK) return out.expansion(text);",
    replace: "if (!out.splits || text.length <= SPLIT_PER_TICK) return out.literal(text);",
    tests: SHELL,
  },
  {
    name: "a failed redirection has status 0",
    file: "src/shell/simple-command.ts",
    find: "    yield* shell.complainOf(error);\n    return error.status;\n",
    replace: "    yield* shell.complainOf(error);\n    return 0;\n",
    tests: SHELL,
  },
  {
    name: "pipefail is ignored",
    file: "src/shell/jobs.ts",
    find: "(pipefail ? statuses.findLast((status) => status !== 0) : statuses.at(-1))",
    replace: "statuses.at(-1)",
    tests: SHELL,
  },
  {
    name: "a killed process has the status of its signal",
    file: "src/shell/jobs.ts",
    find: "128 + SIGNALS[ending.signal]",
    replace: "SIGNALS[ending.signal]",
    tests: SHELL,
  },
  {
    name: ">> begins anew",
    file: "src/shell/redirect.ts",
    find: "O.WRONLY | O.CREAT | O.APPEND, 0o666",
    replace: "O.WRONLY | O.CREAT | O.TRUNC, 0o666",
    tests: SHELL,
  },
  {
    name: "noclobber is ignored",
    file: "src/shell/redirect.ts",
    find: 'if (shell.options.has("noclobber") && operator !== ">|") return openNew(shell, path);',
    replace: "",
    tests: SHELL,
  },
  {
    name: "set -e does not end the shell",
    file: "src/shell/execute.ts",
    find: 'if (shell.options.has("errexit")) throw new ExitShell(status);',
    replace: "",
    tests: SHELL,
  },
  {
    name: "set -e acts in a condition",
    file: "src/shell/execute.ts",
    find: "if (status !== 0 && shell.testing === 0) yield* afterFailure(shell, status);",
    replace: "if (status !== 0) yield* afterFailure(shell, status);",
    tests: SHELL,
  },
  // ── ostree ──
  {
    name: "the /etc merge prefers the vendor's file",
    file: "src/engines/ostree/etc-merge.ts",
    find: "if (there) sys.unlink(`${target}/${path}`);",
    replace: "if (there) continue;",
    tests: MERGE,
  },
  {
    name: "the /etc merge brings back what was removed",
    file: "src/engines/ostree/etc-merge.ts",
    find: "    removeTree(sys, `${target}/${path}`);\n",
    replace: "",
    tests: MERGE,
  },
  {
    name: "the commit point comes before the sync",
    file: "src/engines/ostree/write-deployments.ts",
    find: '    yield step("sync");\n    sys.sync();\n    yield commitPoint("swap-loader");\n',
    replace: '    yield step("sync");\n    yield commitPoint("swap-loader");\n',
    tests: CRASH,
  },
  {
    name: "the old system is not kept",
    file: "src/engines/ostree/deployment-list.ts",
    find: "        isBooted ||\n        isMerge ||\n",
    replace: "",
    tests: DEPLOYMENTS,
  },
  {
    name: "a pin is ignored",
    file: "src/engines/ostree/deployment-list.ts",
    find: "        isPinnedDeployment(d) ||\n",
    replace: "",
    tests: DEPLOYMENTS,
  },
  {
    name: "the origin file is ignored",
    file: "src/engines/ostree/origin.ts",
    find: 'return origin?.get("origin", "refspec") ?? origin?.get("origin", "baserefspec");',
    replace: "return undefined;",
    tests: DEPLOYMENTS,
  },
];
