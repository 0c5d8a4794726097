/**
 * Vite's part in prebuilt machines: the module `virtual:prebuilt/NAME` is a booted machine NAME as JSON text,
 * `virtual:prebuilt/NAME/sight` what it shows at first, `virtual:prebuilt/NAME/families` the names of its programs.
 */
import { fileURLToPath } from "node:url";
import { runnerImport, type Plugin } from "vite";
import type { PrebuiltTexts } from "./prebuilt-text.ts";

const MAKER = fileURLToPath(new URL("prebuilt-text.ts", import.meta.url));

interface Made {
  readonly texts: PrebuiltTexts;
  /** What it was made from. */
  readonly sources: readonly string[];
}

async function make(name: string): Promise<Made> {
  const { module, dependencies } = await runnerImport<typeof import("./prebuilt-text.ts")>(MAKER, { configFile: false, logLevel: "error" });
  return { texts: module.prebuiltTexts(name), sources: [MAKER, ...dependencies] };
}

/** Plugins of the page and of its worker; they boot a machine once for both, a development server again whenever something changed. */
export function prebuiltMachines(): () => Plugin {
  const made = new Map<string, Promise<Made>>();
  return () => ({
    name: "prebuilt-machines",
    resolveId: { filter: { id: /^virtual:prebuilt\// }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:prebuilt\// },
      async handler(id) {
        const [, name = "", part = "machine"] = id.split("/");
        const isServer = this.environment.mode === "dev";
        const making = (isServer ? undefined : made.get(name)) ?? make(name);
        made.set(name, making);
        const { texts, sources } = await making;
        if (isServer) for (const source of sources) this.addWatchFile(source);
        return `export default ${JSON.stringify(texts[part as keyof PrebuiltTexts])};`;
      },
    },
  });
}
