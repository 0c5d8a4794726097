/** Vite's part in the page's markup: puts it into the element `#page` of every HTML file. `virtual:page-markup` is it as text. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import { runnerImport, type Plugin } from "vite";
import { SVELTE } from "./svelte-options.ts";

const MAKER = fileURLToPath(new URL("../ui/prerender.ts", import.meta.url));
const PLACE = '<div id="page"></div>';

type Maker = typeof import("../ui/prerender.ts");

async function maker(): Promise<Maker> {
  const { module } = await runnerImport<Maker>(MAKER, {
    configFile: false,
    logLevel: "error",
    plugins: [svelte({ ...SVELTE, emitCss: false })],
  });
  return module;
}

/** `fidelity`: where the page on fidelity is, relative to the page. */
export function prerenderedPage(fidelity: string): Plugin {
  return {
    name: "prerendered-page",
    resolveId: { filter: { id: /^virtual:page-markup$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:page-markup$/ },
      async handler() {
        const { prerender } = await maker();
        return `export default ${JSON.stringify(prerender(fidelity))};`;
      },
    },
    async transformIndexHtml(html, { server }) {
      if (!html.includes(PLACE)) throw new Error(`no ${PLACE} to put the page into`);
      const { prerender } = server === undefined ? await maker() : ((await server.ssrLoadModule(MAKER)) as Maker);
      return html.replace(PLACE, () => PLACE.replace("><", () => `>${prerender(fidelity)}<`));
    },
  };
}
