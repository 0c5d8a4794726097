/**
 * Vite's part in lessons.
 *
 * - `virtual:lessons` is the index of all (`LessonIndex`), small enough to come with a page;
 * - `virtual:lessons/load` has functions by id that fetch a lesson, each a chunk of its own;
 * - `virtual:lesson/ID` is one lesson; a translation is `virtual:lesson/ID.LANGUAGE`.
 *
 * A problem ends a build. A development server tells the page of it, and of lessons that changed, by the event `lesson:changed`.
 * A build also writes the pages to read and print (`lessons/TRACK/NAME/index.html`).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runnerImport, type Plugin } from "vite";
import type { Rewritten } from "../course/lesson-index.ts";
import type { LessonTexts } from "./lesson-texts.ts";

const MAKER = fileURLToPath(new URL("lesson-texts.ts", import.meta.url));
const LESSONS = fileURLToPath(new URL("../../lessons/", import.meta.url));

async function make(): Promise<LessonTexts> {
  const { module } = await runnerImport<typeof import("./lesson-texts.ts")>(MAKER, { configFile: false, logLevel: "error" });
  return module.lessonTexts();
}

/** `handouts`: whether a build writes the pages to read. */
export function lessons({ handouts }: { readonly handouts: boolean }): Plugin {
  let making: Promise<LessonTexts> | undefined;
  const texts = (): Promise<LessonTexts> => (making ??= make());
  return {
    name: "lessons",
    resolveId: { filter: { id: /^virtual:lessons?(\/|$)/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:lessons?(\/|$)/ },
      async handler(id) {
        const { index, lessons, errors } = await texts();
        if (errors.length > 0 && this.environment.mode === "build") this.error(errors.join("\n"));
        if (id === "\0virtual:lessons") return `export default JSON.parse(${JSON.stringify(JSON.stringify(index))});`;
        if (id === "\0virtual:lessons/load") {
          const loaders = Object.keys(lessons).map(
            (name) => `${JSON.stringify(name)}: () => import(${JSON.stringify(`virtual:lesson/${name}`)})`,
          );
          return `export default {${loaders.join(", ")}};`;
        }
        const lesson = lessons[id.slice("\0virtual:lesson/".length)];
        if (lesson === undefined) this.error(`There is no lesson ${id.slice(1)}.`);
        return `export default JSON.parse(${JSON.stringify(JSON.stringify(lesson))});`;
      },
    },
    async generateBundle() {
      if (!handouts) return;
      const { pages, assets, errors } = await texts();
      if (errors.length > 0) this.error(errors.join("\n"));
      for (const [fileName, source] of Object.entries(pages)) this.emitFile({ type: "asset", fileName, source });
      for (const [fileName, path] of Object.entries(assets)) this.emitFile({ type: "asset", fileName, source: readFileSync(path) });
    },
    async hotUpdate({ file, server }) {
      if (!file.startsWith(LESSONS)) return;
      if (this.environment.name === "client") {
        making = undefined;
        const { lessons, errors } = await texts();
        server.ws.send("lesson:changed", { lessons, errors } satisfies Rewritten);
      }
      const graph = this.environment.moduleGraph;
      for (const module of graph.idToModuleMap.values()) if (module.id?.startsWith("\0virtual:lesson")) graph.invalidateModule(module);
      return [];
    },
  };
}
