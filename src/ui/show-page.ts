/** Brings a page's markup to life. */
import { hydrate } from "svelte";
import App from "./App.svelte";
import { Page, type PageParts } from "./page.ts";

/** Long after the prompt is there, and all programs behind it. */
const OFFLINE_MS = 5000;

/** `target` holds what `prerender` made. A fresh run begins with what the page's address puts in trouble: `?fault=NAME`, any number of them. */
export function showPage(target: HTMLElement, parts: PageParts & { readonly fidelity: string }): Page {
  const page = new Page(parts);
  hydrate(App, { target, props: { page: page.state, actions: page, preferences: parts.preferences, fidelity: parts.fidelity } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.restyle());
  matchMedia("(forced-colors: active)").addEventListener("change", () => page.restyle());
  setTimeout(() => void import("./offline.ts").then(({ keepOffline }) => keepOffline()), OFFLINE_MS);
  const words = new URLSearchParams(location.search).getAll("fault");
  if (parts.view !== undefined && words.length > 0) void applyFaults(page, words);
  return page;
}

async function applyFaults(page: Page, words: readonly string[]): Promise<void> {
  const [{ readFault }, { whyNoFault }] = await Promise.all([import("../lab/faults.ts"), import("../distros/faults.ts")]);
  for (const { name, write } of words.flatMap((word) => readFault(word) ?? []))
    if (whyNoFault(page.state.machine, name) === undefined) page.setFault(name, true, write);
}
