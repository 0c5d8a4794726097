/** Opens two machines on one page: `?machine=silverblue&beside=bootc`. */
import { mount } from "svelte";
import "../tokens.css";
import "../base.css";
import { assert } from "../../base/assert.ts";
import type { Offer } from "../../distros/offers.ts";
import { BrowserStore } from "../browser-store.ts";
import { LabClient, type Keeper, type LabPlaces } from "../lab-client.ts";
import { Page } from "../page.ts";
import { applyTheme, loadPreferences, type Preferences } from "../preferences.ts";
import { keepOffline } from "../offline.ts";
import Beside from "./Beside.svelte";
import { Pair } from "./pair.svelte.ts";

export interface BesideOpening {
  /** For each machine. */
  readonly places: () => LabPlaces;
  /** Left, right. */
  readonly offers: readonly [Offer, Offer];
  readonly fidelity: string;
  /** How the page looks, unless as the learner likes it. */
  readonly preferences?: Preferences;
  /** Where each run is kept, unless in this browser. */
  readonly store?: Keeper;
}

export function showBeside({ places, offers, fidelity, preferences = loadPreferences(), store }: BesideOpening): Pair {
  const target = document.getElementById("page");
  assert(target, "no #page");
  applyTheme(preferences.theme);
  const pair = new Pair((typed, side) => {
    const { name, flavours } = offers[side];
    const run = ["beside", ...offers.map((offer) => offer.name), side].join("/");
    const client = new LabClient(places(), { setup: { machine: name, flavour: flavours[0].id } }, store ?? new BrowserStore(run));
    return new Page({ client, machine: name, view: undefined, preferences, typed });
  });
  void keepOffline();
  target.replaceChildren();
  mount(Beside, { target, props: { pair, preferences, fidelity } });
  const restyle = (): void => pair.pages.forEach((page) => page.restyle());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  matchMedia("(forced-colors: active)").addEventListener("change", restyle);
  return pair;
}
