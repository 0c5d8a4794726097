/** The small builds: what a frame shows before its lab is wanted, and (`--mode element`) the module that defines the element. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (name: string): string => fileURLToPath(new URL(`../embed/${name}`, import.meta.url));

export default defineConfig(({ mode }) => ({
  base: "./",
  root: path("."),
  publicDir: false,
  build:
    mode === "element"
      ? {
          outDir: path("../../dist"),
          emptyOutDir: false,
          target: "es2023",
          lib: { entry: path("element.ts"), formats: ["iife"], name: "immutableLab", fileName: () => "immutable-lab.js" },
        }
      : {
          outDir: path("../../dist/embed"),
          emptyOutDir: true,
          target: "es2023",
          modulePreload: false,
          rolldownOptions: { output: { format: "iife", codeSplitting: false, entryFileNames: "poster.js" } },
        },
  plugins: [
    {
      // Vite writes `<script type="module" crossorigin>`, which an opaque origin may not load.
      name: "classic-tags",
      enforce: "post",
      transformIndexHtml: (html: string) => html.replace(/<script type="module" crossorigin/g, "<script defer"),
    },
  ],
}));
