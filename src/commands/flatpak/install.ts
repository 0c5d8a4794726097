/** flatpak install and update. */
import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import { makeDirectories } from "../../engines/ostree/files.ts";
import { undeploy } from "../../engines/flatpak/deploy.ts";
import { Installation, needsOf, type Deployed } from "../../engines/flatpak/installation.ts";
import { matches, nameProblem, parsePartialRef, parseRef, refText, shortRef, type PartialRef } from "../../engines/flatpak/ref.ts";
import { remoteAt } from "../../engines/flatpak/server.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import type { ParsedOptions } from "../command.ts";
import type { Run } from "../../machine/program.ts";
import { commitAt, offersOf, type Offered } from "./offers.ts";
import { perform, type Manner, type Operation } from "./transaction.ts";
import { ask, choose, oldBranch, openInstallations, installationWithRemote, isInteractive, Misuse, type Call, type Verb } from "./verb.ts";

function mannerOf(options: ParsedOptions): Manner {
  const isTerse = options.has("noninteractive");
  return {
    isTerse,
    assumesYes: isTerse || options.has("assumeyes"),
    deploys: !options.has("no-deploy"),
    pulls: !options.has("no-pull"),
    isForced: false,
  };
}

function kindOf(options: ParsedOptions): "app" | "runtime" | undefined {
  return options.has("app") === options.has("runtime") ? undefined : options.has("app") ? "app" : "runtime";
}

/** Collects operations, dependencies before what needs them. */
class Plan {
  readonly operations: Operation[] = [];
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  has(text: string): boolean {
    return this.operations.some(({ ref }) => refText(ref) === text);
  }

  /** An app or runtime with what it needs. Throws `OstreeError`. */
  *add(kind: "install" | "update", found: Offered): Run<void> {
    const { proc, options } = this.#call;
    const { offer, ref } = found;
    if (this.has(refText(ref))) return;
    if (offer.endOfLife !== undefined) {
      yield* proc.print(`\nInfo: ${ref.kind} ${ref.id} branch ${ref.branch} is end-of-life, with reason:\n   ${offer.endOfLife}\n`);
    } else if (offer.rebasedTo !== undefined) {
      const target = parseRef(offer.rebasedTo);
      const rebased = target && offersOf(this.#call, found.at, found.remote).find((other) => refText(other.ref) === refText(target));
      yield* proc.print(
        `\nInfo: ${ref.kind} ${ref.id} branch ${ref.branch} is end-of-life, in favor of ${target?.id ?? ""} branch ${target?.branch ?? ""}\n`,
      );
      if (rebased) {
        yield* proc.print("Updating to rebased version\n");
        return yield* this.add(found.at.deployedAt(rebased.ref) ? "update" : "install", rebased);
      }
    }
    const needs = needsOf(offer.metadata, ref.kind, ref.branch);
    if (ref.kind === "app" && needs.runtime !== undefined && !options.has("no-deps")) yield* this.#require(found, needs.runtime);
    if (!options.has("no-related")) this.#addRelated(found);
    this.#push(kind, found, []);
  }

  *#require(app: Offered, runtime: string): Run<void> {
    const { proc, options } = this.#call;
    const ref = parseRef(`runtime/${runtime}`);
    if (ref === undefined || this.has(refText(ref))) return;
    const places = [app.at, Installation.system(proc.sys)].filter((at, i, all) => all.findIndex(({ name }) => name === at.name) === i);
    if (places.some((at) => at.deployedAt(ref))) return;
    const remotes = [
      app.remote,
      ...app.at.remotes.filter((remote) => remote !== app.remote && app.at.repository?.remoteOption(remote, "xa.nodeps") !== "true"),
    ];
    const found = remotes
      .flatMap((remote) => (app.at.isDisabled(remote) ? [] : offersOf(this.#call, app.at, remote)))
      .find((offered) => refText(offered.ref) === refText(ref));
    const needing = `The application ${shortRef(app.ref)} requires the runtime ${runtime}`;
    if (found === undefined) throw new OstreeError(`${needing} which was not found`);
    if (!options.has("noninteractive")) {
      yield* proc.print(`Required runtime for ${shortRef(app.ref)} (${refText(ref)}) found in remote ${found.remote}\n`);
      if (!options.has("assumeyes") && !(yield* ask(proc, "Do you want to install it?")))
        throw new OstreeError(`${needing} which is not installed`);
    }
    if (!options.has("no-related")) this.#addRelated(found);
    this.#push("install", found, []);
  }

  /** Extensions that come by themselves. */
  #addRelated({ at, remote, ref, offer }: Offered): void {
    const { extensions } = needsOf(offer.metadata, ref.kind, ref.branch);
    const wanted = extensions.filter(({ isAutoDownloaded }) => isAutoDownloaded).sort((a, b) => (a.id < b.id ? -1 : 1));
    if (wanted.length === 0) return;
    const all = offersOf(this.#call, at, remote);
    for (const extension of wanted) {
      const found = all.find(
        (other) => other.ref.kind === "runtime" && other.ref.id === extension.id && other.ref.branch === extension.branch,
      );
      if (found === undefined || this.has(refText(found.ref)) || at.isMatched("masked", found.ref)) continue;
      const deployed = at.deployedAt(found.ref);
      if (deployed?.commit === found.offer.checksum) continue;
      this.#push(deployed ? "update" : "install", found, extension.isLocale ? this.#languages(at) : []);
    }
  }

  /** `/en` and so on; none where all languages are wanted. */
  #languages(at: Installation): string[] {
    const { env } = this.#call.proc;
    const set = at.setting("languages");
    if (set !== undefined) return set === "" ? [] : set.split(";").map((language) => `/${language}`);
    const language = /^([a-z]{2,3})(?=[_.@]|$)/.exec(env.get("LC_ALL") ?? env.get("LANG") ?? "C")?.[1];
    return language === undefined ? [] : [`/${language}`];
  }

  #push(kind: "install" | "update", { at, ref, remote, offer }: Offered, subpaths: readonly string[], commit?: string): void {
    const { rate } = remoteAt(at.remoteRepository(remote), remote, this.#call.serverAt);
    this.operations.push({ kind, at, ref, remote, offer, subpaths, rate, ...(commit === undefined ? {} : { commit }) });
  }

  /** A certain commit of what is installed. */
  pinTo(commit: string, found: Offered): void {
    this.#push("update", found, [], commit);
  }
}

export const install: Verb = {
  name: "install",
  unbuilt: ["include-sdk", "include-debug", "bundle", "from", "gpg-file", "subpath", "sideload-repo"],
  ignored: ["no-static-deltas"],
  *run(call) {
    const { proc, options } = call;
    const manner = mannerOf(options);
    const words = [...options.operands];
    const places = openInstallations(call);
    for (const at of places) if (at.name === "user") at.ensured();
    const isRemote = words.length > 1 && places.some((at) => at.repository?.remotes().includes(words[0] ?? ""));
    if (words.length === 0 || (isRemote && words.length === 1)) throw new Misuse("At least one REF must be specified");
    if (!manner.isTerse) yield* proc.print("Looking for matches…\n");
    const remote = isRemote ? words.shift() : undefined;
    const plan = new Plan(call);
    const explicit: Offered[] = [];
    const chosen: Offered[] = [];
    // The last named comes first.
    const branch = oldBranch(words);
    for (const word of branch === undefined ? words : words.slice(0, 1))
      chosen.unshift(
        remote === undefined ? yield* searchRemotes(call, places, word, branch) : yield* searchRemote(call, remote, word, branch),
      );
    for (const found of chosen) {
      const { at, ref } = found;
      const deployed = at.deployedAt(ref);
      if (deployed && !options.has("reinstall")) {
        if (!options.has("or-update")) yield* proc.printError(`Skipping: ${shortRef(ref)} is already installed\n`);
        else if (deployed.commit !== found.offer.checksum) yield* plan.add("update", found);
        continue;
      }
      if (deployed) yield* at.changing("Uninstall", () => drive(proc, undeploy(at, deployed, true), watchNothing));
      yield* plan.add("install", found);
      explicit.push(found);
    }
    makeCache(call);
    if (plan.operations.length === 0) return 0;
    const isDone = yield* perform(proc, plan.operations, manner);
    if (!isDone) return 1;
    if (!options.has("no-auto-pin"))
      for (const { at, ref } of explicit)
        if (
          ref.kind === "runtime" &&
          !/\.(Locale|Debug|Sources)$/.test(ref.id) &&
          !at.isMatched("pinned", ref) &&
          isPlainRuntime(at, ref.id)
        )
          at.setPatterns("pinned", [...at.patterns("pinned"), refText(ref)]);
    return 0;
  },
};

/** Where downloads for the system's installation are kept on their way; made whether there are any or not. */
function makeCache({ proc }: Call): void {
  const cache = proc.env.get("XDG_CACHE_HOME") ?? `${proc.env.get("HOME") ?? ""}/.cache`;
  if (proc.sys.credentials.uid !== 0) makeDirectories(proc.sys, `${cache}/flatpak/system-cache`);
}

/** Not an extension of another one. */
function isPlainRuntime(at: Installation, id: string): boolean {
  return !at
    .deployed()
    .some((entry) => needsOf(at.metadataOf(entry), entry.ref.kind, entry.ref.branch).extensions.some((extension) => extension.id === id));
}

function* searchRemote(call: Call, remote: string, word: string, branch: string | undefined): Run<Offered> {
  const at = installationWithRemote(call, remote);
  const isFuzzy = isInteractive(call.proc) && !call.options.has("assumeyes") && !call.options.has("noninteractive");
  const partial = isFuzzy
    ? looseRef(word, branch, call.options)
    : { ...parsePartialRef(word, branch, call.options.value("arch")), ...withKind(call.options) };
  const all = offersOf(call, at, remote);
  const found = yield* oneOf(call, word, remote, at, fitting(all, partial, isFuzzy));
  if (found === undefined) throw new OstreeError(`Nothing matches ${partial.id} in remote ${remote}`);
  return found;
}

function withKind(options: ParsedOptions): { kind: "app" | "runtime" } | Record<string, never> {
  const kind = kindOf(options);
  return kind === undefined ? {} : { kind };
}

function looseRef(word: string, defaultBranch: string | undefined, options: ParsedOptions): PartialRef {
  const parts = word.split("/");
  if (parts[0] === "app" || parts[0] === "runtime") parts.shift();
  const [id = "", arch = "", branch = ""] = parts;
  return { kind: kindOf(options), id, arch: arch === "" ? options.value("arch") : arch, branch: branch === "" ? defaultBranch : branch };
}

function fitting(all: readonly Offered[], partial: PartialRef, isFuzzy: boolean): Offered[] {
  const exact = all.filter(({ ref }) => matches(partial, ref));
  if (exact.length > 0 || !isFuzzy) return exact;
  const part = partial.id.toLowerCase();
  return all.filter(
    ({ ref }) =>
      ref.id.toLowerCase().includes(part) && matches({ ...partial, id: ref.id }, ref) && !/\.(Locale|Debug|Sources)$/.test(ref.id),
  );
}

/** The one that is meant; asks where that is not clear. Undefined: there is none. Throws `OstreeError` when nobody chose. */
function* oneOf(call: Call, word: string, remote: string, at: Installation, found: readonly Offered[]): Run<Offered | undefined> {
  const { proc } = call;
  const [first] = found;
  if (first === undefined) return undefined;
  const isExact =
    nameProblem(word.replace(/^(app|runtime)\//, "").split("/")[0] ?? "") === undefined && found.every(({ ref }) => word.includes(ref.id));
  if (found.length === 1 && isExact) return first;
  if (found.length === 1) {
    yield* proc.print(`Found ref ‘${refText(first.ref)}’ in remote ‘${remote}’ (${at.name}).\n`);
    if (yield* ask(proc, "Use this ref?")) return first;
    throw new OstreeError(`No ref chosen to resolve matches for ‘${word}’`);
  }
  const rows = found.map(({ ref }, i) => `${String(i + 1).padStart(4)}) ${refText(ref)}\n`).join("");
  yield* proc.print(`Similar refs found for ‘${word}’ in remote ‘${remote}’ (${at.name}):\n\n${rows}\n`);
  const number = yield* choose(proc, found.length);
  const chosen = found[number - 1];
  if (chosen === undefined) throw new OstreeError(`No ref chosen to resolve matches for ‘${word}’`);
  return chosen;
}

function* searchRemotes(call: Call, places: readonly Installation[], word: string, branch: string | undefined): Run<Offered> {
  const { proc, options } = call;
  const isFuzzy = isInteractive(proc) && !options.has("assumeyes") && !options.has("noninteractive");
  const wrong = isFuzzy ? undefined : nameProblem(word.replace(/^(app|runtime)\//, "").split("/")[0] ?? "");
  const found: { readonly at: Installation; readonly remote: string; readonly offers: readonly Offered[] }[] = [];
  for (const at of places) {
    for (const remote of at.remotes) {
      if (at.isDisabled(remote) || isHidden(at, remote)) continue;
      const trouble = (text: string): string => `F: An error was encountered searching remote ‘${remote}’ for ‘${word}’: ${text}\n`;
      if (wrong !== undefined) {
        yield* proc.printError(trouble(`'${word.split("/")[0] ?? ""}' is not a valid name: ${wrong}`));
        continue;
      }
      try {
        const partial = isFuzzy
          ? looseRef(word, branch, options)
          : { ...parsePartialRef(word, branch, options.value("arch")), ...withKind(options) };
        const offers = fitting(offersOf(call, at, remote), partial, isFuzzy);
        if (offers.length > 0) found.push({ at, remote, offers });
      } catch (error) {
        const text = failureText(error);
        if (text === undefined) throw error;
        yield* proc.printError(trouble(text));
      }
    }
  }
  const [first] = found;
  if (first === undefined) throw new OstreeError(`No remote refs found for ‘${word}’`);
  let chosen: (typeof found)[number] | undefined = first;
  if (found.length > 1) {
    const rows = found.map(({ at, remote }, i) => `${String(i + 1).padStart(4)}) ‘${remote}’ (${at.name})\n`).join("");
    yield* proc.print(`Remotes found with refs similar to ‘${word}’:\n\n${rows}\n`);
    chosen = found[(yield* choose(proc, found.length)) - 1];
    if (chosen === undefined) throw new OstreeError(`No remote chosen to resolve matches for ‘${word}’`);
  }
  const one = yield* oneOf(call, word, chosen.remote, chosen.at, chosen.offers);
  if (one === undefined) throw new OstreeError(`No remote refs found for ‘${word}’`);
  return one;
}

export const update: Verb = {
  name: "update",
  unbuilt: ["subpath", "sideload-repo"],
  ignored: ["no-static-deltas", "force-remove"],
  *run(call) {
    const { proc, options } = call;
    const manner = mannerOf(options);
    const places = openInstallations(call);
    if (options.has("appstream")) return yield* updateAppstream(call, places);
    if (!manner.isTerse) yield* proc.print("Looking for updates…\n");
    const branch = oldBranch(options.operands);
    const words = branch === undefined ? options.operands : options.operands.slice(0, 1);
    const wanted = words.map((word) => ({
      word,
      partial: { ...parsePartialRef(word, branch, options.value("arch")), ...withKind(options) },
    }));
    const chosen: Deployed[] = [];
    for (const at of places) {
      if (at.repository === undefined) continue;
      for (const entry of at.deployed()) {
        const isWanted =
          wanted.length === 0
            ? kindOf(options) === undefined || kindOf(options) === entry.ref.kind
            : wanted.some(({ partial }) => matches(partial, entry.ref));
        if (isWanted) chosen.push(entry);
      }
    }
    for (const { word, partial } of wanted)
      if (!chosen.some(({ ref }) => matches(partial, ref))) throw new OstreeError(`${word} not installed`);
    const commit = options.value("commit");
    const plan = new Plan(call);
    const hasOrigin = ({ installation: at, origin }: Deployed): boolean => at.repository?.remotes().includes(origin) === true;
    for (const { ref, origin } of chosen.filter((entry) => !hasOrigin(entry)))
      yield* proc.printError(`Unable to update ${refText(ref)}: Remote "${origin}" not found\n`);
    if (commit !== undefined)
      for (const { installation: at, origin } of chosen.filter(hasOrigin))
        if (at.repository?.hasObject(commit, "commit") !== true) commitAt(call, at, origin, commit);
    for (const entry of chosen.filter(hasOrigin).reverse()) {
      const { installation: at, ref, origin } = entry;
      if ((commit === undefined && at.isMatched("masked", ref)) || at.isDisabled(origin)) continue;
      try {
        const found = offersOf(call, at, origin).find((offered) => refText(offered.ref) === refText(ref));
        if (found === undefined) continue;
        if (commit !== undefined) {
          if (commit !== entry.commit) plan.pinTo(commit, found);
        } else if (!manner.pulls && at.latestOf(entry) === entry.commit) continue;
        else if (found.offer.checksum !== entry.commit) yield* plan.add("update", found);
        else if (found.offer.endOfLife !== undefined && !manner.isTerse)
          yield* proc.print(
            `\nInfo: ${ref.kind} ${ref.id} branch ${ref.branch} is end-of-life, with reason:\n   ${found.offer.endOfLife}\n`,
          );
        else if (found.offer.rebasedTo !== undefined) yield* plan.add("update", found);
      } catch (error) {
        const failure = failureText(error);
        if (failure === undefined) throw error;
        const text = failure.includes("Remote listing for") ? `No such ref '${refText(ref)}' in remote ${origin}` : failure;
        yield* proc.printError(
          `F: Warning: Treating remote fetch error as non-fatal since ${refText(ref)} is already installed: ${text}\n`,
        );
      }
    }
    if (plan.operations.length === 0) {
      yield* proc.print("\nNothing to do.\n");
      return 0;
    }
    return (yield* perform(proc, plan.operations, manner)) ? 0 : 1;
  },
};

/** Not to be searched (`--no-enumerate`). */
function isHidden(at: Installation, remote: string): boolean {
  return at.repository?.remoteOption(remote, "xa.noenumerate") === "true";
}

/** @simplified Where a remote has a catalogue nothing is fetched: it is asked anew each time. */
function* updateAppstream(call: Call, places: readonly Installation[]): Run<number> {
  const { proc, options } = call;
  const [named] = options.operands;
  for (const at of places) {
    for (const remote of at.remotes) {
      if ((named !== undefined && remote !== named) || at.isDisabled(remote) || isHidden(at, remote)) continue;
      if (named === undefined) yield* proc.print(`Updating appstream data for ${at.name} remote ${remote}\n`);
      if (remoteAt(at.remoteRepository(remote), remote, call.serverAt).apps.length > 0) continue;
      const missing = (branch: string): string => `Error updating ${branch}: No such ref '${branch}/x86_64' in remote ${remote}`;
      const text = `${missing("appstream2")}; ${missing("appstream")}`;
      if (named !== undefined) throw new OstreeError(text);
      yield* proc.printError(`Error updating: ${text}\n`);
    }
  }
  if (named !== undefined && !places.some((at) => at.remotes.includes(named))) throw new OstreeError(`Remote "${named}" not found`);
  return 0;
}
