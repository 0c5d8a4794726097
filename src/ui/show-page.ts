/** Brings a page's markup to life. */
import { hydrate } from "svelte";
import App from "./App.svelte";
import { Page, type PageParts } from "./page.ts";

/** `target` holds what `prerender` made. */
export function showPage(target: HTMLElement, parts: PageParts & { readonly fidelity: string }): void {
  const page = new Page(parts);
  hydrate(App, { target, props: { page: page.state, actions: page, preferences: parts.preferences, fidelity: parts.fidelity } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.restyle());
  matchMedia("(forced-colors: active)").addEventListener("change", () => page.restyle());
}
