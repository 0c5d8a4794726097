/**
 * Two builds of one page.
 *
 * The site: ES modules and a module worker, under any path of any static server.
 * The embed (into dist/embed/): classic scripts alone, because in `<iframe sandbox="allow-scripts">` the origin is opaque and a server
 * without CORS headers then blocks module scripts, import(), fetch and new Worker(url). `--mode embed-machine` builds what is in its worker,
 * `--mode embed`, after it, the page; src/embed/parts.ts says how the scripts find each other. What a frame shows before, and the
 * element, are built by src/cli/embed.vite.ts.
 */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { lessons } from "./src/cli/lessons-plugin.ts";
import { prebuiltMachines } from "./src/cli/prebuilt-plugin.ts";
import { prerenderedPage } from "./src/cli/prerender-plugin.ts";
import { SVELTE } from "./src/cli/svelte-options.ts";

/** Makes a chunk what src/embed/parts.ts expects: a call with the chunk's name, what it needs at once, and its code. */
function classicParts(): Plugin {
  return {
    name: "classic-parts",
    renderChunk(code, { fileName, imports }) {
      const later = code.replace(/Promise\.resolve\(\)\.then\(\(\) => require\(("[^"]+")\)\)/g, "immutableLabParts.load($1)");
      const body = `function (require, exports) {\n"use strict";\n${later}\n}`;
      return { code: `immutableLabParts.add(${JSON.stringify(fileName)}, ${JSON.stringify(imports)}, ${body});`, map: null };
    },
  };
}

/** What a page loads only where it may have no worker. */
const MACHINE =
  /src.(base|vfs|image|machine|engines|shell|commands|distros|lab).|node_modules.(@noble|@jsonjoy.com|diff|fflate|re2js|unbash)./;

/** What of Svelte only parts of a page use that come late: Svelte's index names it all. */
const ONLY_LATE = /svelte.src.internal.client.dom.(css|blocks.html|elements.bindings.input)\.js$/;

/** By what a file of it is called. */
const OF_ONE_MACHINE = [
  { kind: "machine-", module: /src.distros.(\w+).\1\.ts$/ },
  { kind: "releases-", module: /src.image.\w+\.manifest\.json$|src.distros.\w+.releases\.ts$/ },
];

/** What each machine has of its own is told from what they share, whatever machines there are. */
function machineFile(prefix: string) {
  return ({ facadeModuleId }: { readonly facadeModuleId: string | null }): string => {
    const kind = OF_ONE_MACHINE.find(({ module }) => module.test(facadeModuleId ?? ""))?.kind ?? "";
    return `${prefix}${kind}[name]-[hash].js`;
  };
}

const EMBED = "dist/embed";

/** A file for each family of programs. */
const FAMILIES = "src/commands/families";

/** Knows what a module and all that it imports are, once the graph is built. */
function closures(): { readonly plugin: Plugin; isIn(root: string): (id: string) => boolean } {
  let importsOf: (id: string) => readonly string[] = () => [];
  return {
    plugin: {
      name: "closures",
      buildEnd() {
        importsOf = (id) => this.getModuleInfo(id)?.importedIds ?? [];
      },
    },
    isIn(root) {
      let found: Set<string> | undefined;
      return (id) => {
        if (found === undefined) {
          found = new Set([fileURLToPath(new URL(root, import.meta.url))]);
          for (const each of found) for (const imported of importsOf(each)) found.add(imported);
        }
        return found.has(id);
      };
    },
  };
}

/** What `--mode embed-machine` has made. */
function builtMachine(): string {
  const [name, ...more] = readdirSync(EMBED).filter((each) => each.startsWith("start-"));
  if (name === undefined || more.length > 0) throw new Error(`${EMBED} has not one start-HASH.js; build it anew, as package.json says`);
  return name;
}

/** A machine is one chunk; `npm run size` watches over what it weighs. */
const CHUNK_KILOBYTES = 10_000;

/** memfs's inode core asks Node for its Buffer and more; in a browser it gets ours. */
const memfsStandIns = ["@jsonjoy.com/fs-node-builtins/lib/internal/buffer", "@jsonjoy.com/fs-node-utils", "process"].map((name) => ({
  find: new RegExp(`^${name}(\\.js)?$`),
  replacement: fileURLToPath(new URL("src/vfs/memfs-stand-ins.ts", import.meta.url)),
}));

/** An embed is not kept for times without a network. */
const noOffline = { find: "./offline.ts", replacement: fileURLToPath(new URL("src/ui/no-offline.ts", import.meta.url)) };

export default defineConfig(({ mode }) => {
  const isMachine = mode === "embed-machine";
  const embed = mode === "embed" || isMachine;
  const prebuilt = prebuiltMachines();
  const startup = closures();
  const opening = closures();
  const isShown = opening.isIn("src/ui/show-page.ts");
  // A machine of another family brings its own programs and its engine: none of them may come with what all pages have.
  const loaders = readFileSync(new URL("src/ui/lab-factory.ts", import.meta.url), "utf8");
  const names = readdirSync(new URL(FAMILIES, import.meta.url)).filter((name) => loaders.includes(`/families/${name}`));
  const families = names.map((name) => ({ name, isIn: startup.isIn(join(FAMILIES, name)) }));
  const isForBoot = startup.isIn("src/distros/fedora-atomic/start-parts.ts");
  const booting = (id: string): boolean => /src.engines|image.tree-checksum/.test(id) && isForBoot(id);
  const isShared = (id: string): boolean => families.filter(({ isIn }) => isIn(id)).length > 1;
  // What `=~` throws is the shell's, too, and stays out of it.
  const machineChunks = {
    includeDependenciesRecursively: false,
    groups: [
      { name: "patterns", test: /re2js|base.posix-pattern/ },
      // tar, gzip and ostree have it, and nobody at first.
      { name: "archives", test: /node_modules.fflate|src.commands.tar.(decode|encode|member)/ },
      // Who answers for container images, and in which words.
      {
        name: "registries",
        test: /src.(image.(registries|bluefin|silverblue-image)|distros.(fedora-atomic.registry|(bluefin|silverblue-image).[\w-]+))\.(ts|manifest.json)$/,
      },
      // What comes at first are these two files, with all that later ones share with them or each other.
      { name: "open-here", test: startup.isIn("src/ui/open-here.ts") },
      // What a boot and a shutdown need of the engines; then what only commands need of them.
      { name: "engine", test: booting },
      {
        name: "more-engines",
        test: (id: string) => /src.engines|image.tree-checksum/.test(id) && families.some(({ isIn }) => isIn(id)),
      },
      { name: "first", test: (id: string) => families.some(({ name, isIn }) => name === "first.ts" && isIn(id)) || isShared(id) },
    ],
  };
  return {
    base: "./",
    ...(mode === "embed" && { define: { EMBED_MACHINE: JSON.stringify(builtMachine()) } }),
    publicDir: embed ? false : "public",
    json: { stringify: true, namedExports: false },
    plugins: [
      svelte(SVELTE),
      prebuilt(),
      lessons({ handouts: !embed }),
      prerenderedPage(embed ? "../fidelity.html" : "./fidelity.html"),
      ...(embed ? [classicParts()] : [opening.plugin]),
      ...(isMachine ? [startup.plugin] : []),
    ],
    resolve: {
      alias: process.env["VITEST"] === undefined ? [...memfsStandIns, ...(embed ? [noOffline] : [])] : [],
    },
    worker: {
      format: "es",
      plugins: () => [prebuilt(), startup.plugin],
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: {
          chunkFileNames: machineFile("assets/worker-"),
          comments: { annotation: false },
          codeSplitting: machineChunks,
        },
      },
    },
    build: embed
      ? {
          outDir: EMBED,
          emptyOutDir: false,
          target: "es2023",
          modulePreload: false,
          assetsInlineLimit: 0,
          chunkSizeWarningLimit: CHUNK_KILOBYTES,
          cssCodeSplit: false,
          rolldownOptions: {
            input: isMachine ? { start: "src/embed/machine.ts" } : { lab: "src/embed/main.ts" },
            preserveEntrySignatures: "allow-extension",
            checks: { pluginTimings: false },
            transform: { define: { "import.meta": "{}" } },
            output: {
              format: "cjs",
              ...(isMachine && { codeSplitting: machineChunks }),
              comments: { annotation: false },
              entryFileNames: isMachine ? "start-[hash].js" : "lab.js",
              chunkFileNames: isMachine ? machineFile("part-") : "lab-[name]-[hash].js",
              assetFileNames: "lab[extname]",
            },
          },
        }
      : {
          outDir: "dist",
          target: "es2023",
          modulePreload: false,
          cssCodeSplit: false,
          assetsInlineLimit: 0,
          chunkSizeWarningLimit: CHUNK_KILOBYTES,
          rolldownOptions: {
            checks: { pluginTimings: false },
            output: {
              chunkFileNames: ({ moduleIds }) => {
                if (moduleIds.some((id) => id.startsWith("\0virtual:lesson/"))) return "assets/lesson-[name]-[hash].js";
                return moduleIds.every((id) => MACHINE.test(id)) ? "assets/here-[name]-[hash].js" : "assets/[name]-[hash].js";
              },
              codeSplitting: {
                includeDependenciesRecursively: false,
                groups: [
                  {
                    // All that a page opens with, in one file, which a browser compiles while it arrives.
                    name: "index",
                    test: opening.isIn("src/main.ts"),
                  },
                  // What a page fetches behind the prompt.
                  { name: "soon", test: /src.ui.(next-command|MachineChoice|FaultPanel)/ },
                  // The rest of a page, of which two machines side by side share most.
                  { name: "show-page", test: (id) => !ONLY_LATE.test(id) && isShown(id) },
                  // Without a worker all programs come with the machine.
                  { name: "programs", test: /src.commands.(?!programs|families.(apt|dpkg)|apt|dpkg)|re2js|base.posix-pattern/ },
                ],
              },
            },
          },
        },
    test: {
      root: ".",
      include: ["src/**/*.test.ts", "e2e/oracle/**/*.test.ts"],
      environment: "node",
      testTimeout: 60_000,
    },
  };
});
