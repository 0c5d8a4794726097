/** `rpm-ostree override remove|replace|reset`. Source: coreos/rpm-ostree:src/app/rpmostree-override-builtins.cxx. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { databaseOf } from "../../engines/ostree/layering.ts";
import { layeringOf, remoteReplacements, setLayering, withRemoteReplacement, type Layering } from "../../engines/ostree/layer-origin.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import { COMMAND_LINE, namesOf } from "../../engines/rpm/solvables.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { compareEvr } from "../../image/package.ts";
import type { RpmPackage } from "../../image/rpm-md/rpm-package.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { Misuse, type Call, type Verb } from "../ostree/goption.ts";
import { baseOf } from "./change.ts";
import { importOne, resolveLayers } from "./layers.ts";
import { CACHE_ONLY, GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT } from "./options.ts";
import { commandLine, finish, originDeployment, REBOOT_HINT, watchDefault } from "./outcome.ts";
import { editPackages, localOf, namesOfNevra, readLocal } from "./package-edits.ts";
import { carriedOrigin, newOrigin } from "../../engines/ostree/origin.ts";
import { loadMetadata } from "./repo-metadata.ts";
import { previewText } from "./preview.ts";
import { requireBootedSystem, transact, type Transaction } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

const SHARED: readonly Option[] = [
  STATEROOT,
  { ...REBOOT, help: "Initiate a reboot after transaction is complete" },
  { name: "dry-run", short: "n", help: "Exit after printing the transaction" },
  LOCK_FINALIZATION,
  CACHE_ONLY,
];

type Edit = (transaction: Transaction, origin: KeyFile, base: Checksum) => Run<boolean>;

/** `rpm-ostree override VERB`. */
export function overrideVerbs(host: OstreeHost): readonly Verb[] {
  return [
    {
      name: "replace",
      operands: "PACKAGE [PACKAGE...]",
      about: "Replace packages in the base layer",
      options: [
        ...SHARED,
        { name: "remove", argument: "PKG", help: "Remove a package" },
        { name: "install", argument: "PKG", help: "Install a package" },
        { name: "experimental", help: "Allow experimental options" },
        { name: "from", argument: "KIND=NAME", help: "Source of override" },
        { name: "freeze", help: "Pin packages to versions found" },
        ...GLOBAL_OPTIONS,
      ],
      *run(call) {
        const { proc, options } = call;
        if (options.operands.length === 0) throw new Misuse("usage error: At least one PACKAGE must be specified", false);
        requireBootedSystem(proc);
        if (!options.has("experimental") && (options.has("from") || options.has("freeze"))) {
          throw new OstreeError("Must specify --experimental to use --freeze or --from");
        }
        const source = options.value("from");
        const repository = source === undefined ? undefined : repositoryOf(source);
        const given = yield* readLocal(proc, host, options.operands);
        const packages = given.filter((item): item is RpmPackage => typeof item !== "string");
        const words = given.filter((item) => typeof item === "string");
        if (words.length > 0 && repository === undefined) throw new OstreeError("Non-local replacement overrides not implemented yet");
        return yield* change(call, host, function* (transaction, origin, base) {
          for (const name of options.values("remove")) remove(transaction, origin, base, name);
          yield* installed(transaction, host, origin, base, call);
          for (const pkg of packages) yield* replace(transaction, origin, base, pkg);
          // One build by its whole name is kept as it is, as with --freeze.
          const isFrozen = (word: string): boolean => options.has("freeze") || namesOfNevra(word).length > 1;
          if (repository === undefined) return true;
          const frozen = yield* found(transaction, host, repository, words.filter(isFrozen));
          for (const pkg of frozen) yield* replace(transaction, origin, base, pkg);
          followBuilds(transaction, origin, base, repository, words.filter((word) => !isFrozen(word))); // prettier-ignore
          return true;
        });
      },
    },
    {
      name: "remove",
      operands: "PACKAGE [PACKAGE...]",
      about: "Remove packages from the base layer",
      options: [
        ...SHARED,
        { name: "replace", argument: "RPM", help: "Replace a package" },
        { name: "install", argument: "PKG", help: "Install a package" },
        ...GLOBAL_OPTIONS,
      ],
      *run(call) {
        const { proc, options } = call;
        if (options.operands.length === 0) throw new Misuse("usage error: At least one PACKAGE must be specified", false);
        requireBootedSystem(proc);
        const given = yield* readLocal(proc, host, options.values("replace"));
        return yield* change(call, host, function* (transaction, origin, base) {
          for (const name of options.operands) remove(transaction, origin, base, name);
          yield* installed(transaction, host, origin, base, call);
          for (const pkg of given) if (typeof pkg !== "string") yield* replace(transaction, origin, base, pkg);
          return true;
        });
      },
    },
    {
      name: "reset",
      operands: "PACKAGE [PACKAGE...]",
      about: "Reset currently active package overrides",
      options: [...SHARED, { name: "all", short: "a", help: "Reset all active overrides" }, ...GLOBAL_OPTIONS],
      *run(call) {
        const { proc, options } = call;
        const isAll = options.has("all");
        if (isAll && options.operands.length > 0) throw new Misuse("usage error: Cannot specify PACKAGEs with --all", false);
        if (!isAll && options.operands.length === 0) throw new Misuse("usage error: At least one PACKAGE must be specified", false);
        requireBootedSystem(proc);
        return yield* change(call, host, function* (transaction, origin) {
          yield* transaction.proc.tick();
          return resetOverrides(origin, isAll ? undefined : options.operands);
        });
      },
    },
  ];
}

function* change(call: Call, host: OstreeHost, edit: Edit): Run<ExitStatus> {
  const { proc, options, verb } = call;
  const request = { method: "UpdateDeployment", action: "override", title: commandLine(call) };
  if (options.has("dry-run")) {
    const resolved = yield* transact(proc, request, function* (transaction) {
      const from = originDeployment(transaction.sysroot.load());
      const origin = carriedOrigin(from.origin ?? newOrigin(""));
      const base = baseOf(transaction.sysroot, from);
      yield* edit(transaction, origin, base);
      return yield* resolveLayers(transaction, host, base, origin, { cacheOnly: options.has("cache-only") });
    });
    yield* proc.print(`${previewText(resolved)}Exiting because of '--dry-run' option\n`);
    return 0;
  }
  const before = watchDefault(proc);
  const outcome = yield* transact(proc, request, (transaction) =>
    updateDeployment(transaction, host, {
      keepBase: true,
      cacheOnly: options.has("cache-only"),
      isLocked: options.has("lock-finalization"),
      edit: (origin, base) => edit(transaction, origin, base),
    }),
  );
  const hint = verb.name === "reset" ? REBOOT_HINT : `Use "rpm-ostree override reset" to undo overrides\n${REBOOT_HINT}`;
  return yield* finish(call, host, { before, hint, reboots: options.has("reboot") && outcome === "deployed" });
}

/** `--install`, beside an override. */
function* installed(transaction: Transaction, host: OstreeHost, origin: KeyFile, base: Checksum, call: Call): Run<void> {
  const words = yield* readLocal(call.proc, host, call.options.values("install"));
  if (words.length > 0) yield* editPackages(transaction, host, origin, base, { install: words, uninstall: [] });
}

function isOverridden(layering: Layering, name: string): boolean {
  if (remoteReplacements(layering).some(({ names }) => names.includes(name))) return true;
  return layering.removed.includes(name) || layering.replacedLocal.some(({ nevra: id }) => namesOfNevra(id).includes(name));
}

function remove(transaction: Transaction, origin: KeyFile, base: Checksum, word: string): void {
  const layering = layeringOf(origin);
  const rows = databaseOf(transaction.sysroot.openRepository(), base);
  const found = rows.filter((row) => namesOf(row).includes(word));
  const [row, second] = found;
  if (row === undefined) throw new OstreeError(`Package "${word}" not found`);
  if (second !== undefined) throw new OstreeError(`Multiple packages match "${word}"`);
  if (isOverridden(layering, row.name)) throw new OstreeError(`Override already exists for package '${row.name}'`);
  setLayering(origin, { ...layering, removed: [...layering.removed, row.name].sort() });
}

function* replace(transaction: Transaction, origin: KeyFile, base: Checksum, pkg: RpmPackage): Run<void> {
  const repo = transaction.sysroot.openRepository();
  const layering = layeringOf(origin);
  if (isOverridden(layering, pkg.name)) throw new OstreeError(`Override already exists for package '${pkg.name}'`);
  if (!databaseOf(repo, base).some((row) => row.name === pkg.name)) throw new OstreeError(`Package "${pkg.name}" not found`);
  yield* importOne(transaction, repo, pkg, COMMAND_LINE);
  setLayering(origin, { ...layering, replacedLocal: [...layering.replacedLocal, localOf(pkg)] });
}

/** "repo=updates". */
function repositoryOf(source: string): string {
  const [, kind = "", name = ""] = /^([^=]*)=(.*)$/.exec(source) ?? [];
  if (kind === "" || name === "") throw new OstreeError(`Invalid override source "${source}": expected KIND=NAME`);
  if (kind !== "repo") throw new OstreeError(`Invalid override source: ${kind}`);
  return name;
}

/** Downloads the newest builds of that repository, to be kept. */
function* found(transaction: Transaction, host: OstreeHost, repository: string, words: readonly string[]): Run<RpmPackage[]> {
  if (words.length === 0) return [];
  const { available } = yield* loadMetadata(transaction, yield* packageServersFor(transaction.proc, host), {});
  return words.map((word) => {
    const [newest] = available
      .filter((it) => it.repo === repository && namesOf(it.pkg).includes(word))
      .sort((left, right) => compareEvr(right.pkg, left.pkg));
    if (newest?.rpm === undefined) throw new OstreeError(`No matches for "${word}" in repo '${repository}'`);
    return newest.rpm;
  });
}

/** From now on the newest builds of a repository stand for these base packages. */
function followBuilds(transaction: Transaction, origin: KeyFile, base: Checksum, repository: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const rows = databaseOf(transaction.sysroot.openRepository(), base);
  const layering = layeringOf(origin);
  for (const name of names) {
    if (isOverridden(layering, name)) throw new OstreeError(`Override already exists for package '${name}'`);
    if (!rows.some((row) => row.name === name)) throw new OstreeError(`Package "${name}" not found`);
  }
  const from = `repo=${repository}`;
  const before = remoteReplacements(layering).find((each) => each.from === from)?.names ?? [];
  setLayering(origin, withRemoteReplacement(layering, from, [...before, ...names]));
}

/** `words` undefined: all of them. */
function resetOverrides(origin: KeyFile, words: readonly string[] | undefined): boolean {
  let layering = layeringOf(origin);
  if (words === undefined) {
    const had = layering.removed.length + layering.replacedLocal.length + layering.replacedRemote.length;
    setLayering(origin, { ...layering, removed: [], replacedLocal: [], replacedRemote: [] });
    return had > 0;
  }
  for (const word of words) {
    const removed = layering.removed.filter((name) => name !== word);
    const replacedLocal = layering.replacedLocal.filter(({ nevra: id }) => !namesOfNevra(id).includes(word));
    let next: Layering = { ...layering, removed, replacedLocal };
    for (const { from, names } of remoteReplacements(layering)) {
      if (names.includes(word)) next = withRemoteReplacement(next, from, names.filter((name) => name !== word)); // prettier-ignore
    }
    if (JSON.stringify(next) === JSON.stringify(layering)) throw new OstreeError(`No overrides for package '${word}'`);
    layering = next;
  }
  setLayering(origin, layering);
  return true;
}
