/** Puts a page into an element, in the colours that the learner chose. */
import { mount } from "svelte";
import "./tokens.css";
import "./base.css";
import App from "./App.svelte";
import { Page, type PageParts } from "./page.ts";
import { applyTheme } from "./preferences.ts";

export function showPage(target: HTMLElement, parts: PageParts & { readonly fidelity: string }): void {
  applyTheme(parts.preferences.theme);
  const page = new Page(parts);
  mount(App, { target, props: { page: page.state, actions: page, preferences: parts.preferences, fidelity: parts.fidelity } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.restyle());
  matchMedia("(forced-colors: active)").addEventListener("change", () => page.restyle());
}
