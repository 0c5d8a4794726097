/**
 * A page from its markup on. First its terminal, with what a fresh machine shows; the lab starts when that is painted, and the rest
 * of the page comes to life. A key that is typed meanwhile waits for the machine.
 */
import "./tokens.css";
import "./base.css";
import { assert } from "../base/assert.ts";
import { encodeLatin1 } from "../base/latin1.ts";
import type { FirstSight } from "../lab/first-sight.ts";
import { BrowserStore } from "./browser-store.ts";
import type { LabSetup } from "./hosted-lab.ts";
import { LabClient, type Keeper, type LabPlaces } from "./lab-client.ts";
import { openGlass } from "./open-glass.ts";
import { applyTheme, loadPreferences, type Preferences } from "./preferences.ts";

export type Store = Keeper & Pick<BrowserStore, "mayHaveRun">;

export interface Opening {
  readonly places: LabPlaces;
  readonly setup: LabSetup;
  /** What a machine of that set-up shows at first; undefined for one that boots when the page opens. */
  readonly sight: FirstSight | undefined;
  /** Where the run is kept, unless it is the machine's own. */
  readonly store?: Store;
  /** How the page looks, unless as the learner likes it. */
  readonly preferences?: Preferences;
  /** False: the terminal gets the focus only when it is asked for, since another page is around this one. */
  readonly takesFocus?: boolean;
  /** Where the page on fidelity is, relative to the page. */
  readonly fidelity: string;
  /** The rest of the page. */
  readonly load: () => Promise<Pick<typeof import("./show-page.ts"), "showPage">>;
}

export async function openPage(opening: Opening): Promise<void> {
  const { places, setup, sight, store = new BrowserStore(setup.machine), preferences = loadPreferences(), fidelity, load } = opening;
  applyTheme(preferences.theme);
  const target = document.getElementById("page");
  const screen = target?.querySelector<HTMLElement>("[data-tty]");
  assert(target && screen, "no page in #page");
  const glass = openGlass(0, screen, preferences, (event) => client.send(event));
  const fresh = store.mayHaveRun ? undefined : sight;
  const shown = fresh && glass.show(encodeLatin1(fresh.screens[0] ?? ""));
  const client = new LabClient(places, { setup, ...(shown && { shown }) }, store);
  client.send({ kind: "resize", tty: 0, ...glass.size });
  await glass.open();
  await shown;
  if (opening.takesFocus !== false && matchMedia("(pointer: fine)").matches && document.activeElement === document.body) glass.focus();
  const { showPage } = await load();
  showPage(target, { client, machine: setup.machine, glass, view: fresh?.view, preferences, fidelity });
}
