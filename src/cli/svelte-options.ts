/** How Svelte compiles the page, for its scripts and for its markup alike. */
import type { Options } from "@sveltejs/vite-plugin-svelte";

export const SVELTE: Options = {
  configFile: false,
  // In the markup, the scripts and the style sheet, on every element.
  compilerOptions: { cssHash: ({ hash, css }) => `s-${hash(css).slice(0, 4)}` },
};
