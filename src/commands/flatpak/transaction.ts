/** What install, update and uninstall have in common: a list of operations that is shown, agreed to and done. */
import { textWidth } from "../../base/character-width.ts";
import { deploy, pruneRepository, undeploy, usersOf } from "../../engines/flatpak/deploy.ts";
import { permissionsOf } from "../../engines/flatpak/context.ts";
import type { Deployed, Installation } from "../../engines/flatpak/installation.ts";
import { refText, shortRef, type Ref } from "../../engines/flatpak/ref.ts";
import type { Offer } from "../../engines/flatpak/server.ts";
import { failureText, OstreeError } from "../../engines/ostree/errors.ts";
import { bootId, drive, watchNothing } from "../../engines/ostree/process.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { log } from "./history.ts";
import { permissionWords } from "./permission-words.ts";
import { ask, isInteractive } from "./verb.ts";
import { sizeText } from "./words.ts";

export type Operation = {
  readonly at: Installation;
  readonly ref: Ref;
  readonly subpaths: readonly string[];
} & (
  | {
      readonly kind: "install" | "update";
      readonly remote: string;
      readonly offer: Offer;
      /** What is to be deployed where that is not what the offer leads to. */
      readonly commit?: Checksum;
      /** Bytes a second; undefined: at once. */
      readonly rate: number | undefined;
    }
  | { readonly kind: "uninstall"; readonly deployed: Deployed; readonly keepRef: boolean }
);

export interface Manner {
  readonly assumesYes: boolean;
  /** `--noninteractive`: a line per operation. */
  readonly isTerse: boolean;
  readonly deploys: boolean;
  readonly pulls: boolean;
  /** Removes runtimes that are in use, too. */
  readonly isForced: boolean;
}

const DOING = { install: "Installing", update: "Updating", uninstall: "Uninstalling" } as const;
const DONE = { install: "Installation complete.", update: "Updates complete.", uninstall: "Uninstall complete." } as const;
const LETTER = { install: "i", update: "u", uninstall: "r" } as const;

/** Shows the operations, asks, does them. Whether all of it was done; throws `OstreeError` when one failed. */
export function* perform(proc: Process, operations: readonly Operation[], manner: Manner): Run<boolean> {
  const screen = new Screen(proc, operations);
  if (!manner.isTerse) {
    yield* proc.print(announcements(operations, screen.isTerminal));
    yield* proc.print(screen.table());
    const [first] = operations;
    if (manner.assumesYes) yield* proc.print("\n");
    else if (!(yield* ask(proc, `Proceed with these changes to the ${first?.at.name ?? "user"} installation?`))) return false;
    yield* screen.begin();
  }
  for (const [i, operation] of operations.entries()) {
    if (manner.isTerse) yield* proc.print(`${DOING[operation.kind]} ${refText(operation.ref)}\n`);
    else yield* screen.start(i);
    try {
      if (operation.kind === "uninstall") yield* remove(proc, operation, operations, manner);
      else yield* fetchAndDeploy(proc, operation, manner, manner.isTerse ? undefined : screen, i);
    } catch (error) {
      const text = failureText(error);
      if (text === undefined) throw error;
      if (!manner.isTerse) yield* screen.end();
      yield* proc.printError(`Error: ${text}\n`);
      throw new OstreeError(`Failed to ${operation.kind} ${operation.ref.id}: ${text}`);
    }
    if (!manner.isTerse) yield* screen.finish(i);
  }
  const places = new Set(operations.filter(({ kind }) => kind !== "install").map(({ at }) => at));
  for (const at of places) yield* at.changing("PruneLocalRepo", () => drive(proc, pruneRepository(at), watchNothing));
  if (!manner.isTerse) {
    yield* screen.end();
    const kinds = new Set(operations.map(({ kind }) => kind));
    const [only] = kinds;
    yield* proc.print(`${kinds.size === 1 && only !== undefined ? DONE[only] : "Changes complete."}\n`);
  }
  return true;
}

function announcements(operations: readonly Operation[], isTerminal: boolean): string {
  return operations
    .map((operation) => {
      if (operation.kind === "uninstall" || operation.ref.kind === "runtime") return "";
      const { at, ref, offer } = operation;
      const deployed = operation.kind === "update" ? at.deployedAt(ref) : undefined;
      const before = deployed && permissionsOf(at.metadataOf(deployed));
      return permissionWords(ref.id, permissionsOf(offer.metadata), offer.metadata, before, isTerminal);
    })
    .join("");
}

function* remove(proc: Process, operation: Operation & { kind: "uninstall" }, all: readonly Operation[], manner: Manner): Run<void> {
  const { at, ref, deployed, keepRef } = operation;
  const goes = new Set(all.flatMap((other) => (other.kind === "uninstall" ? [refText(other.ref)] : [])));
  const users = ref.kind === "runtime" ? usersOf(at, ref).filter((user) => !goes.has(refText(user.ref))) : [];
  if (users.length > 0 && !manner.isForced)
    throw new OstreeError(`Can't remove ${shortRef(ref)}, it is needed for: ${users.map((user) => user.ref.id).join(", ")}`);
  yield* at.changing("Uninstall", () => drive(proc, undeploy(at, deployed, keepRef), watchNothing));
  yield* log(proc, at, { change: "uninstall", ref: refText(ref) });
}

function* fetchAndDeploy(
  proc: Process,
  operation: Operation & { kind: "install" | "update" },
  manner: Manner,
  screen: Screen | undefined,
  i: number,
): Run<void> {
  const { at, ref, remote, offer, subpaths } = operation;
  const commit = operation.commit ?? offer.checksum;
  yield* at.changing("Deploy", function* (): Run<void> {
    const repo = at.ensured();
    const isThere = repo.hasObject(commit, "commit") && !repo.isPartial(commit);
    if (manner.pulls) {
      if (screen) yield* screen.progress(i, 0, 0);
      if (!isThere) {
        yield* transfer(proc, operation, screen, i);
        yield* drive(proc, offer.pull(repo, remote, bootId(proc.sys), operation.commit), watchNothing);
      } else {
        repo.setRef(`${remote}:${refText(ref)}`, offer.checksum);
        if (screen) yield* screen.progress(i, 1, undefined);
      }
    }
    if (manner.deploys) yield* drive(proc, deploy(at, ref, remote, commit, subpaths), watchNothing);
  });
  if (manner.deploys)
    yield* log(proc, at, { change: operation.kind === "install" ? "deploy install" : "deploy update", ref: refText(ref), remote });
}

/** The time that its bytes take on the line. From this machine's own disk it is over before it shows. */
function* transfer(
  proc: Process,
  { offer, rate }: Operation & { kind: "install" | "update" },
  screen: Screen | undefined,
  i: number,
): Run<void> {
  if (rate === undefined) {
    if (screen) yield* screen.progress(i, 0, undefined);
    return;
  }
  const seconds = Math.max(1, Math.ceil(offer.downloadSize / rate));
  const steps = Math.min(seconds, STEPS);
  for (let at = 1; at <= steps; at++) {
    yield* proc.sleep(seconds / steps);
    if (screen) yield* screen.progress(i, at / steps, offer.downloadSize / seconds);
  }
}

/** How often the bar moves during a long download, at most. */
const STEPS = 20;
const BAR = 20;

/** The table of operations and the line below it: one that is drawn again on a terminal, many off it. */
class Screen {
  readonly isTerminal: boolean;
  readonly #proc: Process;
  readonly #operations: readonly Operation[];
  readonly #asksBelow: boolean;

  constructor(proc: Process, operations: readonly Operation[]) {
    this.#proc = proc;
    this.#operations = operations;
    this.isTerminal = proc.sys.isatty(1);
    this.#asksBelow = isInteractive(proc);
  }

  table(): string {
    const isOnlyRemoval = this.#operations.every(({ kind }) => kind === "uninstall");
    const rows = this.#operations.map((operation, i) => {
      const { ref, kind } = operation;
      const first = [`${String(i + 1).padStart(2)}.`, "   ", ref.id, ref.branch, LETTER[kind]];
      if (operation.kind === "uninstall") return isOnlyRemoval ? first : [...first, "", ""];
      const partial = operation.subpaths.length > 0 ? " (partial)" : "";
      return [...first, operation.remote, `< ${sizeText(operation.offer.downloadSize)}${partial}`];
    });
    if (!this.isTerminal) return `\n\n${rows.map((row) => `${row.join("\t").replace(/\t+$/, "")}\n`).join("")}\n`;
    const titles = ["   ", "   ", "ID", "Branch", "Op", ...(isOnlyRemoval ? [] : ["Remote", "Download"])];
    const widths = titles.map((title, i) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[i] ?? ""))));
    const line = (row: readonly string[]): string =>
      row
        .map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - textWidth(cell) + (i < 2 ? 1 : 4)))
        .join("")
        .trimEnd();
    return `\n\n\x1b[1m${line(titles)}\x1b[22m\n${rows.map((row) => `${line(row)}\n`).join("")}\n`;
  }

  *begin(): Run<void> {
    if (this.isTerminal) yield* this.#proc.print("\x1b[?25l");
  }

  *end(): Run<void> {
    if (this.isTerminal) yield* this.#proc.print("\r\x1b[K\x1b[?25h");
  }

  *start(i: number): Run<void> {
    if (this.isTerminal) yield* this.#mark(i, "|", `\r${this.#label(i)}\x1b[K`);
    else yield* this.#proc.print(`${this.#label(i)}\n`);
  }

  *progress(i: number, share: number, rate: number | undefined): Run<void> {
    const bar = "█".repeat(Math.round(share * BAR)).padEnd(BAR);
    const speed = rate === undefined ? "" : `  ${sizeText(Math.round(rate))}/s`;
    const text = `${this.#label(i)} ${bar} ${String(Math.round(share * 100)).padStart(3)}%${speed}`;
    yield* this.#proc.print(this.isTerminal ? `\r${text}\x1b[K` : `${text}\n`);
  }

  *finish(i: number): Run<void> {
    if (this.isTerminal) yield* this.#mark(i, this.#operations[i]?.kind === "uninstall" ? "-" : "✓", "");
  }

  /** Puts a sign between the brackets of a row: that many lines up from the line of progress, and back. */
  *#mark(i: number, sign: string, then: string): Run<void> {
    const up = this.#operations.length - i + (this.#asksBelow ? 2 : 1);
    yield* this.#proc.print(`\x1b[${up}A\r\x1b[4C[${sign}]\x1b[${up}B\r${then}`);
  }

  #label(i: number): string {
    const kind = this.#operations[i]?.kind ?? "install";
    return this.#operations.length === 1 ? `${DOING[kind]}…` : `${DOING[kind]} ${i + 1}/${this.#operations.length}…`;
  }
}
