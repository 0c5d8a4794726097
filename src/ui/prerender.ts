/** The page as markup, before anything is known: what a site's HTML carries, so that a browser can paint it before any script has come. */
import { render } from "svelte/server";
import { OFFERS } from "../distros/offers.ts";
import type { Actions, Sharer } from "./actions.ts";
import App from "./App.svelte";
import { PageState } from "./page-state.svelte.ts";
import { DEFAULT_PREFERENCES } from "./preferences.ts";

/** Nobody acts on markup. */
const NO_ACTIONS = {} as Actions & Sharer;

/** `fidelity`: where the page on fidelity is, relative to the page. */
export function prerender(fidelity: string): string {
  return render(App, { props: { page: new PageState(OFFERS[0].name), actions: NO_ACTIONS, preferences: DEFAULT_PREFERENCES, fidelity } })
    .body;
}
